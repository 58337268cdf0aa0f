"""Bringing a way out before the departments it touches, carrying it out as one step, taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import Conflict, InvalidInput, NotFound, TransitionNotAllowed, require
from tongzhou.core.events import plain, record
from tongzhou.core.transitions import move
from tongzhou.people.models.deputies import Scope
from tongzhou.projects.models import Project
from tongzhou.projects.queries import projects_for

from .. import queries, remedy_policies
from ..models import Booking, Remedy, RemedyConsent, ResourceNeed, Task
from ..resource_states import APPLY, DROP, OBJECT, PROPOSE, Approval, RemedyState, Verdict, Way
from .bookings import lock_supply, offers_as_booked
from .steps import Step, step, undo_step

LONGEST_REASON = 1000
_ANSWERED = {Verdict.ACCEPTED: "planning.remedy.accepted", Verdict.OBJECTED: "planning.remedy.objected"}


@act
def propose_remedy(remedy_id: int, *, by: Actor) -> Remedy:
    """Brings the levelled plan, as good as it is by now, before the departments; the search for a better one ends."""
    remedy = locked_remedy(remedy_id, by)
    require(remedy_policies.can_level(by, remedy.project))
    if not remedy.basis:
        raise Conflict(_("There is no plan yet that could be proposed"))
    _require_fresh(remedy)
    move(remedy, PROPOSE)
    ask_departments(remedy, by)
    return remedy


def ask_departments(remedy: Remedy, by: Actor) -> None:
    """One answer for each department concerned; who proposes has accepted for their own, and alone, carries it out."""
    concerned = queries.departments_concerned(remedy.project, remedy.content)
    rows = [RemedyConsent(remedy=remedy, department_id=pk, needs_head=head) for pk, head in concerned.items()]
    RemedyConsent.objects.bulk_create(rows)
    record(by, "planning.remedy.proposed", remedy, after={"what": queries.headline(remedy)})
    for consent in remedy.consents.select_related("remedy__project").order_by("pk"):
        if remedy_policies.can_answer(by, consent):
            _note(consent, Verdict.ACCEPTED, "", by)
    if remedy_policies.is_accepted(remedy) and remedy_policies.can_apply(by, remedy):
        _carry_out(remedy, by)


@act
def answer_remedy(consent_id: int, verdict: str, reason: str = "", *, by: Actor) -> RemedyConsent:
    """A department accepts, or objects with the reason."""
    found = RemedyConsent.objects.filter(pk=consent_id, remedy__project__in=projects_for(by)).first()
    if found is None:
        raise NotFound
    remedy = locked_remedy(found.remedy_id, by)
    consent = RemedyConsent.objects.select_related("remedy__project", "department").get(pk=consent_id)
    require(remedy_policies.can_answer(by, consent), _("This is for the head or the contact person of the department"))
    if remedy.state != RemedyState.PROPOSED:
        raise TransitionNotAllowed(_("This way out is no longer before the departments"))
    if verdict not in {Verdict.ACCEPTED, Verdict.OBJECTED}:
        raise InvalidInput({"verdict": _("Accept, or object with the reason")})
    reason = reason.strip()
    if verdict == Verdict.OBJECTED and not reason:
        raise InvalidInput({"reason": _("Please give the reason")})
    if len(reason) > LONGEST_REASON:
        raise InvalidInput({"reason": _("At most %(count)s characters") % {"count": LONGEST_REASON}})
    if verdict == Verdict.ACCEPTED:
        _require_fresh(remedy)
    _note(consent, Verdict(verdict), reason, by)
    if verdict == Verdict.OBJECTED:
        move(remedy, OBJECT)
    return consent


@act
def apply_remedy(remedy_id: int, *, by: Actor) -> Remedy:
    """Carries out what every department concerned has accepted, as one step of the plan; ``Conflict`` when things moved."""
    remedy = locked_remedy(remedy_id, by)
    require(remedy_policies.can_apply(by, remedy))
    if not APPLY.possible(remedy):
        raise TransitionNotAllowed(_("This way out is no longer before the departments"))
    waiting = [str(row.department) for row in remedy.consents.select_related("department") if not _accepts(row)]
    if waiting:
        raise Conflict(_("Not accepted yet by: %(departments)s") % {"departments": _(", ").join(waiting)})
    _carry_out(remedy, by)
    return remedy


@act
def drop_remedy(remedy_id: int, *, by: Actor) -> Remedy:
    """No longer proposed; a search that is under way ends."""
    remedy = locked_remedy(remedy_id, by)
    require(remedy_policies.can_drop(by, remedy))
    move(remedy, DROP)
    record(by, "planning.remedy.withdrawn", remedy, after={"what": queries.headline(remedy)})
    return remedy


@act
def take_back_remedy(remedy_id: int, *, by: Actor) -> Remedy:
    """Undoes it: tasks, bookings and promises as they were; only while its step is the last of the plan."""
    remedy = locked_remedy(remedy_id, by)
    require(remedy_policies.can_take_back(by, remedy))
    if remedy.state != RemedyState.APPLIED or remedy.step is None:
        raise TransitionNotAllowed(_("This way out has not been carried out, or was taken back already"))
    undo_step(
        remedy.project_id, remedy.step, by=by, may=lambda actor, _project: remedy_policies.can_take_back(actor, remedy)
    )
    remedy.refresh_from_db()
    return remedy


@act
def free_held_tasks(project_id: int, *, by: Actor) -> int:
    """Lets go of what levelling holds back, as one step: tasks begin again as soon as they can."""
    with step(project_id, _("Take levelling back"), by=by) as making:
        tasks = list(queries.held_tasks(making.project))
        for task in tasks:
            before = making.change(task, {"held_until": None})
            record(by, "planning.task.changed", task, before=before, after={"held_until": None})
    return len(tasks)


def locked_remedy(remedy_id: int, by: Actor) -> Remedy:
    """The way out, its project locked before it."""
    found = reach(queries.remedies_for(by), remedy_id)
    project = reach(projects_for(by).select_related("scenario"), found.project_id, lock=True)
    remedy = Remedy.objects.select_for_update().get(pk=remedy_id)
    remedy.project = project
    return remedy


def next_number(project: Project) -> int:
    """The number of the next way out of a locked project."""
    last = Remedy.objects.filter(project=project).values_list("number", flat=True).first() or 0
    return last + 1


def _accepts(consent: RemedyConsent) -> bool:
    return consent.verdict == Verdict.ACCEPTED


def _note(consent: RemedyConsent, verdict: Verdict, reason: str, by: Actor) -> None:
    stand_in = None if by.heads(consent.department_id) else by.stand_in_for(consent.department_id, Scope.RESOURCES)
    consent.verdict, consent.reason, consent.person_id, consent.at = verdict, reason, by.person_id, clock.now()
    consent.on_behalf_of = stand_in.head_name if stand_in else ""
    consent.save()
    record(
        by,
        _ANSWERED[verdict],
        consent.remedy,
        after={"department": consent.department.name, "reason": reason},
        on_behalf_of=consent.on_behalf_of,
    )


def _require_fresh(remedy: Remedy) -> None:
    if queries.basis_of(remedy.project, remedy.content) != remedy.basis:
        raise Conflict(
            _("The plan or the bookings have changed since this was computed. Have the ways out computed anew.")
        )


def _carry_out(remedy: Remedy, by: Actor) -> None:
    label = queries.headline(remedy)
    with step(
        remedy.project_id, label, by=by, may=lambda actor, _project: remedy_policies.can_apply(actor, remedy)
    ) as making:
        _lock(remedy)
        _require_fresh(remedy)
        _hold_tasks(making, remedy)
        needs = [_exchange(making, row) for row in remedy.exchanges]
        if period := remedy.content.get("period"):
            needs.append(_move_period(making, period))
    offers_as_booked(needs)
    _require_as_promised(remedy)
    remedy.step, remedy.settled_by_id, remedy.settled_at = making.number, by.person_id, clock.now()
    remedy.save(update_fields=["step", "settled_by", "settled_at"])
    move(remedy, APPLY)
    facts = {"way": remedy.way, "what": label, "days": remedy.content.get("cost_days", 0)}
    record(by, "planning.conflict.resolved", remedy, after=facts)


def _lock(remedy: Remedy) -> None:
    """What is about to be promised, so that nobody promises it elsewhere at the same moment."""
    kinds: dict[str, set[int]] = {"person": set(), "thing": set(), "budget": set()}
    for row in remedy.exchanges:
        kinds[row["kind"]] |= {row["before"]["id"], row["after"]["id"]}
    for person, thing in Booking.objects.filter(
        need__task__in=[row["task"] for row in remedy.moves], released_at__isnull=True, budget__isnull=True
    ).values_list("person_id", "thing_id"):
        kinds["person"] |= {person} - {None}
        kinds["thing"] |= {thing} - {None}
    lock_supply(kinds["person"], budgets=kinds["budget"])
    for thing in sorted(kinds["thing"]):
        lock_supply(thing=thing)


def _hold_tasks(making: Step, remedy: Remedy) -> None:
    holds: Mapping[str, str | None] = remedy.content.get("holds", {})
    tasks = {task.pk: task for task in Task.objects.filter(project=making.project, pk__in=[int(pk) for pk in holds])}
    for key, day in holds.items():
        task = tasks.get(int(key))
        if task is None:
            raise Conflict(_("The task of this need is no longer in the plan"))
        making.change(task, {"held_until": date.fromisoformat(day) if day else None})


def _exchange(making: Step, row: Mapping[str, Any]) -> ResourceNeed:
    """Another person, thing or account takes the place of the one that is asked too much of."""
    booking = Booking.objects.select_related("need").get(pk=row["booking"])
    need = booking.need
    if need.approval == Approval.PENDING:
        raise Conflict(_("The sponsor is deciding on this. Call the request back first."))
    changes: dict[str, Any] = {f"{row['kind']}_id": row["after"]["id"]}
    if row["kind"] == "budget":
        changes["is_approved"] = False
        making.exchange(need, {"approval": Approval.NONE, "approved_amount": None})
    making.exchange(booking, changes)
    return need


def _move_period(making: Step, period: Mapping[str, Any]) -> ResourceNeed:
    booking = Booking.objects.select_related("need").get(pk=period["booking"])
    first, last = (date.fromisoformat(day) for day in period["after"])
    making.exchange(booking, {"first": first, "last": last})
    if booking.need.first is not None:
        making.exchange(booking.need, {"first": first, "last": last})
    return booking.need


def _require_as_promised(remedy: Remedy) -> None:
    """The plan must now have exactly the dates that the departments have accepted."""
    promised = {row["task"]: row["after"] for row in remedy.moves}
    for pk, start, finish in Task.objects.filter(pk__in=list(promised)).values_list("pk", "start", "finish"):
        if plain([start, finish]) != promised[pk]:
            raise Conflict(
                _("The plan or the bookings have changed since this was computed. Have the ways out computed anew.")
            )


def kept_way(project: Project, way: Way, key: str, content: dict[str, Any], by: Actor) -> Remedy:
    """A way out that is proposed at once."""
    if Remedy.objects.filter(project=project, key=key, state=RemedyState.PROPOSED).exists():
        raise Conflict(_("This has been proposed already and waits for the departments."))
    return Remedy.objects.create(
        project=project,
        number=next_number(project),
        way=way,
        key=key,
        state=RemedyState.PROPOSED,
        content=content,
        basis=queries.basis_of(project, content),
        asked_by_id=by.pk,
        asked_at=clock.now(),
    )
