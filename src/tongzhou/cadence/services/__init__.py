"""Acts of the clock, and acts of people upon it."""

from .alarms import clear_alarm, raise_alarm, settle_alarm
from .auditing import beat, look_around
from .feeds import create_feed, note_feed_use, revoke_feed, rotate_feed
from .guarding import ClockGuard
from .keeping import forget_old
from .ladders import start_ladder, stop_ladder, take_on
from .occasions import call_off, fire_again, fire_due, plan_occasion
from .planning_ahead import plan_ahead, plan_project
from .rules import keep_rules, set_zone

__all__ = [
    "ClockGuard",
    "beat",
    "call_off",
    "clear_alarm",
    "create_feed",
    "fire_again",
    "fire_due",
    "forget_old",
    "keep_rules",
    "look_around",
    "note_feed_use",
    "plan_ahead",
    "plan_occasion",
    "plan_project",
    "raise_alarm",
    "revoke_feed",
    "rotate_feed",
    "set_zone",
    "settle_alarm",
    "start_ladder",
    "stop_ladder",
    "take_on",
]
