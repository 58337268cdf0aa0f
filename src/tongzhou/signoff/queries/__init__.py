"""Reads about rounds."""

from .rounds import current_stage, latest_round, open_round, rounds_of, waiting_for

__all__ = ["current_stage", "latest_round", "open_round", "rounds_of", "waiting_for"]
