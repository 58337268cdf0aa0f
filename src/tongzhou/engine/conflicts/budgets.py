"""Budget overrun: more money promised from an account than it holds."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact

# Adds without rounding, whatever the precision of the caller; what no longer fits is an error.
_EXACT = Context(prec=1000, traps=[Inexact])


@dataclass(frozen=True)
class Spending:
    """An amount promised from an account (a department's budget line, in one currency). A return is negative."""

    key: Hashable
    account: Hashable
    amount: Decimal


@dataclass(frozen=True)
class Overrun:
    """An account from which more is promised than it holds."""

    account: Hashable
    limit: Decimal
    promised: Decimal
    spendings: tuple[Hashable, ...]
    """All that draw on it, in the order given."""
    since: tuple[Hashable, ...]
    """From the first that found the account empty: what was promised once the limit was passed for good."""

    @property
    def over(self) -> Decimal:
        """How much is missing."""
        return _EXACT.subtract(self.promised, self.limit)


def find_overruns(spendings: Iterable[Spending], limits: Mapping[Hashable, Decimal]) -> list[Overrun]:
    """Every account that is overdrawn once all is spent, in the order of `limits`. Amounts are added exactly.

    `spendings` come in the order they were promised. Raises ValueError for an account without a limit and for an amount
    that is no number.
    """
    drawn: dict[Hashable, list[Spending]] = {account: [] for account in limits}
    for spending in spendings:
        if spending.account not in drawn:
            raise ValueError(f"{spending.key} draws on {spending.account}, which has no budget.")
        if not spending.amount.is_finite():
            raise ValueError(f"{spending.key} draws an amount that is no number.")
        drawn[spending.account].append(spending)
    found = []
    for account, limit in limits.items():
        promised, passed = Decimal(0), 0
        for number, spending in enumerate(drawn[account]):
            within = promised <= limit
            promised = _EXACT.add(promised, spending.amount)
            if within and promised > limit:
                passed = number
        if promised > limit:
            keys = tuple(spending.key for spending in drawn[account])
            found.append(Overrun(account, limit, promised, keys, keys[passed:]))
    return found
