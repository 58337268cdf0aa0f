"""Slack's incoming webhooks."""

from .transport import Slack

__all__ = ["Slack"]
