"""Filing a collaboration request: begin, write, submit, amend, withdraw, opinions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.calendars.queries import company_calendar
from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import InvalidInput, NotFound, StaleWrite, TransitionNotAllowed, require
from tongzhou.core.events import record
from tongzhou.core.transitions import move
from tongzhou.core.versions import save_version
from tongzhou.people.models import Department, Person
from tongzhou.projects.models import Project
from tongzhou.projects.queries import projects_for
from tongzhou.projects.services import (
    add_objective,
    cancel_project,
    change_objective,
    change_project,
    create_project,
    name_contact,
    open_project,
    remove_objective,
)

from .. import policies
from ..models import Ask, CollabRequest, CollabType, Milestone, Urgency
from ..queries.collab_checks import missing_for_submission
from ..queries.collabs import with_present_contacts
from ..states import SUBMIT, WITHDRAW, AskState, CollabState
from .asks import ask_anew, change_ask, drop_ask, send_ask, settle, write_parties
from .places import (
    CELLS,
    COLLAB_FIELDS,
    PROJECT_FIELDS,
    CollabDraft,
    Merged,
    clean_text,
    merge,
    places_of,
    rows_of,
    text_of,
)
from .reply_clock import stop_clock

LONGEST = {
    "name": 120, "contact": 120, "background": 20000, "deliverables": 20000, "acceptance_criteria": 20000,
    "risks": 20000, "dept_head_opinion": 4000, "executive_opinion": 4000, "request_item": 2000,
}  # fmt: skip
LONGEST_MILESTONE = 200
EARLIEST, LATEST = 2000, 2100
MOST_ROWS = {"objectives": 20, "asks": 40, "milestones": 40}
OPINIONS = ("dept_head_opinion", "executive_opinion")


@dataclass(frozen=True)
class Written:
    """What a writer needs to go on: the request as it is now, and what others changed meanwhile.

    ``keys``: per table the key of each row sent, in the order sent. ``fresh``: places that others changed and this
    writer did not, with their text. ``rows_differ``: others added or removed rows.
    """

    collab: CollabRequest
    changed: bool
    keys: dict[str, list[int | None]] = field(default_factory=dict)
    fresh: dict[str, str] = field(default_factory=dict)
    rows_differ: bool = False


@act
def start_collab(*, scenario_id: int, name: str, initiator_id: int, by: Actor) -> CollabRequest:
    """Begins a draft from a scenario: its departments with typical asks, milestones, risks and results are filled in."""
    project = create_project(name=name, scenario_id=scenario_id, initiator_id=initiator_id, by=by)
    scenario = project.scenario
    defaults, today, moment = scenario.defaults, clock.today(), clock.now()
    person = Person.objects.get(pk=by.pk)
    collab = CollabRequest.objects.create(
        project=project,
        requester=person,
        contact=" / ".join(part for part in (person.mobile, person.email) if part)[:120],
        request_date=today,
        type=defaults["type"] if defaults.get("type") in CollabType.values else "",
        urgency=defaults["urgency"] if defaults.get("urgency") in Urgency.values else Urgency.NORMAL,
        deliverables=_words(defaults.get("deliverables"), by),
        risks=_words(defaults.get("risks"), by),
        created_at=moment,
        saved_at=moment,
    )
    period = {
        "starts_on": _working_days_on(today, defaults.get("start_after")),
        "ends_on": _working_days_on(today, defaults.get("end_after")),
    }
    if any(period.values()):
        change_project(project.pk, None, period, by=by)
        project.refresh_from_db()
    for position, (department_id, entry) in enumerate(_departments(defaults, project.initiator_id)):
        Ask.objects.create(
            collab=collab,
            department_id=department_id,
            position=position,
            request_item=_words(entry.get("ask"), by),
            due=_working_days_on(today, entry.get("due_after")),
        )
    for position, entry in enumerate(defaults.get("milestones", [])):
        Milestone.objects.create(
            collab=collab,
            position=position,
            name=_words(entry.get("name"), by)[:LONGEST_MILESTONE],
            date=_working_days_on(today, entry.get("after")),
        )
    collab.project = project
    record(by, "alignment.collab_request.started", collab, after={"scenario": scenario.key})
    return collab


@act
def save_collab(project_id: int, draft: CollabDraft, *, by: Actor, source: str = "") -> Written:
    """Writes what was changed in the form; of a request that was sent out, changed asks go back to their departments.

    What two people changed at once in different places is laid together; where both changed the same place, nothing is
    written and ``StaleWrite`` carries both texts, place by place.
    """
    collab = _locked(project_id, by)
    under_way = collab.state != CollabState.DRAFT
    require(policies.can_amend(by, collab) if under_way else policies.can_edit_draft(by, collab))
    return _write(collab, draft, by, source)


@act
def submit_collab(project_id: int, *, by: Actor, draft: CollabDraft | None = None) -> CollabRequest:
    """Hands the request to the departments: their answer clocks start, alignment begins (an incident, execution)."""
    collab = _locked(project_id, by)
    require(policies.may_submit(by, collab))
    if collab.state != CollabState.DRAFT:
        raise TransitionNotAllowed(_("The request was already submitted"))
    require(policies.can_submit(by, collab))
    if draft is not None:
        collab = _write(collab, draft, by).collab
    if problems := missing_for_submission(collab):
        raise InvalidInput(problems, _("The request is not complete yet"))
    move(collab, SUBMIT)
    collab.edition, collab.submitted_at = 1, clock.now()
    save_version(collab, None, {"edition": collab.edition, "submitted_at": collab.submitted_at})
    write_parties(collab, by=by)
    collab.project = open_project(project_id, by=by)
    record(by, "alignment.collab_request.submitted", collab, after=places_of(collab))
    for ask in collab.asks.select_related("department"):
        ask.collab = collab
        send_ask(ask, by=by)
    return collab


@act
def withdraw_collab(project_id: int, reason: str, *, by: Actor) -> CollabRequest:
    """Takes the request back, with the reason; the project ends with it."""
    collab = _locked(project_id, by)
    require(policies.can_withdraw(by, collab))
    reason = clean_text(reason)
    if not reason:
        raise InvalidInput({"reason": _("Please give the reason")})
    if len(reason) > LONGEST["dept_head_opinion"]:
        raise InvalidInput({"reason": _("At most %(count)s characters") % {"count": LONGEST["dept_head_opinion"]}})
    before = collab.state
    move(collab, WITHDRAW)
    for ask in collab.asks.all():
        ask.collab = collab
        stop_clock(ask)
        ask.save(update_fields=["reply_due_at", "escalation_level"])
    collab.project = cancel_project(project_id, reason, by=by)
    record(by, "alignment.collab_request.withdrawn", collab, before={"state": before}, after={"reason": reason})
    return collab


@act
def give_opinion(project_id: int, opinion: str, text: str, *, by: Actor) -> CollabRequest:
    """部门负责人意见 or 分管领导意见, written by whom it belongs to, also after the request was sent out."""
    collab = _locked(project_id, by)
    if opinion not in OPINIONS:
        raise NotFound
    require(policies.can_give_opinion(by, collab, opinion))
    text = clean_text(text)
    _refuse({opinion: _too_long(opinion, text)})
    before = {opinion: getattr(collab, opinion)}
    signs = {**collab.opinion_signs, opinion: _sign(collab, opinion, by)}
    save_version(collab, None, {opinion: text, "opinion_signs": signs, "saved_at": clock.now()})
    record(by, "alignment.collab_request.opinion_given", collab, before=before, after={opinion: text})
    return collab


# ---------------------------------------------------------------- writing


def _locked(project_id: int, by: Actor) -> CollabRequest:
    """The request with its project, both locked, the project first."""
    project = reach(projects_for(by), project_id, lock=True)
    collab = (
        CollabRequest.objects.select_for_update(of=("self",))
        .select_related("requester")
        .filter(project_id=project.pk)
        .first()
    )
    if collab is None:
        raise NotFound
    collab.project = Project.objects.select_related("scenario", "initiator", "lead", "sponsor").get(pk=project.pk)
    if not policies.can_see_draft(by, collab):
        raise NotFound
    return collab


def _write(collab: CollabRequest, draft: CollabDraft, by: Actor, source: str = "") -> Written:
    draft = _checked(collab, draft)
    current = places_of(collab)
    if draft.base is None and draft.version is not None and draft.version != collab.version:
        _refuse_stale(collab, draft, current)
    merged = merge(draft, current)
    if merged.mine:
        raise StaleWrite(collab, merged.mine, merged.theirs, collab.version)
    before = dict(current)
    _write_project(collab, merged, by)
    _write_fields(collab, merged, by)
    keys = {
        "objectives": _write_objectives(collab, merged, by),
        "asks": _write_asks(collab, merged, by),
        "milestones": _write_milestones(collab, merged),
    }
    fresh_collab = _again(collab)
    after = places_of(fresh_collab)
    differing = sorted(place for place in before.keys() | after.keys() if before.get(place) != after.get(place))
    if differing:
        _note(fresh_collab, differing, before, after, by, source)
    order = {table: _keys_as_sent(draft, table, merged, written) for table, written in keys.items()}
    return Written(fresh_collab, bool(differing), order, merged.fresh, merged.rows_differ)


def _note(
    collab: CollabRequest,
    differing: list[str],
    before: Mapping[str, str],
    after: Mapping[str, str],
    by: Actor,
    source: str,
) -> None:
    """One event for the save. A draft's event names the places only: the words are recorded when it is sent out."""
    if collab.state == CollabState.DRAFT:
        save_version(collab, None, {"saved_at": clock.now()})
        overwritten = {place: before[place] for place in differing if before.get(place)} if source else None
        facts = {"version": collab.version, "places": differing[:100], "source": source}
        record(by, "alignment.collab_request.saved", collab, before=overwritten, data=facts)
        return
    save_version(collab, None, {"saved_at": clock.now(), "edition": collab.edition + 1})
    settle(collab, by=by)
    record(
        by,
        "alignment.collab_request.amended",
        collab,
        before={place: before[place] for place in differing if place in before},
        after={place: after[place] for place in differing if place in after},
        data={"edition": collab.edition},
    )


