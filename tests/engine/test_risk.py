"""The runs against distributions known in closed form, against plain sampling, and the kernel against its twin."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.networks import CLOCKS, Case, cases
from tongzhou.engine.network import NONE, CycleError, HorizonError, NetworkError, State, TaskError, compute, network
from tongzhou.engine.risk import Risk, Shape, ThreePoints, from_history, simulate
from tongzhou.engine.risk.simulation import pert_quantiles


def same(one: Risk, other: Risk) -> None:
    assert one.finishes.tolist() == other.finishes.tolist()
    assert one.criticality.tolist() == other.criticality.tolist()
    assert one.influence.tolist() == other.influence.tolist()


@settings(max_examples=60, deadline=None)
@given(st.one_of(cases(), cases(plain=True)), st.sampled_from(Shape), st.integers(0, 2**64 - 1), st.data())
def test_kernel_and_twin_run_the_same(case: Case, shape: Shape, seed: int, data: st.DataObject) -> None:
    low = [max(0, work - data.draw(st.integers(0, 5))) for work in case.work]
    high = [work + data.draw(st.integers(0, 9)) for work in case.work]
    problem = case.network()
    told = simulate(problem, low, case.work, high, runs=5, seed=seed, shape=shape)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGZHOU_KERNEL", "0")
        same(told, simulate(problem, low, case.work, high, runs=5, seed=seed, shape=shape))


def test_certain_durations_finish_as_computed() -> None:
    problem = network([3, 4, 2], [0], [1])
    told = simulate(problem, [3, 4, 2], [3, 4, 2], [3, 4, 2], runs=100)
    assert set(told.finishes.tolist()) == {compute(problem).finish}
    assert told.criticality.tolist() == [1, 1, 0]
    assert told.influence.tolist() == [0, 0, 0]
    assert told.drivers() == []


@pytest.mark.parametrize("likely", [0, 1000, 2500, 5000, 9999, 10000])
@pytest.mark.parametrize("shape", Shape)
def test_one_task_has_the_mean_and_spread_of_its_distribution(shape: Shape, likely: int) -> None:
    low, high = 0, 10_000
    told = simulate(network([likely]), [low], [likely], [high], runs=40_000, seed=11, shape=shape)
    if shape is Shape.PERT:
        mean = (low + 4 * likely + high) / 6
        spread = np.sqrt((mean - low) * (high - mean) / 7)
    else:
        mean = (low + likely + high) / 3
        spread = np.sqrt((low**2 + likely**2 + high**2 - low * likely - low * high - likely * high) / 18)
    # Five standard errors, and the seed is fixed.
    assert abs(told.finishes.mean() - mean) < 5 * spread / 200
    assert abs(told.finishes.std() / spread - 1) < 0.02


def test_quantiles_of_the_table_are_those_of_the_distribution() -> None:
    # A mode in the middle is beta(3, 3): P(x) = x^3 (10 - 15 x + 6 x^2). A mode at the low end is beta(1, 5).
    middle = pert_quantiles()[32]
    assert np.allclose(middle**3 * (10 - 15 * middle + 6 * middle**2), np.linspace(0, 1, 513), atol=1e-6)
    low = pert_quantiles()[0]
    assert np.allclose(1 - (1 - low) ** 5, np.linspace(0, 1, 513), atol=1e-6)


def test_two_ways_to_the_finish_are_as_likely_critical_as_they_are_long() -> None:
    # Two equal tasks side by side: each is the longer one in half the runs, and the later of both is later than either.
    told = simulate(
        network([500, 500, 0], [0, 1], [2, 2]), [0, 0, 0], [500, 500, 0], [1000, 1000, 0], runs=20_000, seed=4
    )
    assert abs(told.criticality[0] - 0.5) < 0.02
    assert told.criticality[2] == 1
    assert told.influence[0] == pytest.approx(told.influence[1], abs=0.03)
    # P(later of two <= the middle) is 0.5 squared.
    assert told.chance(500) == pytest.approx(0.25, abs=0.02)
    assert sorted(told.drivers()) == [0, 1]


def test_a_seed_says_the_same_again_and_another_something_else() -> None:
    problem = network([50, 60], [0], [1])
    ask = lambda seed: simulate(problem, [40, 50], [50, 60], [90, 80], runs=1000, seed=seed)  # noqa: E731
    same(ask(5), ask(5))
    assert ask(5).finishes.tolist() != ask(6).finishes.tolist()
    # Kept, so that a change of the generator or of the draw is seen.
    told = ask(5)
    assert (told.finish_with(0.5), told.finish_with(0.8)) == KEPT


KEPT = (116, 126)


def test_chances_and_percentiles_are_those_of_the_runs() -> None:
    told = Risk(np.array([1, 2, 2, 3, 9], np.int32), np.empty(0), np.empty(0), 1)
    assert [told.chance(moment) for moment in (0, 1, 2, 8, 9)] == [0, 0.2, 0.6, 0.8, 1]
    assert [told.finish_with(chance) for chance in (0.01, 0.2, 0.21, 0.6, 0.8, 1)] == [1, 1, 2, 2, 3, 9]
    with pytest.raises(ValueError, match="chance"):
        told.finish_with(0)


def test_what_is_done_is_certain_and_never_critical() -> None:
    problem = network(
        [5, 5], [0], [1], state=[State.DONE, State.OPEN], actual_start=[0, NONE], actual_finish=[6, NONE], status=7
    )  # fmt: skip
    told = simulate(problem, [1, 5], [5, 5], [99, 5], runs=50)
    assert set(told.finishes.tolist()) == {12}
    assert told.criticality.tolist() == [0, 1]


def test_deadlines_do_not_make_a_task_critical() -> None:
    problem = network([5, 9], finish_max=[2, NONE], target=1)
    assert simulate(problem, [4, 9], [5, 9], [6, 9], runs=50).criticality.tolist() == [0, 1]


def test_history_gives_three_points_once_there_is_enough_of_it() -> None:
    assert from_history(10, [1, 1, 1, 1]) is None
    assert from_history(10, [0.8, 1.0, 1.1, 1.2, 2.0]) == ThreePoints(8, 11, 20)
    with pytest.raises(ValueError, match="not negative"):
        from_history(10, [1, 1, 1, 1, float("nan")])


@pytest.mark.parametrize(
    ("points", "error", "tasks"),
    [
        (([2, 3], [1, 3], [5, 5]), TaskError, (0,)),
        (([1, -3], [1, 3], [5, 5]), TaskError, (1,)),
        (([1, 3], [1, 6], [5, 5]), TaskError, (1,)),
        (([1, 1], [1, float("nan")], [5, 5]), TaskError, (1,)),
        (([1, 1], [1, 2], [5, 2**31]), TaskError, (1,)),
        (([1], [1], [5]), TaskError, ()),
        (([1, 1], [1, 1], [9000, 9000]), HorizonError, (1,)),
    ],
)
def test_durations_that_make_no_sense_are_refused(points, error, tasks, monkeypatch: pytest.MonkeyPatch) -> None:
    for switch in ("1", "0"):
        monkeypatch.setenv("TONGZHOU_KERNEL", switch)
        with pytest.raises(NetworkError) as refused:
            simulate(network([1, 1], [0], [1], clocks=CLOCKS[:1]), *points, runs=50)
        assert type(refused.value) is error
        assert not tasks or refused.value.tasks == tasks or error is HorizonError
    with pytest.raises(CycleError):
        simulate(network([1, 1], [0, 1], [1, 0]), [1, 1], [1, 1], [1, 1], runs=5)
    with pytest.raises(ValueError, match="runs"):
        simulate(network([1]), [1], [1], [1], runs=0)
