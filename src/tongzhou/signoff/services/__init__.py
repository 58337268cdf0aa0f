"""Acts of sign-off."""

from .rounds import cancel_round, decide, open_round, outdate_rounds, remove_signatory

__all__ = ["cancel_round", "decide", "open_round", "outdate_rounds", "remove_signatory"]