def _write_project(collab: CollabRequest, merged: Merged, by: Actor) -> None:
    values = {name: merged.fields[name] for name in PROJECT_FIELDS if name in merged.fields}
    if values:
        change_project(collab.project_id, None, values, by=by)


def _write_fields(collab: CollabRequest, merged: Merged, by: Actor) -> None:
    values = {name: merged.fields[name] for name in COLLAB_FIELDS if name in merged.fields}
    signs = {name: _sign(collab, name, by) for name in OPINIONS if name in values}
    if signs:
        values["opinion_signs"] = {**collab.opinion_signs, **signs}
    for name, value in values.items():
        setattr(collab, name, value)
    if values:
        collab.save(update_fields=list(values))


def _write_objectives(collab: CollabRequest, merged: Merged, by: Actor) -> list[int | None]:
    """Objectives are the project's: each changed one goes through the project's own acts."""
    if "objectives" not in merged.rows:
        return []
    present = rows_of(collab)["objectives"]
    keys: list[int | None] = []
    for row in merged.rows["objectives"]:
        values = {cell: row[cell] for cell in (*CELLS["objectives"], "position") if cell in row}
        objective = present.get(row["id"])
        if objective is None:
            keys.append(add_objective(collab.project_id, values, by=by).pk)
            continue
        if values["position"] == objective.position:
            del values["position"]
        if values:
            change_objective(objective.pk, None, values, by=by)
        keys.append(objective.pk)
    for pk in merged.removed["objectives"]:
        remove_objective(pk, by=by)
    return keys


