"""What of the project itself waits for a person: contact, owner, a head's word on an objective, gate 1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse_lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongzhou.core.actor import Actor

from .duties import Duty, DutyAct, DutyFinder, register
from .models import Commitment, GatePass, Objective, ObjectiveBacking, Party, Project, ScenarioKind
from .states import OPEN, CommitmentState, Phase

RUNNING = OPEN - {Phase.DRAFT}


def register_finders() -> None:
    """Makes the duties known; called when the app is ready."""
    for key, mine, others in (
        ("projects.gate_ready", _gates_to_pass, _nothing),
        ("projects.papers_afterwards", _papers_to_complete, _nothing),
        ("projects.contact_wanted", _contacts_to_name, _contacts_awaited),
        ("projects.owner_wanted", _owners_to_name, _owners_awaited),
        ("projects.backing_wanted", _objectives_to_back, _backings_awaited),
    ):
        register(DutyFinder(key, mine, others))


def _nothing(actor: Actor) -> Iterable[Duty]:
    return ()


def _led(actor: Actor) -> QuerySet[Project]:
    return Project.objects.filter(lead_id=actor.pk)


# -- gate 1 -----------------------------------------------------------------------------------------------------------


def _gates_to_pass(actor: Actor) -> Iterable[Duty]:
    """The memorandum is signed by everybody (its commitments are agreed): the lead looks at gate 1 and passes it."""
    promises = Commitment.objects.filter(project=OuterRef("pk"))
    ready = _led(actor).filter(
        Exists(promises.filter(state=CommitmentState.AGREED)),
        ~Exists(promises.filter(state=CommitmentState.PROPOSED)),
        Q(phase=Phase.ALIGNING) | _incident_without_papers(),
    )
    for project in ready.only("name"):
        yield Duty(
            act=DutyAct.DECIDE,
            title=_("The memorandum is signed by all: pass gate 1"),
            project_id=project.pk,
            project_name=project.name,
            why=_("You lead the project"),
            link=reverse_lazy("projects:gate", args=[project.pk, 1]),
            button=_("To the gate"),
        )


def _incident_without_papers() -> Q:
    passed = GatePass.objects.filter(project=OuterRef("pk"), gate=1)
    return Q(phase=Phase.EXECUTING, scenario__kind=ScenarioKind.INCIDENT) & ~Q(Exists(passed))


def _papers_to_complete(actor: Actor) -> Iterable[Duty]:
    """An incident began at once; its request and memorandum are completed afterwards (补签)."""
    agreed = Commitment.objects.filter(project=OuterRef("pk"), state=CommitmentState.AGREED)
    for project in _led(actor).filter(_incident_without_papers(), ~Exists(agreed)).only("name"):
        yield Duty(
            act=DutyAct.COMPLETE,
            title=_("Complete request and memorandum afterwards"),
            project_id=project.pk,
            project_name=project.name,
            why=_("You lead the project, which began at once"),
            link=reverse_lazy("projects:gate", args=[project.pk, 1]),
            button=_("See what is missing"),
        )


# -- contact persons ----------------------------------------------------------------------------------------------------


def _without_contact() -> QuerySet[Party]:
    return (
        Party.objects.filter(contact__isnull=True, left_at__isnull=True, project__phase__in=RUNNING)
        .select_related("project", "department")
        .only("project__name", "department__name")
    )


def _contacts_to_name(actor: Actor) -> Iterable[Duty]:
    for party in _without_contact().filter(department_id__in=actor.headed_ids):
        yield _contact_duty(party, _("You head %(department)s") % {"department": party.department.name})


def _contacts_awaited(actor: Actor) -> Iterable[Duty]:
    for party in _without_contact().filter(project__lead_id=actor.pk).exclude(department_id__in=actor.headed_ids):
        yield _contact_duty(party, party.department.name)


def _contact_duty(party: Party, why: str) -> Duty:
    return Duty(
        act=DutyAct.DECIDE,
        title=_("Name the contact person of %(department)s") % {"department": party.department.name},
        project_id=party.project_id,
        project_name=party.project.name,
        why=why,
        link=format_lazy("{}#party-{}", reverse_lazy("projects:people", args=[party.project_id]), party.department_id),
        button=_("Appoint"),
    )


# -- owners -------------------------------------------------------------------------------------------------------------


def _ownerless(rows: QuerySet[Commitment]) -> Iterable[Mapping[str, Any]]:
    """Commitments without owner, counted by project and department."""
    return (
        rows.filter(
            owner__isnull=True,
            state=CommitmentState.PROPOSED,
            project__phase__in=RUNNING,
            project__goals_frozen_at__isnull=True,
        )
        .order_by()
        .values("project_id", "department_id", project_name=F("project__name"), department_name=F("department__name"))
        .annotate(count=Count("pk"))
        .order_by("project_id", "department_id")
    )


def _owners_to_name(actor: Actor) -> Iterable[Duty]:
    contact = Party.objects.filter(
        project=OuterRef("project"), department=OuterRef("department"), contact_id=actor.pk, left_at__isnull=True
    )
    mine = Commitment.objects.filter(Q(department_id__in=actor.headed_ids) | Q(Exists(contact)))
    for row in _ownerless(mine):
        yield _owner_duty(row, _("You answer for %(department)s") % {"department": row["department_name"]})


def _owners_awaited(actor: Actor) -> Iterable[Duty]:
    of_others = Commitment.objects.filter(project__lead_id=actor.pk).exclude(department_id__in=actor.headed_ids)
    contact = Party.objects.filter(project=OuterRef("project"), department=OuterRef("department"), contact_id=actor.pk)
    for row in _ownerless(of_others.filter(~Exists(contact))):
        yield _owner_duty(row, str(row["department_name"]))


def _owner_duty(row: Mapping[str, Any], why: str) -> Duty:
    count = row["count"]
    facts = {"count": count, "department": row["department_name"]}
    project_id = row["project_id"]
    return Duty(
        act=DutyAct.DECIDE,
        title=ngettext(
            "Name the owner of a commitment of %(department)s",
            "Name the owners of %(count)d commitments of %(department)s",
            count,
        )
        % facts,
        project_id=project_id,
        project_name=row["project_name"],
        why=why,
        link=format_lazy(
            "{}#department-{}", reverse_lazy("projects:commitments", args=[project_id]), row["department_id"]
        ),
        button=_("Appoint"),
    )


# -- a head's word on an objective ------------------------------------------------------------------------------------


def _unbacked() -> QuerySet[Party]:
    """Parties whose head has not yet called every objective without evidence achievable, with the number of those."""
    backed = ObjectiveBacking.objects.filter(
        objective=OuterRef("pk"), department=OuterRef(OuterRef("department")), objective_version=OuterRef("version")
    )
    open_ones = Objective.objects.filter(
        ~Exists(backed), project=OuterRef("project"), evidence="", overruled__A__isnull=True
    )
    return (
        Party.objects.filter(left_at__isnull=True)
        .filter(
            Q(project__phase=Phase.ALIGNING)
            | Q(project__phase=Phase.EXECUTING, project__scenario__kind=ScenarioKind.INCIDENT)
        )
        .filter(Exists(open_ones))
    )


def _objectives_to_back(actor: Actor) -> Iterable[Duty]:
    return _backing_duties(_unbacked().filter(department_id__in=actor.headed_ids), _("You head %(department)s"))


def _backings_awaited(actor: Actor) -> Iterable[Duty]:
    of_others = _unbacked().filter(project__lead_id=actor.pk).exclude(department_id__in=actor.headed_ids)
    return _backing_duties(of_others, "%(department)s")


def _backing_duties(parties: QuerySet[Party], why: str) -> Iterable[Duty]:
    """Plain rows: a head in hundreds of projects has hundreds of them."""
    title, button = _("Say whether the objectives are achievable"), _("Look at them")
    for project_id, project_name, department in parties.values_list("project_id", "project__name", "department__name"):
        yield Duty(
            act=DutyAct.CONFIRM,
            title=title,
            project_id=project_id,
            project_name=project_name,
            why=why % {"department": department},
            link=reverse_lazy("projects:objectives", args=[project_id]),
            button=button,
        )
