"""Pages of sign-off."""

from .agreement import agreement
from .decisions import card, sign

__all__ = ["agreement", "card", "sign"]