def _write_milestones(collab: CollabRequest, merged: Merged) -> list[int | None]:
    if "milestones" not in merged.rows:
        return []
    present = rows_of(collab)["milestones"]
    keys: list[int | None] = []
    for row in merged.rows["milestones"]:
        milestone = present.get(row["id"]) or Milestone(collab=collab)
        for cell in (*CELLS["milestones"], "position"):
            if cell in row:
                setattr(milestone, cell, row[cell])
        milestone.save()
        keys.append(milestone.pk)
    collab.milestones.filter(pk__in=merged.removed["milestones"]).delete()
    return keys


def _write_asks(collab: CollabRequest, merged: Merged, by: Actor) -> list[int | None]:
    """In a draft the asks are rows; once sent out, each change is a step in the talk with that department."""
    if "asks" not in merged.rows:
        return []
    sent_out = collab.state != CollabState.DRAFT
    present = {ask.department_id: ask for ask in collab.asks.select_for_update(of=("self",))}
    if sent_out:
        with_present_contacts(present.values(), collab.project_id)
    if sent_out and _touches_parties(merged, present) and collab.project.goals_frozen_at is not None:
        require(
            False, _("The memorandum with this text is being signed or is signed. Begin a new version of it first.")
        )
    keys: list[int | None] = []
    for row in merged.rows["asks"]:
        ask = present.get(row["department_id"]) or Ask(collab=collab, department_id=row["department_id"])
        ask.collab = collab
        if sent_out:
            _amend_ask(ask, row, by)
        else:
            for cell in (*CELLS["asks"], "position"):
                if cell in row:
                    setattr(ask, cell, row[cell])
            ask.save()
        keys.append(ask.department_id)
    for department_id in merged.removed["asks"]:
        ask = present[department_id]
        ask.collab = collab
        if sent_out:
            drop_ask(ask, by=by)
        else:
            ask.delete()
    if sent_out:
        write_parties(collab, by=by)
    return keys


