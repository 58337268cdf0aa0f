"""Setting the communication mechanism: the defaults of the process in one click, then line by line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.cadence.deriving import Channel
from tongzhou.cadence.services import keep_rules
from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import Conflict, InvalidInput, require
from tongzhou.core.events import record
from tongzhou.core.versions import save_version
from tongzhou.people.models import Person
from tongzhou.projects.models import Project
from tongzhou.projects.queries import projects_for

from .. import policies
from ..models import CommunicationLine
from ..models.communication import LONGEST_MINUTES
from ..queries.communication import communication_lines_for, first_sync_of
from ..states import CommunicationForm, CommunicationKind, Frequency, NonWorkdayRule, Weekday

TEXTS = {"purpose": 300, "place": 300, "channel": 120, "audience": 300, "input": 300, "output": 300, "escalation": 300}
FIELDS = {
    *TEXTS, "frequency", "weekday", "on", "at", "form", "owner_id", "non_workday_rule", "response_minutes",
    "decision_minutes",
}  # fmt: skip


@act
def set_default_communication(project_id: int, *, by: Actor) -> list[CommunicationLine]:
    """Adds a line with the defaults of the process for each kind that has none; what is there stays."""
    project = _open(project_id, by)
    there = set(CommunicationLine.objects.filter(project=project).values_list("kind", flat=True))
    made = []
    for kind, facts in _defaults(project).items():
        if kind not in there:
            made.append(_write(project, kind, facts, by))
    keep_project_rules(project, by=by)
    return made


@act
def add_communication(project_id: int, kind: str, values: Mapping[str, Any], *, by: Actor) -> CommunicationLine:
    """Adds the line of one kind; a second of the same kind is refused."""
    project = _open(project_id, by)
    if kind not in CommunicationKind.values:
        raise InvalidInput({"kind": _("Choose one of the kinds")})
    if CommunicationLine.objects.filter(project=project, kind=kind).exists():
        raise Conflict(_("There is a line of this kind already"))
    line = _write(project, kind, _checked(values), by)
    keep_project_rules(project, by=by)
    return line


@act
def change_communication(
    line_id: int, version: int | None, values: Mapping[str, Any], *, by: Actor
) -> CommunicationLine:
    """Changes a line; a stale version gets both versions."""
    line = reach(communication_lines_for(by), line_id)
    project = _open(line.project_id, by)
    checked = _checked({**{name: getattr(line, name) for name in FIELDS}, **values})
    before = save_version(line, version, checked)
    if before:
        after = {name: checked[name] for name in before}
        record(by, "planning.communication.changed", line, before=before, after=after)
        keep_project_rules(project, by=by)
    return line


@act
def remove_communication(line_id: int, *, by: Actor) -> None:
    """Takes a line out of the communication plan."""
    line = reach(communication_lines_for(by), line_id)
    project = _open(line.project_id, by)
    record(by, "planning.communication.removed", line, before={"kind": line.kind})
    CommunicationLine.objects.filter(pk=line.pk).delete()
    keep_project_rules(project, by=by)


@act
def keep_project_rules(project: Project, *, by: Actor) -> None:
    """The clock keeps the times of the project's channels, and what leads up to them."""
    lines = CommunicationLine.objects.filter(project=project).exclude(frequency=Frequency.AS_NEEDED)
    channels = {
        line.kind: Channel(line.frequency, line.at, line.weekday, line.on, line.non_workday_rule, line.owner_id)
        for line in lines
        if line.at is not None
    }
    keep_rules(project.pk, channels, by=by)


def _open(project_id: int, by: Actor) -> Project:
    project = reach(projects_for(by).select_related("scenario"), project_id, lock=True)
    require(policies.can_plan(by, project), _("The plan is fixed now, or it is not yours to change"))
    return project


