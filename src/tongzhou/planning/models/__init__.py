"""The plan of a project: its tasks, what depends on what, the steps by which it was made, the resources it needs."""

from .baselines import Baseline, BaselineKind
from .communication import CommunicationLine
from .links import Link
from .needs import Booking, Offer, ResourceNeed, ResourceRequest
from .plans import Plan, PlanStep
from .raci import RaciAssignment
from .remedies import Remedy, RemedyConsent
from .supply import Absence, Budget, Capacity, Skill, Thing
from .tasks import Task

__all__ = [
    "Absence",
    "Baseline",
    "BaselineKind",
    "Booking",
    "Budget",
    "Capacity",
    "CommunicationLine",
    "Link",
    "Offer",
    "Plan",
    "PlanStep",
    "RaciAssignment",
    "Remedy",
    "RemedyConsent",
    "ResourceNeed",
    "ResourceRequest",
    "Skill",
    "Task",
    "Thing",
]