def _amend_ask(ask: Ask, row: Mapping[str, Any], by: Actor) -> None:
    words = {cell: row[cell] for cell in ("request_item", "due") if cell in row}
    if "contact_person_id" in row:
        ask.contact_person_id = row["contact_person_id"]
    if ask.pk is None:
        ask.position = row["position"]
        ask.request_item, ask.due = words.get("request_item", ""), words.get("due")
        ask.save()
        send_ask(ask, by=by)
    elif ask.state == AskState.WITHDRAWN:
        ask.position = row["position"]
        ask.request_item, ask.due = words.get("request_item", ask.request_item), words.get("due", ask.due)
        ask_anew(ask, by=by)
    elif words:
        ask.position = row["position"]
        change_ask(ask, words.get("request_item", ask.request_item), words.get("due", ask.due), by=by)
    elif "contact_person_id" in row or ask.position != row["position"]:
        ask.position = row["position"]
        ask.save(update_fields=["contact_person", "position"])
        if "contact_person_id" in row:
            name_contact(ask.collab.project_id, ask.department_id, row["contact_person_id"], by=by)


def _touches_parties(merged: Merged, present: Mapping[int, Ask]) -> bool:
    return bool(merged.removed["asks"]) or any(
        row["department_id"] not in present
        or present[row["department_id"]].state == AskState.WITHDRAWN
        or "request_item" in row
        or "due" in row
        for row in merged.rows["asks"]
    )


def _again(collab: CollabRequest) -> CollabRequest:
    return (
        CollabRequest.objects.select_related(
            "project__scenario", "project__initiator", "project__lead", "project__sponsor", "requester"
        )
        .filter(pk=collab.pk)
        .get()
    )


def _keys_as_sent(draft: CollabDraft, table: str, merged: Merged, written: list[int | None]) -> list[int | None]:
    """The key of every row sent, None for one that stayed out because somebody else had removed it."""
    rows = draft.table(table)
    if rows is None:
        return []
    by_position = dict(zip((row["position"] for row in merged.rows[table]), written, strict=True))
    return [by_position.get(position) for position in range(len(rows))]


def _refuse_stale(collab: CollabRequest, draft: CollabDraft, current: Mapping[str, str]) -> None:
    mine = {name: text_of(value) for name, value in draft.fields.items()}
    for table in CELLS:
        for row in draft.table(table) or ():
            key = row.get("department_id" if table == "asks" else "id")
            mine |= {f"{table}.{key}.{cell}": text_of(row[cell]) for cell in CELLS[table] if cell in row}
    mine = {place: text for place, text in mine.items() if text != current.get(place, "")}
    raise StaleWrite(collab, mine, {place: current.get(place, "") for place in mine}, collab.version)


# ---------------------------------------------------------------- checking


