"""A list of mail addresses."""

from .transport import Email

__all__ = ["Email"]
