"""The memorandum's part in sign-off, gate 1, the desk and the clock."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from django.db.models import Exists, OuterRef
from django.urls import reverse, reverse_lazy
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tongzhou.cadence import occasions, signing
from tongzhou.cadence.models import Occasion
from tongzhou.core import clock, events
from tongzhou.core.actor import Actor, system
from tongzhou.core.errors import InvalidInput
from tongzhou.core.models import AuditEvent
from tongzhou.core.navigation import url_if_there
from tongzhou.documents.file_slots import FileSlot
from tongzhou.documents.fonts import missing_characters
from tongzhou.documents.render.html import render_html
from tongzhou.meetings.models import Meeting
from tongzhou.meetings.states import MeetingKind, MeetingState
from tongzhou.people.models import Person
from tongzhou.people.queries.actors import headships_on
from tongzhou.projects import duties, gates
from tongzhou.projects.duties import Duty, DutyAct
from tongzhou.projects.gates import Missing
from tongzhou.projects.models import Project
from tongzhou.projects.states import OPEN, Phase
from tongzhou.signoff import subjects
from tongzhou.signoff.models import Decision, Round, Signatory
from tongzhou.signoff.queries import picture_of, waiting_for
from tongzhou.signoff.services import remove_signatory
from tongzhou.signoff.states import RoundState, Verdict
from tongzhou.signoff.subjects import Shown, SignoffSubject

from .. import queries, services
from ..models import CollabRequest, Memorandum, MemorandumEdition
from ..notifications.memoranda import tell_reminded
from ..queries.memoranda import KIND
from ..services.memorandum_paper import SEAL_AGAIN
from ..services.memorandum_signing import IN_TIME, REMIND
from ..states import CollabState, MemorandumState
from ..tasks import seal_memorandum

# ---------------------------------------------------------------- sign-off


def prepare(subject_id: int, *, by: Actor) -> None:
    """Before a signature: locks in order, refuses a suspended project."""
    services.lock_for_signing(subject_id, by=by)


def decided(subject_id: int, round: Round, decision: Decision, *, by: Actor) -> None:
    """An opinion is printed on the document, so it must be printable."""
    if missing := missing_characters(decision.reason):
        names = ", ".join(f"{char} (U+{ord(char):04X})" for char in missing[:10])
        raise InvalidInput({"reason": _("These characters cannot be printed: %(names)s") % {"names": names}})


def agreed(subject_id: int, round: Round, *, by: Actor) -> None:
    """Everybody has signed: in force at once; the sealed PDF is made in the background."""
    services.complete_memorandum(subject_id, by=by)
    seal_memorandum.enqueue(round.memorandum_edition.pk)


@events.on(SEAL_AGAIN)
def seal_again(event: AuditEvent) -> None:
    """The work is asked for once more, in the act that asked."""
    seal_memorandum.enqueue(json.loads(event.payload)["after"]["edition_id"])


def refused(subject_id: int, round: Round, *, by: Actor) -> None:
    """One party has declined: the version is back on the lead's table."""
    objection = round.decisions.filter(verdict=Verdict.OBJECT).select_related("signatory__department").last()
    words = ""
    if objection is not None:
        party = objection.signatory.department or objection.person_name
        words = _("%(party)s declined: %(reason)s") % {"party": party, "reason": objection.reason}
    services.decline_memorandum(subject_id, words, by=by)


def may_see(subject_id: int, *, by: Actor) -> bool:
    """Who sees the project sees who has signed."""
    return queries.memoranda_for(by).filter(pk=subject_id).exists()


def shown(round: Round, signatory: Signatory, actor: Actor) -> Shown:
    """The signatory's own duties, deadlines and breach terms first, then the whole text and its exact PDF."""
    edition = MemorandumEdition.objects.select_related("memorandum__project", "pdf").get(round=round)
    project = edition.memorandum.project
    content = edition.content["content"]
    department = signatory.department_id
    duties_of = [row for row in content["duties"] if department is None or row.get("department") == department]
    asked = {row["clause"] for row in duties_of if row.get("clause")}
    back = edition.memorandum.get_absolute_url()
    return Shown(
        template="alignment/memorandum_shown.html",
        context={
            "edition": edition,
            "project": project,
            "own_duties": duties_of,
            "own_resources": [
                row
                for row in content["resource_commitments"]
                if signatory.department is None or row.get("dept") == signatory.department.name
            ],
            "breach_clauses": content["breach_clauses"],
            "own_clauses": asked,
            "paper": render_html(queries.edition_paper(edition, get_language() or "zh-hans")),
            "earlier": edition.number - 1 if edition.number > 1 else None,
        },
        back_url=back,
        crumbs=((project.name, project.get_absolute_url()), (_("Memorandum"), back), (_("Sign"), "")),
        live_topics=(f"project-{project.pk}", f"round-{round.pk}"),
        stylesheets=("documents/paper.css", "alignment/memorandum.css"),
    )


