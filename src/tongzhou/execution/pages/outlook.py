"""展望: where the project will end as things stand, which risks are stated too low, what a task pulls along."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import pgettext

from tongzhou.core.errors import NotFound
from tongzhou.core.pages import Who, page
from tongzhou.projects.models import Commitment

from .. import queries
from ..queries.outlook import TaskOutlook
from ..queries.outlook_words import reason_words
from ..states import RiskLevel
from .reaching import executed

MOST_SHOWN = 30
_TONES = {RiskLevel.HIGH: "late", RiskLevel.MEDIUM: "warn", RiskLevel.LOW: "good"}


@page(Who.PERSON)
def outlook(request: HttpRequest, pk: int) -> HttpResponse:
    """Promise against forecast for the project, its objectives and departments; tasks at risk with their reasons."""
    project, context = executed(request, pk, "outlook")
    told = queries.outlook_of(project)
    if told is not None:
        risky = [row for row in told.tasks if row.level != RiskLevel.LOW or row.slip]
        silent = (
            [post for post in queries.posts_of(project, told.day) if post.streak > 1]
            if context["work_is_reported"]
            else []
        )
        context |= {
            "told": told,
            "risky": [_shown(row) for row in risky[:MOST_SHOWN]],
            "risky_count": len(risky),
            "rosy": [_shown(row) for row in told.rosy[:MOST_SHOWN]],
            "rosy_count": len(told.rosy),
            "commitments": [
                {"row": row, "label": _standing(row.standing), "tone": _STANDING_TONES[row.standing]}
                for row in told.commitments
            ],
            "silent": silent,
        }
    return render(request, "execution/outlook.html", context)


@page(Who.PERSON)
def at_risk(request: HttpRequest, pk: int, task_id: int) -> HttpResponse:
    """What waits for one task: followers with their days, departments, objectives, commitments."""
    project, context = executed(request, pk, "outlook")
    told = queries.outlook_of(project)
    found = queries.at_risk(told, task_id) if told is not None else None
    if found is None:
        raise NotFound
    commitments: tuple[Commitment, ...] = found.commitments
    context |= {
        "found": found,
        "row": _shown(found.row),
        "followers": [_shown(row) for row in found.followers[:MOST_SHOWN]],
        "followers_count": len(found.followers),
        "commitments": commitments,
    }
    return render(request, "execution/at_risk.html", context)


_STANDING_TONES = {"late": "late", "at_risk": "warn", "on_track": "good"}


def _standing(standing: str) -> str:
    match standing:
        case "late":
            return pgettext("commitment by its tasks", "late")
        case "at_risk":
            return pgettext("commitment by its tasks", "at risk")
    return pgettext("commitment by its tasks", "on track")


def _shown(row: TaskOutlook) -> dict[str, Any]:
    return {
        "row": row,
        "task": row.task,
        "level": row.level.label,
        "tone": _TONES[row.level],
        "stated": RiskLevel(row.stated).label if row.stated else "",
        "stated_tone": _TONES[RiskLevel(row.stated)] if row.stated else "neutral",
        "reasons": reason_words(row.reasons),
    }
