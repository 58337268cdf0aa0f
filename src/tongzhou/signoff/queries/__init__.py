"""Reads about rounds."""

from .passkeys import proof_holds, proof_of, proven_level
from .pictures import Picture, Place, Stage, picture_of
from .rounds import (
    current_stage,
    latest_round,
    open_round,
    reach_round,
    reach_signatory,
    rounds_of,
    told_by_subjects,
    waiting_for,
)

__all__ = [
    "Picture",
    "Place",
    "Stage",
    "current_stage",
    "latest_round",
    "open_round",
    "picture_of",
    "proof_holds",
    "proof_of",
    "proven_level",
    "reach_round",
    "reach_signatory",
    "rounds_of",
    "told_by_subjects",
    "waiting_for",
]
