"""Rules make occasions ahead, and move them with holidays, zone, rule and the fate of the project."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cadence.conftest import channels
from tests.cast import Cast
from tests.conftest import Clock
from tests.projects.conftest import begin
from tongzhou.cadence import occasions
from tongzhou.cadence.deriving import Channel
from tongzhou.cadence.models import Alarm, Occasion, OccasionState, Rhythm, Rule
from tongzhou.cadence.services import fire_due, forget_old, keep_rules, plan_ahead, set_zone
from tongzhou.calendars import services as calendars
from tongzhou.calendars.models import WorkCalendar
from tongzhou.core.errors import InvalidInput, NotAllowed, NotFound, StaleWrite
from tongzhou.messaging.models import Notification
from tongzhou.projects import services as projects
from tongzhou.projects.models import Project
from tongzhou.projects.states import Phase

SHANGHAI = ZoneInfo("Asia/Shanghai")
pytestmark = pytest.mark.django_db


def waiting(project: Project, kind: str = "daily", zone: ZoneInfo = SHANGHAI) -> list[str]:
    """Local times at which the rule waits to fall due."""
    rows = Occasion.objects.filter(project_id=project.pk, kind=f"cadence.{kind}", state=OccasionState.WAITING)
    return [f"{row.due_at.astimezone(zone):%m-%d %H:%M}" for row in rows.order_by("due_at")]


@pytest.fixture
def fired() -> Iterator[list[tuple[str, str]]]:
    """(kind, local due time) of what fell due; stands in for the package that collects and reports."""
    seen: list[tuple[str, str]] = []

    def note(occasion: Occasion, rule: Rule) -> str:
        seen.append((rule.kind, f"{occasion.due_at.astimezone(SHANGHAI):%m-%d %H:%M}"))
        return "noted"

    kept = dict(occasions.rule_handlers._entries)
    for kind in ("daily", "daily_reminder", "weekly", "huddle", "report_asked", "report_reminder", "report_due"):
        occasions.rule_handlers._entries[kind] = note
    yield seen
    occasions.rule_handlers._entries.clear()
    occasions.rule_handlers._entries.update(kept)


def let_pass(stopped_clock: Clock, until: str) -> None:
    """A clock that looks every half hour."""
    end = datetime.fromisoformat(until).replace(tzinfo=SHANGHAI)
    while stopped_clock.moment < end:
        stopped_clock.moment = min(end, stopped_clock.moment + timedelta(minutes=30))
        fire_due()
        plan_ahead()


def test_a_week_falls_due_as_the_guide_has_it(ruled: Project, stopped_clock: Clock, fired: list) -> None:
    let_pass(stopped_clock, "2026-05-18 08:00")
    assert Counter(kind for kind, _at in fired) == {
        "daily": 5, "daily_reminder": 5, "huddle": 5, "report_asked": 1, "report_reminder": 1, "report_due": 1,
        "weekly": 1,
    }  # fmt: skip
    assert ("daily_reminder", "05-13 16:30") in fired
    assert [at for kind, at in fired if kind in {"report_asked", "report_due", "weekly"}] == [
        "05-14 09:00", "05-15 12:00", "05-15 15:00",
    ]  # fmt: skip


def test_planning_again_adds_nothing(ruled: Project) -> None:
    before = Occasion.objects.count()
    Rhythm.objects.update(planned_with="")
    assert plan_ahead() == 1
    assert (Occasion.objects.count(), plan_ahead()) == (before, 0)


def test_a_holiday_set_after_planning_moves_what_waits(cast: Cast, ruled: Project, stopped_clock: Clock) -> None:
    stopped_clock.at("2026-05-13 10:00")
    plan_ahead()
    assert waiting(ruled, "weekly") == ["05-15 15:00"]
    calendar = WorkCalendar.objects.get(is_company=True)
    calendars.set_day(calendar.pk, date(2026, 5, 15), "holiday", "司庆", by=cast.by("admin"))
    assert plan_ahead() == 1
    assert waiting(ruled, "weekly") == ["05-14 15:00"]
    assert "05-15 17:00" not in waiting(ruled)
    calendars.clear_day(calendar.pk, date(2026, 5, 15), by=cast.by("admin"))
    plan_ahead()
    assert waiting(ruled, "weekly") == ["05-15 15:00"]
    assert waiting(ruled)[-3:] == ["05-14 17:00", "05-15 17:00", "05-18 17:00"]


def test_what_was_done_on_the_day_before_a_holiday_is_not_done_again_when_the_holiday_is_taken_back(
    cast: Cast, ruled: Project, stopped_clock: Clock, fired: list
) -> None:
    calendar = WorkCalendar.objects.get(is_company=True)
    calendars.set_day(calendar.pk, date(2026, 5, 15), "holiday", "", by=cast.by("admin"))
    let_pass(stopped_clock, "2026-05-14 18:00")
    assert ("weekly", "05-14 15:00") in fired
    calendars.clear_day(calendar.pk, date(2026, 5, 15), by=cast.by("admin"))
    let_pass(stopped_clock, "2026-05-15 20:00")
    assert [kind for kind, _at in fired].count("weekly") == 1


def test_a_rule_moved_later_on_the_same_day_does_not_happen_twice(
    cast: Cast, ruled: Project, stopped_clock: Clock, fired: list
) -> None:
    let_pass(stopped_clock, "2026-05-11 17:30")
    keep_rules(ruled.pk, channels(daily=Channel("workday", time(18))), by=cast.by("lead"))
    let_pass(stopped_clock, "2026-05-12 20:00")
    assert [at for kind, at in fired if kind == "daily"] == ["05-11 17:00", "05-12 18:00"]


def test_a_rule_moved_to_a_time_that_is_over_begins_tomorrow(
    cast: Cast, ruled: Project, stopped_clock: Clock, fired: list
) -> None:
    let_pass(stopped_clock, "2026-05-11 15:00")
    keep_rules(ruled.pk, channels(daily=Channel("workday", time(14))), by=cast.by("lead"))
    let_pass(stopped_clock, "2026-05-12 20:00")
    assert [at for kind, at in fired if kind == "daily"] == ["05-12 14:00"]


def test_a_rule_taken_away_and_set_again_the_same_day_fires_once(
    cast: Cast, ruled: Project, stopped_clock: Clock, fired: list
) -> None:
    let_pass(stopped_clock, "2026-05-11 17:05")
    keep_rules(ruled.pk, channels(daily=None), by=cast.by("lead"))
    assert waiting(ruled) == []
    keep_rules(ruled.pk, channels(daily=Channel("workday", time(17, 30))), by=cast.by("lead"))
    let_pass(stopped_clock, "2026-05-11 23:00")
    assert [kind for kind, _at in fired].count("daily") == 1


def test_another_zone_moves_what_waits(cast: Cast, ruled: Project, stopped_clock: Clock, fired: list) -> None:
    rhythm = set_zone(ruled.pk, Rhythm.objects.get().version, "Europe/Berlin", by=cast.by("lead"))
    assert waiting(ruled, zone=ZoneInfo("Europe/Berlin"))[0] == "05-11 17:00"
    let_pass(stopped_clock, "2026-05-12 00:00")
    assert ("daily", "05-11 23:00") in fired
    # Back to Shanghai: the day that is done there is not done here again.
    set_zone(ruled.pk, rhythm.version, "", by=cast.by("lead"))
    let_pass(stopped_clock, "2026-05-12 18:00")
    assert [at for kind, at in fired if kind == "daily"] == ["05-11 23:00", "05-12 17:00"]


def test_the_zone_is_set_by_lead_and_pmo_and_two_at_once_are_told(cast: Cast, ruled: Project) -> None:
    version = Rhythm.objects.get().version
    with pytest.raises(InvalidInput):
        set_zone(ruled.pk, version, "Mars/Olympus", by=cast.by("lead"))
    with pytest.raises(NotAllowed):
        set_zone(ruled.pk, version, "Asia/Tokyo", by=cast.by("product_head"))
    with pytest.raises(NotFound):
        set_zone(ruled.pk, version, "Asia/Tokyo", by=cast.by("outsider"))
    set_zone(ruled.pk, version, "Asia/Tokyo", by=cast.by("pmo"))
    with pytest.raises(StaleWrite):
        set_zone(ruled.pk, version, "Asia/Seoul", by=cast.by("lead"))


def test_a_suspended_project_is_quiet_and_goes_on_when_it_is_resumed(
    cast: Cast, ruled: Project, stopped_clock: Clock, fired: list
) -> None:
    projects.suspend_project(ruled.pk, "等待", by=cast.by("lead"))
    assert waiting(ruled) == []
    let_pass(stopped_clock, "2026-05-19 09:00")
    assert fired == []
    projects.resume_project(ruled.pk, by=cast.by("lead"))
    assert waiting(ruled)[0] == "05-19 17:00"
    let_pass(stopped_clock, "2026-05-19 18:00")
    assert ("daily", "05-19 17:00") in fired


def test_a_cancelled_project_is_quiet_for_good(cast: Cast, ruled: Project, stopped_clock: Clock, fired: list) -> None:
    projects.cancel_project(ruled.pk, "取消", by=cast.by("pmo"))
    let_pass(stopped_clock, "2026-05-14 09:00")
    assert (fired, waiting(ruled)) == ([], [])


def test_collecting_begins_when_work_begins(cast: Cast, project: Project) -> None:
    Project.objects.update(phase=Phase.PLANNING)
    keep_rules(project.pk, channels(first_sync=Channel("once", time(9), on=date(2026, 5, 13))), by=cast.by("lead"))
    assert (waiting(project), waiting(project, "first_sync")) == ([], ["05-13 09:00"])
    projects.pass_gate(project.pk, 2, by=cast.by("pmo"), reason="测试")
    assert waiting(project)[0] == "05-11 17:00"


def test_up_to_six_hours_late_goes_out_marked_and_later_is_left_out_with_an_alarm(
    ruled: Project, stopped_clock: Clock
) -> None:
    plan_ahead()
    stopped_clock.at("2026-05-11 22:59")
    fire_due()
    done = {row.kind: row.state for row in Occasion.objects.filter(due_at__lte=stopped_clock.moment)}
    assert done == {
        "cadence.huddle": OccasionState.SKIPPED,
        "cadence.daily_reminder": OccasionState.SKIPPED,
        "cadence.daily": OccasionState.DONE,
    }
    alarm = Alarm.objects.get(kind="occasions_skipped")
    assert (alarm.count, alarm.cleared_at) == (2, None)


def test_what_is_told_late_says_so(cast: Cast, project: Project, stopped_clock: Clock) -> None:
    keep_rules(project.pk, {"huddle": Channel("workday", time(17), owner_id=cast.lead.pk)}, by=cast.by("lead"))
    stopped_clock.at("2026-05-11 19:00")
    fire_due()
    title = Notification.objects.filter(title__contains="碰头会").order_by("-pk").first().title
    assert title.startswith("【迟发】")


def test_a_clock_away_for_longer_than_the_plan_reaches_forgets_nothing_in_silence(
    ruled: Project, stopped_clock: Clock, fired: list
) -> None:
    stopped_clock.at("2026-06-01 18:00")
    fire_due()
    assert plan_ahead() == 1
    while fire_due():
        pass
    rows = Occasion.objects.filter(kind="cadence.daily", due_at__lte=stopped_clock.moment)
    assert rows.count() == 16, "every working day from 11 May to 1 June"
    assert Counter(rows.values_list("state", flat=True)) == {OccasionState.SKIPPED: 15, OccasionState.DONE: 1}
    assert Alarm.objects.get(kind="occasions_skipped").count > 15


def test_a_clock_put_back_fires_nothing_twice(ruled: Project, stopped_clock: Clock, fired: list) -> None:
    let_pass(stopped_clock, "2026-05-12 18:00")
    before = list(fired)
    stopped_clock.at("2026-05-11 09:00")
    plan_ahead()
    let_pass(stopped_clock, "2026-05-12 18:00")
    assert fired == before


def test_planning_three_projects_asks_as_often_as_one(cast: Cast, ruled: Project) -> None:
    def asked() -> int:
        Rhythm.objects.update(planned_with="")
        with CaptureQueriesContext(connection) as queries:
            plan_ahead()
        return len(queries)

    one = asked()
    for number in range(2):
        other = begin(cast, name=f"项目{number}")
        Project.objects.filter(pk=other.pk).update(phase=Phase.EXECUTING)
        keep_rules(other.pk, channels(), by=cast.by("lead"))
    assert asked() == one


def test_what_has_served_is_forgotten_after_half_a_year(ruled: Project, stopped_clock: Clock, fired: list) -> None:
    let_pass(stopped_clock, "2026-05-11 18:00")
    stopped_clock.at("2026-12-01 09:00")
    assert forget_old() == 3
