"""Occasions and what makes them: rules, ladders; alarms; calendar feeds."""

from .alarms import Alarm, Heartbeat
from .feeds import CalendarFeed
from .ladders import Ladder, LadderStep
from .occasions import Occasion, OccasionState
from .rules import Rhythm, Rule

__all__ = [
    "Alarm",
    "CalendarFeed",
    "Heartbeat",
    "Ladder",
    "LadderStep",
    "Occasion",
    "OccasionState",
    "Rhythm",
    "Rule",
]
