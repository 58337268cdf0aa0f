"""A filled 《资源需求表》 (.xlsx, our own layout) read back: every row checked against plan and project, none half taken."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from tongzhou.core.actor import Actor
from tongzhou.core.errors import Conflict, InvalidInput
from tongzhou.documents.read_back import CellError, parse_date, read_xlsx
from tongzhou.people.models import Membership
from tongzhou.projects.models import Project

from . import services
from .models import ResourceNeed, Task
from .resource_documents import RESOURCE_REQUEST
from .resource_forms import may_ask_for
from .resource_states import Category, NeedState, Priority

SALT = "tongzhou.planning.needs"
KEPT_SECONDS = 24 * 3600
MOST_ROWS = 500
_QUANTITY = re.compile(r"\s*(\d{1,6})\s*(?:[×x*]\s*)?(\D{0,20})\s*")
_SHARE = re.compile(r"\s*(\d{1,3}(?:\.\d{1,4})?)\s*([%％]?)\s*")
_NAMED = re.compile(r"(.+?)\s*[（(]([^()（）]{1,60})[)）]\s*")
# Columns of the form by the field of a need that they fill; the others are answers, not asked here.
_PLACES = {
    "task_id": ("needs", "task"), "category": ("needs", "category"), "name": ("needs", "name_or_skill"),
    "person_id": ("needs", "name_or_skill"), "quantity": ("needs", "quantity"), "share": ("needs", "allocation"),
    "first": ("needs", "period"), "amount": ("needs", "amount"), "provider_id": ("provision", "provider_dept"),
    "purpose": ("provision", "purpose"), "alternative": ("provision", "alternative"),
    "account": ("provision", "account"), "priority": ("provision", "priority"),
}  # fmt: skip
_READ = {f"{table}.{column}" for table, column in _PLACES.values()}
# What makes a row the need that is asked already.
_SAME = ("task_id", "category", "name", "provider_id")


@dataclass(slots=True)
class NeedRow:
    """What becomes of one row of the form. ``number``: its place in the table; errors as place and text."""

    number: int
    task: str = ""
    name: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    errors: list[tuple[str, str]] = field(default_factory=list)
    need: ResourceNeed | None = None
    changes: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def verdict(self) -> str:
        """error, add, change or same."""
        if self.errors:
            return "error"
        return "add" if self.need is None else "change" if self.changes else "same"


def read_needs(project: Project, data: bytes, actor: Actor) -> list[NeedRow]:
    """Every row of the file; ``FileRefused`` for what is no such form, ``InvalidInput`` on ``file`` for an empty one."""
    read = read_xlsx(RESOURCE_REQUEST, data)
    needs: list[dict[str, Any]] = read.content.get("needs", [])
    provision: list[dict[str, Any]] = read.content.get("provision", [])
    if not needs:
        raise InvalidInput({"file": _("Below the headings nothing is filled in")})
    if len(needs) > MOST_ROWS:
        raise InvalidInput({"file": _("At most %(limit)s rows at a time") % {"limit": MOST_ROWS}})
    if len(needs) != len(provision):
        text = _(
            "The table of needs has %(needs)s rows, that of the providing departments %(provision)s; they go in pairs."
        )
        raise InvalidInput({"file": text % {"needs": len(needs), "provision": len(provision)}})
    reader = _Reader(project, actor)
    rows = [reader.row(number, *pair) for number, pair in enumerate(zip(needs, provision, strict=True), start=1)]
    for error in read.errors:
        _place_error(rows, error)
    return rows


def packed(project: Project, rows: Sequence[NeedRow]) -> str:
    """What waits, signed, to be confirmed; empty where something is wrong or nothing is to do."""
    todo = [row for row in rows if row.verdict in {"add", "change"}]
    if not todo or any(row.errors for row in rows):
        return ""
    facts = [
        [row.number, row.need.pk if row.need else None, row.need.version if row.need else None, _plain(row.values)]
        for row in todo
    ]
    return signing.dumps([project.pk, facts], salt=SALT, compress=True)


def opened(token: str, project_id: int) -> list[services.NeedChange]:
    """The same back; ``Conflict`` for what waited too long or belongs to another project."""
    try:
        kept_for, facts = signing.loads(token, salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature as refusal:
        raise Conflict(_("This table waited too long; please upload it again")) from refusal
    if kept_for != project_id:
        raise Conflict(_("This table was looked through for another project"))
    return [services.NeedChange(number, pk, version, _unplain(values)) for number, pk, version, values in facts]


class _Reader:
    def __init__(self, project: Project, actor: Actor) -> None:
        self.project = project
        self.tasks: dict[str, list[Task]] = {}
        for task in may_ask_for(actor, project):
            for word in (task.title.strip(), f"#{task.number}"):
                self.tasks.setdefault(word, []).append(task)
        parties = project.parties.filter(left_at__isnull=True).select_related("department")
        self.departments = {
            word.strip().casefold(): party.department
            for party in parties
            for word in (party.department.code, party.department.name)
        }
        keys = {department.pk for department in self.departments.values()}
        members = Membership.objects.filter(department__in=keys, person__is_active=True).select_related("person")
        self.persons: dict[tuple[int, str], list[int]] = {}
        for row in members:
            for word in {row.person.name, row.person.username}:
                self.persons.setdefault((row.department_id, word), []).append(row.person_id)
        self.asked: dict[tuple[Any, ...], list[ResourceNeed]] = {}
        rows = project.resource_needs.exclude(state=NeedState.WITHDRAWN).select_related("task", "provider", "person")
        for need in rows:
            self.asked.setdefault(tuple(getattr(need, name) for name in _SAME), []).append(need)

    def row(self, number: int, need: Mapping[str, Any], provision: Mapping[str, Any]) -> NeedRow:
        """One pair of rows as a need."""
        row = NeedRow(number, str(need.get("task", "")), str(need.get("name_or_skill", "")))
        task = self._task(row)
        provider = self._provider(row, str(provision.get("provider_dept", "")))
        values = row.values
        values |= {
            "task_id": task.pk if task else None,
            "category": _one(need.get("category")),
            "name": row.name,
            "person_id": None,
            "provider_id": provider,
            "purpose": str(provision.get("purpose", "")),
            "alternative": str(provision.get("alternative", "")),
            "account": str(provision.get("account", "")),
            "priority": _one(provision.get("priority")) or str(Priority.MEDIUM),
            "quantity": 1,
            "unit": "",
            "share": 100,
            "first": None,
            "last": None,
            "amount": Decimal(need["amount"]) if need.get("amount") else None,
        }
        is_money = values["category"] == Category.MONEY
        if not is_money:
            self._figures(row, need)
            self._period(row, str(need.get("period", "")), task)
        if values["category"] == Category.PEOPLE and provider is not None and (named := _NAMED.fullmatch(row.name)):
            found = self.persons.get((provider, named[2].strip()), [])
            if len(found) == 1:
                values |= {"name": named[1].strip(), "person_id": found[0]}
        if not row.errors:
            self._against_plan(row)
        return row

    def _task(self, row: NeedRow) -> Task | None:
        found = self.tasks.get(row.task.strip(), [])
        if len(found) == 1:
            return found[0]
        if row.task.strip():
            text = (
                _("Several tasks are called so; write #number")
                if found
                else _("There is no such task for which you may ask")
            )
            row.errors.append((_label("task_id"), text))
        return None

    def _provider(self, row: NeedRow, name: str) -> int | None:
        found = self.departments.get(name.strip().casefold())
        if found is None and name.strip():
            text = _("No department called “%(name)s” takes part in the project") % {"name": name.strip()[:40]}
            row.errors.append((_label("provider_id"), text))
        return found.pk if found else None

    def _figures(self, row: NeedRow, need: Mapping[str, Any]) -> None:
        quantity = _QUANTITY.fullmatch(str(need.get("quantity", "")))
        if quantity is None:
            if need.get("quantity"):
                row.errors.append((_label("quantity"), _("Write a number with its unit, such as 2 人")))
        else:
            row.values |= {"quantity": int(quantity[1]), "unit": quantity[2].strip()}
        text = str(need.get("allocation", ""))
        if not text.strip() or row.values["category"] != Category.PEOPLE:
            return
        share = _SHARE.fullmatch(text)
        if share is None:
            row.errors.append((_label("share"), _("Give a share between 1 and 100 %")))
            return
        # A cell shown as 50 % holds 0.5.
        part = Decimal(share[1]) * (100 if not share[2] and Decimal(share[1]) <= 1 else 1)
        row.values["share"] = int(part) if part == int(part) else 0

    def _period(self, row: NeedRow, text: str, task: Task | None) -> None:
        if not text.strip():
            return
        parts = [part for part in re.split(r"\s*(?:–|—|~|～|至|到|\s-\s)\s*", text.strip()) if part]
        days = [parse_date(part) for part in parts]
        if len(days) > 2 or not all(days):
            row.errors.append((_label("first"), _("Write two days, such as 2026-05-11 – 2026-05-20")))
            return
        first, last = days[0], days[-1]
        if task is None or (first, last) != (task.start, task.finish):
            row.values |= {"first": first, "last": last}

    def _against_plan(self, row: NeedRow) -> None:
        waiting = self.asked.get(tuple(row.values[name] for name in _SAME), [])
        need = waiting.pop(0) if waiting else None
        try:
            services.checked_need(self.project, row.values, need)
        except InvalidInput as refusal:
            for name, texts in refusal.fields.items():
                key = name if name in _PLACES else f"{name}_id"
                row.errors += [(_label(key), str(text)) for text in texts]
            return
        row.need = need
        if need is not None:
            row.changes = _differences(need, row.values)
            if not row.changes:
                row.values = {}


def _differences(need: ResourceNeed, values: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    found = []
    for name, value in values.items():
        was = getattr(need, name)
        if name in {"account", "amount"} and not need.is_money:
            continue
        if name in {"quantity", "unit", "share", "first", "last"} and need.is_money:
            continue
        if name == "person_id" and value is None and was is not None:
            continue
        if was != value:
            found.append((_label("first" if name == "last" else name), _shown(was), _shown(value)))
    return found


def _place_error(rows: Sequence[NeedRow], error: CellError) -> None:
    """Puts what the form's own check says at its row; what is answered by others is none of the reader's business."""
    match = re.fullmatch(r"(needs|provision)\[(\d+)\]\.(\w+)", error.field)
    if match is None or f"{match[1]}.{match[3]}" not in _READ or int(match[2]) >= len(rows):
        return
    table, column = match[1], match[3]
    label = _label(next(key for key, place in _PLACES.items() if place == (table, column)))
    row = rows[int(match[2])]
    row.errors = [(place, text) for place, text in row.errors if place != label]
    row.errors.append((f"{error.cell} {label}", error.message))


def _label(key: str) -> str:
    table, column = _PLACES.get(key, ("needs", "quantity"))
    part = next(part for part in RESOURCE_REQUEST.tables() if part.key == table)
    return str(next(one.label for one in part.columns if one.key == column))


def _one(value: Any) -> str:
    return str(value[0] if isinstance(value, list) and value else value or "")


def _shown(value: Any) -> str:
    return "—" if value is None or value == "" else str(value)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: str(value) if isinstance(value, (Decimal, date)) else value for key, value in values.items()}


def _unplain(values: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(values)
    for key in ("first", "last"):
        found[key] = date.fromisoformat(found[key]) if found.get(key) else None
    found["amount"] = Decimal(found["amount"]) if found.get("amount") else None
    return found
