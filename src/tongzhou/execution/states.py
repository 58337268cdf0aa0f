"""What execution knows of updates, lateness and weekly reports: kinds and legal moves as data."""

from django.db import models
from django.utils.translation import pgettext_lazy

from tongzhou.core.transitions import Transition


class LineSection(models.TextChoices):
    """The three parts of a daily update."""

    DONE = "done", pgettext_lazy("part of a daily update", "Done today")
    NEXT = "next", pgettext_lazy("part of a daily update", "Next working day")
    BLOCKED = "blocked", pgettext_lazy("part of a daily update", "Blocked")


class RiskLevel(models.TextChoices):
    """风险等级, as people state it."""

    HIGH = "high", pgettext_lazy("risk level", "high")
    MEDIUM = "medium", pgettext_lazy("risk level", "medium")
    LOW = "low", pgettext_lazy("risk level", "low")


class OverallStatus(models.TextChoices):
    """项目当前进展: how a department sees its part of the project."""

    ON_TRACK = "on_track", pgettext_lazy("weekly report", "on track")
    AT_RISK = "at_risk", pgettext_lazy("weekly report", "at risk")
    LATE = "late", pgettext_lazy("weekly report", "late")


class WeeklyState(models.TextChoices):
    """From the department's desk to the table of the weekly meeting."""

    DRAFT = "draft", pgettext_lazy("weekly report", "being written")
    SUBMITTED = "submitted", pgettext_lazy("weekly report", "submitted")
    LOCKED = "locked", pgettext_lazy("weekly report", "locked")


SUBMIT_WEEKLY = Transition("submit_weekly", frozenset({WeeklyState.DRAFT}), WeeklyState.SUBMITTED)
TAKE_WEEKLY_BACK = Transition("take_weekly_back", frozenset({WeeklyState.SUBMITTED}), WeeklyState.DRAFT)
LOCK_WEEKLY = Transition("lock_weekly", frozenset({WeeklyState.SUBMITTED}), WeeklyState.LOCKED)
