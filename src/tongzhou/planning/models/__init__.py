"""The plan of a project: its tasks, what depends on what, and the steps by which it was made."""

from .baselines import Baseline, BaselineKind
from .communication import CommunicationLine
from .links import Link
from .plans import Plan, PlanStep
from .raci import RaciAssignment
from .tasks import Task

__all__ = ["Baseline", "BaselineKind", "CommunicationLine", "Link", "Plan", "PlanStep", "RaciAssignment", "Task"]
