"""What the reader is told of a turn: why it is not on its usual day, and that something comes late."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext as _

from tongzhou.calendars.queries import reason_off

from ..models import Occasion
from ..timetable import Moved, Turn


def reason_of(turn: Turn) -> str:
    """Why the turn is where it is: 10月2日 星期五 国庆节，改到前一个工作日; "" for the usual day."""
    match turn.moved:
        case Moved.NO:
            return ""
        case Moved.MAKE_UP:
            return _("a make-up working day")
    facts = {"day": date_format(turn.slot, _("M j, l")), "why": reason_off(turn.slot)}
    match turn.moved:
        case Moved.BEFORE:
            return _("%(day)s is off (%(why)s): moved to the working day before") % facts
        case Moved.AFTER:
            return _("%(day)s is off (%(why)s): moved to the working day after") % facts
        case _:
            return _("left out: %(why)s") % facts


def _late_mark(is_late: bool) -> str:
    return _("[late] ") if is_late else ""


_late_mark_lazy = lazy(_late_mark, str)


def late_mark(occasion: Occasion) -> str | Promise:
    """【迟发】 before what goes out later than it was due; "" in time. Worked out in the reader's language."""
    return _late_mark_lazy(bool(occasion.late_by))
