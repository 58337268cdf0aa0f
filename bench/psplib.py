"""Reads the public benchmark instances of PSPLIB (Kolisch and Sprecher 1996, single mode)."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from tongzhou.engine.leveling.problem import Activity, Demand, Link, Problem, Resource

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "psplib"


def read(path: Path) -> Problem:
    """One `.sm` file as a problem; its supersource and sink become activities of no duration."""
    parts = re.split(r"\*{10,}\n?", path.read_text(encoding="ascii"))
    part = {chunk.split(":")[0].strip(): chunk.splitlines() for chunk in parts if ":" in chunk}
    followers = [[int(x) for x in line.split()] for line in part["PRECEDENCE RELATIONS"][2:]]
    work = [[int(x) for x in line.split()] for line in part["REQUESTS/DURATIONS"][3:]]
    capacities = [int(x) for x in part["RESOURCEAVAILABILITIES"][2].split()]
    return Problem(
        tuple(
            Activity(str(job), duration, tuple(Demand(units, (r,)) for r, units in enumerate(needs) if units))
            for job, _, duration, *needs in work
        ),
        tuple(Link(job - 1, after - 1) for job, _, _, *afters in followers for after in afters),
        tuple(Resource(f"R{r + 1}", units) for r, units in enumerate(capacities)),
    )


def best_known() -> dict[str, tuple[int, int]]:
    """Lower bound and best known length of each instance."""
    with (DATA / "best_known.csv").open(encoding="ascii") as file:
        return {
            row["instance"]: (int(row["lower_bound"]), int(row["best_known_makespan"])) for row in csv.DictReader(file)
        }
