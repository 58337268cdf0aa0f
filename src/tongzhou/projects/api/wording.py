"""The wording checks for whoever writes elsewhere: nothing is stored."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router, Schema

from tongzhou.core.api import Text, idempotent

from .. import queries
from .commitments import RemarkOut
from .objectives import LetterOut

router = Router()


class ObjectiveWords(Schema):
    """An objective as far as it is typed."""

    text: Text = ""
    metric: Text = ""
    unit: Text = ""
    baseline: Text = ""
    target: Text = ""
    due: Text = ""
    source: Text = ""
    company_goal: Text = ""
    evidence: Text = ""


class CommitmentWords(Schema):
    """A commitment as far as it is typed."""

    text: Text = ""
    department: Text = ""
    owner: Text = ""
    deliverable: Text = ""
    quantity: Text = ""
    due: Text = ""
    acceptance: Text = ""


class ObjectiveHints(Schema):
    """The five letters."""

    met: bool
    letters: list[LetterOut]


class CommitmentHints(Schema):
    """What is vague, and a frame to fill in."""

    met: bool
    rewrite: str
    vague: list[RemarkOut]


@router.post("/wording/objective", response=ObjectiveHints)
@idempotent
def check_objective(request: HttpRequest, payload: ObjectiveWords) -> ObjectiveHints:
    """The SMART letters of a text; nothing is stored."""
    found = queries.check_typed_objective(payload.model_dump())
    return ObjectiveHints(
        met=found["met"],
        letters=[
            LetterOut(letter=x.letter, name=str(x.name), met=x.met, text=x.text, overruled=x.overruled)
            for x in found["letters"]
        ],
    )


@router.post("/wording/commitment", response=CommitmentHints)
@idempotent
def check_commitment(request: HttpRequest, payload: CommitmentWords) -> CommitmentHints:
    """What is vague about a text; nothing is stored."""
    found = queries.check_typed_commitment(payload.model_dump())
    return CommitmentHints(
        met=found["met"],
        rewrite=found["rewrite"],
        vague=[RemarkOut(text=r.text, why=r.why, field=r.field, blocking=r.is_vague) for r in found["vague"]],
    )
