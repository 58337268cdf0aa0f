"""Where and when a process of the simulation is killed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection

# A step that is to die does so at one of its first statements.
WITHIN_STATEMENTS = 40


class Killed(BaseException):
    """The process is gone at this point; nothing it would have done afterwards happens."""


@dataclass
class Dice:
    """Decides where a process is killed: at the points that matter, and at any statement of a step in a hundred."""

    random: random.Random
    chance: float
    crashes: int = 0
    is_dead: bool = False
    statements_left: int | None = None

    def may_kill(self) -> None:
        """Ends the process here, with the chance asked for."""
        if self.is_dead or self.random.random() < self.chance:
            self._die()

    @contextmanager
    def process(self) -> Iterator[None]:
        """One step of a process; when it is killed, nothing more of it reaches the database: not even what tidies up."""
        doomed = self.random.random() < self.chance
        self.is_dead, self.statements_left = False, self.random.randrange(WITHIN_STATEMENTS) if doomed else None
        try:
            with connection.execute_wrapper(self._statement):
                yield
        except Killed:
            pass
        finally:
            self.is_dead, self.statements_left = False, None

    def _statement(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if self.is_dead:
            raise Killed
        if self.statements_left is not None:
            if self.statements_left == 0:
                self._die()
            self.statements_left -= 1
        return execute(sql, params, many, context)

    def _die(self) -> None:
        self.crashes += not self.is_dead
        self.is_dead = True
        raise Killed
