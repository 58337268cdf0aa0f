"""Critical path: what a plan's tasks and dependencies say about dates. Arrays in, arrays out; `plan` for people.

What a project lead sees of it: the dates of every task without a date of its own, the finish of the plan, which tasks
have no time to spare (critical) or little (near-critical), how far each may slip, and why a task is where it is: its
driving predecessor, its constraint, the status date. A ring of tasks is refused with the ring named.

The rules, which the kernel, its twin and the oracle of the tests follow:

- A task has work, counted on its own working clock. It starts and finishes in working time and runs without a break but for
  non-working time. A task without work is a milestone, a moment.
- A link compares times on the second task's clock: FS work done by the start of B >= work done by the finish of A, plus lag;
  SS, FF and SF alike with the other ends. So Friday 18:00 and Monday 09:00 are the same time. Lag is working time of
  that clock and may be negative. A milestone takes the moment itself, or with a lag the first at which that lag has passed.
- Constraints: start or finish not before, not after. "Must start on" is both starts. Not-before moves tasks, not-after makes
  float negative where it cannot be held; the logic of links is never broken by a constraint.
- Progress: what is done stays where it was. Of what has begun, the remaining work is scheduled, after its predecessors
  (retained logic) and not before the status date. What has not begun does not start before the status date.
- Late dates come back from the plan's finish, or from its target. Total float is the work by which the task's finish may
  slip without moving that, free float without moving any other task.

Sources: Kelley, Walker: Critical-path planning and scheduling, 1959. Moder, Phillips, Davis: Project management with CPM,
PERT and precedence diagramming, 1983. Kahn: Topological sorting of large networks, 1962. Change by change: the dynamic order
of affected tasks after Ramalingam, Reps: On the computational complexity of dynamic graph problems, 1996.
"""

from .arrays import ALWAYS, NONE, Dates, Driver, Kind, Moved, Network, State, network
from .clocks import Clock, OutsideClockError, Unit, clock_of
from .errors import CycleError, HorizonError, LinkError, NetworkError, TaskError
from .live import LiveNetwork, compute

__all__ = [
    "ALWAYS",
    "NONE",
    "Clock",
    "CycleError",
    "Dates",
    "Driver",
    "HorizonError",
    "Kind",
    "LinkError",
    "LiveNetwork",
    "Moved",
    "Network",
    "NetworkError",
    "OutsideClockError",
    "State",
    "TaskError",
    "Unit",
    "clock_of",
    "compute",
    "network",
]