SUBJECT = SignoffSubject(
    kind=KIND,
    prepare=prepare,
    decided=decided,
    agreed=agreed,
    refused=refused,
    may_see=may_see,
    shown=shown,
    verdicts=(Verdict.AGREE, Verdict.OBJECT),
    words={
        Verdict.AGREE: gettext_lazy("Sign"),
        Verdict.OBJECT: gettext_lazy("Decline to sign"),
        f"past:{Verdict.AGREE}": gettext_lazy("signed"),
        f"past:{Verdict.OBJECT}": gettext_lazy("declined"),
        f"done:{Verdict.AGREE}": gettext_lazy("You have signed the memorandum."),
        f"done:{Verdict.OBJECT}": gettext_lazy("You have declined. The project lead has been told why."),
    },
    url_name="alignment:memorandum",
    told=frozenset({"signoff.round.opened", "signoff.round.agreed", "signoff.round.refused"}),
)


# ---------------------------------------------------------------- gate 1


def missing_signatures(project: Project) -> Iterator[Missing]:
    """What keeps the memorandum from being signed by every head."""
    link = reverse("alignment:memorandum", args=[project.pk])
    memorandum = queries.memorandum_of(project)
    if memorandum is None:
        yield Missing(_("The memorandum has not been composed"), link)
        return
    if memorandum.state == MemorandumState.DRAFT:
        again = memorandum.edition_number > 0
        yield Missing(
            _("The new version has not been sent for signing") if again else _("It has not been sent for signing"), link
        )
        return
    edition = queries.newest_edition(memorandum)
    if edition is None or edition.round is None:
        return
    picture = picture_of(edition.round)
    for place in picture.places:
        if place.decision is not None:
            continue
        party = str(place.department or place.speaker)
        if place.has_nobody:
            people = url_if_there("people:department", pk=place.department.pk) if place.department else ""
            yield Missing(_("%(party)s has no head; nobody can sign for it") % {"party": party}, people or link)
        else:
            yield Missing(
                _("%(party)s has not signed (%(name)s)") % {"party": party, "name": place.speaker},
                link,
            )
    asked = {place.department.pk for place in picture.places if place.department}
    for row in project.parties.filter(left_at__isnull=True).select_related("department"):
        if row.department_id not in asked:
            yield Missing(_("%(party)s joined later and is not in this version") % {"party": row.department}, link)


CONDITION = gates.GateCondition(
    key="memorandum_signed",
    gate=1,
    label=gettext_lazy("Memorandum signed by every head"),
    check=missing_signatures,
    link=lambda project: reverse("alignment:memorandum", args=[project.pk]),
)


# ---------------------------------------------------------------- the desk


def what_waits(actor: Actor) -> Iterable[Duty]:
    """Signatures of the actor, and what the actor as lead has to bring further."""
    yield from _signatures(actor)
    led = Project.objects.filter(lead_id=actor.pk, phase__in=OPEN - {Phase.DRAFT})
    drafts = Memorandum.objects.filter(project__in=led, state=MemorandumState.DRAFT, edition_number__gt=0)
    for memorandum in drafts.select_related("project").only("amend_reason", "project__name"):
        yield Duty(
            act=DutyAct.COMPLETE,
            title=_("Finish the new version of the memorandum and send it again"),
            project_id=memorandum.project_id,
            project_name=memorandum.project.name,
            why=memorandum.amend_reason or _("You lead the project"),
            link=reverse_lazy("alignment:memorandum", args=[memorandum.project_id]),
            button=_("To the memorandum"),
        )
    sent = Memorandum.objects.filter(project=OuterRef("pk")).exclude(state=MemorandumState.DRAFT, edition_number=0)
    ready = led.filter(
        Exists(CollabRequest.objects.filter(project=OuterRef("pk"), state=CollabState.ACCEPTED)),
        Exists(Meeting.objects.filter(project=OuterRef("pk"), kind=MeetingKind.KICKOFF, state=MeetingState.LOCKED)),
        ~Exists(sent),
    )
    for project in ready.only("name"):
        yield Duty(
            act=DutyAct.COMPLETE,
            title=_("Send the memorandum for signing"),
            project_id=project.pk,
            project_name=project.name,
            why=_("Everybody has accepted and the minutes are confirmed"),
            link=reverse_lazy("alignment:memorandum", args=[project.pk]),
            button=_("To the memorandum"),
        )


