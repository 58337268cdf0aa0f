"""Finds and loads the compiled library, at the first use and never when a process starts."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ctypes

    Kernel = ctypes.CDLL
else:
    Kernel = Any


def kernel() -> Kernel | None:
    """The library, or None: then the Python twin runs. `TONGZHOU_KERNEL=0` asks for the twin.

    Functions are called with plain integers and addresses; the first call site sets `restype` where a function returns
    anything but a C int. Pointers and 64-bit numbers must be declared in `argtypes` or wrapped (`ctypes.c_int64`).
    """
    if os.environ.get("TONGZHOU_KERNEL") == "0":
        return None
    return _load()[0]


def why_none() -> str:
    """Why there is no library, in words for an administrator; empty when there is one."""
    if os.environ.get("TONGZHOU_KERNEL") == "0":
        return "It is switched off by TONGZHOU_KERNEL=0."
    return _load()[1]


def address(array: Any) -> int:
    """Where the numbers of a numpy array begin. It must be kept alive by the caller and lie in one piece."""
    return int(array.__array_interface__["data"][0])


@cache
def _load() -> tuple[Kernel | None, str]:
    import ctypes

    from .build import library_path, stamp

    path = library_path()
    if not path.is_file():
        return None, f"{path.name} has not been built."
    try:
        library = ctypes.CDLL(str(path))
        library.tz_stamp.restype = ctypes.c_char_p
        made_from = library.tz_stamp().decode()
    except (OSError, AttributeError) as problem:
        return None, f"{path.name} cannot be loaded: {problem}"
    if made_from != stamp():
        return None, f"{path.name} was built from other sources."
    return library, ""
