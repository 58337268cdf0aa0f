"""A group chat inside the try-out company, so that there is one to look at."""

from .transport import TryOut

__all__ = ["TryOut"]
