"""Which projects a person may see, and who takes part in one."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.people.models import Headship
from tongzhou.people.queries.actors import headships_on

from ..models import Commitment, GatePass, Party, Project, ScenarioKind, Stakeholder
from ..states import Phase


def projects_for(actor: Actor) -> QuerySet[Project]:
    """Projects the actor may see.

    Members of departments that take part see a project, so do its lead, sponsor, named stakeholders and the PMO. Of a
    confidential project only named people do: lead, sponsor, heads of the departments taking part and their deputies,
    contact persons, owners of commitments, stakeholders. A draft is seen by its initiating department only.
    """
    if actor.is_system:
        return Project.objects.all()
    named = named_in(actor)
    parties = Party.objects.filter(project=OuterRef("pk"), left_at__isnull=True)
    deputised = {stand_in.department_id for stand_in in actor.stand_ins}
    speaks = Exists(parties.filter(department_id__in=actor.headed_ids | deputised))
    belongs = Exists(parties.filter(department_id__in=actor.department_ids | actor.headed_ids | deputised))
    draft = Q(phase=Phase.DRAFT)
    initiates = Q(initiator_id__in=actor.department_ids | actor.headed_ids)
    open_to_all = Q(is_confidential=False) & ~draft & (belongs if not actor.is_pmo else Q())
    return Project.objects.filter(
        named
        | open_to_all
        | (~draft & Q(speaks))
        | (draft & initiates & (Q(is_confidential=False) | Q(initiator_id__in=actor.headed_ids)))
    )


def named_in(actor: Actor) -> Q:
    """Projects in which this very person is named."""
    me = actor.pk
    return (
        Q(lead_id=me)
        | Q(sponsor_id=me)
        | Q(Exists(Stakeholder.objects.filter(project=OuterRef("pk"), person_id=me)))
        | (
            Q(Exists(Party.objects.filter(project=OuterRef("pk"), contact_id=me, left_at__isnull=True)))
            & ~Q(phase=Phase.DRAFT)
        )
        | (Q(Exists(Commitment.objects.filter(project=OuterRef("pk"), owner_id=me))) & ~Q(phase=Phase.DRAFT))
    )


def head_ids(department_ids: list[int] | set[int]) -> dict[int, int]:
    """Department → its head today."""
    rows: QuerySet[Headship] = headships_on(clock.today()).filter(department_id__in=department_ids)
    return dict(rows.values_list("department_id", "person_id"))


def participant_ids(project: Project) -> set[int]:
    """Everybody who runs the project or answers for a department: lead, sponsor, heads, contact persons."""
    parties = list(project.parties.filter(left_at__isnull=True).values_list("department_id", "contact_id"))
    heads = head_ids({department for department, _contact in parties})
    found = {project.lead_id, project.sponsor_id, *heads.values(), *(contact for _department, contact in parties)}
    return {pk for pk in found if pk is not None}


def catches_up(project: Project) -> bool:
    """True for an incident whose request and memorandum are completed while it is executed (补签): gate 1 stays open."""
    return (
        project.phase == Phase.EXECUTING
        and project.scenario.kind == ScenarioKind.INCIDENT
        and not GatePass.objects.filter(project=project, gate=1).exists()
    )


def people_who_see(project: Project) -> set[int]:
    """Everybody who answers for something in the project or is named in it."""
    owners = Commitment.objects.filter(project=project, owner__isnull=False).values_list("owner_id", flat=True)
    named = Stakeholder.objects.filter(project=project).values_list("person_id", flat=True)
    return participant_ids(project) | {pk for pk in owners if pk is not None} | set(named)
