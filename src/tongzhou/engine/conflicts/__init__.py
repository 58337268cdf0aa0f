"""Conflicts: people over their working share, things booked twice, budgets overdrawn, over all projects of a company.

What a project lead sees of it: the conflicts of the plan first, each with who or what, when, by how much and which bookings
of which projects make it; the load map; and, while a booking is made, whether it collides.

`find_overloads` works on arrays of any company (a million bookings in a tenth of a second), `find_conflicts` puts it in
dates and percent of people, `Workload` re-checks one person, `find_overruns` adds money exactly. A thing is a resource with
as many units of capacity as there are pieces; a room has one.
"""

from .budgets import Overrun, Spending, find_overruns
from .overloads import BookingError, Overloads, find_overloads
from .people import Booking, Conflict, Workload, find_conflicts, working_day_numbers

__all__ = [
    "Booking",
    "BookingError",
    "Conflict",
    "Overloads",
    "Overrun",
    "Spending",
    "Workload",
    "find_conflicts",
    "find_overloads",
    "find_overruns",
    "working_day_numbers",
]
