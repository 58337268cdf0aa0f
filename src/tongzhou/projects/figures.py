"""Numbers as people write and read them."""

from __future__ import annotations

from decimal import Decimal


def number_text(value: Decimal | None) -> str:
    """No trailing zeros, no exponent; nothing for nothing: what a text check reads."""
    return "" if value is None else f"{value.normalize():f}"


def shown_number(value: Decimal | None) -> str:
    """The same with thousands apart, for the eye."""
    return "" if value is None else f"{value.normalize():,f}"
