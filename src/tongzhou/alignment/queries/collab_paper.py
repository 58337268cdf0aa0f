"""The request as the standard form 《跨部门协作需求登记表》 has it: content, head and signatures for the four renderers."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.documents.models import StoredFile
from tongzhou.documents.paper import Extras, SignatureEntry, lay_out
from tongzhou.documents.queries import word_version
from tongzhou.documents.render import render
from tongzhou.projects.models import Objective, Project

from ..documents import COLLAB_REQUEST
from ..models import Ask, CollabRequest
from ..states import AskState, CollabState
from .collabs import asks_of, collab_of, last_reply, milestones_of


def attachment_slot(collab: CollabRequest) -> str:
    """The slot under which the request's attachments are kept."""
    return f"collab:{collab.pk}"


def attachments_of(collab: CollabRequest) -> list[StoredFile]:
    """附件."""
    return list(
        StoredFile.objects.filter(
            project_id=collab.project_id, slot=attachment_slot(collab), removed_at__isnull=True
        ).select_related("added_by")
    )


def collab_content(project: Project) -> dict[str, Any]:
    """The filled form of the project's request; empty when the project has none. Query count does not grow with rows."""
    collab = collab_of(project)
    if collab is None:
        return {}
    content: dict[str, Any] = {
        "requesting_dept": project.initiator.name,
        "requester": collab.requester.name,
        "contact": collab.contact,
        "request_date": collab.request_date.isoformat(),
        "type": [collab.type] if collab.type else [],
        "urgency": [collab.urgency],
        "start": project.starts_on.isoformat() if project.starts_on else "",
        "end": project.ends_on.isoformat() if project.ends_on else "",
        "background": collab.background,
        "objectives": [_objective(objective) for objective in project.objectives.all()],
        "deliverables": collab.deliverables,
        "acceptance_criteria": collab.acceptance_criteria,
        "departments": [_department(ask) for ask in asks_of(collab) if ask.state != AskState.WITHDRAWN],
        "milestones": [
            {
                "name": milestone.name,
                "due": milestone.date.isoformat() if milestone.date else "",
                "dept": milestone.department.name if milestone.department else "",
            }
            for milestone in milestones_of(collab)
        ],
        "budget_estimate": f"{collab.budget_estimate:.2f}" if collab.budget_estimate is not None else "",
        "status": collab.state,
        "risks": collab.risks,
        "dept_head_opinion": collab.dept_head_opinion,
        "executive_opinion": collab.executive_opinion,
    }
    return content


def collab_head(project: Project, attachments: list[str]) -> dict[str, Any]:
    """The head of the form: document number, version, confidentiality, who made it and when."""
    collab = collab_of(project)
    if collab is None:
        return {}
    return {
        "doc_no": f"XZ-DJ-{project.code.removeprefix('P')}",
        "version": f"V{collab.edition}.0" if collab.edition else _("Draft"),
        "confidentiality": "confidential" if project.is_confidential else "internal",
        "project_name": project.name,
        "author": collab.requester.name,
        "date": collab.request_date.isoformat(),
        "attachments": attachments,
    }


def collab_extras(collab: CollabRequest, company: str = "") -> Extras:
    """What stands beside the content: who has really given the two opinions (nobody signs for another)."""
    signatures = []
    for field, sign in collab.opinion_signs.items():
        if sign.get("as") in {"head", "deputy", "sponsor", "executive"} and getattr(collab, field):
            signatures.append(
                SignatureEntry(
                    dept=sign.get("department", ""),
                    name=sign.get("name", ""),
                    signed_at=sign.get("at", ""),
                    on_behalf_of=sign.get("for", ""),
                    slot=field,
                )
            )
    return Extras(
        company=company, signatures=tuple(signatures), draft=collab.state in {CollabState.DRAFT, CollabState.WITHDRAWN}
    )


def collab_file(collab: CollabRequest, fmt: str) -> tuple[str, bytes]:
    """The form as a file in the reader's language: its name and its bytes. ``MissingGlyph`` for what no font prints."""
    name = f"{COLLAB_REQUEST.title} {collab.project.name}"[:80]
    return f"{name}.{fmt}", _rendered(collab, fmt)


def collab_html(collab: CollabRequest) -> SafeString:
    """The form as it comes out on paper, for a page; our renderer escapes everything that people wrote."""
    return mark_safe(_rendered(collab, "html").decode())  # noqa: S308


def _rendered(collab: CollabRequest, fmt: str) -> bytes:
    head = collab_head(collab.project, [file.name for file in attachments_of(collab)])
    extras = collab_extras(collab, settings.TONGZHOU_COMPANY_NAME)
    language = str(get_language())
    if fmt == "docx":
        return word_version(lay_out(COLLAB_REQUEST, collab_content(collab.project), head, language, extras))
    return render(COLLAB_REQUEST, collab_content(collab.project), head, fmt, language, extras)  # type: ignore[arg-type]


def number_text(value: Decimal | None) -> str:
    """A number as people write it: no useless zeros, never 1E+3."""
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def objective_figures(project: Project) -> list[dict[str, Any]]:
    """The objectives for reading: sentence, metric, from what to what, until when."""
    return [
        {
            "text": objective.text,
            "metric": objective.metric,
            "baseline": _amount(objective.baseline, objective.unit if objective.target is None else ""),
            "target": _amount(objective.target, objective.unit),
            "due": objective.due,
        }
        for objective in project.objectives.all()
    ]


def _objective(objective: Objective) -> dict[str, str]:
    return {
        "metric": objective.metric or objective.text,
        "baseline": _amount(objective.baseline, objective.unit),
        "target": _amount(objective.target, objective.unit) or (objective.text if objective.metric else ""),
        "due": objective.due.isoformat() if objective.due else "",
        "source": objective.source,
    }


def _amount(value: Decimal | None, unit: str) -> str:
    if value is None:
        return ""
    whole, _point, rest = number_text(value).partition(".")
    text = f"{int(whole):,}" + (f".{rest}" if rest else "")
    if whole.startswith("-") and int(whole) == 0:
        text = f"-{text}"
    return f"{text} {unit}".strip() if unit != "%" else f"{text}%"


def _department(ask: Ask) -> dict[str, str]:
    reply = last_reply(ask.replies.all())
    note = ""
    if reply is not None:
        note = reply.note
        if reply.proposed_due is not None:
            date = date_format(reply.proposed_due, "DATE_FORMAT")
            note = f"{date}\n{note}".strip()
    return {
        "dept": ask.department.name,
        "request_item": ask.request_item,
        "due": ask.due.isoformat() if ask.due else "",
        "contact_person": ask.contact_person.name if ask.contact_person else "",
        "reply": ask.state,
        "reply_note": note,
        "replied_at": _moment(reply.at) if reply is not None else "",
    }


def _moment(at: datetime) -> str:
    return timezone.localtime(at, clock.company_zone()).isoformat(timespec="seconds")
