"""Reasons that stay visible beside what they excuse."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tongzhou.core.errors import InvalidInput

LONGEST = 500


def visible_reason(text: str) -> str:
    """The reason without blank edges; one that is too long is refused, never cut silently."""
    text = text.strip()
    if len(text) > LONGEST:
        raise InvalidInput({"reason": _("At most %(count)s characters") % {"count": LONGEST}})
    return text