def _write(project: Project, kind: str, facts: Mapping[str, Any], by: Actor) -> CommunicationLine:
    line = CommunicationLine.objects.create(project=project, kind=kind, **facts)
    record(by, "planning.communication.added", line, after={"kind": kind, **facts})
    return line


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {name: values.get(name) for name in FIELDS}
    problems: dict[str, Any] = {}
    for name, longest in TEXTS.items():
        kept[name] = text = str(kept[name] or "").strip()
        if len(text) > longest:
            problems[name] = _("At most %(count)s characters") % {"count": longest}
    for name, choices in (
        ("frequency", Frequency.values),
        ("form", CommunicationForm.values),
        ("non_workday_rule", NonWorkdayRule.values),
    ):
        if kept[name] not in choices:
            problems[name] = _("Choose one of the list")
    if kept["frequency"] == Frequency.WEEK and kept["weekday"] not in Weekday.values:
        problems["weekday"] = _("Choose the day of the week")
    if kept["frequency"] == Frequency.ONCE and not _is_near(kept["on"]):
        problems["on"] = _("Give the date")
    if kept["frequency"] != Frequency.AS_NEEDED and not isinstance(kept["at"], time):
        problems["at"] = _("Give the time")
    if kept["frequency"] != Frequency.WEEK:
        kept["weekday"] = None
    if kept["frequency"] != Frequency.ONCE:
        kept["on"] = None
    for name in ("response_minutes", "decision_minutes"):
        minutes = kept[name]
        if minutes is not None and (not isinstance(minutes, int) or not 1 <= minutes <= LONGEST_MINUTES):
            problems[name] = _("Give minutes between 1 and %(most)s") % {"most": LONGEST_MINUTES}
    owner = kept["owner_id"]
    if owner is not None and not Person.objects.filter(pk=owner, is_active=True).exists():
        problems["owner"] = _("Choose a person who works here")
    if problems:
        raise InvalidInput(problems)
    return kept


def _is_near(day: Any) -> bool:
    return isinstance(day, date) and 2000 <= day.year <= 2100


def _defaults(project: Project) -> dict[str, dict[str, Any]]:
    """process.md 2.3: daily 17:00, Friday 15:00, 2 hours and 15 minutes, huddle 12:00, the sync of the minutes."""
    lead = project.lead_id
    first = first_sync_of(project)
    found: dict[str, dict[str, Any]] = {
        CommunicationKind.DAILY: {
            "purpose": _("Today's progress, tomorrow's plan"),
            "frequency": Frequency.WORKDAY,
            "at": time(17, 0),
            "form": CommunicationForm.GROUP,
            "audience": _("Contact persons of all departments"),
            "output": _("One message to the project's group"),
            "escalation": _("Who has not posted is reminded before and named after"),
        },
        CommunicationKind.WEEKLY: {
            "purpose": _("Progress and problems of the week"),
            "frequency": Frequency.WEEK,
            "weekday": Weekday.FRIDAY,
            "at": time(15, 0),
            "form": CommunicationForm.ONLINE,
            "audience": _("Heads and contact persons"),
            "input": _("Weekly report of each department"),
            "output": _("Minutes"),
            "non_workday_rule": NonWorkdayRule.BEFORE,
        },
        CommunicationKind.EMERGENCY: {
            "purpose": _("What cannot wait"),
            "frequency": Frequency.AS_NEEDED,
            "form": CommunicationForm.ONLINE,
            "audience": _("The departments concerned"),
            "output": _("The solution, with owner and deadline"),
            "response_minutes": 120,
            "decision_minutes": 15,
            "escalation": _("Department head, then sponsor"),
        },
        CommunicationKind.HUDDLE: {
            "purpose": _("Set priority, owner and deadline of open problems"),
            "frequency": Frequency.WORKDAY,
            "at": time(12, 0),
            "form": CommunicationForm.ONLINE,
            "audience": _("Contact persons of the departments concerned"),
            "input": _("Open problems"),
            "output": _("Decisions on each problem"),
            "decision_minutes": 15,
        },
    }
    if first is not None:
        local = timezone.localtime(first, clock.company_zone())
        found[CommunicationKind.FIRST_SYNC] = {
            "purpose": _("First look at progress, as the kickoff agreed"),
            "frequency": Frequency.ONCE,
            "on": local.date(),
            "at": local.time().replace(second=0, microsecond=0),
            "form": CommunicationForm.ONLINE,
            "audience": _("Heads and contact persons"),
            "non_workday_rule": NonWorkdayRule.AFTER,
        }
    return {
        kind: _checked({"non_workday_rule": NonWorkdayRule.SKIP, "owner_id": lead, **facts})
        for kind, facts in found.items()
    }
