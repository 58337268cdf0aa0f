"""Writing what was changed in the form of a collaboration request, table by table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.core.errors import StaleWrite, require
from tongzhou.core.events import record
from tongzhou.core.versions import save_version
from tongzhou.projects.services import (
    add_objective,
    change_objective,
    change_project,
    name_contact,
    remove_objective,
)

from .. import policies
from ..models import Ask, CollabRequest, Milestone
from ..queries.collabs import with_present_contacts
from ..states import AskState, CollabState
from .asks import ask_anew, change_ask, drop_ask, send_ask, settle, write_parties
from .collab_input import checked
from .places import (
    CELLS,
    COLLAB_FIELDS,
    PROJECT_FIELDS,
    CollabDraft,
    Merged,
    merge,
    places_of,
    rows_of,
    text_of,
)

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


def write_draft(collab: CollabRequest, draft: CollabDraft, by: Actor, source: str = "") -> Written:
    draft = checked(collab, draft)
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
    signs = {name: sign_opinion(collab, name, by) for name in OPINIONS if name in values}
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


def sign_opinion(collab: CollabRequest, opinion: str, by: Actor) -> dict[str, str | int]:
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
