"""The directory, and the page about one person."""

from __future__ import annotations

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, JsonResponse

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.pages import Who, actor_of, answer, page, paged

from .. import policies, queries
from ..forms import DirectoryForm
from ..models import Headship, Membership, Person
from ..person_field import person_text

SUGGESTIONS = 12
CARDS = 48


@page(Who.PERSON)
def directory(request: HttpRequest) -> HttpResponse:
    """Who works here: by name, sound, initials or login name, and by department."""
    text = request.GET.get("q", "")
    tree = queries.flat_tree()
    chosen = _chosen(request, tree)
    below = queries.ids_below(chosen.department.pk) if chosen else None
    rows = queries.people_search(text, department_ids=below).prefetch_related(*_offices())
    context = {
        "form": DirectoryForm(request.GET or None),
        "text": text,
        "tree": tree,
        "chosen": chosen,
        "deputies": queries.deputies_of(chosen.department.pk) if chosen else (),
        "persons": paged(request, rows, CARDS),
        "total": sum(branch.people for branch in tree if branch.depth == 0),
    }
    return answer(request, "people/directory.html", context, partial="found")


@page(Who.PERSON)
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """What a colleague may know of a person: departments, headships, deputies, how to reach them."""
    actor = actor_of(request)
    shown = reach(queries.with_main_department(Person.objects.all()), person_id)
    given = queries.delegations_open(queries.delegations_given(shown.pk))
    held = queries.delegations_open(queries.delegations_held(shown.pk))
    context = {
        "shown": shown,
        "memberships": shown.memberships.select_related("department").order_by("-is_main", "pk"),
        "headships": Headship.objects.filter(person=shown).select_related("department").order_by("-since", "-pk"),
        "paths": queries.paths(),
        "given": given,
        "held": held,
        "keeps_people": policies.can_keep_people(actor),
        "is_me": actor.person_id == shown.pk,
    }
    return answer(request, "people/person.html", context)


@page(Who.PERSON)
def suggest(request: HttpRequest) -> HttpResponse:
    """Names for a field in which somebody is chosen: by name, pinyin, login name or department.

    ``within`` limits them to members of departments and offers some before anything is typed; ``first=executives`` does
    the latter with executives.
    """
    text = request.GET.get("q", "").replace("\x00", "")
    within = _keys(request.GET["within"]) if "within" in request.GET else None
    first = request.GET.get("first", "") == "executives"
    if not text.strip() and within is None and not first:
        return JsonResponse([], safe=False)
    found = queries.people_search(text, department_ids=within, by_department=True)
    if first:
        found = found.order_by("-is_executive", *found.query.order_by)
    return JsonResponse(
        [
            {
                "value": person_text(person),
                "name": person.name,
                "label": " · ".join(part for part in (person.main_department_name, person.title) if part),
            }
            for person in found[:SUGGESTIONS]
        ],
        safe=False,
    )


def _keys(text: str) -> list[int]:
    """The keys that can be read in a list of numbers; odd ones name nobody."""
    return [int(part) for part in text.split(",")[:200] if part.isascii() and part.isdecimal() and len(part) < 19]


def _chosen(request: HttpRequest, tree: list[queries.Branch]) -> queries.Branch | None:
    wanted = request.GET.get("department", "")
    return next((branch for branch in tree if str(branch.department.pk) == wanted), None)


def _offices() -> tuple[Prefetch[str], ...]:
    """Departments and headships of the persons of one page, each in one query."""
    return (
        Prefetch("memberships", Membership.objects.select_related("department")),
        Prefetch("headships", queries.headships_on(clock.today()).select_related("department"), to_attr="heads_now"),
    )
