"""A signed POST to a system of the company."""

from .transport import Webhook

__all__ = ["Webhook"]
