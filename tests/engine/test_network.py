"""The critical path against networks solved by hand, against a slow oracle, and against itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.engine.networks import CLOCKS, FF, FS, SF, SS, Case, Oracle, cases, weekly
from tongzhou.engine.kernel import kernel
from tongzhou.engine.network import (
    NONE,
    CycleError,
    Dates,
    Driver,
    HorizonError,
    LinkError,
    LiveNetwork,
    NetworkError,
    State,
    TaskError,
    compute,
    network,
)
from tongzhou.engine.network.native import NativeNetwork
from tongzhou.engine.network.twin import TwinNetwork

FIELDS = ("early_start", "early_finish", "late_start", "late_finish", "total_float", "free_float", "driver")


def both_ways(problem) -> Dates:
    """The dates, after seeing that kernel and twin say the same."""
    library = kernel()
    assert library is not None
    told, twin = NativeNetwork(library, problem).dates, TwinNetwork(problem).dates
    same(told, twin)
    return told


def same(one: Dates, other: Dates, fields=FIELDS) -> None:
    for name in fields:
        assert getattr(one, name).tolist() == getattr(other, name).tolist(), name
    assert one.finish == other.finish


# -- solved by hand ----------------------------------------------------------------------------------------------


def test_a_textbook_network() -> None:
    # A 3; B 4 after A; C 2 after A; D 5 after B; E 1 after C; F 2 after C; G 4 after D and E; H 3 after F and G.
    a, b, c, d, e, f, g, h = range(8)
    work = [3, 4, 2, 5, 1, 2, 4, 3]
    links = [(a, b), (a, c), (b, d), (c, e), (c, f), (d, g), (e, g), (f, h), (g, h)]
    told = both_ways(Case(work, [(x, y, FS, 0) for x, y in links]).network())
    assert told.early_start.tolist() == [0, 3, 3, 7, 5, 5, 12, 16]
    assert told.early_finish.tolist() == [3, 7, 5, 12, 6, 7, 16, 19]
    assert told.late_start.tolist() == [0, 3, 9, 7, 11, 14, 12, 16]
    assert told.total_float.tolist() == [0, 0, 6, 0, 6, 9, 0, 0]
    assert told.free_float.tolist() == [0, 0, 0, 0, 6, 9, 0, 0]
    assert np.flatnonzero(told.critical()).tolist() == [a, b, d, g, h]
    assert told.driver.tolist() == [Driver.START, a, a, b, c, c, d, g]
    assert told.finish == 19


def test_the_four_kinds_of_link_with_lags() -> None:
    # A 10 days; B 6 starts 3 after A starts; C 4 finishes 2 after B finishes; D 5 finishes once A has started, plus 8.
    links = [(0, 1, SS, 3), (1, 2, FF, 2), (0, 3, SF, 8), (2, 4, FS, -2)]
    told = both_ways(Case([10, 6, 4, 5, 1], links).network())
    assert told.early_start.tolist() == [0, 3, 7, 3, 9]
    assert told.early_finish.tolist() == [10, 9, 11, 8, 10]
    assert told.finish == 11
    assert told.total_float.tolist() == [0, 0, 0, 3, 1]


def test_weekends_are_skipped_and_friday_evening_is_not_monday_morning() -> None:
    # Days of a week of five: 3 days from Thursday end on Monday; the next starts on Tuesday; the milestone is Monday evening.
    clock = weekly(5, 2)
    monday = int(clock.begin[600])
    links = [(0, 1, FS, 0), (0, 2, FS, 0), (1, 2, FS, 0)]
    told = both_ways(Case([3, 4, 0], links, [0, 0, 0], (clock,), start=monday + 3).network())
    assert (told.early_start - monday).tolist() == [3, 8, 14 - 2]
    assert (told.early_finish - monday).tolist() == [8, 12, 12]


def test_lag_counts_working_days_of_its_second_task() -> None:
    five, six = weekly(5, 2), CLOCKS[1]
    monday = int(five.begin[600])
    told = both_ways(Case([5, 1], [(0, 1, FS, 2)], [0, 0], (five, six), start=monday).network())
    assert told.early_start[1] - monday == 9


def test_a_deadline_that_cannot_be_held_makes_float_negative() -> None:
    case = Case([5, 5, 2], [(0, 1, FS, 0)], bound=[(NONE,) * 4, (NONE, NONE, NONE, 8), (NONE,) * 4])
    told = both_ways(case.network())
    assert told.total_float.tolist() == [-2, -2, 8]
    assert told.critical().tolist() == [True, True, False]
    assert told.late_finish.tolist() == [3, 8, 10]


def test_a_target_finish_shifts_every_late_date() -> None:
    told = both_ways(Case([5, 5, 2], [(0, 1, FS, 0)], target=12).network())
    assert told.total_float.tolist() == [2, 2, 10]
    assert told.free_float.tolist() == [0, 0, 8]


def test_constraints_hold_tasks_and_say_so() -> None:
    nothing = (NONE,) * 4
    bound = [(4, NONE, NONE, NONE), (NONE, NONE, 20, NONE), nothing, (7, 7, NONE, NONE)]
    told = both_ways(Case([5, 5, 2, 3], [(0, 2, FS, 0)], bound=bound).network())
    assert told.early_start.tolist() == [4, 15, 9, 7]
    assert told.driver.tolist() == [Driver.CONSTRAINT, Driver.CONSTRAINT, 0, Driver.CONSTRAINT]
    assert told.total_float[3] == 0


def test_work_not_done_does_not_lie_in_the_past() -> None:
    # A is done late, B has begun and has 3 days left, C has not begun; it is day 10.
    states = [State.DONE, State.STARTED, State.OPEN, State.OPEN]
    case = Case(
        [0, 3, 2, 4], [(0, 1, FS, 0), (1, 3, FS, 0)], state=states, begun=[0, 6, NONE, NONE], ended=[7, NONE, NONE, NONE], status=10
    )  # fmt: skip
    told = both_ways(case.network())
    assert told.early_start.tolist() == [0, 6, 10, 13]
    assert told.early_finish.tolist() == [7, 13, 12, 17]
    assert told.driver.tolist() == [Driver.ACTUAL, Driver.STATUS_DATE, Driver.STATUS_DATE, 1]
    assert told.total_float.tolist() == [0, 0, 5, 0]


# -- against the oracle ------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.one_of(cases(), cases(plain=True)))
def test_early_dates_are_the_first_that_fit(case: Case) -> None:
    told, oracle = both_ways(case.network()), Oracle(case)
    dates = oracle.early()
    assert told.early_start.tolist() == [dates[v][0] for v in range(len(case.work))]
    assert told.early_finish.tolist() == [dates[v][1] for v in range(len(case.work))]
    assert told.finish == max(finish for _, finish, _ in dates.values())


@settings(max_examples=40, deadline=None)
@given(st.one_of(cases(deadlines=False), cases(plain=True)))
def test_total_float_is_how_far_a_task_may_slip_before_the_plan_does(case: Case) -> None:
    assume(all(case.work) or not case.clocks)
    told, oracle = both_ways(case.network()), Oracle(case)
    dates = oracle.early()
    for v in range(len(case.work)):
        if oracle.state[v] == State.DONE:
            continue
        slipped, start = 0, dates[v][2]
        while True:
            start, finish, step = oracle.slips(v, start)
            if not oracle.held(oracle.early((v, start, finish)), told.finish):
                break
            slipped += step
        assert told.total_float[v] == slipped
        last = oracle.finish_of(v, dates[v][2])
        while oracle.worked(v, last) < oracle.worked(v, dates[v][1]) + slipped:
            last += 1
        assert told.late_finish[v] == last or case.work[v] == 0


@settings(max_examples=40, deadline=None)
@given(st.one_of(cases(deadlines=False), cases(plain=True)))
def test_free_float_is_how_far_a_task_may_slip_before_anything_does(case: Case) -> None:
    assume(all(case.work) or not case.clocks)
    told, oracle = both_ways(case.network()), Oracle(case)
    dates = oracle.early()
    for v in range(len(case.work)):
        if oracle.state[v] == State.DONE:
            continue
        slipped, start = 0, dates[v][2]
        while True:
            start, finish, step = oracle.slips(v, start)
            others = oracle.early((v, start, finish))
            still = all(others[w] == dates[w] for w in range(len(case.work)) if w != v)
            if not still or oracle.worked(v, finish) > oracle.worked(v, told.finish):
                break
            slipped += step
        assert told.free_float[v] == slipped


@settings(max_examples=300, deadline=None)
@given(st.one_of(cases(), cases(plain=True)))
def test_kernel_and_twin_say_the_same(case: Case) -> None:
    both_ways(case.network())


# -- invariances -------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(cases(), st.randoms())
def test_numbering_and_order_of_links_change_nothing(case: Case, random) -> None:
    n = len(case.work)
    old = list(range(n))
    random.shuffle(old)
    new = {task: place for place, task in enumerate(old)}
    links = [(new[a], new[b], kind, lag) for a, b, kind, lag in case.links]
    random.shuffle(links)
    pick = lambda given: [given[task] for task in old] if given else given  # noqa: E731
    other = replace(
        case, links=links, work=pick(case.work), clock_of=pick(case.clock_of), bound=pick(case.bound),
        state=pick(case.state), begun=pick(case.begun), ended=pick(case.ended),
    )  # fmt: skip
    one, two = compute(case.network()), compute(other.network())
    for name in FIELDS[:-1]:
        assert getattr(two, name).tolist() == getattr(one, name)[old].tolist(), name


@settings(deadline=None)
@given(cases(plain=True))
def test_a_plain_network_is_the_general_one_on_a_clock_that_never_rests(case: Case) -> None:
    general = replace(case, bound=[(NONE,) * 4] * len(case.work))
    same(both_ways(case.network()), both_ways(general.network()))


@settings(deadline=None)
@given(cases(), st.integers(-50, 50))
def test_shifting_the_clock_shifts_the_dates(case: Case, weeks: int) -> None:
    assume(not case.clocks or all(clock is CLOCKS[0] for clock in case.clocks))
    by = 7 * weeks
    move = lambda moment: moment if moment in (None, NONE) else moment + by  # noqa: E731
    other = replace(
        case, start=case.start + by, status=move(case.status), target=move(case.target),
        bound=[tuple(map(move, four)) for four in case.bound], begun=list(map(move, case.begun)), ended=list(map(move, case.ended)),
    )  # fmt: skip
    one, two = compute(case.network()), compute(other.network())
    assert (two.early_start - one.early_start).tolist() == [by] * len(case.work)
    assert two.total_float.tolist() == one.total_float.tolist()


# -- changes -----------------------------------------------------------------------------------------------------


@pytest.fixture(params=["kernel", "twin"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "twin":
        monkeypatch.setenv("TONGZHOU_KERNEL", "0")
    return str(request.param)


changes = st.lists(
    st.tuples(st.integers(0, 8), st.integers(0, 15), st.one_of(st.none(), st.just(NONE), st.integers(-20, 60))),
    min_size=1, max_size=6,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.one_of(cases(), cases(plain=True)), changes)
def test_changes_end_where_a_fresh_computation_does_and_tell_what_moved(case: Case, steps) -> None:
    live = LiveNetwork(case.network())
    for task, work, start_min in steps:
        task %= len(case.work)
        before = live.dates
        bounds = {} if start_min is None else {"start_min": start_min}
        told = live.change([task], work=work, **bounds)
        after = live.dates
        same(after, TwinNetwork(live.problem).dates)
        moved = (before.early_start != after.early_start) | (before.early_finish != after.early_finish)
        assert told.moved.tolist() == np.flatnonzero(moved).tolist()
        assert told.early_start.tolist() == after.early_start[moved].tolist()
        assert told.early_finish.tolist() == after.early_finish[moved].tolist()
        refloated = np.zeros_like(moved)
        for name in ("late_start", "late_finish", "total_float", "free_float"):
            refloated |= getattr(before, name) != getattr(after, name)
        assert told.refloated.tolist() == np.flatnonzero(refloated).tolist()
        assert (told.finish_before, told.finish) == (before.finish, after.finish)


def test_many_changes_at_once_in_a_large_network() -> None:
    random = np.random.default_rng(3)
    n = 5000
    second = random.integers(1, n, 2 * n)
    first = (random.random(2 * n) * second).astype(np.int64)
    name = random.permutation(n)
    problem = network(random.integers(0, 9, n), name[first], name[second])
    live = LiveNetwork(problem)
    for _ in range(30):
        tasks = random.choice(n, random.integers(1, 40), replace=False)
        live.change(tasks, work=random.integers(0, 12, tasks.size))
        same(live.dates, compute(live.problem))


def test_a_refused_change_leaves_everything_as_it_was(engine: str) -> None:
    live = LiveNetwork(network([3, 4], [0], [1]))
    before = live.dates
    for task, work, error in ((0, -1, TaskError), (2, 1, TaskError), (0, 2**30, HorizonError)):
        with pytest.raises(error):
            live.change([task], work=work)
        same(live.dates, before)
    assert live.change([0], work=5).moved.tolist() == [0, 1]
    assert live.dates.finish == 9


# -- what makes no sense -----------------------------------------------------------------------------------------


def test_a_ring_is_named_as_the_path_of_its_tasks(engine: str) -> None:
    with pytest.raises(CycleError) as refused:
        compute(network([1] * 6, [0, 4, 2, 3, 5, 2], [4, 2, 3, 4, 1, 1]))
    assert refused.value.tasks == (2, 3, 4)
    assert "#2 → #3 → #4 → #2" in str(refused.value)
    assert "stock → page → stock" in str(CycleError("#0 → #1 → #0", (0, 1)).named(["stock", "page"].__getitem__))


@given(st.integers(2, 30), st.data())
def test_any_ring_that_is_named_is_one(n: int, data: st.DataObject) -> None:
    end = st.integers(0, n - 1)
    links = data.draw(st.lists(st.tuples(end, end).filter(lambda pair: pair[0] != pair[1]), max_size=60))
    first, second = [a for a, _ in links], [b for _, b in links]
    refused: list[tuple[int, ...]] = []
    library = kernel()
    ways: list[Callable[[], object]] = [
        lambda: NativeNetwork(library, network([1] * n, first, second)),  # type: ignore[arg-type]
        lambda: TwinNetwork(network([1] * n, first, second)),
    ]
    for way in ways:
        try:
            way()
            refused.append(())
        except CycleError as error:
            refused.append(error.tasks)
    assert refused[0] == refused[1]
    ring = refused[0]
    assert all((a, b) in links for a, b in zip(ring, ring[1:] + ring[:1], strict=True))


@pytest.mark.parametrize(
    ("given", "error", "tasks"),
    [
        (lambda: network([1, -2], [0], [1]), TaskError, (1,)),
        (lambda: network([1, 2], [1], [1]), LinkError, (1,)),
        (lambda: network([1, 2], [0], [2]), LinkError, ()),
        (lambda: network([1, 2], [-1], [0]), LinkError, ()),
        (lambda: network([1, 2], [0, 1], [1]), LinkError, ()),
        (lambda: network([1, 2], [0], [1], kind=[4]), LinkError, ()),
        (lambda: network([1, 2], [0], [1], lag=[2**40]), LinkError, ()),
        (lambda: network([1, 2], [0], [1], lag=[2**29]), LinkError, ()),
        (lambda: network([1, 2**40], [0], [1]), TaskError, (1,)),
        (lambda: network([2**30, 2**30], [0], [1]), HorizonError, (1,)),
        (lambda: network([1.5, 2], [0], [1]), TaskError, ()),
        (lambda: network([1, 2], start_min=[0]), TaskError, ()),
        (lambda: network([1, 2], start_min=[0, 2**31]), TaskError, (1,)),
        (lambda: network([1, 2], start=2**31), TaskError, ()),
        (lambda: network([1, 2], clocks=CLOCKS, clock_of=[0, 9]), TaskError, (1,)),
        (lambda: network([1, 90_000], clocks=CLOCKS[:1]), HorizonError, (1,)),
        (lambda: network([1, 1], clocks=CLOCKS[:1], start_min=[0, 9000]), HorizonError, (1,)),
        (lambda: network([1, 1], clocks=CLOCKS[:1], target=-4001), HorizonError, (1,)),
        (lambda: network([1, 2], state=[0, 1]), TaskError, (1,)),
        (lambda: network([1, 2], state=[0, 2], actual_start=[NONE, 3]), TaskError, (1,)),
        (lambda: network([1, 2], state=[0, 2], actual_start=[NONE, 3], actual_finish=[NONE, 2]), TaskError, (1,)),
        (lambda: network([1, 2], state=[1, 0], actual_start=[7, NONE], status=5), TaskError, (0,)),
        (lambda: network([1, 2], state=[7, 0]), TaskError, (0,)),
    ],
)  # fmt: skip
def test_nonsense_is_refused_and_named(given, error, tasks, engine: str) -> None:
    with pytest.raises(NetworkError) as refused:
        compute(given())
    assert type(refused.value) is error
    assert refused.value.tasks == tasks


def test_no_tasks_give_no_dates(engine: str) -> None:
    told = compute(network([], start=5))
    assert told.early_start.size == 0
    assert told.finish == 5
    assert LiveNetwork(network([])).change([], work=[]).moved.size == 0
