"""Two clocks, two people, at the same time: planned once, fired once, the second hand is told."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import time

import pytest
from django.db import connections

from tests.cadence.conftest import channels
from tests.cast import Cast
from tests.conftest import Clock
from tests.projects.conftest import begin
from tongzhou.cadence import occasions
from tongzhou.cadence.deriving import Channel
from tongzhou.cadence.models import Alarm, Heartbeat, Occasion, OccasionState, Rhythm, Rule
from tongzhou.cadence.services import fire_due, keep_rules, look_around, plan_ahead, raise_alarm, set_zone
from tongzhou.cadence.states import AlarmKind
from tongzhou.core.errors import StaleWrite
from tongzhou.projects import services as projects
from tongzhou.projects.models import Project
from tongzhou.projects.states import Phase

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def at_once(*works: Callable[[], object]) -> list[object]:
    """Runs them in threads with connections of their own; what each gave or raised."""
    gate, results = threading.Barrier(len(works)), list[object](works)

    def run(number: int, work: Callable[[], object]) -> None:
        try:
            gate.wait(30)
            results[number] = work()
        except Exception as failure:
            results[number] = failure
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return results


@pytest.fixture
def fired() -> Iterator[list[int]]:
    """Occasions whose rule was handled."""
    seen: list[int] = []
    kept = dict(occasions.rule_handlers._entries)

    def note(occasion: Occasion, rule: Rule) -> str:
        seen.append(occasion.pk)
        return "noted"

    for kind in ("daily", "daily_reminder", "weekly", "huddle", "report_asked", "report_reminder", "report_due"):
        occasions.rule_handlers._entries[kind] = note
    yield seen
    occasions.rule_handlers._entries.clear()
    occasions.rule_handlers._entries.update(kept)


def several(cast: Cast, count: int) -> None:
    for number in range(count):
        project = begin(cast, name=f"项目{number}")
        Project.objects.filter(pk=project.pk).update(phase=Phase.EXECUTING)
        keep_rules(project.pk, channels(), by=cast.by("lead"))


def test_three_clocks_plan_and_fire_everything_once(cast: Cast, stopped_clock: Clock, fired: list[int]) -> None:
    several(cast, 3)
    Occasion.objects.all().delete()
    Rhythm.objects.update(planned_until=None)
    assert all(isinstance(result, int) for result in at_once(plan_ahead, plan_ahead, plan_ahead))
    planned = Counter(Occasion.objects.values_list("subject_id", "slot"))
    assert max(planned.values()) == 1
    stopped_clock.at("2026-05-12 17:30")
    at_once(fire_due, fire_due, fire_due)
    while fire_due():
        pass
    assert max(Counter(fired).values()) == 1
    late = Occasion.objects.filter(due_at__lte=stopped_clock.moment)
    assert set(late.values_list("state", flat=True)) <= {OccasionState.DONE, OccasionState.SKIPPED}


def test_a_clock_fires_while_the_rule_is_changed(cast: Cast, stopped_clock: Clock, fired: list[int]) -> None:
    several(cast, 1)
    project = Project.objects.get()
    by = cast.by("lead")
    stopped_clock.at("2026-05-11 17:00")
    later = channels(daily=Channel("workday", time(17, 30)))
    at_once(fire_due, lambda: keep_rules(project.pk, later, by=by))
    stopped_clock.at("2026-05-11 18:00")
    fire_due()
    done = Occasion.objects.filter(kind="cadence.daily", state=OccasionState.DONE)
    assert done.count() == 1, "at 17:00 or at 17:30, not at both"


def test_a_project_is_suspended_while_a_clock_fires_and_another_plans(
    cast: Cast, stopped_clock: Clock, fired: list[int]
) -> None:
    several(cast, 2)
    project = Project.objects.earliest("pk")
    by = cast.by("lead")
    stopped_clock.at("2026-05-11 17:00")
    Rhythm.objects.update(planned_with="")
    results = at_once(fire_due, plan_ahead, lambda: projects.suspend_project(project.pk, "等待", by=by))
    assert not [result for result in results if isinstance(result, Exception)]
    plan_ahead()
    coming = Occasion.objects.filter(project_id=project.pk, due_at__gt=stopped_clock.moment)
    assert set(coming.values_list("state", flat=True)) == {OccasionState.CALLED_OFF}


def test_two_people_move_the_zone_at_once_and_one_is_told(cast: Cast) -> None:
    several(cast, 1)
    project, version = Project.objects.get(), Rhythm.objects.get().version
    lead, pmo = cast.by("lead"), cast.by("pmo")
    results = at_once(
        lambda: set_zone(project.pk, version, "Asia/Tokyo", by=lead),
        lambda: set_zone(project.pk, version, "Europe/Berlin", by=pmo),
    )
    assert Counter(type(result) for result in results) == {Rhythm: 1, StaleWrite: 1}


def test_many_auditors_look_once_and_raise_one_alarm(cast: Cast, stopped_clock: Clock) -> None:
    look_around()
    stopped_clock.at("2026-05-11 10:00")
    Heartbeat.objects.create(name="clock", at=stopped_clock.moment.replace(hour=8))
    assert sorted(at_once(look_around, look_around, look_around), key=bool) == [False, False, True]
    at_once(*[lambda: raise_alarm(AlarmKind.OCCASIONS_SKIPPED, 1, "")] * 3)
    skipped = Alarm.objects.get(kind=AlarmKind.OCCASIONS_SKIPPED)
    assert (skipped.count, Alarm.objects.count()) == (3, 2)
