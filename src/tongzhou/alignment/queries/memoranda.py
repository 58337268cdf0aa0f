"""The memorandum: its text as drawn now, what is missing for signing, who signs in which order, its editions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.errors import NotFound
from tongzhou.core.navigation import url_if_there
from tongzhou.documents import standard_forms
from tongzhou.documents.paper import Extras, Paper, SignatureEntry, lay_out
from tongzhou.people.models import Department, Person
from tongzhou.people.queries.actors import headships_on
from tongzhou.projects.gates import Missing
from tongzhou.projects.models import Commitment, Objective, Project
from tongzhou.projects.queries import projects_for
from tongzhou.projects.states import CommitmentState
from tongzhou.signoff.models import Round
from tongzhou.signoff.queries import picture_of

from ..documents import MEMORANDUM
from ..models import BreachClause, Memorandum, MemorandumEdition

KIND = "memorandum"
SCOPE = "memorandum"
PROSE = (
    "scope",
    "out_of_scope",
    "change_rule",
    "confidentiality_clause",
    "force_majeure",
    "escalation_path",
    "effective_when",
)
DATES = ("valid_from", "valid_to")
TABLES = {
    "resource_commitments": ("dept", "resource", "quantity", "period"),
    "communication_plan": ("kind", "frequency", "time", "form", "owner"),
    "breach_clauses": ("key", "condition", "evidence", "consequence", "arbiter"),
}
DRAWN = ("parties", "goals", "duties")
STANDING = (CommitmentState.PROPOSED, CommitmentState.AGREED, CommitmentState.KEPT, CommitmentState.LATE)


@dataclass(frozen=True, slots=True)
class SigningPlace:
    """Who signs in which stage: a department (by head or deputy), or the sponsor in person."""

    stage: int
    department: Department | None = None
    person: Person | None = None

    @property
    def name(self) -> str:
        """The department, or the sponsor's name."""
        return str(self.department or self.person)


def memoranda_for(actor: Actor) -> QuerySet[Memorandum]:
    """Memoranda of projects the actor may see."""
    return Memorandum.objects.filter(project__in=projects_for(actor)).select_related(
        "project", "project__lead", "project__sponsor", "project__initiator"
    )


def memorandum_of(project: Project) -> Memorandum | None:
    """The project's memorandum, if one has been composed."""
    return Memorandum.objects.filter(project=project).first()


def reach_memorandum(actor: Actor, project_id: int) -> Memorandum:
    """The memorandum of a project the actor may see, else ``NotFound``."""
    project = reach(projects_for(actor), project_id)
    memorandum = memoranda_for(actor).filter(project=project).first()
    if memorandum is None:
        raise NotFound
    return memorandum


def editions_of(memorandum: Memorandum) -> QuerySet[MemorandumEdition]:
    """All frozen versions, oldest first."""
    return memorandum.editions.select_related("round", "pdf", "sealed_pdf", "memorandum__project")


def reach_edition(actor: Actor, project_id: int, number: int) -> MemorandumEdition:
    """One frozen version of a memorandum the actor may see."""
    edition = editions_of(reach_memorandum(actor, project_id)).filter(number=number).first()
    if edition is None:
        raise NotFound
    return edition


def newest_edition(memorandum: Memorandum) -> MemorandumEdition | None:
    """The version that was sent last."""
    return editions_of(memorandum).order_by("-number").first()


def edition_by_code(code: str) -> MemorandumEdition:
    """The version behind an unguessable verification address."""
    edition = (
        MemorandumEdition.objects.select_related("memorandum__project", "round", "pdf", "sealed_pdf")
        .filter(verify_code=code)
        .first()
        if 20 <= len(code) <= 40
        else None
    )
    if edition is None:
        raise NotFound
    return edition


def clause_library(*, active_only: bool = True) -> QuerySet[BreachClause]:
    """违约条款库, in the PMO's order."""
    clauses = BreachClause.objects.all()
    return clauses.filter(is_active=True) if active_only else clauses


# ---------------------------------------------------------------- the text


