"""《资源需求表》 as page, .docx, .xlsx and .pdf: what stands on it, and the decision beside it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.actor import system
from tongzhou.documents.paper import Extras, SignatureEntry, lay_out
from tongzhou.documents.queries import word_version
from tongzhou.documents.render import render
from tongzhou.projects.models import Project
from tongzhou.signoff.states import Verdict

from ..models import Booking, Offer, ResourceNeed, ResourceRequest
from ..resource_documents import RESOURCE_REQUEST
from ..resource_states import NeedState, OfferState
from .conflicts import conflicts_of
from .needs import needs_of
from .supply import budget_standings

_LIVE = (OfferState.PREPARED, OfferState.MADE, OfferState.ACCEPTED)


def request_paper(project: Project, needs: Sequence[ResourceNeed], number: int, *, author: str) -> dict[str, Any]:
    """Head and content of the form for these needs, as they stand now; a fixed number of queries."""
    rows = {row.pk: row for row in needs_of(project, system("paper")).filter(pk__in=[need.pk for need in needs])}
    ordered = [rows[need.pk] for need in needs if need.pk in rows]
    clashing = {
        booking.need_id: conflict for conflict in conflicts_of(project, system("paper")) for booking in conflict.own
    }
    held: dict[int, Booking] = {row.pk: _held(row)[0] for row in ordered if row.is_money and _held(row)}
    standings = {
        standing.budget.pk: standing
        for standing in budget_standings({row.budget for row in held.values() if row.budget is not None})
    }
    total = sum((row.amount or Decimal(0) for row in ordered), Decimal(0))
    content = {
        "dept": project.initiator.name,
        "requester": project.lead.name,
        "approver": project.sponsor.name if project.sponsor else "",
        "budget_total": f"{total:.2f}" if total else "",
        "needs": [_need(row) for row in ordered],
        "provision": [
            _provision(row, row.pk in clashing, standings.get(held[row.pk].budget_id or 0) if row.pk in held else None)
            for row in ordered
        ],
        "approvals": [_approval(row) for row in ordered],
    }
    head: dict[str, Any] = {
        "doc_no": f"XZ-ZY-{project.code.removeprefix('P')}-{number:02d}",
        "version": f"V{number}.0",
        "confidentiality": "confidential" if project.is_confidential else "internal",
        "project_name": project.name,
        "author": author,
        "date": clock.today().isoformat(),
        "attachments": [],
    }
    return {"head": head, "content": content}


def needs_html(project: Project, author: str) -> SafeString:
    """The form with all needs as they stand now, for a page; our renderer escapes what people wrote."""
    return mark_safe(_rendered(project, None, "html", author).decode())  # noqa: S308


def request_html(request: ResourceRequest) -> SafeString:
    """The frozen list, with the decision where there is one."""
    return mark_safe(_rendered(request.project, request, "html", "").decode())  # noqa: S308


def resource_file(project: Project, request: ResourceRequest | None, fmt: str, author: str) -> tuple[str, bytes]:
    """The form as a file in the reader's language: name and bytes. ``MissingGlyph`` for what no font prints."""
    name = f"{RESOURCE_REQUEST.title} {project.name}"[:80]
    return f"{name}.{fmt}", _rendered(project, request, fmt, author)


def _rendered(project: Project, request: ResourceRequest | None, fmt: str, author: str) -> bytes:
    language = str(get_language())
    if request is None:
        needs = list(project.resource_needs.exclude(state=NeedState.WITHDRAWN))
        paper = request_paper(project, needs, 1 + project.resource_requests.count(), author=author)
        extras = Extras(company=settings.TONGZHOU_COMPANY_NAME, draft=True)
    else:
        paper = _decided(request)
        extras = _extras(request)
    if fmt == "docx":
        return word_version(lay_out(RESOURCE_REQUEST, paper["content"], paper["head"], language, extras))
    return render(RESOURCE_REQUEST, paper["content"], paper["head"], fmt, language, extras)  # type: ignore[arg-type]


