"""Random numbers reached by their index, the same in C and in Python: what a simulation says can be said again.

Method: SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014); its i-th number is
a function of seed and i alone, so parts of a simulation can be taken in any order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .kernel import address, kernel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MASK = (1 << 64) - 1
_STEP = 0x9E3779B97F4A7C15


def random_bits(seed: int, first: int, count: int) -> NDArray[np.uint64]:
    """Numbers `first` to `first + count - 1` of the seed's stream, each 64 random bits."""
    import ctypes

    import numpy as np

    if count < 0 or first < 0:
        raise ValueError("A stream of random numbers is read forward, from 0.")
    library = kernel()
    if library is None:
        return random_bits_twin(seed, first, count)
    out = np.empty(count, np.uint64)
    library.tz_random.restype = None
    library.tz_random(
        ctypes.c_uint64(seed & _MASK), ctypes.c_uint64(first), ctypes.c_int64(count), ctypes.c_void_p(address(out))
    )
    return out


def random_bits_twin(seed: int, first: int, count: int) -> NDArray[np.uint64]:
    """The same in numpy."""
    import numpy as np

    with np.errstate(over="ignore"):
        index = np.arange(count, dtype=np.uint64) + np.uint64((first + 1) & _MASK)
        z = np.uint64(seed & _MASK) + index * np.uint64(_STEP)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(z ^ (z >> np.uint64(31)))
