"""The kernel's schedule generation in Python, step for step: the same plans, bit for bit, where nothing could be compiled."""

from __future__ import annotations

from heapq import heappop, heappush

from .compiled import GUARD, LANE_BITS, LANES, Compiled, Ints, Longs

_MATCH_TRIES = 512


class NoPlaceError(Exception):
    """The horizon, or the date a task is released, leaves no place."""


class Calendar:
    """One schedule in the making: what is free, and how an activity takes its place."""

    def __init__(self, compiled: Compiled) -> None:
        self.of = compiled
        self.n = compiled.n
        self.horizon = compiled.horizon
        self.duration: list[int] = compiled.duration.tolist()
        self.release: list[int] = compiled.release.tolist()
        self.fixed: list[int] = compiled.fixed.tolist()
        self.pred_ptr = compiled.pred_ptr.tolist()
        self.pred = compiled.pred.tolist()
        self.pred_lag = compiled.pred_lag.tolist()
        self.succ_ptr = compiled.succ_ptr.tolist()
        self.succ = compiled.succ.tolist()
        self.succ_lag = compiled.succ_lag.tolist()
        self.need_ptr = compiled.need_ptr.tolist()
        self.need_word: list[int] = compiled.need_word.tolist()
        self.need: list[int] = compiled.need.tolist()
        self.choice_ptr = compiled.choice_ptr.tolist()
        self.units = compiled.units.tolist()
        self.person_ptr = compiled.person_ptr.tolist()
        self.person: list[int] = compiled.person.tolist()
        self.full = compiled.capacity.tolist()
        self.free: list[list[int]] = []
        self.start: list[int] = [0] * self.n
        self.chosen = [0] * compiled.choices

    # Capacity

    def _next_room(self, word: int, at: int, duration: int, need: int) -> int:
        cell, run = self.free[word], 0
        for t in range(at, self.horizon):
            run = run + 1 if (cell[t] - need) & GUARD == GUARD else 0
            if run == duration:
                return t - duration + 1
        return -1

    def _last_room(self, word: int, at: int, duration: int, need: int) -> int:
        cell, run = self.free[word], 0
        for t in range(at + duration - 1, -1, -1):
            run = run + 1 if (cell[t] - need) & GUARD == GUARD else 0
            if run == duration:
                return t
        return -1

    def _room_at(self, word: int, at: int, duration: int, need: int) -> bool:
        cell = self.free[word]
        return all((cell[t] - need) & GUARD == GUARD for t in range(at, at + duration))

    def _take(self, word: int, at: int, duration: int, need: int) -> None:
        cell = self.free[word]
        for t in range(at, at + duration):
            cell[t] -= need

    def _needs(self, j: int) -> list[tuple[int, int]]:
        return [(self.need_word[k], self.need[k]) for k in range(self.need_ptr[j], self.need_ptr[j + 1])]

    def _persons(self, choice: int) -> list[tuple[int, int, int]]:
        """(person, word, need) of those who can meet a choice, the preferred first."""
        persons = self.person[self.person_ptr[choice] : self.person_ptr[choice + 1]]
        return [(r, r // LANES, self.units[choice] << (LANE_BITS * (r % LANES))) for r in persons]

    def _match(self, choice: int, end: int, at: int, duration: int, tries: list[int]) -> bool:
        if choice == end:
            return True
        for person, word, need in self._persons(choice):
            tries[0] -= 1
            if tries[0] < 0:
                return False
            if not self._room_at(word, at, duration, need):
                continue
            self._take(word, at, duration, need)
            self.chosen[choice] = person
            if self._match(choice + 1, end, at, duration, tries):
                return True
            self._take(word, at, duration, -need)
        return False

    def _candidate(self, j: int, at: int, step: int) -> int:
        duration = self.duration[j]
        room = self._next_room if step > 0 else self._last_room
        while True:
            before = at
            for word, need in self._needs(j):
                if at >= 0:
                    at = room(word, at, duration, need)
            for choice in range(self.choice_ptr[j], self.choice_ptr[j + 1]):
                if at < 0:
                    break
                best = -1
                for _, word, need in self._persons(choice):
                    found = room(word, at, duration, need)
                    if found >= 0 and (best < 0 or (found < best if step > 0 else found > best)):
                        best = found
                    if best == at:
                        break
                at = best
            if at < 0 or at == before:
                return at

    def _place(self, j: int, at: int, step: int) -> int:
        duration = self.duration[j]
        first, end = self.choice_ptr[j], self.choice_ptr[j + 1]
        if duration == 0:
            for choice in range(first, end):
                self.chosen[choice] = self.person[self.person_ptr[choice]]
            if not 0 <= at <= self.horizon:
                raise NoPlaceError
            return at
        while 0 <= at <= self.horizon - duration:
            at = self._candidate(j, at, step)
            if at < 0:
                break
            for word, need in self._needs(j):
                self._take(word, at, duration, need)
            if self._match(first, end, at, duration, [_MATCH_TRIES]):
                return at
            for word, need in self._needs(j):
                self._take(word, at, duration, -need)
            at += step
        raise NoPlaceError

    def _open(self) -> None:
        self.free = [list(word) for word in self.full]
        for j, fixed in enumerate(self.fixed):
            if fixed >= 0:
                self.start[j] = self._place(j, fixed, 1)
                if self.start[j] != fixed:
                    raise NoPlaceError

    def _earliest(self, j: int) -> int:
        links = range(self.pred_ptr[j], self.pred_ptr[j + 1])
        return max((self.start[self.pred[k]] + self.pred_lag[k] for k in links), default=self.release[j])

    # The schemes

    def listed(self, priority: list[int], *, backward: bool = False) -> list[int]:
        """Predecessors first (backward: successors first), otherwise the smallest priority."""
        incoming = self.succ_ptr if backward else self.pred_ptr
        pointers, out = (self.pred_ptr, self.pred) if backward else (self.succ_ptr, self.succ)
        waiting = [incoming[j + 1] - incoming[j] for j in range(self.n)]
        heap = sorted((priority[j], j) for j in range(self.n) if not waiting[j])
        order = []
        while heap:
            _, j = heappop(heap)
            order.append(j)
            for k in range(pointers[j], pointers[j + 1]):
                waiting[out[k]] -= 1
                if not waiting[out[k]]:
                    heappush(heap, (priority[out[k]], out[k]))
        return order

    def serial(self, order: list[int]) -> None:
        """One activity after the other, each at its first place."""
        self._open()
        for j in order:
            if self.fixed[j] < 0:
                self.start[j] = self._place(j, max(self.release[j], self._earliest(j)), 1)

    def parallel(self, priority: list[int]) -> None:
        """Time goes on; at each moment whatever may start and has room starts, the smallest priority first."""
        self._open()
        waiting = [self.pred_ptr[j + 1] - self.pred_ptr[j] for j in range(self.n)]
        for j in range(self.n):
            if self.fixed[j] >= 0:
                for k in range(self.succ_ptr[j], self.succ_ptr[j + 1]):
                    waiting[self.succ[k]] -= 1
        opened = sorted((priority[j], j) for j in range(self.n) if self.fixed[j] < 0 and not waiting[j])
        at = {j: max(self.release[j], self._earliest(j)) for _, j in opened}
        left = sum(fixed < 0 for fixed in self.fixed)
        time = min(at.values(), default=0)
        while left:
            if time > self.horizon:
                raise NoPlaceError
            following, i = None, 0
            while i < len(opened):
                j = opened[i][1]
                if at[j] > time:
                    following = at[j] if following is None else min(following, at[j])
                    i += 1
                    continue
                if not self._place_here(j, time):
                    following = time + 1
                    i += 1
                    continue
                self.start[j] = time
                left -= 1
                del opened[i]
                for k in range(self.succ_ptr[j], self.succ_ptr[j + 1]):
                    s = self.succ[k]
                    waiting[s] -= 1
                    if waiting[s] or self.fixed[s] >= 0:
                        continue
                    at[s] = max(self.release[s], self._earliest(s))
                    opened.append((priority[s], s))
                    opened.sort()
                    i = min(i, opened.index((priority[s], s)))
            if following is None and left:
                raise NoPlaceError
            time = time if following is None else following

    def _place_here(self, j: int, at: int) -> bool:
        duration = self.duration[j]
        if at + duration > self.horizon:
            return False
        if not all(self._room_at(word, at, duration, need) for word, need in self._needs(j)):
            return False
        for word, need in self._needs(j):
            self._take(word, at, duration, need)
        if self._match(self.choice_ptr[j], self.choice_ptr[j + 1], at, duration, [_MATCH_TRIES]):
            return True
        for word, need in self._needs(j):
            self._take(word, at, duration, -need)
        return False

    def _sorted(self, *, backward: bool) -> list[int]:
        """The schedule as a list that respects the links."""
        if any(s < 0 or s + d > self.horizon for s, d in zip(self.start, self.duration, strict=True)):
            raise NoPlaceError
        finish = self.duration if backward else [0] * self.n
        order = sorted(range(self.n), key=lambda j: self.start[j] + finish[j])
        rank = [0] * self.n
        for i, j in enumerate(order):
            rank[j] = i
        if not any(
            rank[self.pred[k]] > rank[j] for j in range(self.n) for k in range(self.pred_ptr[j], self.pred_ptr[j + 1])
        ):
            return order
        if not backward:
            return self.listed(rank)
        return self.listed([self.n - 1 - r for r in rank], backward=True)[::-1]

    def right(self, end: int) -> None:
        """Moves everything as far right as it goes before `end`, the latest finish first."""
        order = self._sorted(backward=True)
        self._open()
        for j in reversed(order):
            if self.fixed[j] >= 0:
                continue
            links = range(self.succ_ptr[j], self.succ_ptr[j + 1])
            at = min((self.start[self.succ[k]] - self.succ_lag[k] for k in links), default=end)
            self.start[j] = self._place(j, min(at, end - self.duration[j]), -1)
            if self.start[j] < self.release[j]:
                raise NoPlaceError

    def left(self) -> None:
        """Moves everything as far left as it goes, the earliest start first."""
        self.serial(self._sorted(backward=False))

    def cost(self) -> int:
        """The length of the schedule, and before that every time unit past a due date."""
        finish = [s + d for s, d in zip(self.start, self.duration, strict=True)]
        dues: list[int] = self.of.due.tolist()
        late = sum(max(0, f - due) for f, due in zip(finish, dues, strict=True))
        return (late << 32) + max(finish, default=0)

    def justify(self) -> bool:
        """Double justification: right, then left; kept when it is no worse."""
        cost, start, chosen = self.cost(), list(self.start), list(self.chosen)
        try:
            self.right(cost & 0xFFFF_FFFF)
            self.left()
            kept = self.cost() <= cost
        except NoPlaceError:
            kept = False
        if not kept:
            self.start, self.chosen = start, chosen
        return kept


def run_serial(compiled: Compiled, priority: Longs, start: Ints, chosen: Ints) -> int:
    """`tz_run_serial`."""
    calendar = Calendar(compiled)
    try:
        calendar.serial(calendar.listed(priority.tolist()))
    except NoPlaceError:
        return -1
    start[:], chosen[:] = calendar.start, calendar.chosen
    return 0


def run_parallel(compiled: Compiled, priority: Longs, start: Ints, chosen: Ints) -> int:
    """`tz_run_parallel`."""
    calendar = Calendar(compiled)
    try:
        calendar.parallel(priority.tolist())
    except NoPlaceError:
        return -1
    start[:], chosen[:] = calendar.start, calendar.chosen
    return 0


def run_justify(compiled: Compiled, start: Ints, chosen: Ints) -> int:
    """`tz_run_justify`."""
    calendar = Calendar(compiled)
    calendar.start, calendar.chosen = start.tolist(), chosen.tolist()
    kept = calendar.justify()
    start[:], chosen[:] = calendar.start, calendar.chosen
    return int(kept)
