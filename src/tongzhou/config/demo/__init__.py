"""The demo company: people, working calendar, three projects at different points of phase 1, and a clock in May 2026."""

from .loading import load

__all__ = ["load"]
