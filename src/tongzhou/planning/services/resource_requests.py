"""汇总资源申请: the frozen list goes to the sponsor in one round; approved, cut or rejected row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import Conflict, InvalidInput, NotAllowed, TransitionNotAllowed, require
from tongzhou.core.events import record
from tongzhou.core.transitions import move
from tongzhou.documents.canonical import signed_document
from tongzhou.people.models.deputies import Scope
from tongzhou.projects.models import Project
from tongzhou.projects.queries import projects_for
from tongzhou.signoff.models import Decision, Round
from tongzhou.signoff.services import cancel_round, decide, open_round
from tongzhou.signoff.states import Verdict

from .. import queries, resource_policies
from ..models import Booking, Budget, ResourceNeed, ResourceRequest
from ..queries.needs import KIND
from ..resource_states import APPROVE, APPROVE_PARTLY, CALL_BACK, REJECT, Approval, NeedState, RequestState
from .supply import require_money

FORM = "resource_request"


@dataclass(frozen=True, slots=True)
class RowVerdict:
    """What the sponsor lets stand of one row: pieces or heads, or for money the amount; with the reason of a cut."""

    quantity: int | None = None
    amount: Decimal | None = None
    reason: str = ""


@act
def send_request(project_id: int, *, by: Actor) -> ResourceRequest:
    """Freezes what is promised and not yet decided, and asks the sponsor. A project without any need sends an empty list."""
    project = reach(projects_for(by).select_related("scenario", "initiator", "sponsor"), project_id, lock=True)
    require(resource_policies.can_send_request(by, project), _("The plan is fixed now, or it is not yours to change"))
    if queries.open_request(project) is not None:
        raise Conflict(_("A request waits for the sponsor already"))
    rows = list(queries.needs_to_send(project))
    if not rows and project.resource_needs.exclude(state=NeedState.WITHDRAWN).exists():
        raise InvalidInput({"__all__": _("Nothing is promised that the sponsor has not decided yet")})
    if project.sponsor_id is None:
        raise InvalidInput({"sponsor": _("The project has no sponsor yet")})
    own = project.sponsor_id == by.pk or any(row.requester_id == project.sponsor_id for row in rows)
    if own or project.sponsor_id == project.lead_id:
        raise InvalidInput({"sponsor": _("Nobody approves what they asked for; name another sponsor")})
    number = (project.resource_requests.aggregate(last=Max("number"))["last"] or 0) + 1
    ResourceNeed.objects.filter(pk__in=[row.pk for row in rows]).update(approval=Approval.PENDING)
    paper = queries.request_paper(project, rows, number, author=by.name)
    document = signed_document(FORM, paper["head"], paper["content"])
    request = ResourceRequest.objects.create(
        project=project, number=number, content=document, sent_by_id=by.pk, sent_at=clock.now()
    )
    request.needs.set(rows)
    request.round = open_round(
        KIND,
        request.pk,
        title=_("Resource request %(number)s") % {"number": number},
        content=document,
        signatories=[(1, None, project.sponsor_id)],
        scope=Scope.RESOURCES,
        project_id=project.pk,
        subject_version=number,
        by=by,
    )
    request.save(update_fields=["round"])
    record(by, "planning.request.sent", request, after={"rows": len(rows), "digest": request.round.digest})
    return request


@act
def state_none_needed(project_id: int, *, by: Actor) -> None:
    """The lead states that the tasks need nothing beyond what the departments have at hand; gate 2 takes that."""
    project = reach(projects_for(by).select_related("scenario"), project_id, lock=True)
    require(resource_policies.can_send_request(by, project), _("The plan is fixed now, or it is not yours to change"))
    if project.resource_needs.exclude(state=NeedState.WITHDRAWN).exists():
        raise Conflict(_("Resource needs are written. Withdraw them first, if nothing is needed any more."))
    if queries.none_needed(project) is None:
        record(by, queries.NONE_NEEDED, project)


@act
def call_request_back(request_id: int, *, by: Actor) -> ResourceRequest:
    """The lead takes the list back before the sponsor has decided."""
    request = _reach_locked(request_id, by)
    require(resource_policies.can_send_request(by, request.project))
    move(request, CALL_BACK)
    if request.round is not None:
        cancel_round(request.round.pk, by=by)
    request.needs.filter(approval=Approval.PENDING).update(approval=Approval.NONE)
    record(by, "planning.request.called_back", request)
    return request


@act
def decide_request(
    request_id: int, verdicts: Mapping[int, RowVerdict], *, shown_digest: str, by: Actor, reason: str = ""
) -> ResourceRequest:
    """The sponsor decides row by row; rows that are not named are approved as asked.

    ``InvalidInput`` names the row (``row-12``). What is approved from a budget never passes what it holds, however
    many sponsors approve at once: the budget's row is locked before it is counted.
    """
    request = _reach_locked(request_id, by)
    _require_approver(by, request)
    if request.state != RequestState.OPEN or request.round is None:
        raise TransitionNotAllowed(_("This request is decided already"))
    rows = list(request.needs.filter(approval=Approval.PENDING).select_related("project").order_by("number"))
    if set(verdicts) - {row.pk for row in rows}:
        raise InvalidInput({"__all__": _("A row is named that is not in this request")})
    problems: dict[str, Any] = {}
    for row in rows:
        try:
            _judge(row, verdicts.get(row.pk) or RowVerdict())
        except InvalidInput as refusal:
            problems[f"row-{row.pk}"] = [text for texts in refusal.fields.values() for text in texts]
    if problems:
        raise InvalidInput(problems)
    verdict = _verdict_of(rows)
    words = reason.strip() or _summary(rows)
    signatory = request.round.signatories.get(person_id=by.pk)
    decide(
        signatory.pk, verdict, shown_digest=shown_digest, reason=words if verdict != Verdict.AGREE else reason, by=by
    )
    return ResourceRequest.objects.get(pk=request.pk)


# -- what the round does ----------------------------------------------------------------------------------------------


def prepare(subject_id: int, *, by: Actor) -> None:
    """Locks in order: project, then request."""
    found = reach(queries.requests_for(by), subject_id)
    Project.objects.select_for_update(of=("self",)).get(pk=found.project_id)


def decided(subject_id: int, round: Round, decision: Decision, *, by: Actor) -> None:
    """A cut is made row by row; who only says “in part” has not said of what."""
    request = ResourceRequest.objects.get(pk=subject_id)
    pending = request.needs.filter(approval=Approval.PENDING)
    if decision.verdict == Verdict.CONDITIONAL and pending.exists():
        raise InvalidInput({"verdict": _("Say row by row what is approved")})


def agreed(subject_id: int, round: Round, *, by: Actor) -> None:
    """Approved whole or in part: bookings are cut to it, money is spent under the lock of its budget."""
    request = ResourceRequest.objects.get(pk=subject_id)
    for need in request.needs.filter(approval=Approval.PENDING):
        _judge(need, RowVerdict())
    _settle(request, by)


def refused(subject_id: int, round: Round, *, by: Actor) -> None:
    """Rejected whole: nothing of it stays booked."""
    request = ResourceRequest.objects.get(pk=subject_id)
    decision = round.decisions.last()
    reason = decision.reason if decision else ""
    for need in request.needs.filter(approval=Approval.PENDING):
        _judge(need, RowVerdict(0, Decimal(0), reason))
    _settle(request, by)


def may_decide(actor: Actor, round: Round, signatory: Any) -> bool:
    """The sponsor asked by name, for a list that is not their own."""
    request = ResourceRequest.objects.filter(round=round).first()
    return request is not None and resource_policies.can_approve(actor, request)


def _judge(need: ResourceNeed, verdict: RowVerdict) -> None:
    """Writes what the sponsor lets stand of a row."""
    reason = verdict.reason.strip()
    if len(reason) > 1000:
        raise InvalidInput({"reason": _("At most %(count)s characters") % {"count": 1000}})
    if need.is_money:
        asked = need.amount or Decimal(0)
        amount = asked if verdict.amount is None else verdict.amount
        require_money(amount)
        if amount > asked:
            raise InvalidInput({"amount": _("Not more than was asked for")})
        whole, nothing = amount == asked, not amount
        need.approved_amount, need.approved_quantity = amount, None
    else:
        quantity = need.quantity if verdict.quantity is None else verdict.quantity
        if isinstance(quantity, bool) or not 0 <= quantity <= need.quantity:
            raise InvalidInput({"quantity": _("Not more than was asked for, and not below nothing")})
        whole, nothing = quantity == need.quantity, not quantity
        need.approved_quantity, need.approved_amount = quantity, None
    if not whole and not reason:
        raise InvalidInput({"reason": _("Give the reason of the cut")})
    need.approval = Approval.APPROVED if whole else Approval.REJECTED if nothing else Approval.PARTLY
    need.approval_reason = reason
    need.save(update_fields=["approval", "approved_quantity", "approved_amount", "approval_reason"])


def _settle(request: ResourceRequest, by: Actor) -> None:
    needs = list(request.needs.exclude(state=NeedState.WITHDRAWN).order_by("number"))
    _spend(needs)
    for need in needs:
        _cut_bookings(need)
    approvals = {need.approval for need in needs}
    whole = approvals <= {Approval.APPROVED}
    transition = APPROVE if whole else REJECT if approvals == {Approval.REJECTED} else APPROVE_PARTLY
    move(request, transition)
    request.decided_at = clock.now()
    request.save(update_fields=["decided_at"])
    name = {APPROVE: "approved", REJECT: "rejected", APPROVE_PARTLY: "approved_partly"}[transition]
    record(by, f"planning.request.{name}", request, after={"reason": _summary(needs)})


def _spend(needs: list[ResourceNeed]) -> None:
    """Turns approved amounts into spent money. ``InvalidInput`` where a budget does not hold so much any more."""
    bookings = list(
        Booking.objects.filter(need__in=[need.pk for need in needs], budget__isnull=False, released_at__isnull=True)
        .select_related("need")
        .order_by("pk")
    )
    keys = sorted({row.budget_id for row in bookings if row.budget_id is not None})
    # Whoever else approves from one of these waits here until this has been written.
    budgets = {row.pk: row for row in Budget.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    for key in keys:
        budget = budgets[key]
        spent = queries.approved_sum(key)
        for row in (entry for entry in bookings if entry.budget_id == key):
            amount = row.need.approved_amount or Decimal(0)
            if amount and spent + amount > budget.amount:
                left = f"{max(budget.amount - spent, Decimal(0)):,.2f}"
                words = _("%(budget)s has only %(left)s yuan left") % {"budget": budget, "left": left}
                raise InvalidInput({f"row-{row.need_id}": words})
            spent += amount
            if amount:
                row.amount, row.is_approved = amount, True
                row.save(update_fields=["amount", "is_approved"])


def _cut_bookings(need: ResourceNeed) -> None:
    held = need.bookings.filter(released_at__isnull=True).order_by("pk")
    if need.approval == Approval.REJECTED:
        held.update(released_at=clock.now())
    elif need.approval == Approval.PARTLY and not need.is_money:
        left = need.approved_quantity or 0
        if need.is_people:
            gone = [row.pk for row in held][left:]
            Booking.objects.filter(pk__in=gone).update(released_at=clock.now())
        else:
            held.update(count=left)


def _verdict_of(rows: list[ResourceNeed]) -> str:
    approvals = {row.approval for row in rows}
    if approvals <= {Approval.APPROVED}:
        return Verdict.AGREE
    return Verdict.OBJECT if approvals == {Approval.REJECTED} else Verdict.CONDITIONAL


def _summary(rows: list[ResourceNeed]) -> str:
    cuts = [f"{row.name}: {row.approval_reason}" for row in rows if row.approval_reason]
    return "; ".join(cuts)[:4000]


def _require_approver(by: Actor, request: ResourceRequest) -> None:
    if not resource_policies.can_approve(by, request):
        raise NotAllowed(_("Only the sponsor decides, and nobody on what they asked for themselves"))


def _reach_locked(request_id: int, by: Actor) -> ResourceRequest:
    found = reach(queries.requests_for(by), request_id)
    Project.objects.select_for_update(of=("self",)).get(pk=found.project_id)
    return reach(queries.requests_for(by), request_id)
