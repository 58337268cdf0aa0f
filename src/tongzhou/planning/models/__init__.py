"""The plan of a project: its tasks, what depends on what, and the steps by which it was made."""

from .baselines import Baseline, BaselineKind
from .links import Link
from .plans import Plan, PlanStep
from .tasks import Task

__all__ = ["Baseline", "BaselineKind", "Link", "Plan", "PlanStep", "Task"]
