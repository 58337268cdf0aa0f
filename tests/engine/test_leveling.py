"""Levelling against exhaustive search, and what it says of problems without a plan."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.leveling_problems import packed, problems, project, shortest
from tongzhou.engine.leveling.bounds import impossible, lower_bound
from tongzhou.engine.leveling.checker import check
from tongzhou.engine.leveling.compiled import compile_problem, longest_needed
from tongzhou.engine.leveling.level import improvements, level
from tongzhou.engine.leveling.neighborhood import Stretcher
from tongzhou.engine.leveling.problem import (
    Activity,
    Demand,
    Link,
    LinkKind,
    Problem,
    ProblemError,
    Reason,
    Resource,
    Schedule,
    Status,
)
from tongzhou.engine.leveling.schemes import compile_with_plan, spans

ONE = (Resource("王", 1),)


@settings(deadline=None, max_examples=150)
@given(problems(most=4, longest=3))
def test_no_plan_is_shorter_and_none_is_missed(problem: Problem) -> None:
    best = shortest(problem, longest_needed(problem))
    result = level(problem, time_limit_s=30)
    if best is None:
        assert result.status is Status.INFEASIBLE
        assert result.reasons
    else:
        assert result.status is Status.OPTIMAL
        assert result.makespan == result.lower_bound == best
        assert result.schedule is not None
        assert check(problem, result.schedule) == ()


@settings(deadline=None, max_examples=100)
@given(problems(most=4, longest=3))
def test_bounds_without_search_are_never_wrong(problem: Problem) -> None:
    compiled = compile_problem(problem, longest_needed(problem))
    span = spans(compiled)
    best = shortest(problem, longest_needed(problem))
    if impossible(compiled, span):
        assert best is None
    elif best is not None:
        assert lower_bound(compiled, span)[0] <= best


@settings(deadline=None, max_examples=50)
@given(problems(most=6, longest=4), st.data())
def test_renumbering_the_activities_changes_nothing(problem: Problem, data: st.DataObject) -> None:
    number = data.draw(st.permutations(range(len(problem.activities))))
    at = {old: new for new, old in enumerate(number)}
    other = Problem(
        tuple(problem.activities[i] for i in number),
        tuple(Link(at[x.before], at[x.after], x.kind, x.lag) for x in problem.links),
        problem.resources,
    )
    one, two = level(problem, time_limit_s=30), level(other, time_limit_s=30)
    assert (one.status, one.lower_bound) == (two.status, two.lower_bound)
    if one.status is Status.OPTIMAL:
        assert one.makespan == two.makespan


def test_results_only_get_better_and_each_holds_the_rules() -> None:
    problem = packed(90, 4)
    results = list(improvements(problem, time_limit_s=2))
    lengths = [result.makespan for result in results if result.makespan is not None]
    assert lengths == sorted(lengths, reverse=True)
    assert all(result.schedule and check(problem, result.schedule) == () for result in results)
    assert results[-1].lower_bound <= lengths[-1]


def test_no_time_at_all_still_gives_a_plan() -> None:
    problem = project(300, 1)
    result = level(problem, time_limit_s=0)
    assert result.schedule is not None
    assert check(problem, result.schedule) == ()
    assert result.lower_bound <= (result.makespan or 0)


def test_leaving_the_loop_stops_the_work() -> None:
    import threading

    before = threading.active_count()
    for result in improvements(packed(100, 1), time_limit_s=600):
        if result.found_by == "population":
            break
    assert threading.active_count() <= before + 1


def test_a_failure_inside_a_method_is_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("tongzhou.engine.leveling.level._breed_on", broken)
    with pytest.raises(RuntimeError, match="broken"):
        level(packed(100, 1), time_limit_s=1)


def test_the_reasons_name_the_resource_that_binds() -> None:
    work = tuple(Activity(f"a{i}", 2, (Demand(1, (0,)),)) for i in range(3))
    result = level(Problem(work, (), ONE), time_limit_s=5)
    assert result.makespan == 6
    by_code = {reason.code: reason for reason in result.reasons}
    assert by_code["resource_bound"].resource == 0
    assert by_code["resource_binds"].resource == 0
    assert len(by_code["resource_binds"].activities) == 2


def test_the_reasons_name_the_critical_path() -> None:
    result = level(Problem((Activity("a", 2), Activity("b", 3), Activity("c", 1)), (Link(0, 1),)), time_limit_s=5)
    assert result.status is Status.OPTIMAL
    assert result.reasons[0] == Reason("critical_path", (0, 1), end=5)


def test_work_waits_until_a_person_is_back() -> None:
    away = Resource("王", 1, ((1, 0), (4, 1)))
    result = level(Problem((Activity("a", 2, (Demand(1, (0,)),)),), (), (away,)), time_limit_s=5)
    assert result.schedule is not None
    assert result.schedule.starts == (4,)


@pytest.mark.parametrize(
    ("problem", "reason"),
    [
        pytest.param(
            Problem((Activity("a", 1, (Demand(2, (0,)),)),), (), ONE),
            Reason("demand_over_capacity", (0,), 0, units=2),
            id="more than there ever is",
        ),
        pytest.param(
            Problem((Activity("a", 3), Activity("b", 2, deadline=4)), (Link(0, 1),)),
            Reason("deadline_before_path", (1,), end=4, units=1),
            id="a deadline before the path to it",
        ),
        pytest.param(
            Problem((Activity("a", 3), Activity("b", 2, fixed_start=1)), (Link(0, 1),)),
            Reason("fixed_before_predecessor", (1,), start=1, end=3),
            id="a fixed date before its predecessor",
        ),
        pytest.param(
            Problem(tuple(Activity(x, 2, (Demand(1, (0,)),), fixed_start=i) for i, x in enumerate("ab")), (), ONE),
            Reason("fixed_overload", (0, 1), 0, 1, 2, 1),
            id="two running at once",
        ),
        pytest.param(
            Problem(tuple(Activity(x, 2, (Demand(1, (0,)),), deadline=3) for x in "ab"), (), ONE),
            Reason("work_over_deadline", (0, 1), 0, 0, 3, 1),
            id="more work than time before a deadline",
        ),
    ],
)
def test_a_problem_without_a_plan_says_why(problem: Problem, reason: Reason) -> None:
    result = level(problem, time_limit_s=5)
    assert result.status is Status.INFEASIBLE
    assert reason in result.reasons


def test_a_missed_deadline_still_shows_the_plan_that_misses_it_least() -> None:
    work = tuple(Activity(x, 2, (Demand(1, (0,)),), deadline=3) for x in "ab")
    result = level(Problem(work, (), ONE), time_limit_s=5)
    assert result.schedule is not None
    assert sum(reason.units or 0 for reason in result.reasons if reason.code == "late") == 1


def test_a_stretch_solved_anew_makes_a_slack_plan_shorter_and_holds_the_rules() -> None:
    import random

    problem = packed(40, 8)
    compiled, _, plan = compile_with_plan(problem)
    assert plan is not None
    stretcher = Stretcher(compiled, random.Random(1), free=40)
    found = [plan]
    for _ in range(10):
        better = stretcher.squeeze(found[-1], 5)
        if better is not None:
            assert better.makespan < found[-1].makespan
            assert check(problem, compiled.schedule(better.start, better.chosen)) == ()
            found.append(better)
    assert len(found) > 1


def test_the_checker_finds_each_kind_of_breach() -> None:
    problem = Problem(
        (
            Activity("a", 2, (Demand(1, (0,)),), release=1),
            Activity("b", 2, (Demand(1, (0, 1)),), deadline=3),
            Activity("c", 1, fixed_start=2),
        ),
        (Link(0, 2, LinkKind.START_START, 1),),
        (*ONE, Resource("李", 1)),
    )
    good = Schedule((1, 1, 2), ((0,), (1,), ()))
    assert check(problem, good) == ()

    def rules(schedule: Schedule) -> set[str]:
        return {breach.rule for breach in check(problem, schedule)}

    assert rules(replace(good, starts=(0, 1, 2))) == {"release"}
    assert rules(replace(good, starts=(1, 2, 2))) == {"deadline"}
    assert rules(replace(good, starts=(1, 1, 3))) == {"fixed_start"}
    assert rules(replace(good, starts=(3, 0, 2))) == {"link"}
    assert rules(replace(good, assigned=((0,), (0,), ()))) == {"capacity"}
    assert rules(replace(good, assigned=((1,), (1,), ()))) == {"assignment", "capacity"}
    assert rules(replace(good, starts=(1, 1))) == {"length"}


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: Problem((Activity("a", -1),)), "duration"),
        (lambda: Problem((Activity("a", 2**40),)), "duration"),
        (lambda: Problem((Activity("a", 1, release=-1),)), "date"),
        (lambda: Problem((Activity("a", 1, (Demand(0, (0,)),)),), (), ONE), "units"),
        (lambda: Problem((Activity("a", 1, (Demand(1, ()),)),), (), ONE), "resources"),
        (lambda: Problem((Activity("a", 1, (Demand(1, (7,)),)),), (), ONE), "resources"),
        (lambda: Problem((Activity("a", 1),), (Link(0, 0),)), "self_link"),
        (lambda: Problem((Activity("a", 1),), (Link(0, 1),)), "link"),
        (lambda: Problem((), (), (Resource("王", -1),)), "capacity"),
        (lambda: Problem((), (), (Resource("王", 1, ((5, 0), (2, 1))),)), "capacity_steps"),
    ],
)
def test_what_makes_no_sense_is_refused(make, code: str) -> None:
    with pytest.raises(ProblemError) as refused:
        make()
    assert refused.value.code == code


def test_a_loop_is_named_with_its_path() -> None:
    work = tuple(Activity(x, 1) for x in "abcd")
    with pytest.raises(ProblemError, match="b → c → d → b") as refused:
        Problem(work, (Link(0, 1), Link(1, 2), Link(2, 3), Link(3, 1)))
    assert refused.value.activities == (1, 2, 3, 1)


def test_an_empty_problem_is_done_at_once() -> None:
    result = level(Problem(()), time_limit_s=5)
    assert (result.status, result.makespan) == (Status.OPTIMAL, 0)
