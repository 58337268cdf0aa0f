"""The dependencies of a brought plan: which go, come and stay, which make no sense, and the circle they would close."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from ..exchange.rows import Brought, BroughtRow
from ..models import Link
from .incoming_outline import Node

LONGEST_LAG = 500
Arrow = tuple[Node, Node, str, int]


class Dependencies:
    """Reads what every row waits for. ``gone``: links that are taken away; ``new`` and ``kept``: arrows that will be."""

    def __init__(self, brought: Brought, nodes: Sequence[Node], old: Sequence[Node], links: Sequence[Link]) -> None:
        self.is_lenient = brought.is_lenient
        self.by_key = {node.task.pk: node for node in old}
        # Only a table of ours calls tasks by their numbers here.
        self.by_number: Mapping[str, Node] = (
            {str(node.task.number): node for node in old} if brought.kind == "table" else {}
        )
        self.into: dict[int, list[Arrow]] = {}
        for link in links:
            before, after = self.by_key[link.predecessor_id], self.by_key[link.successor_id]
            self.into.setdefault(link.successor_id, []).append((before, after, str(link.kind), link.lag))
        self.gone: list[Link] = []
        self.kept: list[Arrow] = []
        wanted = self._wanted(nodes)
        spoken = {node.task.pk for node in nodes if node.waits is not None}
        for link in links:
            before, after = self.by_key[link.predecessor_id], self.by_key[link.successor_id]
            pair = (link.predecessor_id, link.successor_id)
            now = wanted.get(pair)
            if link.successor_id not in spoken or (now is not None and now[2:] == (link.kind, link.lag)):
                self.kept.append((before, after, str(link.kind), link.lag))
                wanted.pop(pair, None)
                self._require_leaves(before, after)
            else:
                self.gone.append(link)
        self.new = list(wanted.values())

    def circle(self) -> str:
        """The path of a circle in words, also put at every row of it; empty when there is none."""
        waits: dict[Node, set[Node]] = {}
        followers: dict[Node, list[Node]] = {}
        for before, after, _kind, _lag in [*self.kept, *self.new]:
            waits.setdefault(after, set()).add(before)
            followers.setdefault(before, []).append(after)
        free = [node for node in followers if node not in waits]
        while free:
            done = free.pop()
            for after in followers.get(done, ()):
                waits[after].discard(done)
                if not waits[after]:
                    del waits[after]
                    free.append(after)
        if not waits:
            return ""
        path = [next(iter(waits))]
        places = {path[0]: 0}
        while (before := next(node for node in waits[path[-1]] if node in waits)) not in places:
            places[before] = len(path)
            path.append(before)
        ring = [*reversed(path[places[before] :])]
        shown = [*ring, ring[0]] if len(ring) < 12 else [*ring[:6], ring[-1], ring[0]]
        words = " → ".join(f"“{node.task.title}”" for node in shown)
        text = _("These dependencies run in a circle: %(path)s") % {"path": words}
        for node in ring:
            if node.brought is not None and node.waits:
                node.brought.errors.setdefault("predecessors", text)
        return text

    def changed(self, node: Node) -> bool:
        """Whether a task will wait for something else than now."""
        if node.waits is None:
            return False
        before = {(id(arrow[0]), arrow[2], arrow[3]) for arrow in self.into.get(node.task.pk, [])}
        return before != {(id(other), kind, lag) for other, kind, lag in node.waits}

    def _wanted(self, nodes: Sequence[Node]) -> dict[tuple[int, int], Arrow]:
        refs: dict[str, Node] = {}
        titles: dict[str, list[Node]] = {}
        for node in nodes:
            if node.brought is not None:
                if node.brought.ref:
                    refs.setdefault(node.brought.ref, node)
                titles.setdefault(node.brought.title, []).append(node)
        only = {title: found[0] for title, found in titles.items() if len(found) == 1}
        wanted: dict[tuple[int, int], Arrow] = {}
        for node in nodes:
            row = node.brought
            if row is None or row.waits is None:
                continue
            node.waits = []
            for ref, kind, lag in row.waits:
                before = refs.get(ref) or only.get(ref) or self.by_number.get(ref)
                if (wrong := self._wrong(before, node, ref, lag)) is not None:
                    self._refuse(row, wrong)
                elif before is not None:
                    node.waits.append((before, kind, lag))
                    wanted[before.task.pk, node.task.pk] = (before, node, kind, lag)
        return wanted

    def _wrong(self, before: Node | None, after: Node, ref: str, lag: int) -> str | None:
        if before is None:
            return _("There is no task %(number)s in this plan") % {"number": ref[:40]}
        if before is after:
            return _("A task cannot wait for itself")
        if abs(lag) > LONGEST_LAG:
            return _("Give a lag of at most %(most)s working days") % {"most": LONGEST_LAG}
        if (summary := next((node for node in (before, after) if node.children), None)) is not None:
            text = _("“%(task)s” only sums up the tasks below it; link one of those")
            return text % {"task": summary.brought.title if summary.brought else summary.task.title}
        if any(other is before for other, _kind, _lag in after.waits or ()):
            return _("The same task stands twice among the predecessors")
        return None

    def _refuse(self, row: BroughtRow, wrong: str) -> None:
        if self.is_lenient:
            row.notes.append(_("A dependency was left out: %(why)s") % {"why": wrong})
        else:
            row.errors.setdefault("predecessors", wrong)

    def _require_leaves(self, before: Node, after: Node) -> None:
        """A task that keeps dependencies cannot get tasks below it: what drives it would be unclear."""
        for node in (before, after):
            child = next((child for child in node.children if child.brought is not None), None)
            if child is not None and child.brought is not None:
                text = _("“%(task)s” has dependencies. Remove them before putting tasks below it.")
                child.brought.errors.setdefault("level", text % {"task": node.task.title})
