"""Occasions: what falls due."""

from .occasions import Occasion, OccasionState

__all__ = ["Occasion", "OccasionState"]
