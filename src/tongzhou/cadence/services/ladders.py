"""Escalations: begun by what waits, climbed by the clock, stopped by the act that was awaited."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from tongzhou.calendars.queries import company_calendar
from tongzhou.core import clock
from tongzhou.core.actor import Actor, system
from tongzhou.core.acts import act
from tongzhou.core.errors import NotFound, TransitionNotAllowed
from tongzhou.core.events import record
from tongzhou.messaging.action_links import ByLink
from tongzhou.messaging.services import notify
from tongzhou.people.models import Person
from tongzhou.people.queries import actor_of_person
from tongzhou.projects.models import StakeholderRole
from tongzhou.projects.queries import projects_for
from tongzhou.projects.services import add_stakeholder

from ..ladders import LEAST_PAUSE, USUAL, Rungs, kinds, moment_of
from ..models import Ladder, LadderStep, Occasion
from ..queries.ladders import may_take_on, persons_on, standing_ladders, step_of
from ..queries.words import late_mark
from ..states import LadderState, Rung, Severity
from .occasions import call_off, plan_occasion

STEP = "cadence.ladder_step"
TAKE_ON = "cadence.take_on"


@act
def start_ladder(
    subject: Model,
    kind: str,
    *,
    project_id: int,
    awaited_at: datetime,
    department_id: int | None = None,
    person_id: int | None = None,
    link: str = "",
    severity: str = Severity.NORMAL,
    rungs: Rungs | None = None,
    label: str = "",
    slot: str = "",
    by: Actor,
) -> Ladder:
    """From ``awaited_at`` on people are told up the line until somebody acts. The one that stands is kept.

    ``rungs``: who is told how many minutes after; the usual ones of the severity where none are given. ``label``: what the
    subject is called there. ``slot``: which turn it is, of what recurs.
    """
    kinds.get(kind)
    standing = standing_ladders(subject).filter(kind=kind, slot=slot).first()
    if standing is not None:
        return standing
    chosen = rungs or USUAL[severity]
    ladder = Ladder.objects.create(
        kind=kind,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        subject_label=(label or str(subject))[:200],
        slot=slot,
        project_id=project_id,
        department_id=department_id,
        person_id=person_id,
        link=link,
        severity=severity,
        rungs=[[rung, minutes] for rung, minutes in chosen],
        awaited_at=awaited_at,
    )
    record(by, "cadence.ladder.started", ladder, after={"kind": kind, "severity": severity, "awaited_at": awaited_at})
    _plan_next(ladder)
    return ladder


@act
def stop_ladder(subject: Model, kind: str | None = None, *, slot: str | None = None, by: Actor) -> int:
    """What was awaited has happened: nobody further is told. Returns how many ladders ended.

    Without ``slot`` every turn of it ends.
    """
    standing = standing_ladders(subject).select_for_update(of=("self",))
    if kind is not None:
        standing = standing.filter(kind=kind)
    if slot is not None:
        standing = standing.filter(slot=slot)
    rows = list(standing)
    for ladder in rows:
        _stop(ladder, by)
    return len(rows)


@act
def climb(occasion: Occasion) -> str:
    """Handler: what was awaited is still missing; tells the next one up the line."""
    ladders = Ladder.objects.select_for_update(of=("self",)).select_related("project", "department")
    ladder = ladders.get(pk=occasion.subject_id)
    if ladder.state != LadderState.RUNNING or ladder.paused_at is not None or occasion.data["step"] != ladder.step:
        return "stopped"
    if not kinds.get(ladder.kind).is_awaited(ladder):
        _stop(ladder, system("clock"))
        return "done meanwhile"
    told: set[int] = set(ladder.steps.values_list("person_id", flat=True))
    # A rung nobody stands on, or only people who know already, is passed over at once.
    while ladder.step < len(ladder.rungs):
        rung = Rung(ladder.rungs[ladder.step][0])
        ladder.step += 1
        if persons := persons_on(ladder, rung) - told:
            _tell(ladder, rung, persons, occasion)
            break
    else:
        rung, persons = Rung.SPONSOR, set()
    _plan_next(ladder)
    return f"told: {rung}" if persons else "nobody further up the line"


@act
def take_on(step_id: int, *, by: Actor) -> LadderStep:
    """“I have seen it, I am on it”: said by whoever was told, and told to those who wait. The clock goes on."""
    step = step_of(by, step_id)
    if step is None:
        raise NotFound
    ladder = Ladder.objects.select_for_update(of=("self",)).get(pk=step.ladder_id)
    step = LadderStep.objects.select_related("ladder__project").get(pk=step.pk)
    if not may_take_on(step):
        raise TransitionNotAllowed
    step.acknowledged_at = clock.now()
    step.save(update_fields=["acknowledged_at"])
    record(by, "cadence.ladder.taken_on", ladder, after={"kind": ladder.kind, "step": step.number, "rung": step.rung})
    told_before = set(ladder.steps.values_list("person_id", flat=True))
    notify(
        {step.ladder.project.lead_id, ladder.person_id, *told_before} - {by.pk},
        key=f"ladder-taken-on:{step.pk}",
        title=_("%(who)s has seen it and is on it: %(what)s: %(subject)s"),
        values={"who": by.name, "what": kinds.get(ladder.kind).label, "subject": ladder.subject_label},
        link=ladder.link,
        project_id=ladder.project_id,
        mail=False,
    )
    return step


@act
def pause_ladders(project_id: int) -> None:
    """A suspended project waits for nobody."""
    for ladder in Ladder.objects.select_for_update().filter(
        project_id=project_id, state=LadderState.RUNNING, paused_at__isnull=True
    ):
        ladder.paused_at, ladder.next_at = clock.now(), None
        ladder.save(update_fields=["paused_at", "next_at"])
        call_off(ladder)


@act
def resume_ladders(project_id: int) -> None:
    """The project goes on, and so do its clocks: the time it stood still does not count."""
    for ladder in Ladder.objects.select_for_update().filter(
        project_id=project_id, state=LadderState.RUNNING, paused_at__isnull=False
    ):
        if ladder.paused_at is not None:
            ladder.awaited_at += clock.now() - max(ladder.paused_at, min(ladder.awaited_at, clock.now()))
        ladder.paused_at = None
        ladder.save(update_fields=["awaited_at", "paused_at"])
        _plan_next(ladder)


@act
def stop_ladders_of_project(project_id: int) -> None:
    """The project is over."""
    for ladder in Ladder.objects.select_for_update().filter(project_id=project_id).exclude(state=LadderState.STOPPED):
        _stop(ladder, system("clock"))


@act
def stop_ladders_without_subject(kind: str, project_id: int, model: type[Model], *, by: Actor) -> None:
    """What was awaited of something that is no longer there is not awaited."""
    standing = Ladder.objects.select_for_update(of=("self",)).filter(kind=kind, project=project_id)
    standing = standing.exclude(state=LadderState.STOPPED)
    for ladder in standing.exclude(subject_id__in=model._default_manager.values("pk")):
        _stop(ladder, by)


def _stop(ladder: Ladder, by: Actor) -> None:
    ladder.state, ladder.stopped_at, ladder.stopped_by, ladder.next_at = (
        LadderState.STOPPED,
        clock.now(),
        by.name[:200],
        None,
    )
    ladder.save(update_fields=["state", "stopped_at", "stopped_by", "next_at"])
    call_off(ladder)
    record(by, "cadence.ladder.stopped", ladder, after={"kind": ladder.kind, "step": ladder.step})


def _tell(ladder: Ladder, rung: Rung, persons: set[int], occasion: Occasion) -> None:
    moment, kind = clock.now(), kinds.get(ladder.kind)
    LadderStep.objects.bulk_create(
        LadderStep(ladder=ladder, number=ladder.step, rung=rung, person_id=person, told_at=moment)
        for person in sorted(persons)
    )
    if rung is Rung.SUPERIOR:
        _let_see(ladder.project_id, persons)
    kind.told(ladder, rung, persons)
    names = list(Person.objects.filter(pk__in=persons).order_by("pk").values_list("name", flat=True))
    record(
        system("clock"),
        "cadence.ladder.climbed",
        ladder,
        after={
            "kind": ladder.kind,
            "step": ladder.step,
            "rung": rung,
            "persons": sorted(persons),
            "to": _names(names),
            "because": _company_words(kind.because(ladder)),
        },
    )
    steps = dict(ladder.steps.filter(number=ladder.step).values_list("person_id", "pk"))
    notify(
        persons,
        key=f"ladder:{ladder.pk}:{ladder.step}",
        title=_("%(late)s%(what)s: %(subject)s"),
        body=_("Escalated to you as %(rung)s, because %(because)s. Project: %(project)s."),
        values={
            "late": late_mark(occasion),
            "what": kind.label,
            "subject": ladder.subject_label,
            "project": ladder.project.name,
            "because": kind.because(ladder),
            "rung": rung.label,
        },
        link=ladder.link,
        project_id=ladder.project_id,
        urgent=ladder.severity != Severity.NORMAL,
        clock_runs=True,
        act_by_link=lambda person_id: ByLink(TAKE_ON, steps[person_id]),
    )


def _let_see(project_id: int, persons: set[int]) -> None:
    """Whoever stands above the department is no member: from now on they see what they are asked to see to."""
    for person in sorted(persons):
        if not projects_for(actor_of_person(person)).filter(pk=project_id).exists():
            add_stakeholder(project_id, person, StakeholderRole.OBSERVER, by=system("clock"))


def _names(names: list[str]) -> str:
    return "、".join(names)


def _company_words(said: str | Promise) -> str:
    """The history keeps the reason as it was given, in the company's language."""
    with override(settings.LANGUAGE_CODE):
        return str(said)


def _plan_next(ladder: Ladder) -> None:
    """Plans the next step, or ends the ladder at its top."""
    if ladder.step >= len(ladder.rungs):
        ladder.state, ladder.next_at = LadderState.EXHAUSTED, None
    else:
        minutes = ladder.rungs[ladder.step][1]
        due_at = moment_of(ladder.awaited_at, minutes, ladder.severity, company_calendar())
        if ladder.step:
            due_at = max(due_at, clock.now() + LEAST_PAUSE)
        ladder.next_at = due_at
        plan_occasion(STEP, ladder, due_at, project_id=ladder.project_id, data={"step": ladder.step})
    ladder.save(update_fields=["step", "state", "next_at"])
