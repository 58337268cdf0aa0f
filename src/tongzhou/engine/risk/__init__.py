"""How sure a date is: the plan run thousands of times with durations drawn between the shortest and the longest.

What a project lead sees of it: the chance to hold the objective's date, the finish that holds in half (P50) and in four of
five (P80) of the runs, and which tasks drive it: how often each is critical, and how strongly the finish follows it.
Durations come as three points from a person, or from how the company's own tasks went (`from_history`).

The same seed gives the same answer, so a number in the minutes can be computed again. Sources: Malcolm, Roseboom, Clark,
Fazar: Application of a technique for research and development program evaluation, 1959 (PERT). Van Slyke: Monte Carlo
methods and the PERT problem, 1963 (runs and criticality). Without the kernel the runs are the same but slow: ask for few.
"""

from .simulation import Risk, Shape, ThreePoints, from_history, simulate

__all__ = ["Risk", "Shape", "ThreePoints", "from_history", "simulate"]