def drawn_rows(project: Project) -> dict[str, list[dict[str, Any]]]:
    """Parties, goals and duties as they stand in the project now; the same few queries for any number of rows.

    Each row carries the key of what it was drawn from, so that two versions can be compared row by row.
    """
    parties = list(project.parties.filter(left_at__isnull=True).select_related("department", "contact"))
    parties.sort(key=lambda party: (not party.is_initiator, party.position, party.pk))
    heads = {
        headship.department_id: headship.person.name
        for headship in headships_on(clock.today())
        .filter(department__in=[party.department_id for party in parties])
        .select_related("person")
    }
    commitments = project.commitments.filter(state__in=STANDING).select_related("department", "owner")
    return {
        "parties": [
            {
                "id": party.department_id,
                "dept": party.department.name,
                "head": heads.get(party.department_id, ""),
                "contact": party.contact.name if party.contact else "",
            }
            for party in parties
        ],
        "goals": [_goal(objective) for objective in project.objectives.all()],
        "duties": [_duty(commitment) for commitment in commitments],
    }


def document_of(memorandum: Memorandum, *, number: int, day: date) -> dict[str, Any]:
    """The whole of what would be signed now: form, head and content, as canonical JSON can carry it."""
    project = memorandum.project
    # The words of the document are the company's, whoever looks at it.
    with translation.override(settings.LANGUAGE_CODE):
        drawn = drawn_rows(project)
    head = {
        "doc_no": f"{MEMORANDUM.doc_prefix}-{project.code.removeprefix('P')}",
        "version": f"V{number}",
        "project_name": project.name,
        "confidentiality": "confidential" if project.is_confidential else "internal",
        "author": project.lead.name,
        "date": day.isoformat(),
    }
    content = {**drawn, **{key: memorandum.terms.get(key, "") for key in (*PROSE, *DATES)}}
    for table in TABLES:
        content[table] = list(memorandum.terms.get(table, []))
    return {"form": MEMORANDUM.key, "head": head, "content": content}


def _goal(objective: Objective) -> dict[str, Any]:
    metric = objective.metric or objective.text
    if objective.metric and objective.text and objective.text != objective.metric:
        metric = f"{objective.metric}\n{objective.text}"
    return {
        "id": objective.pk,
        "metric": metric,
        "baseline": _amount(objective.baseline, objective.unit),
        "target": _amount(objective.target, objective.unit) or "—",
        "due": objective.due.isoformat() if objective.due else "—",
        "source": objective.source,
    }


def _duty(commitment: Commitment) -> dict[str, Any]:
    owner = _("(in charge: %(name)s)") % {"name": commitment.owner.name} if commitment.owner else ""
    quantity = _amount(commitment.quantity, commitment.unit)
    return {
        "id": commitment.number,
        "department": commitment.department_id,
        "dept": commitment.department.name,
        "duty": f"{commitment.action}{owner}",
        "deliverable": " · ".join(part for part in (commitment.deliverable, quantity) if part),
        "due": commitment.due.isoformat() if commitment.due else "",
        "acceptance": commitment.acceptance,
        "clause": commitment.breach_clause,
    }


def _amount(value: Any, unit: str) -> str:
    if value is None:
        return ""
    number = f"{value.normalize():,f}"
    space = "" if not unit or unit in {"%", "％", "‰"} or not unit[:1].isascii() else " "
    return f"{number}{space}{unit}"


# ---------------------------------------------------------------- signing


def signing_order(memorandum: Memorandum) -> list[SigningPlace]:
    """Who signs in which stage, as edited; a department nobody has placed signs in the first, the initiating one last."""
    project = memorandum.project
    placed: dict[int, int] = {}
    sponsor = 0
    for row in memorandum.stages:
        if row.get("sponsor"):
            sponsor = int(row["stage"])
        elif row.get("department"):
            placed[int(row["department"])] = int(row["stage"])
    parties = list(project.parties.filter(left_at__isnull=True).select_related("department"))
    parties.sort(key=lambda party: (party.is_initiator, party.position, party.pk))
    places = [
        SigningPlace(placed.get(party.department_id, 2 if party.is_initiator else 1), department=party.department)
        for party in parties
    ]
    if sponsor and project.sponsor is not None:
        places.append(SigningPlace(max([sponsor, *(place.stage for place in places)]), person=project.sponsor))
    # Stages are counted 1, 2, 3 without gaps, whatever was typed.
    order = {stage: number for number, stage in enumerate(sorted({place.stage for place in places}), start=1)}
    return sorted(
        (SigningPlace(order[place.stage], place.department, place.person) for place in places),
        key=lambda place: place.stage,
    )


