"""Bringing many persons in at once: all rows or none."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.bulk import insert_many
from tongzhou.core.errors import Conflict, InvalidInput, require
from tongzhou.core.events import record
from tongzhou.core.tables import Line
from tongzhou.core.versions import save_version

from .. import login_links, policies, queries
from ..import_columns import MOST_ROWS
from ..models import Department, ImportDraft, Membership, Person
from ..pinyin import pinyin_of
from ..queries.imports import ImportPlan, Path, PlannedPerson, plan_import
from .departments import create_department
from .heads import name_head
from .persons import move_person

MOST_ERRORS_SHOWN = 200
KEPT_DAYS = 1


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What an import did; ``added_ids`` are the persons who now need a way to log in."""

    added: int
    changed: int
    unchanged: int
    departments: int
    added_ids: tuple[int, ...]


@act
def keep_import(lines: Sequence[Line], file_name: str, *, create_departments: bool = False, by: Actor) -> ImportDraft:
    """Keeps a table that was read, for looking it through before it is confirmed; forgets those of other days."""
    require(policies.can_keep_people(by))
    _refuse_size(lines)
    moment = clock.now()
    ImportDraft.objects.filter(owner_id=by.pk, created_at__lt=moment - timedelta(days=KEPT_DAYS)).delete()
    return ImportDraft.objects.create(
        owner_id=by.pk,
        file_name="".join(char for char in file_name if char.isprintable())[-200:],
        lines=[[line.number, line.cells] for line in lines],
        create_departments=create_departments,
        created_at=moment,
    )


