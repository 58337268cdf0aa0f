"""What cadence knows of rules, alarms and ladders: kinds as data."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongzhou.projects.states import Phase


class Recurrence(models.TextChoices):
    """How often something comes up."""

    WORKDAY = "workday", _("every working day")
    WEEK = "week", _("every week")
    ONCE = "once", pgettext_lazy("frequency", "once")


class RuleKind(models.TextChoices):
    """节奏: what the system keeps the time of in a project."""

    DAILY_REMINDER = "daily_reminder", _("Reminder of the daily update")
    DAILY = "daily", _("Daily collection")
    HUDDLE = "huddle", _("Problem huddle")
    REPORT_ASKED = "report_asked", _("Weekly report is asked for")
    REPORT_DUE = "report_due", _("Weekly report is due")
    WEEKLY = "weekly", _("Weekly sync")
    FIRST_SYNC = "first_sync", pgettext_lazy("kind of communication", "First progress sync")


# What the members of a project gather for; the rest are deadlines and reminders.
GATHERINGS = frozenset({RuleKind.HUDDLE, RuleKind.WEEKLY, RuleKind.FIRST_SYNC})

_WORKING = frozenset({Phase.EXECUTING, Phase.CLOSING})
# In which phases a rule runs: collecting what was done begins when work begins.
RUNS_IN: dict[str, frozenset[Phase]] = {
    RuleKind.DAILY_REMINDER: frozenset({Phase.EXECUTING}),
    RuleKind.DAILY: frozenset({Phase.EXECUTING}),
    RuleKind.HUDDLE: frozenset({Phase.EXECUTING}),
    RuleKind.REPORT_ASKED: _WORKING,
    RuleKind.REPORT_DUE: _WORKING,
    RuleKind.WEEKLY: _WORKING,
    RuleKind.FIRST_SYNC: frozenset({Phase.PLANNING, Phase.EXECUTING, Phase.CLOSING}),
}


class AlarmKind(models.TextChoices):
    """告警: what the auditor finds wrong. Each is raised once and stands until it is over or settled."""

    OCCASIONS_OVERDUE = "occasions_overdue", _("Something is due and was not done")
    OCCASIONS_FAILED = "occasions_failed", _("Something due was given up after several attempts")
    OCCASIONS_SKIPPED = "occasions_skipped", _("Something due was left out because the system was down too long")
    PLANNING_BEHIND = "planning_behind", _("What falls due next is not planned")
    CLOCK_SILENT = "clock_silent", _("No clock process runs")
    WORKER_SILENT = "worker_silent", _("No worker process runs")
    CLOCK_JUMPED = "clock_jumped", _("The machine's clock jumped")
    MESSAGES_STUCK = "messages_stuck", _("Messages wait and are not sent")
    MESSAGES_IN_DOUBT = "messages_in_doubt", _("Messages failed, or nobody knows whether they arrived")
    HOLIDAYS_UNKNOWN = "holidays_unknown", _("Next year's holidays are not known yet")


# These are over when somebody has looked; the others when the auditor finds nothing any more.
SETTLED_BY_HAND = frozenset({AlarmKind.OCCASIONS_SKIPPED, AlarmKind.CLOCK_JUMPED})


class Severity(models.TextChoices):
    """How pressing what is awaited is: pressing ladders run on the wall clock, the others on working hours."""

    EMERGENCY = "emergency", _("emergency")
    HIGH = "high", pgettext_lazy("severity", "high")
    NORMAL = "normal", pgettext_lazy("severity", "normal")


class Rung(models.TextChoices):
    """升级: who is told at a step of a ladder."""

    PERSON = "person", _("the person it waits for")
    CONTACT = "contact", _("the department's contact person")
    HEAD = "head", _("the department head")
    SUPERIOR = "superior", _("the head above the department")
    LEAD = "lead", _("the project lead")
    SPONSOR = "sponsor", _("the sponsor")
    PMO = "pmo", _("the project management office")


class LadderState(models.TextChoices):
    """Where an escalation stands."""

    RUNNING = "running", _("running")
    STOPPED = "stopped", _("stopped: done")
    EXHAUSTED = "exhausted", _("everybody has been told")
