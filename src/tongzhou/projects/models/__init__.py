"""The project and what runs through all its phases."""

from .commitments import Commitment
from .gates import GatePass
from .looks import LastLook
from .objectives import Objective, ObjectiveBacking
from .projects import Party, Project, Stakeholder, StakeholderRole, Tailoring
from .scenarios import Scenario, ScenarioKind

__all__ = [
    "Commitment",
    "GatePass",
    "LastLook",
    "Objective",
    "ObjectiveBacking",
    "Party",
    "Project",
    "Scenario",
    "ScenarioKind",
    "Stakeholder",
    "StakeholderRole",
    "Tailoring",
]
