"""Who takes part: departments with their contact persons, named persons beside them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.access import LARGEST_KEY, reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import InvalidInput, NotFound, require
from tongzhou.core.events import record
from tongzhou.people.models import Department, Person

from .. import policies, queries
from ..models import Party, Project, Stakeholder, StakeholderRole


@act
def set_parties(project_id: int, rows: Sequence[tuple[int, int | None]], *, by: Actor) -> Project:
    """Makes (department, contact person) the departments taking part beside the initiating one."""
    project = reach(queries.projects_for(by), project_id, lock=True)
    require(policies.can_edit_draft(by, project))
    wanted = {department: contact for department, contact in rows if department != project.initiator_id}
    if Department.objects.filter(pk__in=wanted, is_active=True).count() != len(wanted):
        raise InvalidInput({"departments": _("Choose departments that exist")})
    contacts = {contact for contact in wanted.values() if contact is not None}
    if Person.objects.filter(pk__in=contacts, is_active=True).count() != len(contacts):
        raise InvalidInput({"departments": _("Choose contact persons who work here")})
    present = {party.department_id: party for party in project.parties.all()}
    before = {pk: party.contact_id for pk, party in present.items() if party.left_at is None and not party.is_initiator}
    if before == wanted:
        return project
    for position, (department, contact) in enumerate(wanted.items(), start=1):
        Party.objects.update_or_create(
            project=project,
            department_id=department,
            defaults={"contact_id": contact, "position": position, "left_at": None},
        )
    for department, party in present.items():
        if not party.is_initiator and department not in wanted and party.left_at is None:
            party.left_at = clock.now()
            party.save(update_fields=["left_at"])
    record(by, "projects.parties.changed", project, before={"parties": before}, after={"parties": wanted})
    return project


@act
def remove_party(project_id: int, department_id: int, reason: str, *, by: Actor) -> Party:
    """A department no longer takes part; its record stays."""
    project = reach(queries.projects_for(by), project_id, lock=True)
    require(policies.can_run(by, project))
    party = _present(project, department_id)
    if party.is_initiator:
        raise NotFound
    party.left_at = clock.now()
    party.save(update_fields=["left_at"])
    reason = reason.strip()[:4000]
    record(by, "projects.party.left", project, before={"department": department_id}, after={"reason": reason})
    return party


@act
def name_contact(project_id: int, department_id: int, person_id: int | None, *, by: Actor) -> Party:
    """Names the contact person (接口人) who answers for the department day by day."""
    project = reach(queries.projects_for(by), project_id, lock=True)
    require(policies.can_name_contact(by, project, department_id))
    party = _present(project, department_id)
    if (
        person_id is not None
        and not Person.objects.filter(pk=person_id, is_active=True, memberships__department_id=department_id).exists()
    ):
        raise InvalidInput({"contact": _("Choose a person of this department")})
    before, party.contact_id = party.contact_id, person_id
    party.save(update_fields=["contact"])
    record(
        by,
        "projects.contact.named",
        project,
        before={"contact": before},
        after={"contact": person_id, "department": department_id},
    )
    return party


@act
def add_stakeholder(project_id: int, person_id: int, role: str, *, by: Actor) -> Stakeholder:
    """Lets a named person see the project as member or observer (知会人). The system does so when it escalates."""
    project = reach(queries.projects_for(by), project_id, lock=True)
    require(by.is_system or policies.can_edit_draft(by, project))
    if role not in StakeholderRole.values:
        raise InvalidInput({"role": _("Choose one of the roles")})
    if not Person.objects.filter(pk=person_id, is_active=True).exists():
        raise InvalidInput({"person": _("Choose a person who works here")})
    stakeholder, _fresh = Stakeholder.objects.update_or_create(
        project=project, person_id=person_id, defaults={"role": role}
    )
    record(by, "projects.stakeholder.added", project, after={"person": person_id, "role": role})
    return stakeholder


@act
def remove_stakeholder(project_id: int, person_id: int, *, by: Actor) -> None:
    """The person no longer sees the project by name."""
    project = reach(queries.projects_for(by), project_id, lock=True)
    require(policies.can_edit_draft(by, project))
    if person_id > LARGEST_KEY or not project.stakeholders.filter(person_id=person_id).delete()[0]:
        raise NotFound
    record(by, "projects.stakeholder.removed", project, before={"person": person_id})


def _present(project: Project, department_id: int) -> Party:
    """The department among those taking part now."""
    found = None
    if department_id <= LARGEST_KEY:
        found = project.parties.filter(department_id=department_id, left_at__isnull=True).first()
    if found is None:
        raise NotFound
    return found
