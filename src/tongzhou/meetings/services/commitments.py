"""Commitments taken down in a meeting; the ledger itself belongs to the project."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import require
from tongzhou.core.events import signal
from tongzhou.projects.models import Commitment
from tongzhou.projects.services import add_commitment, change_commitment, withdraw_commitment

from .. import policies, queries
from ..models import Meeting
from .notes import open_notes, sensible_day, topics


@act
def add_meeting_commitment(meeting_id: int, values: Mapping[str, Any], *, by: Actor) -> Commitment:
    """Takes down what a department promises in this meeting; it stays a proposal until the memorandum is signed."""
    meeting = open_notes(meeting_id, by)
    return add_for(meeting, values, by)


@act
def change_meeting_commitment(
    meeting_id: int, commitment_id: int, version: int | None, values: Mapping[str, Any], *, by: Actor
) -> Commitment:
    """Makes a promise more concrete while the meeting is being noted."""
    meeting = open_notes(meeting_id, by)
    require(policies.can_take_down_commitments(by, meeting))
    reach(meeting.project.commitments.all(), commitment_id)
    sensible_day(values.get("due"), "due")
    commitment = change_commitment(commitment_id, version, values, by=by, takes_notes=True)
    _announce(meeting)
    return commitment


@act
def withdraw_meeting_commitment(meeting_id: int, commitment_id: int, *, by: Actor) -> Commitment:
    """Takes a promise back that was noted by mistake."""
    meeting = open_notes(meeting_id, by)
    require(policies.can_take_down_commitments(by, meeting))
    reach(meeting.project.commitments.all(), commitment_id)
    commitment = withdraw_commitment(commitment_id, by=by, takes_notes=True)
    _announce(meeting)
    return commitment


def add_for(meeting: Meeting, values: Mapping[str, Any], by: Actor) -> Commitment:
    """Adds a promise to the project of a meeting that is locked and open for this writer."""
    sensible_day(values.get("due"), "due")
    commitment = add_commitment(meeting.project_id, values, by=by, source=queries.source_of(meeting), takes_notes=True)
    _announce(meeting)
    return commitment


def _announce(meeting: Meeting) -> None:
    for topic in topics(meeting, "commitments"):
        signal(topic, "meetings.commitment.noted")
