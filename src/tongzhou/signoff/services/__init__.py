"""Acts of sign-off."""

from .passkeys import PasskeyAnswer, ask_passkey
from .rounds import cancel_round, decide, open_round, outdate_rounds, remove_signatory

__all__ = [
    "PasskeyAnswer",
    "ask_passkey",
    "cancel_round",
    "decide",
    "open_round",
    "outdate_rounds",
    "remove_signatory",
]
