"""Pages of sign-off."""

from .agreement import agreement
from .decisions import card, passkey, sign

__all__ = ["agreement", "card", "passkey", "sign"]
