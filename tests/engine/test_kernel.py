"""The compiled library is found, loaded late, and says the same as its Python twin."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.processes import environment
from tongzhou.engine import kernel, random
from tongzhou.engine.kernel import build, library

seeds = st.integers(0, 2**64 - 1)


def splitmix(seed: int, count: int) -> list[int]:
    """The generator as its authors wrote it: a state that moves on."""
    state, mask, numbers = seed, 2**64 - 1, []
    for _ in range(count):
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        numbers.append(z ^ (z >> 31))
    return numbers


def test_the_library_is_built_where_tests_run() -> None:
    assert kernel.kernel() is not None, kernel.why_none()
    assert build.is_current(build.library_path())


@given(seeds, st.integers(0, 50), st.integers(0, 50))
def test_random_numbers_by_index_are_those_of_the_stream(seed: int, first: int, count: int) -> None:
    told = random.random_bits(seed, first, count).tolist()
    assert told == splitmix(seed, first + count)[first:]
    assert told == random.random_bits_twin(seed, first, count).tolist()


def test_the_first_number_of_seed_zero_is_the_published_one() -> None:
    assert random.random_bits(0, 0, 1).tolist() == [0xE220A8397B1DCDAF]


def test_switched_off_the_twin_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    with_library = random.random_bits(7, 3, 9)
    monkeypatch.setenv("TONGZHOU_KERNEL", "0")
    assert kernel.kernel() is None
    assert "TONGZHOU_KERNEL" in kernel.why_none()
    assert np.array_equal(random.random_bits(7, 3, 9), with_library)


def test_a_library_of_other_sources_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    library._load.cache_clear()
    monkeypatch.setattr(build, "stamp", lambda: "tongzhou-kernel:of-another-day")
    try:
        assert kernel.kernel() is None
        assert "other sources" in kernel.why_none()
    finally:
        library._load.cache_clear()


def test_importing_the_engine_loads_neither_numpy_nor_the_library() -> None:
    program = (
        "import sys, tongzhou.engine.kernel, tongzhou.engine.random;"
        "print(*[name for name in ('numpy', 'ctypes', 'hashlib', 'subprocess') if name in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], env=environment(), capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == ""
