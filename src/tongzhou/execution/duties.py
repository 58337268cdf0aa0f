"""What execution lays on a desk: the update of the day, the report of the week, the weekly meeting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import time, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongzhou.cadence.models import Rule
from tongzhou.cadence.states import RuleKind
from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.meetings.models import Meeting
from tongzhou.meetings.states import MeetingKind, MeetingState
from tongzhou.people.models.deputies import Scope
from tongzhou.projects.duties import Duty, DutyAct, DutyFinder, register
from tongzhou.projects.models import Party, Project
from tongzhou.projects.states import Phase

from .models import DailyUpdate, WeeklyReport
from .queries.rhythm import WEEKLY_KINDS, deadlines_on, local, rules_kept, weeks_at
from .services.places import day_link, report_link, week_link, write_link
from .states import WeeklyState

_day_link, _write_link = lazy(day_link, str), lazy(write_link, str)
_report_link, _week_link = lazy(report_link, str), lazy(week_link, str)


def register_finders() -> None:
    """Makes the duties known; called when the app is ready."""
    register(DutyFinder("execution.reporting", to_post_and_report, posts_awaited))
    register(DutyFinder("execution.weekly_meeting", to_call))


def spoken_for(actor: Actor) -> QuerySet[Party]:
    """Departments in executed projects for which the actor is asked: as contact person, or as head (or the head's
    deputy) of a department without one."""
    deputised = {entry.department_id for entry in actor.stand_ins if entry.covers(Scope.REPLY)}
    asked = Q(contact_id=actor.pk) | Q(contact__isnull=True, department_id__in=actor.headed_ids | deputised)
    rows = Party.objects.filter(asked, left_at__isnull=True, project__phase=Phase.EXECUTING)
    return rows.select_related("project", "department").order_by("project_id", "position", "pk")


def to_post_and_report(actor: Actor) -> Iterable[Duty]:
    """Today's update and the week's report of each department the actor is asked for."""
    today = clock.today()
    posted = DailyUpdate.objects.filter(project=OuterRef("project"), department=OuterRef("department"), day=today)
    parties = list(spoken_for(actor).annotate(has_posted=Exists(posted)))
    if not parties:
        return
    rules = rules_kept([RuleKind.DAILY, *WEEKLY_KINDS], (party.project_id for party in parties))
    due = deadlines_on([rule for rule in rules if rule.kind == RuleKind.DAILY], today)
    for party in parties:
        if party.project_id in due and not party.has_posted:
            yield Duty(
                act=DutyAct.UPDATE,
                title=_("Daily update: %(project)s") % {"project": party.project.name},
                project_id=party.project_id,
                project_name=party.project.name,
                why=_("You speak for %(department)s; it is prepared, look it through and confirm")
                % {"department": party.department.name},
                link=_write_link(party.project, today, party.department_id),
                button=_("Post"),
                due_at=due[party.project_id],
            )
    yield from _reports(parties, [rule for rule in rules if rule.kind != RuleKind.DAILY])


def _reports(parties: Sequence[Party], rules: list[Rule]) -> Iterable[Duty]:
    """The weekly report, from the day before the meeting on."""
    now = clock.now()
    asked = {pk: week for pk, week in weeks_at(rules, clock.today()).items() if week.asked_at <= now}
    if not asked:
        return
    rows = WeeklyReport.objects.filter(project__in=list(asked), ends_on__in={week.ends_on for week in asked.values()})
    done = set(rows.exclude(state=WeeklyState.DRAFT).values_list("project_id", "department_id", "ends_on"))
    for party in parties:
        week = asked.get(party.project_id)
        if week is None or (party.project_id, party.department_id, week.ends_on) in done:
            continue
        yield Duty(
            act=DutyAct.COMPLETE,
            title=_("Weekly report: %(project)s") % {"project": party.project.name},
            project_id=party.project_id,
            project_name=party.project.name,
            why=_("You report for %(department)s; it is prepared from the plan")
            % {"department": party.department.name},
            link=_report_link(party.project, week.ends_on, party.department_id),
            button=_("Write"),
            due_at=week.due_at,
        )


def posts_awaited(actor: Actor) -> Iterable[Duty]:
    """The lead waits for the departments that have not posted today."""
    today = clock.today()
    posted = DailyUpdate.objects.filter(project=OuterRef("project"), department=OuterRef("department"), day=today)
    rows = Party.objects.filter(~Exists(posted), left_at__isnull=True, project__phase=Phase.EXECUTING)
    parties = list(
        rows.filter(project__lead_id=actor.pk).exclude(contact_id=actor.pk).select_related("project", "department")
    )
    due = deadlines_on(rules_kept([RuleKind.DAILY], (row.project_id for row in parties)), today) if parties else {}
    waiting: dict[int, list[Party]] = {}
    for party in parties:
        if party.project_id in due:
            waiting.setdefault(party.project_id, []).append(party)
    for project_id, missing in waiting.items():
        text = ngettext("%(count)s daily update", "%(count)s daily updates", len(missing))
        yield Duty(
            act=DutyAct.UPDATE,
            title=text % {"count": len(missing)},
            project_id=project_id,
            project_name=missing[0].project.name,
            why=_(", ").join(party.department.name for party in missing),
            link=_day_link(missing[0].project, today),
            button=_("Look"),
            due_at=due[project_id],
        )


def to_call(actor: Actor) -> Iterable[Duty]:
    """The weekly meeting that the lead has not called yet, from the day before it on."""
    led = Project.objects.filter(phase=Phase.EXECUTING, lead_id=actor.pk).in_bulk()
    if not led:
        return
    now = clock.now()
    weeks = weeks_at(rules_kept(WEEKLY_KINDS, led), clock.today())
    weeks = {pk: week for pk, week in weeks.items() if week.asked_at <= now <= week.meets_at}
    if not weeks:
        return
    first = min(week.starts_on for week in weeks.values())
    meetings = Meeting.objects.filter(
        project__in=list(weeks), kind=MeetingKind.WEEKLY, starts_at__gte=local(first, time(0))
    )
    called = {
        (project_id, starts_at.astimezone(clock.company_zone()).date())
        for project_id, starts_at in meetings.exclude(state=MeetingState.CANCELLED).values_list(
            "project_id", "starts_at"
        )
    }
    for project_id, week in weeks.items():
        if any(pk == project_id and week.starts_on <= day <= week.ends_on for pk, day in called):
            continue
        project = led[project_id]
        yield Duty(
            act=DutyAct.DECIDE,
            title=_("Call the weekly sync: %(project)s") % {"project": project.name},
            project_id=project_id,
            project_name=project.name,
            why=_("You lead the project; the agenda is made from the weekly reports"),
            link=_week_link(project, week.ends_on),
            button=_("Call the meeting"),
            due_at=week.meets_at - timedelta(hours=1),
        )
