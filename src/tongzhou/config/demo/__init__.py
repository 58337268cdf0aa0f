"""The demo company: people, working calendar, four projects at different points of the process, and a clock in May 2026."""

from .loading import load

__all__ = ["load"]
