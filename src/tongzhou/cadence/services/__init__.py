"""Acts of the clock."""

from .occasions import call_off, fire_again, fire_due, plan_occasion

__all__ = ["call_off", "fire_again", "fire_due", "plan_occasion"]
