"""Dependency promises: drawn from the plan at the end of every step, confirmed or objected to by the two departments."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import Conflict, InvalidInput, require
from tongzhou.core.events import canonical, record
from tongzhou.core.many import write_columns
from tongzhou.projects.models import Project

from .. import promise_policies, queries
from ..models import Promise, PromiseWord
from ..queries.plan_rows import LinkRow, PlanRow
from ..states import LinkKind
from ..work_states import PromiseState, Side

# The date of a promise: when the predecessor is finished, or begun where that drives the successor.
FROM_START = {LinkKind.START_START, LinkKind.START_FINISH}
TERMS = ("kind", "lag", "provider_id", "receiver_id", "item", "criterion")
FOLLOWING = (*TERMS, "due", "digest", "state", "promised_due")
# What a move of the plan changes, where the terms stay the same: few columns, for a step may move all of them.
DATED = ("due", "state")
# So many are named in one event; what lies beyond is counted.
MOST_NAMED = 200
Day = date | None
Dates = Mapping[int, tuple[Day, Day]]


@act
def confirm_promise(promise_id: int, side: str, *, by: Actor, shown: str) -> Promise:
    """One of the two contact persons confirms exactly what was shown (``Promise.stamp``)."""
    promise = _spoken(promise_id, side, shown, by)
    setattr(promise, f"{side}_digest", promise.digest)
    setattr(promise, f"{side}_due", promise.due)
    promise.objected_digest, promise.objected_due = "", None
    return _said(promise, side, True, "", by)


@act
def object_to_promise(promise_id: int, side: str, reason: str, *, by: Actor, shown: str) -> Promise:
    """One of the two cannot promise, or cannot work with, what the plan says; the lead has to settle it."""
    promise = _spoken(promise_id, side, shown, by)
    reason = reason.strip()
    if not reason:
        raise InvalidInput({"reason": _("Please give the reason")})
    if len(reason) > 1000:
        raise InvalidInput({"reason": _("At most %(count)s characters") % {"count": 1000}})
    setattr(promise, f"{side}_digest", "")
    setattr(promise, f"{side}_due", None)
    promise.objected_digest, promise.objected_due = promise.digest, promise.due
    return _said(promise, side, False, reason, by)


def follow_promises(
    project: Project, tasks: Sequence[PlanRow], links: Iterable[LinkRow], before: Dates, *, by: Actor
) -> None:
    """Brings the promises of a plan to what the plan says now; called at the end of every step, under the plan's lock.

    ``before`` holds start and finish of the tasks that have moved. Few queries however many links there are: what did not
    change is compared as plain columns and left alone. One event tells of all that slipped, one of all that hold
    again, one of all whose terms are new.
    """
    wanted = _wanted(tasks, links)
    columns = ("pk", "predecessor_id", "successor_id", *TERMS, "due", "state")
    there = {(row[1], row[2]): row for row in Promise.objects.filter(project=project).values_list(*columns)}
    changed: dict[int, tuple[Any, ...] | None] = {}
    for pair, row in there.items():
        terms = wanted.get(pair)
        if terms is None:
            if row[-1] != PromiseState.ENDED:
                changed[row[0]] = None
        elif row[3:-1] != terms or row[-1] == PromiseState.ENDED:
            changed[row[0]] = terms
    Promise.objects.bulk_create(
        [_fresh(project, pair, terms) for pair, terms in wanted.items() if pair not in there], batch_size=500
    )
    if changed:
        _follow(project, changed, before, by)


def standing(promise: Promise) -> str:
    """Where the promise stands, from what each side has said of what."""
    if promise.objected_digest == promise.digest and promise.objected_due == promise.due:
        return PromiseState.OBJECTED
    if promise.covered_by(Side.PROVIDER) and promise.covered_by(Side.RECEIVER):
        return PromiseState.CONFIRMED
    return PromiseState.WAITING


def _wanted(tasks: Sequence[PlanRow], links: Iterable[LinkRow]) -> dict[tuple[int, int], tuple[Any, ...]]:
    known = {task.pk: task for task in tasks}
    found: dict[tuple[int, int], tuple[Any, ...]] = {}
    for link in links:
        before, after = known.get(link.predecessor_id), known.get(link.successor_id)
        if before is None or after is None or before.department_id is None or after.department_id is None:
            continue
        if before.department_id == after.department_id or before.is_summary or after.is_summary:
            continue
        item = before.deliverable or before.title
        due = before.start if link.kind in FROM_START else before.finish
        found[before.pk, after.pk] = (
            link.kind, link.lag, before.department_id, after.department_id, item, before.acceptance, due,
        )  # fmt: skip
    return found


def _fresh(project: Project, pair: tuple[int, int], terms: tuple[Any, ...]) -> Promise:
    promise = Promise(project=project, predecessor_id=pair[0], successor_id=pair[1])
    _take(promise, terms)
    return promise


def _take(promise: Promise, terms: tuple[Any, ...]) -> None:
    for name, value in zip((*TERMS, "due"), terms, strict=True):
        setattr(promise, name, value)
    told = canonical({name: getattr(promise, name) for name in TERMS})
    promise.digest = hashlib.sha256(told.encode()).hexdigest()
    same = promise.provider_digest == promise.receiver_digest == promise.digest
    dates = [day for day in (promise.provider_due, promise.receiver_due) if day is not None]
    promise.promised_due = min(dates) if same and len(dates) == 2 else None
    promise.state = standing(promise)


def _follow(project: Project, changed: Mapping[int, tuple[Any, ...] | None], before: Dates, by: Actor) -> None:
    slipped, held, reopened = [], [], []
    renewed: list[Promise] = []
    rows = list(Promise.objects.filter(project=project, pk__in=list(changed)).order_by("pk"))
    for promise in rows:
        terms = changed[promise.pk]
        if terms is None:
            promise.state = PromiseState.ENDED
            continue
        was_due, was_digest, was_state, was_late = promise.due, promise.digest, promise.state, promise.is_slipping
        _take(promise, terms)
        if was_digest != promise.digest:
            renewed.append(promise)
        if promise.is_slipping and promise.due and (was_due is None or promise.due > was_due or not was_late):
            slipped.append(_moved(promise, was_due, before))
        elif was_late and promise.state == PromiseState.CONFIRMED:
            held.append(_moved(promise, was_due, before))
        elif was_state in {PromiseState.CONFIRMED, PromiseState.OBJECTED} and was_digest != promise.digest:
            reopened.append(_moved(promise, was_due, before))
    write_columns(Promise, rows, DATED)
    write_columns(Promise, renewed, FOLLOWING)
    for name, told in (
        ("planning.promises.slipped", slipped),
        ("planning.promises.held_again", held),
        ("planning.promises.reopened", reopened),
    ):
        if told:
            data = {"promises": told[:MOST_NAMED], "moved": len(before)}
            record(by, name, project, after={"count": len(told)}, data=data)


def _moved(promise: Promise, was_due: Day, before: Dates) -> dict[str, Any]:
    """What people are told of it: until when it was, and where the task that waits lay before."""
    start, finish = before.get(promise.successor_id, (None, None))
    return {"promise": promise.pk, "was_due": was_due, "was_start": start, "was_finish": finish}


def _spoken(promise_id: int, side: str, shown: str, by: Actor) -> Promise:
    if side not in Side.values:
        raise InvalidInput({"side": _("Say for which side you speak")})
    found = reach(queries.promises_for(by), promise_id)
    Project.objects.select_for_update(of=("self",)).get(pk=found.project_id)
    promise = reach(queries.promises_for(by), promise_id)
    require(
        promise_policies.may_speak(by, promise, side),
        _("Only the contact person or the head of the department confirms"),
    )
    if not promise_policies.promises_are_open(promise.project):
        raise Conflict(_("Dependencies are confirmed while the project is planned or executed"))
    if promise.state == PromiseState.ENDED:
        raise Conflict(_("This dependency is no longer in the plan"))
    if promise.due is None:
        raise Conflict(_("There is no date yet that could be promised"))
    if promise.stamp != shown:
        raise Conflict(_("The plan has changed what is promised since you opened it. Please read it again."))
    return promise


def _said(promise: Promise, side: str, agrees: bool, reason: str, by: Actor) -> Promise:
    terms = (*(getattr(promise, name) for name in TERMS), promise.due)
    _take(promise, terms)
    promise.save()
    told = {name: getattr(promise, name) for name in (*TERMS, "predecessor_id", "successor_id")}
    word = PromiseWord.objects.create(
        promise=promise,
        side=side,
        agrees=agrees,
        terms=told,
        digest=promise.digest,
        due=promise.due or clock.today(),
        reason=reason,
        by_id=by.pk,
        at=clock.now(),
    )
    facts = {"due": promise.due, "reason": reason} if reason else {"due": promise.due}
    data = {"side": side, "word": word.pk, "terms": told, "complete": promise.state == PromiseState.CONFIRMED}
    name = "planning.promise.confirmed" if agrees else "planning.promise.objected"
    record(by, name, promise, after=facts, data=data)
    return promise
