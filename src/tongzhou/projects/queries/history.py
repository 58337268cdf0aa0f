"""The event log of a project in words: what happened, what was before and after, what is new to the reader."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.core.actor import Actor
from tongzhou.core.models import AuditEvent
from tongzhou.core.time_words import exactly
from tongzhou.people.models import Department, Person
from tongzhou.signoff.queries import told_by_subjects

from ..history_words import words_for
from ..models import LastLook, Project
from ..states import Phase

NEWS = 6

KINDS: dict[str, tuple[Promise, tuple[str, ...]]] = {
    "project": (gettext_lazy("Project and gates"), ("projects.project.", "projects.gate.", "projects.goals.")),
    "people": (
        gettext_lazy("People"),
        ("projects.parties.", "projects.party.", "projects.contact.", "projects.stakeholder."),
    ),
    "request": (gettext_lazy("Request and answers"), ("alignment.collab_request.", "alignment.ask.")),
    "objectives": (gettext_lazy("Objectives"), ("projects.objective.",)),
    "commitments": (gettext_lazy("Commitments"), ("projects.commitment.",)),
    "meetings": (gettext_lazy("Meetings"), ("meetings.",)),
    "memorandum": (gettext_lazy("Memorandum"), ("alignment.memorandum.", "signoff.")),
    "plan": (gettext_lazy("Plan and work"), ("planning.",)),
}
LABELS: dict[str, Promise] = {
    "contact": gettext_lazy("contact person"),
    "department": gettext_lazy("department"),
    "gate": gettext_lazy("gate"),
    "parties": gettext_lazy("departments"),
    "person": gettext_lazy("person"),
    "phase": gettext_lazy("phase"),
    "reason": gettext_lazy("reason"),
    "role": gettext_lazy("role"),
    "number": gettext_lazy("number"),
}
# What the log keeps for checks, not for readers.
UNTOLD = {
    "commitment", "conditional", "conditions", "digest", "invited", "pdf", "position", "scenario", "source", "terms",
    "version",
}  # fmt: skip
PERSON_KEYS = {
    "chair_id",
    "recorder_id",
    "contact",
    "contact_id",
    "contact_person_id",
    "lead_id",
    "owner_id",
    "person",
    "person_id",
    "sponsor_id",
}
DEPARTMENT_KEYS = {"department", "department_id", "initiator_id"}


@dataclass(frozen=True, slots=True)
class Change:
    """One value before and after, as people read it."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Deed:
    """One event in words: who did what, when; what it changed. Drawn by the ``history`` tag."""

    seq: int
    at: datetime
    who: str
    text: str
    icon: str
    tone: str
    note: str = ""
    url: str = ""
    changes: tuple[Change, ...] = ()


def events_for(project: Project, kind: str = "") -> QuerySet[AuditEvent]:
    """Everything recorded in the project, newest first, narrowed to one kind; each deed once, in its subject's words."""
    rows = AuditEvent.objects.filter(project_id=project.pk).exclude(told_by_subjects()).order_by("-seq")
    if kind in KINDS:
        wanted = Q()
        for prefix in KINDS[kind][1]:
            wanted |= Q(name__startswith=prefix)
        rows = rows.filter(wanted)
    return rows


def news_for(project: Project, look: LastLook, actor: Actor) -> tuple[list[Deed], int]:
    """The newest of what others did since the person last looked, and how many there are in all (counted to 100)."""
    rows = events_for(project).filter(seq__gt=look.seen_before).exclude(actor_id=actor.person_id)
    numbers = list(rows.values_list("seq", flat=True)[:100])
    return deeds(list(rows[:NEWS])), len(numbers)


def deeds(events: Sequence[AuditEvent]) -> list[Deed]:
    """Events in words; two queries for the names in all of them."""
    payloads = [_payload(event) for event in events]
    names = _Names.of(payloads)
    return [_deed(event, payload, names) for event, payload in zip(events, payloads, strict=True)]


@dataclass(slots=True)
class _Names:
    persons: dict[int, str] = field(default_factory=dict)
    departments: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, payloads: Iterable[Mapping[str, Any]]) -> _Names:
        persons: set[int] = set()
        departments: set[int] = set()
        for part in (part for payload in payloads for part in payload.values() if isinstance(part, dict)):
            for key, value in part.items():
                if key in PERSON_KEYS and isinstance(value, int):
                    persons.add(value)
                elif key in DEPARTMENT_KEYS and isinstance(value, int):
                    departments.add(value)
                elif key == "parties" and isinstance(value, dict):
                    departments |= {int(pk) for pk in value if str(pk).isdecimal()}
                    persons |= {pk for pk in value.values() if isinstance(pk, int)}
        return cls(
            dict(Person.objects.filter(pk__in=persons).values_list("pk", "name")),
            dict(Department.objects.filter(pk__in=departments).values_list("pk", "name")),
        )


