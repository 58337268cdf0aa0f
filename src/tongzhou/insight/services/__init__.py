"""Acts of insight: only the demo's clock; everything else is read."""

from .try_out import move_clock

__all__ = ["move_clock"]
