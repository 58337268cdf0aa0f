"""Planning occasions ahead: a rolling window of days for every project, made anew when calendar, zone or rules change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import Q

from tongzhou.calendars.queries import company_calendar
from tongzhou.core import clock
from tongzhou.core.acts import act
from tongzhou.core.bulk import insert_many
from tongzhou.engine.workcal import WorkCalendar
from tongzhou.projects.models import Project
from tongzhou.projects.states import Phase

from ..models import Occasion, OccasionState, Rhythm, Rule
from ..queries.rules import calendar_mark, occasion_kind, runs
from ..timetable import turns

# Planned to the end of this many days from today; made longer when fewer than the second are left.
DAYS_AHEAD = 4
DAYS_LEFT = 2
BATCH = 200
# A system that was down for longer begins anew.
FURTHEST_BACK = timedelta(days=60)
OVER = (Phase.CLOSED, Phase.CANCELLED)
_RULE = Rule._meta.label_lower


def plan_ahead(limit: int = 20_000) -> int:
    """Plans every project whose window has become short or whose calendar has changed. Returns how many were planned.

    Any number of clocks may run it: each batch is locked, and looked at again under the lock.
    """
    planned = 0
    while planned < limit and (count := _plan_batch()):
        planned += count
    return planned


@act
def plan_rhythm(rhythm: Rhythm) -> None:
    """Plans one project at once: its rules, its zone or its phase have changed. The rhythm is locked by the caller."""
    _plan([rhythm], company_calendar())


@act
def plan_project(project_id: int) -> None:
    """The project began, went on, was suspended or is over: what its rules make due is planned or called off."""
    rhythm = Rhythm.objects.select_for_update().filter(project_id=project_id).first()
    if rhythm is not None:
        _plan([rhythm], company_calendar())


def _stale(today: date, mark: str) -> Q:
    return (
        Q(planned_until__isnull=True) | Q(planned_until__lt=today + timedelta(days=DAYS_LEFT)) | ~Q(planned_with=mark)
    )


@act
def _plan_batch() -> int:
    calendar = company_calendar()
    stale = Rhythm.objects.filter(_stale(clock.today(), calendar_mark(calendar))).exclude(project__phase__in=OVER)
    if not stale.exists():
        return 0
    skip = connection.features.has_select_for_update_skip_locked
    rhythms = list(stale.select_for_update(skip_locked=skip).order_by("pk")[:BATCH])
    _plan(rhythms, calendar)
    return len(rhythms)


def _plan(rhythms: list[Rhythm], calendar: WorkCalendar) -> None:
    """Makes the waiting occasions of these projects exactly those of their rules, in a few queries for all of them."""
    ids = [rhythm.project_id for rhythm in rhythms]
    moment, today = clock.now(), clock.today()
    until = today + timedelta(days=DAYS_AHEAD)
    projects = Project.objects.only("phase").in_bulk(ids)
    by_project = {rhythm.project_id: rhythm for rhythm in rhythms}
    kept: set[int] = set()
    coming: list[tuple[Rule, str, datetime]] = []
    for rule in Rule.objects.filter(project_id__in=ids, removed_at__isnull=True):
        kept.add(rule.pk)
        if runs(rule, projects[rule.project_id]):
            rhythm = by_project[rule.project_id]
            since = _planned_to(rhythm, moment)
            # A day to either side: the company's today is another day elsewhere.
            first, last = since.date() - timedelta(days=1), until + timedelta(days=1)
            found = turns(rule.timing, first, last, calendar, rhythm.zone_info)
            coming += [(rule, turn.slot.isoformat(), turn.at) for turn in found if turn.at and turn.at > since]
    rows = Occasion.objects.filter(project_id__in=ids, subject_type=_RULE)
    slots = {slot for _rule, slot, _at in coming}
    there = {(row.subject_id, row.slot): row for row in rows.filter(Q(state=OccasionState.WAITING) | Q(slot__in=slots))}
    new: list[Occasion] = []
    moved: list[Occasion] = []
    for rule, slot, at in coming:
        row = there.pop((rule.pk, slot), None)
        if row is None:
            new.append(_occasion(rule, slot, at))
        elif row.state == OccasionState.CALLED_OFF or (row.state == OccasionState.WAITING and row.due_at != at):
            row.due_at = at
            moved.append(row)
    # What has fallen due already is the firing's matter: it is done late, or left out with an alarm.
    gone = [
        row.pk
        for row in there.values()
        if row.state == OccasionState.WAITING and (row.due_at > moment or row.subject_id not in kept)
    ]
    _write(new, moved, gone)
    Rhythm.objects.filter(pk__in=[rhythm.pk for rhythm in rhythms]).update(
        planned_until=until, planned_with=calendar_mark(calendar)
    )


def _planned_to(rhythm: Rhythm, moment: datetime) -> datetime:
    """From when on there is something to plan: now, or where the plan ended when no clock ran for longer than it reached.

    What fell due in between is made too, so that it is done late or left out with an alarm, never forgotten in silence.
    """
    if rhythm.planned_until is None:
        return moment
    end = datetime.combine(rhythm.planned_until + timedelta(days=1), time(0), rhythm.zone_info)
    return max(min(end, moment), moment - FURTHEST_BACK)


def _occasion(rule: Rule, slot: str, due_at: datetime) -> Occasion:
    return Occasion(
        kind=occasion_kind(rule.kind),
        subject_type=_RULE,
        subject_id=rule.pk,
        project_id=rule.project_id,
        due_at=due_at,
        slot=slot,
    )


def _write(new: list[Occasion], moved: Iterable[Occasion], gone: list[int]) -> None:
    """A clock may be firing meanwhile: what is no longer waiting stays as it is."""
    if new:
        insert_many(Occasion, new)
    for row in moved:
        Occasion.objects.filter(pk=row.pk, state__in=(OccasionState.WAITING, OccasionState.CALLED_OFF)).update(
            state=OccasionState.WAITING, due_at=row.due_at, attempts=0, leased_until=None
        )
    for start in range(0, len(gone), 500):
        Occasion.objects.filter(pk__in=gone[start : start + 500], state=OccasionState.WAITING).update(
            state=OccasionState.CALLED_OFF, leased_until=None
        )
