"""The usual text a memorandum begins with: clauses, communication, resources promised."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.meetings.models import ResourceStatement
from tongzhou.meetings.states import MeetingKind, MeetingState
from tongzhou.projects.models import Project

from ..models import BreachClause
from ..queries.memoranda import STANDING
from .memorandum_text import LONGEST_CELL, MOST_ROWS

DAYS_AFTER_THE_END = 30
# Units of commitments that are people or money: they stand among the resources promised as well.
RESOURCE_UNITS = {"人", "名", "人天", "元", "万元", "台", "间", "person", "persons", "people", "CNY", "RMB"}


def usual_terms(project: Project) -> dict[str, Any]:
    end = project.ends_on
    lead = project.lead.name
    return {
        "scope": "",
        "out_of_scope": "",
        "resource_commitments": resource_rows(project),
        "communication_plan": [
            {
                "kind": _("Daily communication"),
                "frequency": _("Every working day"),
                "time": _("by 17:00"),
                "form": _("Project group: progress of today, plan for tomorrow"),
                "owner": _("Contact persons of the departments"),
            },
            {
                "kind": _("Weekly sync meeting"),
                "frequency": _("Every Friday"),
                "time": "15:00",
                "form": _("Weekly sync; reports of the departments beforehand"),
                "owner": lead,
            },
            {
                "kind": _("Emergency communication"),
                "frequency": _("At any time"),
                "time": _("Answer within 2 hours, solution decided within 15 minutes of the emergency meeting"),
                "form": _("Telephone and emergency meeting"),
                "owner": _("Head of the department concerned"),
            },
        ],
        "change_rule": _(
            "Whoever needs to change goals, deadlines or resources files a change request. It takes effect once the heads "
            "of all departments affected have confirmed it; what was agreed orally is confirmed in the system first."
        ),
        "confidentiality_clause": _(
            "Plans, prices, customer and business data of this project are known to those taking part only, are used for "
            "this project only, and are not passed on without the consent of the initiating department."
        ),
        "breach_clauses": [
            {
                "key": clause.key,
                "condition": clause.condition,
                "evidence": clause.evidence,
                "consequence": clause.consequence,
                "arbiter": clause.arbiter,
            }
            for clause in BreachClause.objects.filter(is_active=True)[:3]
        ],
        "force_majeure": _(
            "A party that cannot perform because of natural disaster, acts of authorities, changed rules of a platform, "
            "interrupted supply or another event that it could neither foresee nor avoid tells the others in writing "
            "within 24 hours, keeps the damage small and is not in breach; the plan is changed by a change request."
        ),
        "escalation_path": _(
            "Contact persons settle it within 1 working day; else the heads of the departments within 1 working day; else "
            "the sponsor decides within 1 working day."
        ),
        "valid_from": clock.today().isoformat(),
        "valid_to": (end + timedelta(days=DAYS_AFTER_THE_END)).isoformat() if end else "",
        "effective_when": _(
            "It takes effect once the heads of all parties, or the deputies they have named, have signed."
        ),
    }


def resource_rows(project: Project) -> list[dict[str, str]]:
    period = " – ".join(day.isoformat() for day in (project.starts_on, project.ends_on) if day)
    statements = (
        ResourceStatement.objects.filter(meeting__project=project, meeting__kind=MeetingKind.KICKOFF)
        .exclude(meeting__state=MeetingState.CANCELLED)
        .exclude(offers="")
        .select_related("department")
        .order_by("-meeting__starts_at", "pk")
    )
    rows: list[dict[str, str]] = []
    seen: set[int] = set()
    for statement in statements:
        if statement.department_id not in seen and statement.offers.strip():
            seen.add(statement.department_id)
            rows.append(
                {
                    "dept": statement.department.name,
                    "resource": statement.offers.strip()[:LONGEST_CELL],
                    "quantity": "",
                    "period": period,
                }
            )
    commitments = project.commitments.filter(quantity__isnull=False, unit__in=RESOURCE_UNITS)
    for commitment in commitments.filter(state__in=STANDING).select_related("department"):
        quantity = f"{commitment.quantity.normalize():,f}{commitment.unit}" if commitment.quantity else ""
        rows.append(
            {
                "dept": commitment.department.name,
                "resource": (commitment.deliverable or commitment.action)[:LONGEST_CELL],
                "quantity": quantity,
                "period": period,
            }
        )
    return rows[:MOST_ROWS]
