"""Escalations: begun by what waits, climbed by the clock, stopped by the act that was awaited."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from tongzhou.calendars.queries import company_calendar
from tongzhou.core import clock
from tongzhou.core.actor import Actor, system
from tongzhou.core.acts import act
from tongzhou.core.events import record
from tongzhou.messaging.services import notify
from tongzhou.projects.models import Project

from ..ladders import LEAST_PAUSE, USUAL, Rungs, kinds, moment_of
from ..models import Ladder, LadderStep, Occasion
from ..queries.ladders import persons_on, standing_ladders
from ..queries.words import late_mark
from ..states import LadderState, Rung, Severity
from .occasions import call_off, plan_occasion

STEP = "cadence.ladder_step"


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
    by: Actor,
) -> Ladder:
    """From ``awaited_at`` on people are told up the line until somebody acts. The one that stands is kept.

    ``rungs``: who is told how many minutes after; the usual ones of the severity where none are given.
    """
    kinds.get(kind)
    standing = standing_ladders(subject).filter(kind=kind).first()
    if standing is not None:
        return standing
    chosen = rungs or USUAL[severity]
    ladder = Ladder.objects.create(
        kind=kind,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        subject_label=str(subject)[:200],
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
def stop_ladder(subject: Model, kind: str | None = None, *, by: Actor) -> int:
    """What was awaited has happened: nobody further is told. Returns how many ladders ended."""
    standing = standing_ladders(subject).select_for_update(of=("self",))
    if kind is not None:
        standing = standing.filter(kind=kind)
    rows = list(standing)
    for ladder in rows:
        _stop(ladder, by)
    return len(rows)


@act
def climb(occasion: Occasion) -> str:
    """Handler: what was awaited is still missing; tells the next one up the line."""
    ladder = Ladder.objects.select_for_update(of=("self",)).select_related("project").get(pk=occasion.subject_id)
    if ladder.state != LadderState.RUNNING or ladder.paused_at is not None or occasion.data["step"] != ladder.step:
        return "stopped"
    if not kinds.get(ladder.kind).is_awaited(ladder.subject_id):
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
    moment = clock.now()
    LadderStep.objects.bulk_create(
        LadderStep(ladder=ladder, number=ladder.step, rung=rung, person_id=person, told_at=moment)
        for person in sorted(persons)
    )
    record(
        system("clock"),
        "cadence.ladder.climbed",
        ladder,
        after={"kind": ladder.kind, "step": ladder.step, "rung": rung, "persons": sorted(persons)},
    )
    project = Project.objects.get(pk=ladder.project_id)
    notify(
        persons,
        key=f"ladder:{ladder.pk}:{ladder.step}",
        title=_("%(late)s%(what)s: %(subject)s"),
        body=_("In project %(project)s this is still awaited. You are told as %(rung)s."),
        values={
            "late": late_mark(occasion),
            "what": kinds.get(ladder.kind).label,
            "subject": ladder.subject_label,
            "project": project.name,
            "rung": rung.label,
        },
        link=ladder.link,
        project_id=project.pk,
        urgent=ladder.severity != Severity.NORMAL,
    )


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
