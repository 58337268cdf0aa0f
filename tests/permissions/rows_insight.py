"""Who may use desk, search, what falls due. The try-out clock is not there outside the demo."""

from __future__ import annotations

from typing import Any

from tongzhou.cadence.models import CalendarFeed, Ladder, Occasion, OccasionState
from tongzhou.cadence.services import create_feed, raise_alarm
from tongzhou.cadence.states import AlarmKind, Rung
from tongzhou.core import clock

from .rows_planning import RUN, api, other_project, project
from .table import EVERYBODY, INSIDERS, PERSONS, Row
from .world import World

KEEPERS = frozenset({"pmo", "admin"})
LEAD = frozenset({"lead"})
NOBODY: frozenset[str] = frozenset()


def occasion(key: str) -> Any:
    """Something that falls due."""
    return lambda world: {key: Occasion.objects.latest("pk").pk}


def given_up(world: World) -> dict[str, Any]:
    """After everything that falls due was given up."""
    Occasion.objects.update(state=OccasionState.FAILED)
    return {}


def escalated_to_lead(world: World) -> dict[str, Any]:
    """Something of «own» that was escalated to the lead."""
    ladder = Ladder.objects.create(
        kind="execution.daily_update",
        subject_type="projects.party",
        subject_id=0,
        subject_label="产品部",
        project=world.own,
        awaited_at=clock.now(),
    )
    step = ladder.steps.create(number=1, rung=Rung.LEAD, person=world.cast.lead, told_at=clock.now())
    return {"pk": step.pk}


def searched(world: World) -> dict[str, Any]:
    """A search."""
    return {"q": "大促"}


def any_feed(world: World) -> CalendarFeed:
    """A calendar address of the lead's."""
    return create_feed("手机", by=world.cast.by("lead"))[0]


def feed_of_lead(key: str) -> Any:
    """Its key; nobody else has any use for it."""
    return lambda world: {key: any_feed(world).pk}


def feed_secret(world: World) -> dict[str, Any]:
    """The secret of an address: who has it, reads."""
    return {"secret": create_feed("手机", by=world.cast.by("lead"))[1]}


def alarm(key: str) -> Any:
    """An alarm that somebody has to see to."""
    return lambda world: {key: raise_alarm(AlarmKind.CLOCK_JUMPED, 1, "+60 s").pk}


def zone(world: World) -> dict[str, Any]:
    """Another time zone."""
    return {"zone": "Asia/Tokyo"}


ROWS = [
    Row("insight:rhythm", INSIDERS, own=project, other=other_project),
    Row("insight:rhythm", RUN, "POST", own=project, other=other_project, data=zone),
    Row("insight:take_on", LEAD, "POST", own=escalated_to_lead),
    Row("insight:feeds", PERSONS),
    Row("insight:feeds", PERSONS, "POST", data=lambda world: {"label": "手机"}),
    Row("insight:feed_rotate", LEAD, "POST", feed_of_lead("pk")),
    Row("insight:feed_revoke", LEAD, "POST", feed_of_lead("pk")),
    Row("insight:feed_file", EVERYBODY, own=feed_secret),
    Row("insight:alarm_settle", KEEPERS, "POST", alarm("pk")),
    Row("/api/v1/projects/{project_id}/rhythm", INSIDERS, own=api(project), other=api(other_project)),
    Row("/api/v1/projects/{project_id}/rhythm", RUN, "PATCH", own=api(project), other=api(other_project), data=zone),
    Row("/api/v1/due/health", KEEPERS),
    Row("/api/v1/due/alarms/{alarm_id}/settle", KEEPERS, "POST", alarm("alarm_id")),
    Row("/api/v1/me/calendars", PERSONS),
    Row("/api/v1/me/calendars", PERSONS, "POST", data=lambda world: {"label": "手机"}),
    Row("/api/v1/me/calendars/{feed_id}/rotate", LEAD, "POST", feed_of_lead("feed_id")),
    Row("/api/v1/me/calendars/{feed_id}", LEAD, "DELETE", feed_of_lead("feed_id")),
    Row("insight:desk", PERSONS),
    Row("insight:search", PERSONS, data=searched),
    Row("insight:due", KEEPERS),
    Row("insight:due_again", KEEPERS, "POST", occasion("pk"), data=given_up),
    Row("insight:tryout", NOBODY),
    Row("insight:tryout", NOBODY, "POST", data=lambda world: {"step": "hour"}),
    Row("/api/v1/desk", PERSONS),
    Row("/api/v1/search", PERSONS, data=searched),
    Row("/api/v1/due", KEEPERS),
    Row("/api/v1/due/{occasion_id}/again", KEEPERS, "POST", occasion("occasion_id"), data=given_up),
    Row("/api/v1/try-out", NOBODY),
    Row("/api/v1/try-out", NOBODY, "POST", data=lambda world: {"step": "hour"}),
]
