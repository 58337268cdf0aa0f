"""Reads about projects."""

from .commitments import (
    PENDING,
    CheckedCommitment,
    by_department,
    checked_commitments,
    commitments_for,
    is_late,
    next_commitment_number,
)
from .health import NO_WORD, Health, health_of
from .history import Deed, deeds, events_for, news_for
from .journey import GateCard, NextStep, gate_card, next_step, phase_steps
from .lists import ProjectFilter, departments_in, filtered_projects, open_projects_of
from .objectives import CheckedObjective, checked_objectives, objectives_for
from .people import PartyCard, members_of, owners_for, party_cards
from .places import project_tabs
from .projects import catches_up, head_ids, named_in, participant_ids, people_who_see, projects_for
from .wording import (
    CommitmentWording,
    Letter,
    ObjectiveSmart,
    Reading,
    Remark,
    check_typed_commitment,
    check_typed_objective,
    commitment_findings,
    objective_smart,
    reading_now,
)

__all__ = [
    "NO_WORD",
    "PENDING",
    "CheckedCommitment",
    "CheckedObjective",
    "CommitmentWording",
    "Deed",
    "GateCard",
    "Health",
    "Letter",
    "NextStep",
    "ObjectiveSmart",
    "PartyCard",
    "ProjectFilter",
    "Reading",
    "Remark",
    "by_department",
    "catches_up",
    "check_typed_commitment",
    "check_typed_objective",
    "checked_commitments",
    "checked_objectives",
    "commitment_findings",
    "commitments_for",
    "deeds",
    "departments_in",
    "events_for",
    "filtered_projects",
    "gate_card",
    "head_ids",
    "health_of",
    "is_late",
    "members_of",
    "named_in",
    "news_for",
    "next_commitment_number",
    "next_step",
    "objective_smart",
    "objectives_for",
    "open_projects_of",
    "owners_for",
    "participant_ids",
    "party_cards",
    "people_who_see",
    "phase_steps",
    "project_tabs",
    "projects_for",
    "reading_now",
]
