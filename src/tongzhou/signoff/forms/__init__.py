"""Forms of sign-off."""

from .decisions import DecisionForm

__all__ = ["DecisionForm"]