def _checked(collab: CollabRequest, draft: CollabDraft) -> CollabDraft:
    """The draft with tidy text; ``InvalidInput`` where something breaks a rule that holds for drafts too."""
    problems: dict[str, str] = {}
    fields = {
        name: clean_text(value) if isinstance(value, str) else value
        for name, value in draft.fields.items()
        if name in PROJECT_FIELDS or name in COLLAB_FIELDS
    }
    for name, value in fields.items():
        problems[name] = _too_long(name, value)
    if "name" in fields and not fields["name"]:
        problems["name"] = _("Give the project a name")
    if fields.get("request_date", collab.request_date) is None:
        problems["request_date"] = _("Please fill this in")
    if fields.get("type") and fields["type"] not in CollabType.values:
        problems["type"] = _("Choose one of the types")
    if fields.get("urgency", Urgency.NORMAL) not in Urgency.values:
        problems["urgency"] = _("Choose one of the degrees")
    budget = fields.get("budget_estimate")
    if isinstance(budget, Decimal) and (not budget.is_finite() or budget < 0 or budget >= Decimal("1e12")):
        problems["budget_estimate"] = _("Give an amount between 0 and 10^12")
    for name in ("request_date", "starts_on", "ends_on"):
        if problem := _far_off(fields.get(name)):
            problems[name] = problem
    starts, ends = fields.get("starts_on", collab.project.starts_on), fields.get("ends_on", collab.project.ends_on)
    if starts and ends and ends < starts:
        problems["ends_on"] = _("The end lies before the start")
    tables = {table: _checked_rows(collab, table, draft.table(table), problems) for table in CELLS}
    _refuse(problems)
    return CollabDraft(fields, **tables, base=draft.base, version=draft.version, unsure=draft.unsure)


def _checked_rows(
    collab: CollabRequest, table: str, rows: Sequence[Mapping[str, Any]] | None, problems: dict[str, str]
) -> list[dict[str, Any]] | None:
    if rows is None:
        return None
    if len(rows) > MOST_ROWS[table]:
        problems[table] = _("At most %(count)s rows") % {"count": MOST_ROWS[table]}
        return []
    for number, row in enumerate(rows):
        for cell in ("due", "date"):
            if problem := _far_off(row.get(cell)):
                problems[f"{table}.{number}.{cell}"] = problem
    tidy = [
        {cell: clean_text(value) if isinstance(value, str) else value for cell, value in row.items()} for row in rows
    ]
    check = {"objectives": _check_objectives, "asks": _check_asks, "milestones": _check_milestones}[table]
    check(collab, tidy, problems)
    return tidy


def _check_objectives(collab: CollabRequest, rows: list[dict[str, Any]], problems: dict[str, str]) -> None:
    longest = {"text": 2000, "metric": 120, "unit": 20, "source": 200, "company_goal": 300, "evidence": 2000}
    known = set(collab.project.objectives.values_list("pk", flat=True))
    for number, row in enumerate(rows):
        if ("text" in row and not row["text"]) or ("text" not in row and row.get("id") not in known):
            problems[f"objectives.{number}.text"] = _("Write the objective")
        for cell, count in longest.items():
            if len(str(row.get(cell) or "")) > count:
                problems[f"objectives.{number}.{cell}"] = _("At most %(count)s characters") % {"count": count}
        for cell in ("baseline", "target"):
            value = row.get(cell)
            if isinstance(value, Decimal) and (not value.is_finite() or abs(value) >= Decimal("1e15")):
                problems[f"objectives.{number}.{cell}"] = _("This number is too large")


def _check_milestones(collab: CollabRequest, rows: list[dict[str, Any]], problems: dict[str, str]) -> None:
    known = set(collab.milestones.values_list("pk", flat=True))
    departments = {int(row["department_id"]) for row in rows if row.get("department_id") is not None}
    there = set(Department.objects.filter(pk__in=departments).values_list("pk", flat=True)) if departments else set()
    for number, row in enumerate(rows):
        if not row.get("name") and ("name" in row or row.get("id") not in known):
            problems[f"milestones.{number}.name"] = _("Name the milestone")
        elif len(str(row.get("name", ""))) > LONGEST_MILESTONE:
            problems[f"milestones.{number}.name"] = _("At most %(count)s characters") % {"count": LONGEST_MILESTONE}
        if row.get("department_id") is not None and row["department_id"] not in there:
            problems[f"milestones.{number}.department_id"] = _("Choose a department that exists")


