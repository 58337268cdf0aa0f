"""What a date phrase is: shared by the tables of patterns and by the finder."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from tongzhou.engine.workcal import WorkCalendar

from .scan import Span


class DateKind(enum.Enum):
    """What a date phrase asks for."""

    BEFORE = "before"
    """Done by that day (6月1日前, by 1 June)."""
    ON = "on"
    """On that day (6月1日, next Friday)."""
    WITHIN = "within"
    """Within a stretch that ends on that day (三天内, this quarter)."""
    RECURRING = "recurring"
    """Again and again (每周五15:00); the date is the next occurrence where it can be told."""
    ANCHORED = "anchored"
    """Counted from an event named in the text (上线前3天); there is no date until the event has one."""
    INVALID = "invalid"
    """A day that does not exist (2月30日)."""


@dataclass(frozen=True)
class DatePhrase:
    """A date or deadline found in a text."""

    span: Span
    kind: DateKind
    day: date | None
    """The day it comes to; None for an anchored, an invalid and some recurring phrases."""
    minute: int | None = None
    """Time of day in minutes after midnight, where one is named (24:00 is 1440)."""
    approximate: bool = False
    """The words leave a margin (六月初, mid June, a month without a day); the date is the end of that margin."""
    hours: int | None = None
    """Length of a stretch given in hours: a response time rather than a day."""
    start: date | None = None
    """First day of a stretch that names both ends (6月1日至6月18日)."""

    @property
    def is_deadline(self) -> bool:
        """Whether somebody could say afterwards that it was missed."""
        return self.kind is not DateKind.INVALID


@dataclass(frozen=True)
class Setting:
    """What a date is reckoned from."""

    today: date
    calendar: WorkCalendar | None = None


@dataclass(frozen=True)
class Reading:
    """What a rule makes of a match, before what stands around it is looked at."""

    day: date | None
    kind: DateKind = DateKind.ON
    approximate: bool = False
    hours: int | None = None
    minute: int | None = None
    start: date | None = None


Reader = Callable[[re.Match[str], Setting], Reading | None]
Rule = tuple[re.Pattern[str], Reader]
