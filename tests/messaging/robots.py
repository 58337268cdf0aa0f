"""Group robots on the loopback, the same that ``tongzhou simulate`` talks to."""

from tongzhou.config.simulation.robots import Mood, Robot, recorded

__all__ = ["Mood", "Robot", "recorded"]