def _signatures(actor: Actor) -> Iterable[Duty]:
    shown = ("pk", "department_id", "department__name", "round__project_id", "round__scope", "round__due_at")
    waiting = list(waiting_for(actor).filter(round__subject_kind=KIND).values_list(*shown))
    projects = Project.objects.filter(pk__in={row[3] for row in waiting}, phase__in=OPEN)
    named = dict(projects.values_list("pk", "name"))
    title, as_head, button = _("Sign the memorandum"), _("You head %(department)s"), _("Read and sign")
    for place_id, department_id, department, project_id, scope, due_at in waiting:
        if project_id is None or project_id not in named:
            continue
        why = _("You are asked as sponsor")
        if department_id is not None:
            why = as_head % {"department": department}
            if not actor.heads(department_id):
                stand_in = actor.stand_in_for(department_id, scope)
                why = _("As deputy, for %(head)s") % {"head": stand_in.head_name if stand_in else ""}
        yield Duty(
            act=DutyAct.SIGN,
            title=title,
            project_id=project_id,
            project_name=named[project_id],
            why=why,
            link=reverse_lazy("signoff:sign", args=[place_id]),
            button=button,
            due_at=due_at,
        )


def what_others_owe(actor: Actor) -> Iterable[Duty]:
    """Signatures that the lead waits for."""
    led = dict(Project.objects.filter(lead_id=actor.pk, phase__in=OPEN).values_list("pk", "name"))
    earlier = Signatory.objects.filter(
        round_id=OuterRef("round_id"), stage__lt=OuterRef("stage"), decision__isnull=True
    )
    awaited = list(
        Signatory.objects.filter(
            ~Exists(earlier),
            round__subject_kind=KIND,
            round__state=RoundState.OPEN,
            round__project_id__in=led,
            decision__isnull=True,
        )
        .select_related("round", "department", "person")
        .only("round__project_id", "round__due_at", "department__name", "person__name")
    )
    heads = dict(
        headships_on(clock.today())
        .filter(department__in={signatory.department_id for signatory in awaited})
        .values_list("department_id", "person__name")
    )
    for signatory in awaited:
        project_id = signatory.round.project_id or 0
        name = signatory.person.name if signatory.person else heads.get(signatory.department_id or 0, "")
        yield Duty(
            act=DutyAct.SIGN,
            title=_("Signature under the memorandum: %(party)s") % {"party": signatory},
            project_id=project_id,
            project_name=led[project_id],
            why=name or _("This department has no head"),
            link=reverse_lazy("alignment:memorandum", args=[project_id]),
            button=_("Look"),
            due_at=signatory.round.due_at,
        )


FINDER = duties.DutyFinder(key="memoranda", mine=what_waits, others=what_others_owe)


# ---------------------------------------------------------------- the clock


def remind(occasion: Occasion) -> str:
    """The day before the signatures are due: those whose turn it is are reminded."""
    edition = _open_edition(occasion)
    if edition is None or edition.round is None:
        return "nothing open"
    places = picture_of(edition.round).awaited
    tell_reminded(edition, places)
    return f"reminded {len(places)}"


def _open_edition(occasion: Occasion) -> MemorandumEdition | None:
    edition = (
        MemorandumEdition.objects.select_related("memorandum__project", "round").filter(pk=occasion.subject_id).first()
    )
    if edition is None or edition.round is None or edition.round.state != RoundState.OPEN:
        return None
    return edition


# ---------------------------------------------------------------- departments that leave


@events.on("projects.part*")
def party_left(event: AuditEvent) -> None:
    """A department that no longer takes part is no longer waited for: its open place is taken out of the round."""
    if event.name not in {"projects.party.left", "projects.parties.changed"} or event.project_id is None:
        return
    round = Round.objects.filter(subject_kind=KIND, project_id=event.project_id, state=RoundState.OPEN).first()
    if round is None:
        return
    present = Project.objects.get(pk=event.project_id).parties.filter(left_at__isnull=True)
    gone = round.signatories.filter(department__isnull=False, decision__isnull=True).exclude(
        department__in=present.values("department")
    )
    by = Person.objects.filter(pk=event.actor_id).first() if event.actor_id else None
    actor = Actor(person_id=by.pk, name=by.name) if by else system("projects")
    for department_id in list(gone.values_list("department_id", flat=True)):
        if department_id is not None:
            remove_signatory(round.pk, department_id, by=actor)


# Versions of a memorandum are files of the system: whoever sees the project may fetch them, nobody changes them.
FILES = FileSlot(
    may_read=lambda actor, file: queries.memoranda_for(actor).filter(project=file.project_id).exists(),
    may_change=lambda actor, project_id, slot: False,
    most=0,
)


def register() -> None:
    """Makes all of it known; called from ``AppConfig.ready()``."""
    subjects.register(SUBJECT)
    gates.register(CONDITION)
    duties.register(FINDER)
    occasions.register(REMIND, remind)
    signing.register(IN_TIME)