@act
def choose_import_departments(draft_id: int, create_departments: bool, *, by: Actor) -> ImportDraft:
    """Says whether departments that are missing are to be created when the table is confirmed."""
    draft = reach(queries.import_drafts_of(by), draft_id, lock=True)
    draft.create_departments = create_departments
    draft.save(update_fields=["create_departments"])
    return draft


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A table checked row by row before the transaction, and the last event that the check can have known of."""

    lines: Sequence[Line]
    create_departments: bool
    plan: ImportPlan
    pinyin: dict[str, str]
    known_up_to: int


def confirm_import(draft_id: int, *, by: Actor) -> ImportOutcome:
    """Writes a table that was looked through. Confirmed again, it answers with what it did and does nothing.

    What is written is what was looked through: the rows kept with the draft, never a file sent once more.
    """
    draft = reach(queries.import_drafts_of(by), draft_id)
    require(policies.can_keep_people(by))
    lines = [Line(number, cells) for number, cells in draft.lines]
    prepared = _prepare(lines, draft.create_departments) if draft.done_at is None else None
    return _confirm(draft_id, prepared, by=by)


@act
def _confirm(draft_id: int, prepared: _Prepared | None, *, by: Actor) -> ImportOutcome:
    draft = reach(queries.import_drafts_of(by), draft_id, lock=True)
    if draft.done_at is None and prepared is not None:
        if draft.create_departments != prepared.create_departments:
            raise Conflict(_("The choice about missing departments has just changed; look at the rows again."))
        outcome = _import(prepared, by=by)
        draft.outcome = asdict(outcome)
        draft.done_at, draft.lines = clock.now(), []
        draft.save(update_fields=["outcome", "done_at", "lines"])
        return outcome
    kept = dict(draft.outcome or {})
    return ImportOutcome(**{**kept, "added_ids": tuple(kept["added_ids"])})


@act
def login_links_of_import(draft_id: int, *, by: Actor) -> list[tuple[Person, str]]:
    """Login links for the persons an import added and who cannot log in yet."""
    draft = reach(queries.import_drafts_of(by), draft_id)
    require(policies.can_keep_people(by))
    added = (draft.outcome or {}).get("added_ids", [])
    waiting = Person.objects.filter(pk__in=added, is_active=True, password__startswith=UNUSABLE_PASSWORD_PREFIX)
    found = [(person, login_links.secret_for(person)) for person in waiting]
    record(by, "people.login_links.issued", draft, after={"number": len(found)})
    return found


def import_people(lines: Sequence[Line], *, create_departments: bool = False, by: Actor) -> ImportOutcome:
    """Writes every row, or none.

    The rows are checked before the transaction, so that twenty thousand of them do not hold everybody else up; where
    anything about people has changed since, they are checked again within it, and one row that is wrong refuses the whole.
    Running the same table a second time changes nothing. Raises ``InvalidInput`` with ``row · column`` for each error.
    """
    require(policies.can_keep_people(by))
    return _import(_prepare(lines, create_departments), by=by)


def _prepare(lines: Sequence[Line], create_departments: bool) -> _Prepared:
    _refuse_size(lines)
    known_up_to = queries.end_of_log()
    plan = plan_import(lines, create_departments=create_departments)
    names = {row.values["name"] for row in plan.rows if "name" in row.values and not row.errors}
    return _Prepared(lines, create_departments, plan, {name: pinyin_of(name) for name in names}, known_up_to)


@act
def _import(prepared: _Prepared, *, by: Actor) -> ImportOutcome:
    # Departments are few and decide who heads what; holding them keeps two imports from crossing.
    list(Department.objects.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    plan = prepared.plan
    if queries.people_changed_since(prepared.known_up_to):
        plan = plan_import(prepared.lines, create_departments=prepared.create_departments)
    if not plan.is_clean:
        raise InvalidInput(_errors(plan), _("Nothing was imported: some rows are wrong"))
    try:
        with transaction.atomic():
            return _write(plan, prepared.pinyin, by)
    except IntegrityError as clash:
        raise Conflict(
            _("Somebody else has changed people meanwhile. Nothing was imported; look at the rows again.")
        ) from clash


def _refuse_size(lines: Sequence[Line]) -> None:
    if len(lines) > MOST_ROWS:
        raise InvalidInput({"file": _("At most %(limit)s rows at a time") % {"limit": MOST_ROWS}})
    if not lines:
        raise InvalidInput({"file": _("Below the headings nothing is filled in")})


def _write(plan: ImportPlan, pinyin: dict[str, str], by: Actor) -> ImportOutcome:
    known = dict(plan.known)
    for path in plan.missing:
        parent = known[path[:-1]] if len(path) > 1 else None
        known[path] = create_department(path[-1], parent_id=parent, by=by).pk
    added = [row for row in plan.rows if row.verdict == "add"]
    changed = [row for row in plan.rows if row.verdict == "change"]
    _add(added, known, pinyin, by)
    for row in changed:
        _change(row, known, by)
    for row in (*added, *changed):
        if row.becomes_head and row.person is not None:
            name_head(known[row.department], row.person.pk, clock.today(), former_id=None, by=by)
    return ImportOutcome(
        added=len(added),
        changed=len(changed),
        unchanged=plan.counts["same"],
        departments=len(plan.missing),
        added_ids=tuple(row.person.pk for row in added if row.person is not None),
    )


def _add(rows: list[PlannedPerson], known: dict[Path, int], pinyin: dict[str, str], by: Actor) -> None:
    today = clock.today()
    persons = []
    for row in rows:
        name = row.values["name"]
        person = Person(**row.values, joined_on=today, pinyin=pinyin.get(name) or pinyin_of(name))
        # As ``set_unusable_password`` does it, but a hundred times as fast: there may be twenty thousand.
        person.password = UNUSABLE_PASSWORD_PREFIX + secrets.token_hex(20)
        row.person = person
        persons.append(person)
    insert_many(Person, persons)
    keys = dict(Person.objects.filter(joined_on=today).values_list("username", "pk"))
    for person in persons:
        person.pk = keys[person.username]
    insert_many(
        Membership,
        [
            Membership(person_id=row.person.pk, department_id=known[row.department], is_main=True)
            for row in rows
            if row.department and row.person is not None
        ],
    )
    for row in rows:
        if row.person is not None:
            after = {**row.values, "department": known.get(row.department), "imported": True}
            record(by, "people.person.added", row.person, after=after)


def _change(row: PlannedPerson, known: dict[Path, int], by: Actor) -> None:
    if row.person is None:
        return
    person = Person.objects.select_for_update(of=("self",)).get(pk=row.person.pk)
    if row.values:
        values = dict(row.values)
        if "name" in values:
            values["pinyin"] = pinyin_of(values["name"])
        before = save_version(person, None, values)
        before.pop("pinyin", None)
        record(by, "people.person.changed", person, before=before, after={key: values[key] for key in before})
    if row.moves:
        move_person(person, Department.objects.get(pk=known[row.department]), keep_former=False, by=by)


def _errors(plan: ImportPlan) -> dict[str, str]:
    found = {f"{row.line.number}.{key}": text for row in plan.rows for key, text in row.errors.items()}
    return dict(list(found.items())[:MOST_ERRORS_SHOWN])
