"""The compiled part of the engine: plain C in one shared library, called through ctypes.

Every function has a twin in Python with the same results, bit for bit, which runs where the library is missing or
`TONGZHOU_KERNEL=0` is set. `build` makes the library, `library` finds and loads it. Why C and ctypes:
docs/decisions/0006-a-compiled-kernel.md.

To add a function: a `tz_…` with `TZ_API` in a `.c` file here (one subject a file, no dependency but the C library), a
wrapper and a twin beside its engine package, a test that runs both. Memory belongs to the caller: arrays come from numpy.
"""

from .library import Kernel, address, kernel, why_none

__all__ = ["Kernel", "address", "kernel", "why_none"]
