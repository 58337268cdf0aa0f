"""Where the rows of a brought plan go among the tasks that are there: who lies below whom, in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from ..exchange.rows import BroughtRow
from ..models import Task
from ..models.tasks import DEEPEST
from .outline import wbs_numbers


@dataclass(slots=True, eq=False)
class Node:
    """One task of the plan as it will be. ``was``: the old values of what changes; a new task has no key yet."""

    task: Task
    brought: BroughtRow | None = None
    is_new: bool = False
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    depth: int = 0
    wbs: str = ""
    was: dict[str, Any] = field(default_factory=dict)
    # Predecessor, kind, lag; None: stays as it is.
    waits: list[tuple[Node, str, int]] | None = None
    old_place: tuple[Any, ...] = ()
    # Its place among its sisters is said by the file.
    is_placed: bool = False


def arrange(old: Sequence[Node], brought: Sequence[Node], *, is_lenient: bool) -> list[Node]:
    """The whole plan in its new reading order, with parents, depths and WBS numbers.

    ``old``: every task that is there, in reading order; ``brought``: the nodes of the file in its order, old and new
    ones. What the file does not speak of stays below its parent, behind the sister it stood behind.
    """
    by_key = {node.task.pk: node for node in old}
    for node in old:
        node.parent = by_key.get(node.task.parent_id or 0)
    # Sisters as they were, before anything is moved.
    families: dict[Node | None, list[Node]] = {}
    for node in old:
        families.setdefault(node.parent, []).append(node)
    for node, wbs in zip(old, wbs_numbers(node.task.depth for node in old), strict=True):
        node.wbs = wbs
    in_file = set(brought)
    told = _places(brought, in_file, is_lenient=is_lenient)
    below: dict[Node | None, list[Node]] = {}
    for node, parent in told:
        node.parent, node.is_placed = parent, True
        below.setdefault(parent, []).append(node)
    roots: list[Node] = []
    for parent in {None, *by_key.values(), *below}:
        sisters = _with_those_that_stay(families.get(parent, []), below.get(parent, []), parent)
        if parent is None:
            roots = sisters
        else:
            parent.children = sisters
    order = _walked(roots)
    reached = set(order)
    for node in brought:
        if node not in reached and node.brought is not None:
            node.brought.errors.setdefault("level", _("This row would lie below itself"))
    for node, wbs in zip(order, wbs_numbers(node.depth for node in order), strict=True):
        node.wbs = wbs
        if node.depth > DEEPEST and node.brought is not None:
            node.brought.errors.setdefault("level", _("At most %(count)s levels") % {"count": DEEPEST + 1})
    return order


def _places(brought: Sequence[Node], in_file: set[Node], *, is_lenient: bool) -> list[tuple[Node, Node | None]]:
    """The parent of every row whose place the file says."""
    has_outline = any(node.brought is not None and node.brought.depth is not None for node in brought)
    above: dict[int, Node] = {}
    told: list[tuple[Node, Node | None]] = []
    last = 0
    for node in brought:
        row = node.brought
        if row is None:
            continue
        depth = row.depth
        old_depth = node.task.depth
        stays = not node.is_new and (depth is None or (depth == old_depth and _is_left(node, above, in_file)))
        if stays:
            ancestor, level = node.parent, old_depth - 1
            while ancestor is not None:
                above[level] = ancestor
                ancestor, level = ancestor.parent, level - 1
            depth = old_depth
        else:
            if depth is None:
                depth = last if has_outline else 0
            if depth and depth - 1 not in above:
                if not is_lenient:
                    row.errors.setdefault(
                        "level", _("There is no row of level %(level)s above this one") % {"level": depth}
                    )
                while depth and depth - 1 not in above:
                    depth -= 1
            told.append((node, above[depth - 1] if depth else None))
        above = {level: other for level, other in above.items() if level < depth}
        above[depth] = node
        last = depth
    return told


def _is_left(node: Node, above: dict[int, Node], in_file: set[Node]) -> bool:
    """Whether a task is below its old parent still: that is not in the file (filtered away), and nothing took its place."""
    if node.parent is None or node.parent in in_file or node.brought is None:
        return False
    return node.brought.wbs == node.wbs or above.get(node.task.depth - 1) not in in_file


def _with_those_that_stay(family: Iterable[Node], placed: Sequence[Node], parent: Node | None) -> list[Node]:
    """Sisters in their new order: those the file places, and behind each those that stood behind it."""
    behind: dict[Node | None, list[Node]] = {}
    here, anchor = set(placed), None
    for node in family:
        if node in here:
            anchor = node
        elif not node.is_placed and node.parent is parent:
            behind.setdefault(anchor, []).append(node)
    found = behind.get(None, [])
    for node in placed:
        found.append(node)
        found += behind.get(node, [])
    return found


def _walked(roots: Sequence[Node]) -> list[Node]:
    order: list[Node] = []
    waiting = [(node, 0) for node in reversed(roots)]
    while waiting:
        node, depth = waiting.pop()
        node.depth = depth
        order.append(node)
        waiting += [(child, depth + 1) for child in reversed(node.children)]
    return order
