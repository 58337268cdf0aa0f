"""What execution does when a rule of a project falls due: remind, compose the one message, ask for reports."""

from __future__ import annotations

from datetime import date

from tongzhou.cadence import occasions
from tongzhou.cadence.models import Occasion, Rule
from tongzhou.cadence.states import RuleKind
from tongzhou.core.actor import system
from tongzhou.projects.models import Project

from . import services
from .queries.rhythm import Week, daily_deadline, daily_rule, week_of, weekly_rules, zone_of


def register() -> None:
    """Makes the handlers known; called when the app is ready."""
    occasions.when(RuleKind.DAILY_REMINDER, daily_reminder)
    occasions.when(RuleKind.DAILY, daily_message)
    occasions.when(RuleKind.REPORT_ASKED, report_asked)
    occasions.when(RuleKind.REPORT_REMINDER, report_reminder)
    occasions.when(RuleKind.REPORT_DUE, report_due)


def daily_reminder(occasion: Occasion, rule: Rule) -> str:
    """Half an hour before: whoever has not posted. When the message is due already, a reminder helps nobody."""
    day = _day(occasion, rule)
    due_at = daily_deadline(daily_rule(rule.project_id), day)
    if due_at is None or occasion.due_at + occasion.late_by >= due_at:
        return "too late to remind"
    return f"reminded: {services.remind_silent(rule.project, day, due_at)}"


def daily_message(occasion: Occasion, rule: Rule) -> str:
    """The one message of the day."""
    project = Project.objects.select_for_update(of=("self",)).get(pk=rule.project_id)
    late = bool(occasion.late_by)
    message = services.compose_message(project, _day(occasion, rule), occasion.due_at, is_late=late, by=system("clock"))
    return message.title


def report_asked(occasion: Occasion, rule: Rule) -> str:
    """The working day before the meeting: each department is asked for its report."""
    return f"asked: {services.ask_for_reports(rule.project, _week(occasion, rule))}"


def report_reminder(occasion: Occasion, rule: Rule) -> str:
    """Two hours before: whoever has not handed in. When the reports are due already, a reminder helps nobody."""
    week = _week(occasion, rule)
    if occasion.due_at + occasion.late_by >= week.due_at:
        return "too late to remind"
    return f"reminded: {services.remind_of_reports(rule.project, week)}"


def report_due(occasion: Occasion, rule: Rule) -> str:
    """The reports are due: the lead learns what is missing."""
    return f"missing: {len(services.reports_fell_due(rule.project, _week(occasion, rule)))}"


def _day(occasion: Occasion, rule: Rule) -> date:
    return occasion.due_at.astimezone(zone_of(rule)).date()


def _week(occasion: Occasion, rule: Rule) -> Week:
    return week_of(weekly_rules(rule.project_id), _day(occasion, rule))
