"""What a plan can get wrong. Every refusal names the tasks it is about, by their position in the arrays."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence


class NetworkError(ValueError):
    """The network makes no sense or cannot be computed. `tasks`: whom it is about; `link`: the link's position, if one."""

    def __init__(self, message: str, tasks: Sequence[int] = (), link: int | None = None) -> None:
        super().__init__(message)
        self.tasks = tuple(tasks)
        self.link = link

    def named(self, name: Callable[[int], str]) -> NetworkError:
        """The same refusal with the names of the tasks in its words instead of their positions."""
        message = re.sub(r"#(\d+)", lambda found: name(int(found[1])), str(self))
        error = type(self)(message, self.tasks, self.link)
        error.__cause__ = self
        return error


class CycleError(NetworkError):
    """Tasks wait for each other in a ring: `tasks` is the path, each before the next, the last before the first."""


class LinkError(NetworkError):
    """A link joins a task to itself, or to something that is no task, or has an absurd lag."""


class TaskError(NetworkError):
    """A task's duration, dates, progress or calendar are absurd."""


class HorizonError(NetworkError):
    """Dates run out of the years the calendar holds. `tasks` names the first task that does."""


def cycle_error(path: Sequence[int]) -> CycleError:
    """The refusal of a ring of tasks."""
    ring = [*path, path[0]]
    return CycleError("These tasks wait for each other: " + " → ".join(f"#{task}" for task in ring), path)
