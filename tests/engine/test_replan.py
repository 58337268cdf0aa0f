"""The smallest change: what a disturbance moves, whom it asks to stand in, and what stays."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.leveling_problems import problems, project
from tongzhou.engine.leveling.checker import check
from tongzhou.engine.leveling.compiled import longest_needed
from tongzhou.engine.leveling.level import level
from tongzhou.engine.leveling.problem import Activity, Demand, Link, Problem, Resource, Schedule
from tongzhou.engine.leveling.replan import Kind, Move, Proposal, Substitution, Weights, mend_at_once, replan, weight_of

WANG, LI = 0, 1
DESIGN = Demand(1, (WANG, LI))
# 王 draws a poster, then the banner; 李 can draw as well. The campaign opens when the banner hangs and the stock is there.
CAMPAIGN = Problem(
    (
        Activity("poster", 2, (DESIGN,)),
        Activity("banner", 2, (DESIGN,)),
        Activity("stock", 8),
        Activity("open", 1),
    ),
    (Link(0, 1), Link(1, 3), Link(2, 3)),
    (Resource("王", 1), Resource("李", 1)),
)
PLAN = Schedule((0, 2, 0, 8), ((WANG,), (WANG,), (), ()))


def with_wang_away(since: int, until: int, problem: Problem = CAMPAIGN) -> Problem:
    """王 falls ill."""
    _, *others = problem.resources
    return replace(problem, resources=(Resource("王", 1, ((since, 0), (until, 1))), *others))


def by_kind(proposals: tuple[Proposal, ...]) -> dict[Kind, Proposal]:
    return {proposal.kind: proposal for proposal in proposals}


def test_a_plan_that_holds_needs_no_proposal() -> None:
    answer = replan(CAMPAIGN, PLAN, now=1, time_limit_s=5)
    assert (answer.proposals, answer.breaches) == ((), ())


def test_illness_offers_a_substitute_and_a_shift_within_float() -> None:
    answer = replan(with_wang_away(2, 5), PLAN, now=2, time_limit_s=30, rates_minor={WANG: 80_000, LI: 95_000})
    assert [(breach.rule, breach.resource, breach.time) for breach in answer.breaches] == [("capacity", WANG, 2)]
    found = by_kind(answer.proposals)
    substitute, shift = found[Kind.SUBSTITUTE], found[Kind.SHIFT]
    assert (substitute.moves, substitute.substitutions) == ((), (Substitution(1, 0, WANG, LI),))
    assert substitute.cost_minor == 2 * 15_000
    assert (shift.moves, shift.substitutions) == ((Move(1, 2, 5),), ())
    assert (shift.cost_minor, shift.moved_units, shift.end_after - shift.end_before) == (0, 3, 0)
    assert all(proposal.smallest for proposal in answer.proposals)
    # The levelled plan would be the substitute again: it is not offered twice.
    assert answer.proposals[0] == substitute
    assert len(answer.proposals) == 2


def test_where_nobody_stands_in_and_the_float_is_used_up_the_end_slips_as_little_as_it_can() -> None:
    alone = replace(CAMPAIGN, activities=tuple(
        replace(a, demands=tuple(Demand(1, (WANG,)) for _ in a.demands)) for a in CAMPAIGN.activities
    ))  # fmt: skip
    answer = replan(with_wang_away(2, 9, alone), PLAN, now=2, time_limit_s=30)
    (leveled,) = answer.proposals
    assert leveled.kind is Kind.LEVELED
    assert leveled.moves == (Move(1, 2, 9), Move(3, 8, 11))
    assert (leveled.end_before, leveled.end_after) == (9, 12)


def test_what_runs_stays_with_its_people() -> None:
    # The poster, which 王 has begun, takes longer; the banner waits or goes to nobody else in the meantime.
    longer = CAMPAIGN.with_activities(replace(a, duration=5) if a.key == "poster" else a for a in CAMPAIGN.activities)
    answer = replan(longer, PLAN, now=1, time_limit_s=30)
    assert answer.proposals
    for proposal in answer.proposals:
        assert proposal.schedule.starts[0] == 0
        assert proposal.schedule.assigned[0] == (WANG,)
        assert proposal.moves == (Move(1, 2, 5),)


def test_nothing_new_begins_in_the_past() -> None:
    answer = replan(with_wang_away(4, 6), replace(PLAN, starts=(0, 4, 0, 8)), now=4, time_limit_s=30)
    assert all(start >= 4 for proposal in answer.proposals for start in proposal.schedule.starts[1:2])


def test_what_runs_and_cannot_go_on_is_named_instead_of_a_proposal() -> None:
    answer = replan(with_wang_away(1, 3), PLAN, now=1, time_limit_s=5)
    assert answer.proposals == ()
    (reason,) = answer.reasons
    assert (reason.code, reason.activities, reason.resource, reason.start) == ("fixed_overload", (0,), WANG, 1)


def test_one_task_moved_far_can_be_a_smaller_change_than_two_moved_a_little() -> None:
    # 王 is away for a day: both tasks slip, or the first alone goes behind the second.
    problem = Problem(
        (Activity("a", 1, (Demand(1, (WANG,)),)), Activity("b", 2, (Demand(1, (WANG,)),)), Activity("c", 9)),
        (),
        (Resource("王", 1, ((2, 0), (3, 1))),),
    )
    present = Schedule((2, 3, 0), ((WANG,), (WANG,), ()))
    one_task = replan(problem, present, now=2, time_limit_s=30)
    few_days = replan(problem, present, now=2, time_limit_s=30, weights=Weights(moved_task=0))
    assert one_task.proposals[0].moves == (Move(0, 2, 5),)
    assert few_days.proposals[0].moves == (Move(0, 2, 3), Move(1, 3, 4))


def smallest_weight(problem: Problem, present: Schedule, weights: Weights) -> int | None:
    """The weight of the smallest change, by looking at every plan."""
    horizon = longest_needed(problem)
    ranges = [range(horizon - a.duration + 1) for a in problem.activities]
    people = [list(product(*(d.resources for d in a.demands))) for a in problem.activities]
    end = present.makespan(problem)
    best = None
    for starts in product(*ranges):
        for assigned in product(*people):
            schedule = Schedule(starts, assigned)
            moved = [abs(a - b) for a, b in zip(starts, present.starts, strict=True) if a != b]
            swapped = sum(
                x != y for pair in zip(assigned, present.assigned, strict=True) for x, y in zip(*pair, strict=True)
            )
            late = max(0, schedule.makespan(problem) - end)
            weight = (
                weights.moved_task * len(moved)
                + weights.moved_unit * sum(moved)
                + weights.substituted * swapped
                + weights.end_unit * late
            )
            if (best is None or weight < best) and not check(problem, schedule):
                best = weight
    return best


@settings(deadline=None, max_examples=40)
@given(problems(most=3, longest=2, dates=False), st.data())
def test_no_change_is_smaller_than_the_one_proposed(problem: Problem, data: st.DataObject) -> None:
    before = level(problem, time_limit_s=20)
    if before.schedule is None or longest_needed(problem) > 8:
        return
    hit = data.draw(st.integers(0, len(problem.resources) - 1))
    since = data.draw(st.integers(0, 3))
    away = tuple(
        replace(resource, steps=((since, 0), (since + 2, resource.capacity_units))) if r == hit else resource
        for r, resource in enumerate(problem.resources)
    )
    broken = replace(problem, resources=away)
    weights = Weights(end_unit=50)
    answer = replan(broken, before.schedule, now=0, time_limit_s=20, weights=weights)
    for proposal in answer.proposals:
        assert check(broken, proposal.schedule) == ()
    if answer.breaches:
        expected = smallest_weight(broken, before.schedule, weights)
        assert bool(answer.proposals) == (expected is not None)
        if answer.proposals:
            first = answer.proposals[0]
            late = max(0, first.end_after - first.end_before)
            assert expected == (
                weights.moved_task * len(first.moves)
                + weights.moved_unit * first.moved_units
                + weights.substituted * len(first.substitutions)
                + weights.end_unit * late
            )


def test_in_a_large_plan_only_what_is_near_the_break_moves() -> None:
    problem = project(900, 3, people=30, skills=True)
    before = level(problem, time_limit_s=0)
    assert before.schedule is not None
    middle = before.schedule.makespan(problem) // 2
    busy = next(
        i for i, start in enumerate(before.schedule.starts) if start > middle and problem.activities[i].duration > 3
    )
    who = before.schedule.assigned[busy][0]
    begin = before.schedule.starts[busy]
    away = tuple(
        replace(resource, steps=((begin, 0), (begin + 2, 1))) if r == who else resource
        for r, resource in enumerate(problem.resources)
    )
    broken = replace(problem, resources=away)
    answer = replan(broken, before.schedule, now=begin, time_limit_s=6)
    assert answer.proposals
    for proposal in answer.proposals:
        assert check(broken, proposal.schedule) == ()
        assert len(proposal.moves) < 100
        assert all(problem.activities[move.activity].fixed_start is None for move in proposal.moves)


def test_a_first_plan_comes_by_rules_and_the_search_never_makes_it_worse() -> None:
    problem = with_wang_away(2, 5)
    (first,) = mend_at_once(problem, PLAN, now=2).proposals
    assert not check(problem, first.schedule)
    (best,) = replan(problem, PLAN, now=2, time_limit_s=30, kinds=(Kind.LEVELED,)).proposals
    assert weight_of(best) <= weight_of(first)
    assert first.end_bound == best.end_bound <= best.end_after


def test_better_plans_are_told_while_they_are_looked_for_and_each_holds_every_rule() -> None:
    problem, heard = with_wang_away(2, 5), []
    answer = replan(problem, PLAN, now=2, time_limit_s=30, kinds=(Kind.LEVELED,), on_improvement=heard.append)
    assert heard
    assert all(not check(problem, proposal.schedule) for proposal in heard)
    assert weight_of(answer.proposals[0]) <= min(weight_of(proposal) for proposal in heard)


def test_a_listener_that_wants_no_more_ends_the_search() -> None:
    class Enough(Exception):
        pass

    def stop(_found: Proposal) -> None:
        raise Enough

    with pytest.raises(Enough):
        replan(with_wang_away(2, 5), PLAN, now=2, time_limit_s=30, kinds=(Kind.LEVELED,), on_improvement=stop)


def test_nothing_is_mended_where_nothing_is_broken_or_nothing_can_be() -> None:
    assert mend_at_once(CAMPAIGN, PLAN, now=1).proposals == ()
    nobody = replace(CAMPAIGN, resources=(Resource("王", 0), Resource("李", 0)))
    told = mend_at_once(nobody, PLAN, now=0)
    assert told.proposals == ()
    assert {reason.code for reason in told.reasons} == {"demand_over_capacity"}
