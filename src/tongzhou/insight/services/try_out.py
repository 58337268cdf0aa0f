"""Moving the demo company's clock forward, so that what falls due can be seen falling due."""

from __future__ import annotations

from datetime import datetime
from math import ceil

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import InvalidInput, NotAllowed, NotFound
from tongzhou.core.events import record
from tongzhou.core.models import TryOutClock

from ..queries import STEPS, moment_after

# Past this the demo's calendars know no holidays any more.
FURTHEST_SECONDS = 3 * 366 * 86400


@act
def move_clock(step: str, *, by: Actor) -> datetime:
    """Moves the whole system forward; never back. Demo only. Returns the new present."""
    if not settings.TONGZHOU_DEMO:
        raise NotFound
    if by.is_system:
        raise NotAllowed
    if step not in STEPS:
        raise InvalidInput({"step": _("Choose one of the steps")})
    row, _fresh = TryOutClock.objects.select_for_update().get_or_create(pk=1)
    moment = clock.now()
    there = moment_after(step, moment)
    seconds = max(1, ceil((there - moment).total_seconds()))
    if row.ahead_seconds + seconds > FURTHEST_SECONDS:
        raise InvalidInput({"step": _("The clock is three years ahead; it goes no further")})
    row.ahead_seconds += seconds
    row.save(update_fields=["ahead_seconds"])
    record(by, "insight.clock.moved", row, after={"step": step, "now": there}, topics=("clock",))
    transaction.on_commit(clock.forget_offset)
    return there
