"""升级: a department that is silent for days, a weekly report that is not in; both go up the line until it has happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.cadence.ladders import WORKING_DAY, LadderKind, Rungs, in_words
from tongzhou.cadence.models import Ladder
from tongzhou.cadence.services import start_ladder, stop_ladder
from tongzhou.cadence.states import Rung, Severity
from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.time_words import exactly
from tongzhou.projects.models import Party, Project

from .. import policies
from ..models import DailyUpdate, WeeklyReport
from ..queries.daily import silence, voices_in
from ..queries.rhythm import Week
from ..states import WeeklyState
from .places import day_link, report_link

DAILY, WEEKLY = "execution.daily_update", "execution.weekly_report"
# From so many working days of silence on the head hears of it.
STREAK_TOLD = 2
SILENT_LINE: Rungs = ((Rung.HEAD, 0), (Rung.LEAD, WORKING_DAY), (Rung.SPONSOR, 3 * WORKING_DAY))
# The meeting is three hours after the reports are due: this does not wait for office hours.
REPORT_LINE: Rungs = ((Rung.HEAD, 0), (Rung.LEAD, 120))


@act
def wait_for_silent(project: Project, day: date, streaks: Mapping[int, int], *, by: Actor) -> None:
    """A department (its key → days in a row without a word) that has said nothing for days: its head hears of it."""
    silent = {pk for pk, days in streaks.items() if days >= STREAK_TOLD}
    for party in _parties(project, silent):
        start_ladder(
            party,
            DAILY,
            project_id=project.pk,
            awaited_at=clock.now(),
            department_id=party.department_id,
            person_id=party.contact_id,
            link=day_link(project, day),
            rungs=SILENT_LINE,
            label=party.department.name,
            by=by,
        )


@act
def heard_from(party: Party, *, by: Actor) -> None:
    """The department has posted: once it is silent no more nobody further is told."""
    if not _is_silent(party):
        stop_ladder(party, DAILY, by=by)


@act
def wait_for_reports(project: Project, week: Week, departments: Iterable[int], *, by: Actor) -> None:
    """The time is over and these departments have handed in nothing. What was not handed in last week is let be."""
    missing = set(departments)
    slot = week.ends_on.isoformat()
    for party in _parties(project, None):
        for old in Ladder.objects.filter(kind=WEEKLY, subject_id=party.pk, project=project).exclude(slot=slot):
            stop_ladder(party, WEEKLY, slot=old.slot, by=by)
        if party.department_id in missing:
            start_ladder(
                party,
                WEEKLY,
                project_id=project.pk,
                awaited_at=week.due_at,
                department_id=party.department_id,
                person_id=party.contact_id,
                link=report_link(project, week.ends_on, party.department_id),
                severity=Severity.HIGH,
                rungs=REPORT_LINE,
                label=party.department.name,
                slot=slot,
                by=by,
            )


@act
def report_is_in(report: WeeklyReport, party: Party, *, by: Actor) -> None:
    """The awaited report has come."""
    stop_ladder(party, WEEKLY, slot=report.ends_on.isoformat(), by=by)


def _parties(project: Project, departments: set[int] | None) -> list[Party]:
    rows = Party.objects.filter(project=project, left_at__isnull=True).select_related("department")
    return list(rows if departments is None else rows.filter(department__in=departments))


def _is_silent(party: Party) -> bool:
    today = clock.today()
    if DailyUpdate.objects.filter(project=party.project_id, department=party.department_id, day=today).exists():
        return False
    voices = [voice for voice in voices_in(party.project) if voice.department.pk == party.department_id]
    return silence(party.project, today, voices).get(party.department_id, 0) >= STREAK_TOLD


def _present(ladder: Ladder) -> Party | None:
    """The department, while it takes part in a project that is executed."""
    party = Party.objects.filter(pk=ladder.subject_id, left_at__isnull=True).select_related("project").first()
    return party if party is not None and policies.work_is_reported(party.project) else None


def _update_is_awaited(ladder: Ladder) -> bool:
    party = _present(ladder)
    return party is not None and _is_silent(party)


def _report_is_awaited(ladder: Ladder) -> bool:
    party = _present(ladder)
    if party is None:
        return False
    rows = WeeklyReport.objects.filter(
        project=party.project_id, department=party.department_id, ends_on=date.fromisoformat(ladder.slot)
    )
    return not rows.exclude(state=WeeklyState.DRAFT).exists()


def _because_silent(ladder: Ladder) -> Promise:
    return in_words(
        lambda: (
            _("%(department)s has not posted its daily update for %(days)s working days (%(until)s)")
            % {"department": ladder.subject_label, "days": STREAK_TOLD, "until": exactly(ladder.awaited_at)}
        )
    )


def _because_missing(ladder: Ladder) -> Promise:
    return in_words(
        lambda: (
            _("the weekly report of %(department)s is not in; it was due %(due)s")
            % {"department": ladder.subject_label, "due": exactly(ladder.awaited_at)}
        )
    )


DAILY_KIND = LadderKind(DAILY, gettext_lazy("Daily update"), _update_is_awaited, _because_silent)
WEEKLY_KIND = LadderKind(WEEKLY, gettext_lazy("Weekly report"), _report_is_awaited, _because_missing)
