"""Who may keep, ask, offer and approve resources."""

from __future__ import annotations

from tongzhou.core.actor import Actor
from tongzhou.people.models import Membership
from tongzhou.people.models.deputies import Scope
from tongzhou.projects.models import Project

from .models import ResourceNeed, ResourceRequest, Task
from .policies import can_edit_task, can_plan, plan_is_open


def sees_all_supply(actor: Actor) -> bool:
    """PMO, administrators and company leadership see the resources of every department."""
    return actor.is_pmo or actor.is_admin or actor.is_executive


def can_keep_supply(actor: Actor, department_id: int) -> bool:
    """A department's head (or deputy for resources) keeps its resources; so do PMO and administrators for all."""
    return actor.is_pmo or actor.is_admin or actor.speaks_for(department_id, Scope.RESOURCES)


def can_keep_person(actor: Actor, person_id: int) -> bool:
    """Skills, share and absences of a person: whoever keeps one of the person's departments."""
    if actor.is_pmo or actor.is_admin:
        return True
    rows = Membership.objects.filter(person_id=person_id).values_list("department_id", flat=True)
    return any(can_keep_supply(actor, department) for department in rows)


def can_see_money(actor: Actor, department_id: int) -> bool:
    """What a budget holds is for those who keep it and for company leadership."""
    return actor.is_executive or can_keep_supply(actor, department_id)


def can_ask(actor: Actor, project: Project, task: Task | None) -> bool:
    """The lead and the PMO ask for any task; a department for its own tasks."""
    return can_plan(actor, project) or (task is not None and can_edit_task(actor, task))


def can_change_need(actor: Actor, need: ResourceNeed) -> bool:
    """Who may ask for the task may also change and withdraw what was asked."""
    return can_ask(actor, need.project, need.task)


def can_offer(actor: Actor, need: ResourceNeed) -> bool:
    """Only the providing department's head, or the deputy for resources, promises its resources."""
    return plan_is_open(need.project) and actor.speaks_for(need.provider_id, Scope.RESOURCES)


def can_prepare(actor: Actor, need: ResourceNeed) -> bool:
    """Its contact person in the project prepares the answer; the head confirms it."""
    if can_offer(actor, need):
        return True
    contact = need.project.parties.filter(
        department_id=need.provider_id, contact_id=actor.person_id, left_at__isnull=True
    )
    return actor.person_id is not None and plan_is_open(need.project) and contact.exists()


def can_settle(actor: Actor, need: ResourceNeed) -> bool:
    """A counter-offer is accepted or turned down by who runs the project."""
    return can_plan(actor, need.project)


def can_send_request(actor: Actor, project: Project) -> bool:
    """The consolidated request is sent, and called back, by who runs the project."""
    return can_plan(actor, project)


def can_approve(actor: Actor, request: ResourceRequest) -> bool:
    """The sponsor decides, but nobody on a list that they sent or on which they asked for something themselves."""
    if actor.person_id is None or request.round is None or request.sent_by_id == actor.person_id:
        return False
    asked = request.round.signatories.filter(person_id=actor.person_id).exists()
    return asked and not request.needs.filter(requester_id=actor.person_id).exists()