def missing_for_signing(memorandum: Memorandum) -> list[Missing]:
    """What keeps the memorandum from being sent for signing, each with the place where it is mended."""
    project = memorandum.project
    document = document_of(memorandum, number=1, day=clock.today())
    edit = reverse("alignment:memorandum_edit", args=[project.pk])
    home = project.get_absolute_url()
    places = {
        "parties": home,
        "goals": objectives_url(project),
        "duties": commitments_url(project),
    }
    missing: list[Missing] = []
    content = document["content"]
    empty = MEMORANDUM.missing(content, document["head"])
    for key in sorted({name.split("[")[0].split(".")[-1] for name in empty}):
        if key in DRAWN and not content[key]:
            missing.append(Missing(_("%(part)s: nothing written yet") % {"part": _label(key)}, places[key]))
        elif key == "parties":
            missing += [
                Missing(_("%(department)s has no head who could sign") % {"department": row["dept"]}, home)
                for row in content["parties"]
                if not row["head"]
            ]
        else:
            missing.append(
                Missing(_("%(part)s: required places are empty") % {"part": _label(key)}, places.get(key, edit))
            )
    start, end = content["valid_from"], content["valid_to"]
    if start and end and end < start:
        missing.append(Missing(_("The validity ends before it begins"), edit))
    missing += _unfit_commitments(project)
    return missing


def _unfit_commitments(project: Project) -> Iterable[Missing]:
    """A promise goes into the memorandum with a date and a named person, and no party without any promise."""
    standing = list(project.commitments.filter(state__in=STANDING).select_related("department"))
    link = commitments_url(project)
    for commitment in standing:
        lacks = [
            word
            for word, there in ((_("due date"), commitment.due), (_("person in charge"), commitment.owner_id))
            if not there
        ]
        if lacks:
            yield Missing(
                _("Commitment %(number)s of %(department)s lacks: %(lacks)s")
                % {"number": commitment.number, "department": commitment.department, "lacks": ", ".join(lacks)},
                link,
            )
    promising = {commitment.department_id for commitment in standing}
    for party in project.parties.filter(left_at__isnull=True, is_initiator=False).select_related("department"):
        if standing and party.department_id not in promising:
            yield Missing(_("%(department)s takes part but promises nothing") % {"department": party.department}, link)


def _label(key: str) -> str:
    try:
        return str(MEMORANDUM.part(key).label)
    except KeyError:
        return str(next((field.label for field in standard_forms.HEAD if field.key == key), key))


def objectives_url(project: Project) -> str:
    """Where the project's objectives are written."""
    return url_if_there("projects:objectives", project.pk) or project.get_absolute_url()


def commitments_url(project: Project) -> str:
    """Where the project's commitments are written."""
    return url_if_there("projects:commitments", project.pk) or project.get_absolute_url()


# ---------------------------------------------------------------- on paper


def signature_entries(round: Round) -> tuple[SignatureEntry, ...]:
    """The signature block of a version: every party in order, filled in where it has signed."""
    entries = []
    for place in picture_of(round).places:
        name = str(place.department) if place.department else _("Sponsor")
        if place.decision is None:
            entries.append(SignatureEntry(dept=name))
            continue
        at = place.decision.at.astimezone(clock.company_zone())
        entries.append(
            SignatureEntry(
                dept=name,
                name=place.decision.person_name,
                signed_at=at.replace(tzinfo=None).isoformat(timespec="minutes"),
                opinion=place.decision.reason or place.decision.get_verdict_display(),
                on_behalf_of=place.decision.on_behalf_of,
                level=str(place.decision.level.label) if place.decision.level else "",
            )
        )
    return tuple(entries)


def verify_url(code: str) -> str:
    """The public address at which a version is verified; printed on it and in its QR code."""
    return f"{settings.TONGZHOU_PUBLIC_URL}{reverse('alignment:verify', args=[code])}"


def draft_paper(memorandum: Memorandum, language: str) -> Paper:
    """The text as it stands now, laid out and marked as a draft."""
    document = document_of(memorandum, number=memorandum.edition_number + 1, day=clock.today())
    entries = tuple(
        SignatureEntry(dept=str(place.department) if place.department else _("Sponsor"))
        for place in signing_order(memorandum)
    )
    extras = Extras(company=settings.TONGZHOU_COMPANY_NAME, signatures=entries, draft=True)
    return lay_out(MEMORANDUM, document["content"], document["head"], language, extras)


def edition_paper(edition: MemorandumEdition, language: str) -> Paper:
    """A frozen version with the signatures it has."""
    document = edition.content
    extras = Extras(
        company=settings.TONGZHOU_COMPANY_NAME,
        signatures=signature_entries(edition.round) if edition.round else (),
        verify_url=verify_url(edition.verify_code),
        digest=edition.digest,
    )
    return lay_out(MEMORANDUM, document["content"], document["head"], language, extras)
