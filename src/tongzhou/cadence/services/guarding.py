"""A machine's clock that jumps: nothing fires early by it, and those who keep the system hear of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ..states import AlarmKind
from .alarms import raise_alarm

# A clock that is set right moves by less; a machine that slept, or a wrong date, by more.
JUMP = timedelta(seconds=90)
# So long nothing fires after a jump forward: a wrong time is often put right at once.
HOLD = timedelta(seconds=30)


@dataclass(slots=True)
class ClockGuard:
    """Compares the machine's time of day with the time that really passed, from one look to the next."""

    wall: datetime | None = None
    steady: float = 0.0
    held_until: float = 0.0

    def may_fire(self, wall: datetime, steady: float) -> bool:
        """True when time may be trusted. ``steady`` is a clock that nobody sets, in seconds."""
        if self.wall is not None:
            jump = (wall - self.wall) - timedelta(seconds=steady - self.steady)
            if abs(jump) > JUMP:
                raise_alarm(AlarmKind.CLOCK_JUMPED, 1, f"{jump.total_seconds():+.0f} s")
                if jump > JUMP:
                    self.held_until = steady + HOLD.total_seconds()
                elif self.held_until:
                    # Put right again: what was held is not due, and what is due may fire.
                    self.held_until = 0.0
        self.wall, self.steady = wall, steady
        return steady >= self.held_until
