"""``tongzhou clock`` with an occasion that takes its time: writes, says so, and waits before the commit."""

from __future__ import annotations

import time

import django

django.setup()

from tongzhou.cadence import occasions  # noqa: E402
from tongzhou.cadence.models import Occasion  # noqa: E402
from tongzhou.config.processes import run_clock  # noqa: E402
from tongzhou.people.models import Department  # noqa: E402


def slow(occasion: Occasion) -> str:
    """Half of what is due, then a long pause."""
    Department.objects.create(name="written by the clock that dies", code="dies")
    print("firing", flush=True)
    time.sleep(60)
    return "done"


if __name__ == "__main__":
    occasions.register("faults.slow", slow)
    run_clock()
