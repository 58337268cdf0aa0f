"""Rounds of agreement, who is asked, what they said."""

from .rounds import Decision, Round, Signatory

__all__ = ["Decision", "Round", "Signatory"]
