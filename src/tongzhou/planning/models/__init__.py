"""The plan of a project: its tasks, what depends on what, the steps by which it was made, the resources it needs."""

from .baselines import Baseline, BaselineKind
from .communication import CommunicationLine
from .links import Link
from .needs import Booking, Offer, ResourceNeed, ResourceRequest
from .plans import Plan, PlanStep
from .promises import Promise, PromiseWord
from .questions import Opinion, Question
from .raci import RaciAssignment
from .remedies import Remedy, RemedyConsent
from .supply import Absence, Budget, Capacity, Skill, Thing
from .tasks import Task
from .work import DoneReport

__all__ = [
    "Absence",
    "Baseline",
    "BaselineKind",
    "Booking",
    "Budget",
    "Capacity",
    "CommunicationLine",
    "DoneReport",
    "Link",
    "Offer",
    "Opinion",
    "Plan",
    "PlanStep",
    "Promise",
    "PromiseWord",
    "Question",
    "RaciAssignment",
    "Remedy",
    "RemedyConsent",
    "ResourceNeed",
    "ResourceRequest",
    "Skill",
    "Task",
    "Thing",
]
