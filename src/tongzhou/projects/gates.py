"""阶段门: conditions computed from the data; each package registers those it can compute."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from django.utils.functional import Promise

from tongzhou.core.registry import Registry

if TYPE_CHECKING:
    from tongzhou.core.actor import Actor

    from .models import GatePass, Project


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is missing, with the link to where it is mended."""

    text: str | Promise
    link: str


@dataclass(frozen=True, slots=True)
class ConditionResult:
    """A condition as computed now: nothing missing means met."""

    key: str
    label: str | Promise
    missing: tuple[Missing, ...]
    link: str = ""

    @property
    def is_met(self) -> bool:
        """True when nothing is missing."""
        return not self.missing


@dataclass(frozen=True, slots=True)
class GateCondition:
    """One condition of a gate. ``check`` returns what is missing (nothing = met).

    ``overdue`` says, for many projects in one go, of which ones something this condition waits for is overdue, and what
    in a few words; that is how a higher package's deadlines reach a project's health. ``position`` orders the display.
    """

    key: str
    gate: int
    label: str | Promise
    check: Callable[[Project], Iterable[Missing]]
    link: Callable[[Project], str] = field(default=lambda project: project.get_absolute_url())
    overdue: Callable[[Sequence[int]], Mapping[int, str | Promise]] | None = None
    position: int = 50


conditions: Registry[GateCondition] = Registry("Gate condition")


def register(condition: GateCondition) -> GateCondition:
    """Makes a condition known; called from ``AppConfig.ready()``."""
    return conditions.register(condition.key, condition)


class Passed(Protocol):
    """Called inside the act that passes the gate, before the phase moves."""

    def __call__(self, project: Project, passed: GatePass, *, by: Actor) -> None: ...


_reactions: list[tuple[int, Passed]] = []


def when_passed(gate: int, reaction: Passed) -> None:
    """What a package does when the gate is passed (gate 2 freezes the plan); called from ``AppConfig.ready()``."""
    if (gate, reaction) not in _reactions:
        _reactions.append((gate, reaction))


def react_to_pass(project: Project, passed: GatePass, *, by: Actor) -> None:
    """Tells every package that wants to know."""
    for gate, reaction in _reactions:
        if gate == passed.gate:
            reaction(project, passed, by=by)


def gate_state(project: Project, gate: int) -> list[ConditionResult]:
    """Every condition of the gate, computed from the data now."""
    return [
        ConditionResult(condition.key, condition.label, tuple(condition.check(project)), condition.link(project))
        for condition in sorted(conditions, key=lambda condition: condition.position)
        if condition.gate == gate
    ]


def has_conditions(gate: int) -> bool:
    """True when some package computes this gate; one that nobody computes is never met by itself."""
    return any(condition.gate == gate for condition in conditions)
