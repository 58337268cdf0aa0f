"""Problems of levelling for tests: small ones drawn at random, larger ones by seed, and the slow obvious solver."""

from __future__ import annotations

import random
from itertools import product

from hypothesis import strategies as st

from tongzhou.engine.leveling.checker import check
from tongzhou.engine.leveling.problem import (
    Activity,
    Demand,
    Link,
    LinkKind,
    Problem,
    Resource,
    Schedule,
    topological_order,
)


@st.composite
def problems(draw: st.DrawFn, most: int = 4, *, dates: bool = True, longest: int = 3) -> Problem:
    """Activities with links of every kind, leads, persons who can stand in for each other, changing capacities, dates."""
    steps = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 3)), max_size=2, unique_by=lambda step: step[0])
    resources = tuple(
        Resource(f"P{r}", draw(st.integers(1, 3)), tuple(sorted(draw(steps))) if dates else ())
        for r in range(draw(st.integers(1, 3)))
    )
    people = st.lists(st.integers(0, len(resources) - 1), min_size=1, max_size=len(resources), unique=True)
    demands = st.lists(st.builds(Demand, st.integers(1, 2), people.map(tuple)), max_size=2).map(tuple)
    date = st.none() | st.integers(0, 8) if dates else st.none()
    activities = tuple(
        Activity(
            f"A{i}",
            draw(st.integers(0, longest)),
            draw(demands),
            draw(st.integers(0, 3)) if dates else 0,
            draw(date),
            draw(st.none() | st.none() | st.integers(0, 3)) if dates else None,
        )
        for i in range(draw(st.integers(1, most)))
    )
    number = draw(st.permutations(range(len(activities))))
    links = tuple(
        Link(number[i], number[j], draw(st.sampled_from(LinkKind)), draw(st.integers(-2, 2)))
        for i in range(len(activities))
        for j in range(i + 1, len(activities))
        if draw(st.booleans())
    )
    return Problem(activities, links, resources)


def shortest(problem: Problem, horizon: int) -> int | None:
    """The length of the shortest plan, by trying every start and every person; None when there is no plan."""
    order = topological_order(problem)
    best: int | None = None
    starts = [0] * len(order)
    assigned: list[tuple[int, ...]] = [()] * len(order)

    def extend(at: int, end: int) -> None:
        nonlocal best
        if best is not None and end >= best:
            return
        if at == len(order):
            best = end
            return
        i = order[at]
        activity = problem.activities[i]
        done = order[: at + 1]
        for start in range(horizon - activity.duration + 1):
            for people in product(*(demand.resources for demand in activity.demands)):
                starts[i], assigned[i] = start, people
                if holds(problem, done, starts, assigned):
                    extend(at + 1, max(end, start + activity.duration))

    extend(0, 0)
    return best


def holds(problem: Problem, done: list[int], starts: list[int], assigned: list[tuple[int, ...]]) -> bool:
    """Whether the part of a plan that is made so far breaks no rule."""
    place = {i: k for k, i in enumerate(done)}
    part = Problem(
        tuple(problem.activities[i] for i in done),
        tuple(
            Link(place[x.before], place[x.after], x.kind, x.lag)
            for x in problem.links
            if x.before in place and x.after in place
        ),
        problem.resources,
    )
    return not check(part, Schedule(tuple(starts[i] for i in done), tuple(assigned[i] for i in done)))


def project(size: int, seed: int, *, people: int = 6, skills: bool = False) -> Problem:
    """A plain project of finish-start links, as large as wanted, the same for the same seed."""
    chance = random.Random(seed)
    activities = []
    for i in range(size):
        who = chance.sample(range(people), 2)
        demands = (Demand(1, tuple(who)),) if skills else (Demand(chance.randint(1, 3), (who[0],)),)
        activities.append(Activity(f"A{i}", chance.randint(1, 9), demands))
    links = tuple(
        Link(before, after)
        for after in range(1, size)
        for before in {chance.randrange(max(0, after - 20), after) for _ in range(2)}
    )
    return Problem(tuple(activities), links, tuple(Resource(f"P{r}", 1 if skills else 4) for r in range(people)))


def packed(size: int, seed: int) -> Problem:
    """A project whose work hardly fits its three pools: no bound without search meets its plans."""
    chance = random.Random(seed)
    activities = tuple(
        Activity(f"A{i}", chance.randint(1, 10), tuple(Demand(chance.randint(1, 10), (r,)) for r in range(3)))
        for i in range(size)
    )
    links = tuple(
        Link(before, after)
        for after in range(5, size)
        for before in sorted({chance.randrange(max(0, after - 15), after) for _ in range(2)})
    )
    return Problem(activities, links, tuple(Resource(f"P{r}", 14) for r in range(3)))
