"""Hints while a sentence is typed: what is missing, what is vague, a frame to fill in. They never block."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from tongzhou.core.pages import Who, page

from .. import queries

# What the engine reads of one text; more than any field holds.
LONGEST = 20_000


@page(Who.PERSON, "POST")
def check_objective(request: HttpRequest) -> HttpResponse:
    """The SMART letters of an objective as typed so far."""
    return _hints(request, queries.check_typed_objective)


@page(Who.PERSON, "POST")
def check_commitment(request: HttpRequest) -> HttpResponse:
    """What is vague about a commitment as typed so far; with ``?wish`` about what is only asked of a department."""
    is_wish = "wish" in request.GET
    return _hints(request, lambda values: queries.check_typed_commitment(values, is_wish=is_wish))


def _hints(request: HttpRequest, check: Callable[[dict[str, str]], dict[str, Any]]) -> HttpResponse:
    # In a table of rows the fields carry the row's prefix: objectives-0-metric.
    values = {name.rsplit("-", 1)[-1]: str(value)[:LONGEST] for name, value in request.POST.items()}
    if request.accepts("text/html"):
        return render(request, "components/hints.html", {"check": check(values)})
    found = check(values)
    return JsonResponse(
        {
            "met": found["met"],
            "rewrite": found["rewrite"],
            "letters": [
                {"letter": item.letter, "name": str(item.name), "met": item.met, "text": item.text}
                for item in found["letters"]
            ],
            "vague": [
                {"text": item.text, "why": item.why, "field": item.field, "blocking": item.is_vague}
                for item in found["vague"]
            ],
        },
        json_dumps_params={"ensure_ascii": False},
    )