def _check_asks(collab: CollabRequest, rows: list[dict[str, Any]], problems: dict[str, str]) -> None:
    wanted = [row.get("department_id") for row in rows]
    before = set(collab.asks.values_list("department_id", flat=True))
    open_ones = set(
        Department.objects.filter(pk__in={pk for pk in wanted if pk is not None}, is_active=True).values_list(
            "pk", flat=True
        )
    )
    contacts = {int(row["contact_person_id"]) for row in rows if row.get("contact_person_id") is not None}
    homes: dict[int, set[int]] = {}
    if contacts:
        for person_id, department_id in Person.objects.filter(pk__in=contacts, is_active=True).values_list(
            "pk", "memberships__department_id"
        ):
            homes.setdefault(person_id, set()).add(department_id)
    for number, row in enumerate(rows):
        department = row.get("department_id")
        place = f"asks.{number}"
        if department is None:
            problems[f"{place}.department_id"] = _("Choose the department")
        elif department == collab.project.initiator_id:
            problems[f"{place}.department_id"] = _("This is your own department; it takes part anyway")
        elif department not in open_ones and department not in before:
            problems[f"{place}.department_id"] = _("Choose a department that exists")
        elif wanted.index(department) != number:
            problems[f"{place}.department_id"] = _("This department stands in the list already")
        if problem := _too_long("request_item", row.get("request_item")):
            problems[f"{place}.request_item"] = problem
        if collab.state != CollabState.DRAFT and "request_item" in row and not row["request_item"]:
            problems[f"{place}.request_item"] = _("Write what is asked of the department")
        if collab.state != CollabState.DRAFT and "due" in row and row["due"] is None:
            problems[f"{place}.due"] = _("Say by when")
        contact = row.get("contact_person_id")
        wrong_department = f"{place}.department_id" in problems
        if contact is not None and not wrong_department and department not in homes.get(contact, set()):
            problems[f"{place}.contact_person_id"] = _("Choose a person of this department")
    if collab.state != CollabState.DRAFT and not rows:
        problems["asks"] = _("Ask at least one department other than your own")


def _far_off(day: Any) -> str:
    """A year mistyped: nothing is planned before 2000 or after 2100."""
    return _("Please check the year.") if isinstance(day, date) and not EARLIEST <= day.year <= LATEST else ""


def _too_long(name: str, value: Any) -> str:
    longest = LONGEST.get(name)
    if longest is None or not isinstance(value, str) or len(value) <= longest:
        return ""
    return _("At most %(count)s characters") % {"count": longest}


def _refuse(problems: Mapping[str, str]) -> None:
    found = {place: text for place, text in problems.items() if text}
    if found:
        raise InvalidInput(found)


def _sign(collab: CollabRequest, opinion: str, by: Actor) -> dict[str, str | int]:
    """Who wrote the opinion and as what; only the person it belongs to signs it, anybody else writes it down."""
    role = (policies.head_opinion_role if opinion == "dept_head_opinion" else policies.executive_opinion_role)(
        by, collab
    )
    stand_in = by.stand_in_for(collab.project.initiator_id, policies.REPLY_SCOPE) if role == "deputy" else None
    return {
        "as": role or "record",
        "person": by.pk,
        "name": by.name,
        "for": stand_in.head_name if stand_in else "",
        "department": collab.project.initiator.name if role in {"head", "deputy"} else "",
        "at": clock.local_now().isoformat(timespec="seconds"),
    }


# ---------------------------------------------------------------- scenario defaults


def _words(value: Any, by: Actor) -> str:
    """A text of a scenario in the actor's language; scenarios of the company have one language only."""
    if isinstance(value, Mapping):
        value = value.get("en" if by.language.startswith("en") else "zh") or value.get("zh") or value.get("en") or ""
    return clean_text(str(value or ""))


def _working_days_on(day: date, count: Any) -> date | None:
    if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= 2000:
        return None
    return company_calendar().add_workdays(day, count)


def _departments(defaults: Mapping[str, Any], initiator_id: int) -> list[tuple[int, Mapping[str, Any]]]:
    """The scenario's departments as this company has them: by code, else by one of the names; each once."""
    rows = list(Department.objects.filter(is_active=True).exclude(pk=initiator_id))
    codes = {row.code.lower(): row.pk for row in rows}
    names = {row.name.lower(): row.pk for row in rows}
    found: dict[int, Mapping[str, Any]] = {}
    for entry in defaults.get("departments", []):
        pk = codes.get(str(entry.get("code", "")).lower())
        if pk is None:
            pk = next((names[name.lower()] for name in entry.get("names", []) if name.lower() in names), None)
        if pk is not None:
            found.setdefault(pk, entry)
    return list(found.items())
