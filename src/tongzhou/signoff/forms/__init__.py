"""Input of sign-off."""

from .decisions import DecisionForm
from .passkeys import PasskeyForm

__all__ = ["DecisionForm", "PasskeyForm"]
