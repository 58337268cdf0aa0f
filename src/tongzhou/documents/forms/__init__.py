"""Forms of documents."""

from .letterheads import LetterheadForm

__all__ = ["LetterheadForm"]
