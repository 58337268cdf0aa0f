"""Escalation: person, contact, head, lead, sponsor; on the wall clock or in working hours; stopped by the awaited act."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.cast import Cast
from tests.conftest import Clock
from tongzhou.cadence import ladders
from tongzhou.cadence.ladders import LadderKind
from tongzhou.cadence.models import Ladder, LadderStep
from tongzhou.cadence.queries import climbs_of
from tongzhou.cadence.services import fire_due, start_ladder, stop_ladder
from tongzhou.cadence.states import LadderState, Rung, Severity
from tongzhou.core import clock
from tongzhou.core.actor import system
from tongzhou.messaging.models import Notification
from tongzhou.projects import services as projects
from tongzhou.projects.duties import duties_of
from tongzhou.projects.models import Project

SHANGHAI = ZoneInfo("Asia/Shanghai")
KIND = "tests.reply"
pytestmark = pytest.mark.django_db


class Awaited:
    """Whether the reply is still awaited."""

    def __init__(self) -> None:
        self.yes = True

    def __call__(self, subject_id: int) -> bool:
        return self.yes


@pytest.fixture
def awaited() -> Iterator[Awaited]:
    found = Awaited()
    ladders.kinds._entries[KIND] = LadderKind(KIND, "Reply", found)
    yield found
    del ladders.kinds._entries[KIND]


@pytest.fixture
def sponsored(cast: Cast, project: Project) -> Project:
    Project.objects.update(sponsor=cast.sponsor)
    return Project.objects.get()


def begin(cast: Cast, project: Project, severity: Severity = Severity.EMERGENCY, **facts: object) -> Ladder:
    """The product department's member owes something from now on."""
    given = {"department_id": cast.product.pk, "person_id": cast.product_member.pk, "link": "/x/"} | facts
    return start_ladder(
        project, KIND, project_id=project.pk, awaited_at=clock.now(), severity=severity, by=system("test"), **given
    )


def told(stopped_clock: Clock, hours: float, minutes: int = 5) -> list[tuple[str, str]]:
    """(local time, who) as the clock goes on."""
    end = stopped_clock.moment + timedelta(hours=hours)
    while stopped_clock.moment <= end:
        fire_due()
        stopped_clock.moment += timedelta(minutes=minutes)
    rows = LadderStep.objects.select_related("person").order_by("told_at", "pk")
    return [(f"{row.told_at.astimezone(SHANGHAI):%d %H:%M}", row.person.name) for row in rows]


def test_an_emergency_climbs_on_the_wall_clock(
    cast: Cast, sponsored: Project, awaited: Awaited, stopped_clock: Clock
) -> None:
    stopped_clock.at("2026-05-15 23:00")
    begin(cast, sponsored)
    assert told(stopped_clock, 3) == [
        ("15 23:00", "钱多"), ("15 23:15", "赵敏"), ("15 23:30", "王磊"), ("16 00:00", "陈晨"), ("16 01:00", "高远"),
    ]  # fmt: skip
    assert Ladder.objects.get().state == LadderState.EXHAUSTED


def test_what_is_not_pressing_climbs_in_working_hours(
    cast: Cast, sponsored: Project, awaited: Awaited, stopped_clock: Clock
) -> None:
    stopped_clock.at("2026-05-15 17:00")  # Friday
    begin(cast, sponsored, Severity.NORMAL)
    assert told(stopped_clock, 24 * 7, 30) == [
        ("15 17:00", "钱多"), ("18 12:00", "赵敏"), ("18 17:00", "王磊"), ("19 17:00", "陈晨"), ("20 17:00", "高远"),
    ]  # fmt: skip


