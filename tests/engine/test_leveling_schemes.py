"""Schedule generation: the kernel and its Python twin make the same plans, and every plan holds the rules."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.leveling_problems import problems, project
from tongzhou.engine.kernel.library import kernel
from tongzhou.engine.leveling.checker import check
from tongzhou.engine.leveling.compiled import compile_problem, longest_needed
from tongzhou.engine.leveling.level import level
from tongzhou.engine.leveling.population import Population
from tongzhou.engine.leveling.problem import Activity, Demand, Link, LinkKind, Problem, Resource
from tongzhou.engine.leveling.schemes import Plan, by_rules, compile_with_plan, justify, parallel, serial, spans

with_kernel = pytest.mark.skipif(kernel() is None, reason="no kernel was compiled here")


def same(one: Plan | None, other: Plan | None) -> bool:
    if one is None or other is None:
        return one is other
    return (one.start.tolist(), one.chosen.tolist()) == (other.start.tolist(), other.chosen.tolist())


@with_kernel
@settings(deadline=None, max_examples=300)
@given(problems(most=12, longest=5), st.randoms(use_true_random=False), st.integers(0, 12))
def test_the_twin_makes_the_plans_of_the_kernel(problem: Problem, chance, less: int) -> None:
    horizon = max(1, longest_needed(problem) - less)
    compiled = compile_problem(problem, horizon)
    priority = np.array([chance.randint(-5, 5) for _ in problem.activities], np.int64)
    made = []
    for setting in ("1", "0"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TONGZHOU_KERNEL", setting)
            plans = [serial(compiled, priority, ""), parallel(compiled, priority, "")]
            made.append([*plans, *(justify(compiled, plan) for plan in plans if plan is not None)])
    assert all(same(one, other) for one, other in zip(*made, strict=True))


@with_kernel
def test_the_twin_makes_the_plans_of_the_kernel_for_a_larger_project(monkeypatch: pytest.MonkeyPatch) -> None:
    for skills in (False, True):
        compiled, span, _ = compile_with_plan(project(150, 3, skills=skills))
        from_kernel = list(by_rules(compiled, span))
        monkeypatch.setenv("TONGZHOU_KERNEL", "0")
        from_twin = list(by_rules(compiled, span))
        monkeypatch.delenv("TONGZHOU_KERNEL")
        assert len(from_kernel) == len(from_twin) > 8
        assert all(same(one, other) for one, other in zip(from_kernel, from_twin, strict=True))


@settings(deadline=None)
@given(problems(most=12, longest=5))
def test_every_plan_of_a_rule_breaks_nothing_but_deadlines(problem: Problem) -> None:
    compiled = compile_problem(problem, longest_needed(problem))
    for plan in by_rules(compiled, spans(compiled)):
        breaches = check(problem, compiled.schedule(plan.start, plan.chosen))
        # What is fixed stays where it is even when its predecessor comes too late: that counts as late, too.
        fixed = {i for i, activity in enumerate(problem.activities) if activity.fixed_start is not None}
        broken = [breach for breach in breaches if breach.rule != "link" or breach.activities[1] not in fixed]
        assert {breach.rule for breach in broken} <= {"deadline"}
        assert (plan.late > 0) == bool(breaches)


@with_kernel
def test_a_plan_past_the_horizon_is_left_alone() -> None:
    problem = project(20, 1)
    wide, _, plan = compile_with_plan(problem)
    assert plan is not None
    narrow = compile_problem(problem, plan.makespan - 1)
    assert same(justify(narrow, plan), plan)
    with Population(narrow, spans(narrow), 1) as population:
        population.join(plan)
        assert population.best() is None
    assert wide.horizon > narrow.horizon


def test_justification_never_makes_a_plan_longer() -> None:
    compiled, span, _ = compile_with_plan(project(200, 5))
    for priority in (span.latest, span.head, -span.head):
        plan = serial(compiled, np.ascontiguousarray(priority, np.int64), "")
        assert plan is not None
        assert justify(compiled, plan).makespan <= plan.makespan


@with_kernel
def test_a_population_with_the_same_seed_breeds_the_same_plans() -> None:
    compiled, span, _ = compile_with_plan(project(60, 2))
    costs = []
    for slices in ([3000], [1000, 1, 1999]):
        with Population(compiled, span, 7) as population:
            for children in slices:
                population.breed(children)
            best = population.best()
        assert best is not None
        assert check(compiled.problem, compiled.schedule(best.start, best.chosen)) == ()
        costs.append(best.start.tolist())
    assert costs[0] == costs[1]


def test_without_a_kernel_the_plan_is_still_made_and_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = project(12, 1)
    with_it = level(problem, time_limit_s=20)
    monkeypatch.setenv("TONGZHOU_KERNEL", "0")
    without = level(problem, time_limit_s=20)
    assert without.status == with_it.status == "optimal"
    assert without.makespan == with_it.makespan


def test_a_substitute_is_taken_where_the_preferred_person_is_busy() -> None:
    problem = Problem(
        (Activity("a", 3, (Demand(1, (0, 1)),)), Activity("b", 3, (Demand(1, (0, 1)),))),
        (),
        (Resource("王", 1), Resource("李", 1)),
    )
    result = level(problem, time_limit_s=5)
    assert result.makespan == 3
    assert result.schedule is not None
    assert sorted(result.schedule.assigned) == [(0,), (1,)]


def test_the_only_person_for_one_demand_is_kept_for_it() -> None:
    # The first demand would rather have person 0, whom alone the second can have.
    problem = Problem(
        (Activity("a", 2, (Demand(1, (0, 1)), Demand(1, (0,)))),), (), (Resource("王", 1), Resource("李", 1))
    )
    result = level(problem, time_limit_s=5)
    assert result.schedule is not None
    assert result.schedule.assigned == ((1, 0),)


@pytest.mark.parametrize(
    ("kind", "lag", "start"),
    [
        (LinkKind.FINISH_START, 2, 6),
        (LinkKind.FINISH_START, -1, 3),
        (LinkKind.START_START, 1, 1),
        (LinkKind.FINISH_FINISH, 0, 1),
        (LinkKind.START_FINISH, 5, 2),
    ],
)
def test_each_kind_of_link_holds_its_ends_apart(kind: LinkKind, lag: int, start: int) -> None:
    problem = Problem((Activity("a", 4), Activity("b", 3)), (Link(0, 1, kind, lag),))
    result = level(problem, time_limit_s=5)
    assert result.schedule is not None
    assert result.schedule.starts == (0, start)
    assert check(problem, result.schedule) == ()