def _decided(request: ResourceRequest) -> dict[str, Any]:
    """What was frozen; the approvals as they were decided on it."""
    content = dict(request.content["content"])
    if request.decided_at is not None:
        now = {f"{need.number}": _approval(need) for need in request.needs.all()}
        content["approvals"] = [now.get(str(row["no"]), row) for row in content["approvals"]]
    return {"head": request.content["head"], "content": content}


def _extras(request: ResourceRequest) -> Extras:
    signatures = []
    if request.round is not None:
        words = {
            Verdict.AGREE: _("approved"),
            Verdict.CONDITIONAL: _("approved in part"),
            Verdict.OBJECT: _("rejected"),
        }
        for decision in request.round.decisions.all():
            opinion = words[Verdict(decision.verdict)]
            signatures.append(
                SignatureEntry(
                    dept=_("Sponsor"),
                    name=decision.person_name,
                    signed_at=timezone.localtime(decision.at, clock.company_zone()).isoformat(timespec="seconds"),
                    opinion=f"{opinion}: {decision.reason}" if decision.reason else opinion,
                )
            )
    digest = request.round.digest if request.round else ""
    return Extras(company=settings.TONGZHOU_COMPANY_NAME, signatures=tuple(signatures), digest=digest)


def _held(need: ResourceNeed) -> list[Booking]:
    held: list[Booking] = getattr(need, "held", [])
    return held


def _need(need: ResourceNeed) -> dict[str, Any]:
    first, last = need.period
    return {
        "no": str(need.number),
        "dept": need.department.name,
        "task": need.task.title if need.task else _("(taken out of the plan)"),
        "category": need.category,
        "name_or_skill": f"{need.name} ({need.person.name})" if need.person else need.name,
        "quantity": "1" if need.is_money else f"{need.quantity} {need.unit}".strip(),
        "allocation": f"{need.share}%" if need.is_people else "",
        "period": f"{first.isoformat()} – {last.isoformat()}" if first and last and not need.is_money else "",
        "amount": f"{need.amount:.2f}" if need.amount is not None else "",
    }


def _provision(need: ResourceNeed, clashes: bool, standing: Any) -> dict[str, Any]:
    finance = ""
    if standing is not None:
        finance = _("%(account)s: %(amount)s, left %(left)s yuan") % {
            "account": standing.budget.account,
            "amount": f"{standing.budget.amount:,.2f}",
            "left": f"{standing.left:,.2f}",
        }
    return {
        "no": str(need.number),
        "provider_dept": need.provider.name,
        "purpose": need.purpose,
        "alternative": need.alternative,
        "account": need.account,
        "priority": need.priority,
        "provider_reply": reply_of(need),
        "conflict_check": _("conflict, see the plan") if clashes else _("no conflict"),
        "finance_opinion": finance,
    }


def _approval(need: ResourceNeed) -> dict[str, Any]:
    return {
        "no": str(need.number),
        "name_or_skill": need.name,
        "approval": need.approval or "none",
        "approved_quantity": need.approved_quantity,
        "approved_amount": f"{need.approved_amount:.2f}" if need.approved_amount is not None else "",
        "approval_reason": need.approval_reason,
        "actual_used": "",
    }


def reply_of(need: ResourceNeed) -> str:
    """The department's answer in words: who or what it gives, or why not. Wants ``needs_of`` rows."""
    if need.state == NeedState.DECLINED:
        return _("declined: %(reason)s") % {"reason": need.reason}
    offers: list[Offer] = getattr(need, "offers_shown", [])
    offer = next((entry for entry in offers if entry.state in _LIVE), None)
    if offer is None:
        return ""
    parts = [person.name for person in offer.persons.all()]
    if offer.thing is not None:
        parts.append(f"{offer.thing.name} × {offer.quantity}")
    if offer.budget is not None:
        parts.append(f"{offer.budget.account} {offer.amount:,.2f}")
    words = ["、".join(parts)]
    if offer.first and offer.last:
        words.append(f"{offer.first.isoformat()} – {offer.last.isoformat()}")
    if need.is_people and offer.share != need.share:
        words.append(f"{offer.share}%")
    if offer.note:
        words.append(offer.note)
    return "; ".join(words)