def test_the_awaited_act_stops_it(cast: Cast, sponsored: Project, awaited: Awaited, stopped_clock: Clock) -> None:
    begin(cast, sponsored)
    told(stopped_clock, 0.4)
    assert stop_ladder(sponsored, KIND, by=cast.by("product_head")) == 1
    assert [name for _at, name in told(stopped_clock, 5)] == ["钱多", "赵敏"]
    assert (Ladder.objects.get().state, Ladder.objects.get().stopped_by) == (LadderState.STOPPED, "王磊")
    assert stop_ladder(sponsored, by=cast.by("lead")) == 0


def test_what_happened_without_word_of_it_stops_at_the_next_step(
    cast: Cast, sponsored: Project, awaited: Awaited, stopped_clock: Clock
) -> None:
    begin(cast, sponsored)
    told(stopped_clock, 0.1)
    awaited.yes = False
    assert len(told(stopped_clock, 5)) == 1
    assert Ladder.objects.get().state == LadderState.STOPPED


def test_starting_twice_gives_the_one_that_stands_and_a_stopped_one_may_begin_again(
    cast: Cast, sponsored: Project, awaited: Awaited
) -> None:
    first = begin(cast, sponsored)
    assert begin(cast, sponsored).pk == first.pk
    stop_ladder(sponsored, by=system("test"))
    assert begin(cast, sponsored).pk != first.pk


def test_a_rung_without_anybody_new_is_passed_over(
    cast: Cast, sponsored: Project, awaited: Awaited, stopped_clock: Clock
) -> None:
    Project.objects.update(sponsor=cast.lead)
    begin(cast, sponsored, person_id=None, rungs=((Rung.PERSON, 0), (Rung.LEAD, 30), (Rung.SPONSOR, 60)))
    assert told(stopped_clock, 3) == [("11 09:30", "陈晨")]
    assert Ladder.objects.get().state == LadderState.EXHAUSTED


def test_after_a_time_of_no_clock_nobody_is_passed_over_in_a_rush(
    cast: Cast, sponsored: Project, awaited: Awaited, stopped_clock: Clock
) -> None:
    begin(cast, sponsored)
    stopped_clock.moment += timedelta(hours=8)
    assert [at for at, _name in told(stopped_clock, 0.4, 1)] == [
        "11 17:30",
        "11 17:35",
        "11 17:40",
        "11 17:45",
        "11 17:50",
    ]


def test_a_suspended_project_waits_for_nobody_and_goes_on_where_it_stood(
    cast: Cast, sponsored: Project, awaited: Awaited, stopped_clock: Clock
) -> None:
    begin(cast, sponsored)
    told(stopped_clock, 0.1)  # 09:30 and 09:35
    projects.suspend_project(sponsored.pk, "等待", by=cast.by("lead"))
    assert len(told(stopped_clock, 4)) == 1
    projects.resume_project(sponsored.pk, by=cast.by("lead"))
    resumed = stopped_clock.moment
    steps = told(stopped_clock, 1, 1)
    assert steps[1][1] == "赵敏"
    second = LadderStep.objects.get(number=2).told_at
    assert timedelta(minutes=4) <= second - resumed <= timedelta(minutes=6), "five of the fifteen minutes were left"


def test_it_is_a_duty_of_whoever_was_told_and_shows_who_is_next(
    cast: Cast, sponsored: Project, awaited: Awaited, stopped_clock: Clock
) -> None:
    begin(cast, sponsored)
    told(stopped_clock, 0.3)
    assert [duty.link for duty in duties_of(cast.by("product_contact")) if duty.link == "/x/"] == ["/x/"]
    assert [duty.link for duty in duties_of(cast.by("product_head")) if duty.link == "/x/"] == []
    [climb] = climbs_of(sponsored)
    assert [step.person.name for step in climb.steps] == ["钱多", "赵敏"]
    assert (climb.next_rung, [person.name for person in climb.next_persons]) == (Rung.HEAD, ["王磊"])
    assert Notification.objects.filter(unique_key__startswith="ladder:", is_urgent=True).count() == 2
    stop_ladder(sponsored, by=system("test"))
    assert [duty for duty in duties_of(cast.by("product_contact")) if duty.link == "/x/"] == []
