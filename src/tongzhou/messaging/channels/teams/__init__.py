"""Microsoft Teams by its Workflows app."""

from .transport import Teams

__all__ = ["Teams"]
