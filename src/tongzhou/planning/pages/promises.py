"""跨部门依赖: what departments promise each other, to be read, confirmed or objected to."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.core.access import reach
from tongzhou.core.errors import InvalidInput
from tongzhou.core.pages import Who, actor_of, answer, page, paged
from tongzhou.projects.pages.reaching import project_for

from .. import promise_policies, queries, services
from ..models import Promise
from ..work_forms import SpokenForm
from ..work_states import Side
from .reaching import planned

PAGE = 30


@page(Who.PERSON)
def promises(request: HttpRequest, pk: int) -> HttpResponse:
    """Every dependency between departments, with where it stands and what one may say."""
    project, context = planned(request, pk, "promises")
    actor = actor_of(request)
    mine = queries.departments_answered_for(actor, project)
    wanted = request.GET.get("show", "")
    rows = queries.promises_of(project)
    if wanted == "todo":
        rows = rows.filter(pk__in=queries.promises_to_confirm(actor).filter(project=project).values("pk"))
    else:
        rows = queries.filtered_promises(rows, wanted, mine)
    shown = paged(request, rows, PAGE)
    found = list(shown.object_list)
    late = queries.late_by(found)
    shown.object_list = [_told(row, mine, late[row.pk]) for row in found]
    counts = queries.promise_counts(project)
    context |= {
        "shown": shown,
        "counts": counts,
        "wanted": wanted,
        "filters": _filters(project.pk, wanted, counts, is_party=bool(mine)),
        "names": {side.value: side.label for side in Side},
    }
    return answer(request, "planning/promises.html", context, partial="promises")


@page(Who.PERSON, "POST")
def confirm(request: HttpRequest, pk: int, promise_id: int) -> HttpResponse:
    """One side confirms exactly what it was shown."""
    promise = _promise_in(request, pk, promise_id)
    facts = _spoken(request)
    said = services.confirm_promise(promise.pk, facts["side"], shown=facts["shown"], by=actor_of(request))
    done = said.state == "confirmed"
    messages.success(request, _("Agreed by both.") if done else _("Confirmed; the other department is still asked."))
    return _back(request, promise)


@page(Who.PERSON, "POST")
def object_to(request: HttpRequest, pk: int, promise_id: int) -> HttpResponse:
    """One side cannot, and says why."""
    promise = _promise_in(request, pk, promise_id)
    facts = _spoken(request)
    services.object_to_promise(promise.pk, facts["side"], facts["reason"], shown=facts["shown"], by=actor_of(request))
    messages.success(request, _("The project lead and the other department read your reason."))
    return _back(request, promise)


def _told(promise: Promise, mine: set[int], days_late: int) -> dict[str, Any]:
    sides = promise_policies.sides_of(promise, mine)
    return {
        "promise": promise,
        "text": queries.promise_text(promise),
        "sides": queries.sides_told(promise),
        "days_late": days_late,
        "confirms": [side for side in sides if not promise.covered_by(side)],
        "objects": sides,
    }


def _filters(pk: int, wanted: str, counts: queries.PromiseCounts, *, is_party: bool) -> list[dict[str, Any]]:
    address = reverse("planning:promises", args=[pk])
    rows = [
        ("", _("All"), counts.all),
        ("todo", _("Waiting for me"), None),
        ("mine", _("Of my department"), None),
        ("waiting", _("Waiting for confirmation"), counts.waiting),
        ("slipping", _("Later than promised"), counts.slipping),
        ("objected", _("Objected to"), counts.objected),
        ("confirmed", _("Confirmed"), counts.confirmed),
    ]
    return [
        {"label": label, "url": f"{address}?show={key}" if key else address, "current": key == wanted, "count": count}
        for key, label, count in rows
        if is_party or key not in {"todo", "mine"}
    ]


def _promise_in(request: HttpRequest, pk: int, promise_id: int) -> Promise:
    project = project_for(request, pk)
    return reach(queries.promises_for(actor_of(request)).filter(project=project), promise_id)


def _spoken(request: HttpRequest) -> dict[str, Any]:
    form = SpokenForm(request.POST)
    if not form.is_valid():
        raise InvalidInput({name: [str(text) for text in texts] for name, texts in form.errors.items()})
    return dict(form.cleaned_data)


def _back(request: HttpRequest, promise: Promise) -> HttpResponse:
    address = reverse("planning:promises", args=[promise.project_id])
    show = request.POST.get("show", "")
    query = f"?show={show}" if show in {*queries.FILTERS, "todo"} - {""} else ""
    return redirect(f"{address}{query}#promise-{promise.pk}")
