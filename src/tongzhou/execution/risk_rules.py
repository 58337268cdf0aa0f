"""建议风险等级: which level the facts of a task suggest, and why. Deterministic; a worse fact never lowers the level.

**High**: 3 working days or more past the planned finish; or the forecast eats its float and 3 days more; or it eats more
than the float while the work is blocked or has been silent for 3 working days. **Medium**: late at all, a forecast past
the planned finish, blocked, an unfinished predecessor late, or silent for 3 working days. **Low**: everything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .states import RiskLevel

FAR = 3
QUIET = 3


class ReasonKind(StrEnum):
    """What speaks for a level; each goes with a number of working days, but for ``blocked``."""

    LATE = "late"
    PREDECESSOR_LATE = "predecessor_late"
    FORECAST_LATE = "forecast_late"
    FLOAT = "float"
    BLOCKED = "blocked"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason as data; the words are made where it is shown."""

    kind: ReasonKind
    days: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of unfinished work, in working days.

    ``late``: past the planned finish today. ``slip``: forecast finish past the planned one. ``total_float``: what the
    plan leaves. ``predecessor_late``: the greatest slip of an unfinished predecessor. ``silent``: since the last word.
    """

    late: int = 0
    slip: int = 0
    total_float: int = 0
    predecessor_late: int = 0
    silent: int = 0
    blocked: bool = False


def suggested(facts: Facts) -> tuple[RiskLevel, tuple[Reason, ...]]:
    """The level that the facts suggest, with its reasons, the weightiest first; no reasons when it is low."""
    found = []
    if facts.late > 0:
        found.append(Reason(ReasonKind.LATE, facts.late))
    if facts.predecessor_late > 0:
        found.append(Reason(ReasonKind.PREDECESSOR_LATE, facts.predecessor_late))
    if facts.slip > 0 and facts.slip != facts.late:
        found.append(Reason(ReasonKind.FORECAST_LATE, facts.slip))
    if facts.blocked:
        found.append(Reason(ReasonKind.BLOCKED))
    if facts.silent >= QUIET:
        found.append(Reason(ReasonKind.SILENT, facts.silent))
    if not found:
        return RiskLevel.LOW, ()
    spare = max(facts.total_float, 0)
    if 0 < max(facts.slip, facts.predecessor_late) >= spare:
        found.insert(min(2, len(found)), Reason(ReasonKind.FLOAT, spare))
    beyond = max(facts.slip, facts.predecessor_late) - spare
    worse = facts.blocked or facts.silent >= QUIET
    high = facts.late >= FAR or beyond >= FAR or (beyond > 0 and worse)
    return (RiskLevel.HIGH if high else RiskLevel.MEDIUM), tuple(found)
