"""资源: the load of people over all projects, their skills and absences, things, budgets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.errors import InvalidInput, StaleWrite, require
from tongzhou.core.pages import Who, actor_of, add_errors, page, paged
from tongzhou.projects.pages.reaching import in_words

from .. import queries, resource_policies, services
from ..models import Absence
from ..resource_forms import AbsenceForm, BudgetForm, CapacityForm, LoadWindow, ThingForm

PEOPLE_A_PAGE = 60


@page(Who.PERSON)
def resources(request: HttpRequest) -> HttpResponse:
    """Conflicts, then the load of each person and day over all projects."""
    actor = actor_of(request)
    departments = queries.departments_seen(actor)
    window = LoadWindow(request.GET or None, departments=departments)
    chosen = window.cleaned_data if window.is_valid() else {}
    first = chosen.get("start") or clock.today()
    if not 2000 <= first.year <= 2100:
        first = clock.today()
    weeks = chosen.get("weeks") or 4
    department = chosen.get("department")
    people = paged(request, queries.persons_seen(actor, department.pk if department else None), PEOPLE_A_PAGE)
    keys = [department.pk] if department else list(departments.values_list("pk", flat=True))
    money = [row.pk for row in queries.budgets_seen(actor) if row.department_id in keys]
    monday = first - timedelta(days=first.weekday())
    shown = {"start": monday, "weeks": weeks, "department": department.pk if department else None}
    context = _context(request, "load") | {
        "window": LoadWindow(initial=shown, departments=departments),
        "first": monday,
        "weeks": weeks,
        "department": department,
        "earlier": (monday - timedelta(days=7 * weeks)).isoformat(),
        "later": (monday + timedelta(days=7 * weeks)).isoformat(),
        "people": people,
        "load": queries.load_map(people.object_list, monday, weeks, actor),
        "conflicts": queries.conflicts_in(keys, actor, money=money),
    }
    return render(request, "planning/resources.html", context)


@page(Who.PERSON)
def people(request: HttpRequest) -> HttpResponse:
    """Skills, working share and absences of the people the reader sees."""
    actor = actor_of(request)
    shown = paged(request, queries.persons_seen(actor), PEOPLE_A_PAGE)
    kept = set(queries.persons_kept(actor).values_list("pk", flat=True))
    context = _context(request, "people") | {
        "shown": shown,
        "people": queries.workforce(shown.object_list),
        "kept": kept,
        "today": clock.today(),
    }
    return render(request, "planning/resource_people.html", context)


@page(Who.PERSON, "GET", "POST")
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """One person: share, skills, absences."""
    actor = actor_of(request)
    found = reach(queries.persons_kept(actor), person_id)
    facts = queries.workforce([found])[0]
    form = CapacityForm(request.POST or None, found=facts)
    context: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                services.set_capacity(found.pk, given["version"], given["percent"], given["skills"], by=actor)
            except InvalidInput as refusal:
                add_errors(form, refusal)
            except StaleWrite as stale:
                context["failure"], status = in_words(stale, {}), 409
                form.data = {**request.POST.dict(), "version": str(stale.version)}
            else:
                messages.success(request, _("Saved."))
                return redirect("planning:resource_people")
    context |= _context(request, "people") | {
        "person": found,
        "facts": facts,
        "form": form,
        "absence_form": AbsenceForm(),
    }
    return render(request, "planning/resource_person.html", context, status=status)


@page(Who.PERSON, "POST")
def absence(request: HttpRequest, person_id: int) -> HttpResponse:
    """Writes down an absence."""
    actor = actor_of(request)
    found = reach(queries.persons_kept(actor), person_id)
    form = AbsenceForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            services.add_absence(found.pk, given["first"], given["last"], reason=given["reason"], by=actor)
        except InvalidInput as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("planning:resource_person", person_id=found.pk)
    facts = queries.workforce([found])[0]
    context = _context(request, "people") | {
        "person": found,
        "facts": facts,
        "form": CapacityForm(found=facts),
        "absence_form": form,
    }
    return render(request, "planning/resource_person.html", context, status=422)


@page(Who.PERSON, "POST")
def absence_remove(request: HttpRequest, absence_id: int) -> HttpResponse:
    """The person is there after all."""
    row = reach(Absence.objects.filter(person__in=queries.persons_kept(actor_of(request))), absence_id)
    services.remove_absence(row.pk, by=actor_of(request))
    messages.success(request, _("Removed."))
    return redirect("planning:resource_person", person_id=row.person_id)


@page(Who.PERSON, "GET", "POST")
def things(request: HttpRequest) -> HttpResponse:
    """What departments lend; POST adds one."""
    actor = actor_of(request)
    form = ThingForm(request.POST or None, actor=actor)
    if done := _added(request, form, services.add_thing, "planning:resource_things"):
        return done
    context = _context(request, "things") | {"things": queries.things_seen(actor), "form": form}
    return render(request, "planning/resource_things.html", context, status=422 if request.method == "POST" else 200)


@page(Who.PERSON, "GET", "POST")
def thing(request: HttpRequest, thing_id: int) -> HttpResponse:
    """Changes one thing."""
    actor = actor_of(request)
    row = reach(queries.things_seen(actor), thing_id)
    require(resource_policies.can_keep_supply(actor, row.department_id))
    form = ThingForm(request.POST or None, actor=actor, row=row)
    return _changed(request, form, row, services.change_thing, "things", "planning:resource_things")


@page(Who.PERSON, "GET", "POST")
def budgets(request: HttpRequest) -> HttpResponse:
    """Budgets with what is promised, approved and left; POST adds one."""
    actor = actor_of(request)
    form = BudgetForm(request.POST or None, actor=actor)
    if done := _added(request, form, services.add_budget, "planning:resource_budgets"):
        return done
    context = _context(request, "budgets") | {
        "standings": queries.budget_standings(queries.budgets_seen(actor)),
        "kept": set(queries.departments_kept(actor).values_list("pk", flat=True)),
        "form": form,
    }
    return render(request, "planning/resource_budgets.html", context, status=422 if request.method == "POST" else 200)


@page(Who.PERSON, "GET", "POST")
def budget(request: HttpRequest, budget_id: int) -> HttpResponse:
    """Changes one budget."""
    actor = actor_of(request)
    row = reach(queries.budgets_seen(actor), budget_id)
    require(resource_policies.can_keep_supply(actor, row.department_id))
    form = BudgetForm(request.POST or None, actor=actor, row=row)
    return _changed(request, form, row, services.change_budget, "budgets", "planning:resource_budgets")


def _added(request: HttpRequest, form: Any, add: Any, back: str) -> HttpResponse | None:
    """Adds what the form says; None where the page has to be shown (again)."""
    if request.method != "POST":
        return None
    require(queries.departments_kept(actor_of(request)).exists())
    if not form.is_valid():
        return None
    try:
        add(form.values, by=actor_of(request))
    except InvalidInput as refusal:
        add_errors(form, refusal)
        return None
    messages.success(request, _("Saved."))
    return redirect(back)


def _changed(request: HttpRequest, form: Any, row: Any, change: Any, place: str, back: str) -> HttpResponse:
    context: dict[str, Any] = _context(request, place) | {"form": form, "row": row, "back_url": reverse(back)}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                change(row.pk, form.cleaned_data["version"], form.values, by=actor_of(request))
            except InvalidInput as refusal:
                add_errors(form, refusal)
            except StaleWrite as stale:
                context["failure"], status = in_words(stale, {}), 409
                form.data = {**request.POST.dict(), "version": str(stale.version)}
            else:
                messages.success(request, _("Saved."))
                return redirect(back)
    return render(request, "planning/resource_change.html", context, status=status)


def _context(request: HttpRequest, current: str) -> dict[str, Any]:
    actor = actor_of(request)
    places = [
        ("load", _("Load"), "chart-bar", "planning:resources"),
        ("people", _("People and skills"), "users", "planning:resource_people"),
        ("things", _("Things and rooms"), "package", "planning:resource_things"),
        ("budgets", _("Budgets"), "coin-yuan", "planning:resource_budgets"),
    ]
    return {
        "resource_places": [
            {"label": label, "icon": icon, "url": reverse(name), "current": key == current}
            for key, label, icon, name in places
        ],
        "keeps": queries.departments_kept(actor).exists(),
    }
