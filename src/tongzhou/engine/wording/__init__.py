"""Rule-based reading of objectives and commitments in Chinese and English, offline and explained.

`check_commitment` and `check_objective` judge, `find_dates` and `find_quantities` read, `explain`, `explain_letter`
and `rewrite_frame` put it in words. All positions are character positions of the text as it was given.
"""

from .date_phrase import DateKind, DatePhrase
from .dates import DateScan, find_dates, parse_date
from .messages import MESSAGES, explain, explain_letter, rewrite_frame
from .quantities import Bound, Change, Quantity, QuantityScan, find_quantities
from .scan import SCAN_LIMIT, Span
from .smart import LetterResult, ObjectiveText, SmartResult, check_objective
from .vagueness import CommitmentResult, CommitmentText, Finding, check_commitment

__all__ = [
    "MESSAGES",
    "SCAN_LIMIT",
    "Bound",
    "Change",
    "CommitmentResult",
    "CommitmentText",
    "DateKind",
    "DatePhrase",
    "DateScan",
    "Finding",
    "LetterResult",
    "ObjectiveText",
    "Quantity",
    "QuantityScan",
    "SmartResult",
    "Span",
    "check_commitment",
    "check_objective",
    "explain",
    "explain_letter",
    "find_dates",
    "find_quantities",
    "parse_date",
    "rewrite_frame",
]
