"""A way out of a resource conflict → messages to the departments that have to answer, and their answers to the lead."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from tongzhou.core.events import on
from tongzhou.core.models import AuditEvent
from tongzhou.people.models.deputies import Scope
from tongzhou.people.queries import deputies_of
from tongzhou.projects.queries.projects import head_ids

from ..models import Remedy, RemedyConsent
from ..queries.remedy_words import asked_of, cost_text, headline
from ..resource_states import RemedyState, Verdict
from ..task_people import contacts_in
from .telling import part_of, tell

_what, _cost, _yours = lazy(headline, str), lazy(cost_text, str), lazy(asked_of, str)


@on("planning.remedy.proposed")
def ask_the_departments_concerned(event: AuditEvent) -> None:
    """Each department reads what moves of its own tasks or people, and answers; who proposed has accepted already."""
    remedy = _remedy(event)
    if remedy.state != RemedyState.PROPOSED:
        return
    for consent in remedy.consents.filter(verdict=Verdict.WAITING).select_related("department"):
        yours = _yours(remedy, consent.department_id)
        facts = {**_facts(remedy), "department": consent.department.name, "yours": yours}
        title = _("Please answer for %(department)s: a way out of a resource conflict (%(project)s)")
        body = _("%(yours)s. All in all: %(what)s, %(cost)s.")
        tell(event, _answering(consent), title, body, link=_link(remedy), part=f":{consent.department_id}", **facts)


@on("planning.remedy.objected")
def tell_of_the_objection(event: AuditEvent) -> None:
    """Who proposed it and the lead read which department objects, and why: another way has to be found."""
    remedy = _remedy(event)
    after = part_of(event, "after")
    facts = {**_facts(remedy), "department": after["department"], "reason": after["reason"]}
    title = _("%(department)s objects to “%(what)s” (%(project)s)")
    tell(event, _proposing(remedy), title, _("Reason: %(reason)s"), link=_link(remedy), **facts)


@on("planning.remedy.accepted")
def tell_that_all_have_accepted(event: AuditEvent) -> None:
    """With the last department's word it can be carried out."""
    remedy = _remedy(event)
    if remedy.state != RemedyState.PROPOSED or remedy.consents.exclude(verdict=Verdict.ACCEPTED).exists():
        return
    title = _("All departments accept “%(what)s”; you can carry it out (%(project)s)")
    tell(event, _proposing(remedy), title, link=_link(remedy), **_facts(remedy))


@on("planning.remedy.withdrawn")
def tell_that_no_answer_is_needed(event: AuditEvent) -> None:
    """Departments that were asked need not look any more."""
    remedy = _remedy(event)
    people = {pk for consent in remedy.consents.all() for pk in _answering(consent)}
    title = _("No answer is needed any more: “%(what)s” was withdrawn (%(project)s)")
    tell(event, people, title, link=_link(remedy), mail=False, **_facts(remedy))


def _remedy(event: AuditEvent) -> Remedy:
    return Remedy.objects.select_related("project").get(pk=event.subject_id)


def _answering(consent: RemedyConsent) -> set[int | None]:
    """The head and who decides on resources for the head; the contact person (and the lead, for the initiating
    department) where only dates move."""
    found: set[int | None] = {
        row.deputy_id for row in deputies_of(consent.department_id) if not row.scopes or Scope.RESOURCES in row.scopes
    }
    found |= set(head_ids([consent.department_id]).values())
    if not consent.needs_head:
        project = consent.remedy.project
        found.add(contacts_in([project.pk]).get(project.pk, {}).get(consent.department_id))
        if project.initiator_id == consent.department_id:
            found.add(project.lead_id)
    return found


def _proposing(remedy: Remedy) -> set[int | None]:
    return {remedy.asked_by_id, remedy.project.lead_id}


def _facts(remedy: Remedy) -> dict[str, Any]:
    return {"project": remedy.project.name, "what": _what(remedy), "cost": _cost(remedy)}


def _link(remedy: Remedy) -> str:
    return reverse("planning:remedy", args=[remedy.project_id, remedy.pk])
