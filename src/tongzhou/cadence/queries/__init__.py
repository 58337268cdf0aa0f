"""Reads about what falls due."""

from .feeds import feed_behind, feeds_of
from .health import heartbeats, past_alarms, silent_parts, standing_alarms
from .ladders import Climb, climbs_in, climbs_of
from .occasions import coming, overdue, troubled
from .rules import rhythm_of, rules_for, rules_of_project, runs
from .words import late_mark, reason_of

__all__ = [
    "Climb",
    "climbs_in",
    "climbs_of",
    "coming",
    "feed_behind",
    "feeds_of",
    "heartbeats",
    "late_mark",
    "overdue",
    "past_alarms",
    "reason_of",
    "rhythm_of",
    "rules_for",
    "rules_of_project",
    "runs",
    "silent_parts",
    "standing_alarms",
    "troubled",
]
