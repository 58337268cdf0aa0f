"""``tongzhou simulate``: the real cadence and outbox, years in minutes, with killed processes and failing services.

Runs on an empty database of its own. Projects in several zones fall due by their rules. Each occasion writes a mail, a
digest or an emergency into the outbox; digests and emergencies go over the loopback to robots that check them as their
vendors do. Clocks and workers are called one step at a time, in random order, on a clock that is moved from one due
moment to the next.

A *killed* step ends as a killed process does, at any of its statements or before or after the network: what it had not
committed is gone, its leases stay. What was due is reckoned again afterwards from the timetable alone and compared with
what stands in the groups and in the mailbox, and with what people were told of: what is in neither is missed in silence.
"""

from .killing import Dice
from .reckoning import Figures, reckon
from .running import simulate

__all__ = ["Dice", "Figures", "reckon", "simulate"]
