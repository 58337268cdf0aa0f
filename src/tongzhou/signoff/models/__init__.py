"""Rounds of agreement, who is asked, what they said, what their passkeys signed."""

from .passkeys import PasskeyChallenge, PasskeyProof
from .rounds import Decision, Round, Signatory

__all__ = ["Decision", "PasskeyChallenge", "PasskeyProof", "Round", "Signatory"]