def _payload(event: AuditEvent) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads(event.payload or "{}")
    return payload


def _deed(event: AuditEvent, payload: Mapping[str, Any], names: _Names) -> Deed:
    words = words_for(event.name)
    before, after = (part if isinstance(part := payload.get(key), dict) else {} for key in ("before", "after"))
    data = payload.get("data")
    facts = _Facts({**before, **after, **(data if isinstance(data, dict) else {}), "subject": event.subject_label})
    reason = after.get("reason")
    conditional = after.get("conditional") is True
    text = str(words.text) % facts
    return Deed(
        seq=event.seq,
        at=event.at,
        who=_who(event),
        text=_("%(done)s although conditions were missing") % {"done": text} if conditional else text,
        icon=words.icon,
        tone="warn" if conditional else words.tone,
        note=reason if isinstance(reason, str) else "",
        changes=tuple(_changes(event.subject_type, before, after, names)),
    )


class _Facts(dict[str, Any]):
    """Facts for a sentence; one that the event does not carry leaves a gap, not an error."""

    def __missing__(self, key: str) -> str:
        return ""


def _who(event: AuditEvent) -> str:
    if event.actor_id is None:
        return _("Tongzhou")
    if event.on_behalf_of:
        return _("%(deputy)s for %(head)s") % {"deputy": event.actor_name, "head": event.on_behalf_of}
    return event.actor_name


def _changes(subject_type: str, before: Mapping[str, Any], after: Mapping[str, Any], names: _Names) -> Iterable[Change]:
    for key in dict.fromkeys([*before, *after]):
        if key in UNTOLD or (key == "reason" and not before):
            continue
        told = (_told(key, side.get(key), subject_type, names) for side in (before, after))
        was, now = told
        if was != now:
            yield Change(_label(key, subject_type), was, now)


def _model_field(key: str, subject_type: str) -> Any:
    try:
        return apps.get_model(subject_type)._meta.get_field(key.removesuffix("_id"))
    except (LookupError, ValueError, FieldDoesNotExist):
        return None


def _label(key: str, subject_type: str) -> str:
    if key in LABELS:
        return str(LABELS[key])
    found = _model_field(key, subject_type)
    return str(getattr(found, "verbose_name", "") or key.removesuffix("_id").replace("_", " "))


def _told(key: str, value: Any, subject_type: str, names: _Names) -> str:
    if value is None or value in ("", {}, []):
        return ""
    match value:
        case bool():
            return _("yes") if value else _("no")
        case int() if key in PERSON_KEYS:
            return names.persons.get(value, "")
        case int() if key in DEPARTMENT_KEYS:
            return names.departments.get(value, "")
        case dict() if key == "parties":
            return _listed(
                _party(names.departments.get(int(pk), ""), names.persons.get(contact or 0, ""))
                for pk, contact in value.items()
                if str(pk).isdecimal()
            )
        case dict():
            return _listed(f"{part}: {text}" for part, text in value.items())
        case list():
            return _listed(str(item) for item in value)
        case str():
            return _told_text(key, value, subject_type)
    return str(value)


def _told_text(key: str, value: str, subject_type: str) -> str:
    if key == "phase" and value in Phase.values:
        return str(Phase(value).label)
    found = _model_field(key, subject_type)
    kind = found.get_internal_type() if hasattr(found, "get_internal_type") else ""
    if kind in {"DateField", "DateTimeField"}:
        try:
            return exactly(date.fromisoformat(value) if kind == "DateField" else datetime.fromisoformat(value))
        except ValueError:
            return value
    if kind == "DecimalField":
        return value.rstrip("0").rstrip(".") if "." in value else value
    choices = dict(getattr(found, "flatchoices", None) or ())
    return str(choices.get(value, value))


def _party(department: str, contact: str) -> str:
    return _("%(department)s (%(contact)s)") % {"department": department, "contact": contact} if contact else department


def _listed(parts: Iterable[str]) -> str:
    return _(", ").join(part for part in parts if part)
