"""把握: how sure the promised dates are, which tasks decide it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tongzhou.core.pages import Who, page
from tongzhou.projects.pages.reaching import project_for

from .. import queries
from ..queries.forecast import Forecast
from .reaching import planned

WIDTH, HEIGHT, FOOT = 720, 160, 24
SURE, FAIR = 0.8, 0.5


class SeedForm(forms.Form):
    """The seed of the runs; the usual one without it."""

    seed = forms.IntegerField(min_value=1, max_value=2**31 - 1, required=False)


@page(Who.PERSON)
def forecast(request: HttpRequest, pk: int) -> HttpResponse:
    """Chance of the project's end and of each objective's date, the tasks that drive it, how the runs spread."""
    project, context = planned(request, pk, "forecast")
    form = SeedForm(request.GET)
    seed = (form.cleaned_data["seed"] if form.is_valid() else None) or queries.SEED
    told = queries.forecast(project, seed)
    context |= {
        "told": told,
        "tone": _tone(told),
        "chart": _chart(told) if told else None,
        "low": round(100 * (1 - queries.ASSUMED_LOW)),
        "high": round(100 * (queries.ASSUMED_HIGH - 1)),
    }
    return render(request, "planning/forecast.html", context)


@page(Who.PERSON)
def forecast_line(request: HttpRequest, pk: int) -> HttpResponse:
    """The chance in a line, which the pages of the plan and the project's home fetch when they are there."""
    project = project_for(request, pk)
    told = queries.forecast(project)
    context = {"project": project, "told": told, "tone": _tone(told)}
    return render(request, "planning/forecast_line.html", context)


def _tone(told: Forecast | None) -> str:
    if told is None or told.project.chance is None:
        return "neutral"
    return "good" if told.project.chance >= SURE else "warn" if told.project.chance >= FAIR else "late"


def _chart(told: Forecast) -> dict[str, Any]:
    """Bars and marks in the units of the drawing."""
    marks = [("p50", told.project.likely), ("p80", told.project.safe)]
    if told.project.due is not None:
        marks.append(("due", told.project.due))
    first = min(told.bars[0].first, *(day for _name, day in marks))
    last = max(told.bars[-1].last, *(day for _name, day in marks))
    days = (last - first).days + 1
    step = WIDTH / days
    most = max(bar.runs for bar in told.bars)
    bars = []
    for bar in told.bars:
        height = round(HEIGHT * bar.runs / most)
        wide = ((bar.last - bar.first).days + 1) * step
        bars.append(
            {
                "x": round((bar.first - first).days * step + min(2, wide / 6)),
                "y": HEIGHT - height,
                "width": max(1, round(wide - 2 * min(2, wide / 6))),
                "height": height,
                "bar": bar,
            }
        )
    lines = [{"kind": name, "day": day, "x": round(((day - first).days + 1) * step)} for name, day in marks]
    return {"bars": bars, "lines": lines, "first": first, "last": last, "width": WIDTH, "height": HEIGHT, "foot": FOOT}
