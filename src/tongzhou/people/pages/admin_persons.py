"""Administration of persons: the list, the form, leaving and coming back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.errors import Conflict, InvalidInput
from tongzhou.core.pages import Who, actor_of, add_errors, answer, page, paged

from .. import login_links, queries, services, ties
from ..forms import DirectoryForm, LeaveForm, MembershipForm, NewPersonForm, PersonForm
from ..models import Headship, Membership, Person


def admin_tabs(current: str) -> list[dict[str, Any]]:
    """The three places of administration."""
    return [
        {"label": _("Persons"), "icon": "users", "url": reverse("people:admin"), "current": current == "persons"},
        {
            "label": _("Departments"),
            "icon": "sitemap",
            "url": reverse("people:departments"),
            "current": current == "departments",
        },
        {"label": _("Import"), "icon": "file-import", "url": reverse("people:import"), "current": current == "import"},
    ]


@page(Who.ADMIN)
def persons(request: HttpRequest) -> HttpResponse:
    """Everybody the company has or had, to find and to mend."""
    state = request.GET.get("state", "active")
    rows = queries.people_search(request.GET.get("q", ""), everybody=state != "active")
    if state == "left":
        rows = rows.filter(is_active=False)
    rows = rows.prefetch_related(
        Prefetch("memberships", Membership.objects.select_related("department")),
        Prefetch("headships", queries.headships_on(clock.today()).select_related("department"), to_attr="heads_now"),
    )
    context = {
        "tabs": admin_tabs("persons"),
        "form": DirectoryForm(request.GET or None),
        "state": state if state in {"active", "left", "all"} else "active",
        "persons": paged(request, rows),
    }
    return answer(request, "people/admin_persons.html", context, partial="found")


@page(Who.ADMIN, "GET", "POST")
def person_new(request: HttpRequest) -> HttpResponse:
    """Enters one person."""
    form = NewPersonForm(
        request.POST or None, initial={"department": request.GET.get("department"), "joined_on": clock.today()}
    )
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        department = values.pop("department")
        try:
            person = services.add_person(values, department_id=department, by=actor_of(request))
        except InvalidInput as refusal:
            add_errors(form, refusal)
        else:
            messages.success(
                request, _("%(name)s is entered. Give them a login link to begin.") % {"name": person.name}
            )
            return redirect("people:person_edit", person.pk)
    context = {"tabs": admin_tabs("persons"), "form": form}
    return render(request, "people/admin_person_new.html", context, status=422 if form.errors else 200)


@page(Who.ADMIN, "GET", "POST")
def person_edit(request: HttpRequest, person_id: int) -> HttpResponse:
    """Everything administrators keep of one person."""
    person = reach(Person.objects.all(), person_id)
    form = PersonForm(request.POST or None, instance=reach(Person.objects.all(), person_id))
    if request.method == "POST" and form.is_valid():
        try:
            services.change_person(person.pk, version_of(request), form.cleaned_data, by=actor_of(request))
        except InvalidInput as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("Saved"))
            return redirect("people:person_edit", person.pk)
    return _person_page(request, person, form)


@page(Who.ADMIN, "POST")
def person_login_link(request: HttpRequest, person_id: int) -> HttpResponse:
    """A login link, shown once in this answer."""
    secret = services.issue_login_link(person_id, by=actor_of(request))
    person = reach(Person.objects.all(), person_id)
    link = request.build_absolute_uri(reverse("people:welcome", args=[secret]))
    response = _person_page(request, person, PersonForm(instance=person), link=link, link_days=login_links.DAYS)
    response["Cache-Control"] = "no-store"
    return response


@page(Who.ADMIN, "POST")
def person_sign_out(request: HttpRequest, person_id: int) -> HttpResponse:
    """Ends every session of a person."""
    person = services.sign_out_everywhere(person_id, by=actor_of(request))
    messages.success(request, _("%(name)s is signed out everywhere") % {"name": person.name})
    return redirect("people:person_edit", person.pk)


@page(Who.ADMIN, "POST")
def membership_add(request: HttpRequest, person_id: int) -> HttpResponse:
    """The person joins a department, as the main one or beside it."""
    person = reach(Person.objects.all(), person_id)
    joining = MembershipForm(request.POST)
    if joining.is_valid():
        act = services.set_main_department if joining.cleaned_data["as_main"] else services.add_membership
        try:
            act(person.pk, joining.cleaned_data["department"], by=actor_of(request))
        except InvalidInput as refusal:
            add_errors(joining, refusal)
        else:
            messages.success(request, _("Saved"))
            return redirect("people:person_edit", person.pk)
    return _person_page(request, person, PersonForm(instance=person), joining=joining)


@page(Who.ADMIN, "POST")
def membership_end(request: HttpRequest, person_id: int, department_id: int) -> HttpResponse:
    """The person leaves a department."""
    services.leave_department(person_id, department_id, by=actor_of(request))
    messages.success(request, _("Left the department; sessions and tokens of before have ended"))
    return redirect("people:person_edit", person_id)


@page(Who.ADMIN, "GET", "POST")
def person_leave(request: HttpRequest, person_id: int) -> HttpResponse:
    """Leaving the company: says beforehand what ends and what somebody has to take over."""
    actor = actor_of(request)
    person = reach(queries.with_main_department(Person.objects.filter(is_active=True)), person_id)
    form = LeaveForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            services.leave_company(person.pk, form.cleaned_data["left_on"], by=actor)
        except InvalidInput as refusal:
            add_errors(form, refusal)
        except Conflict as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("%(name)s has left; everything open has ended") % {"name": person.name})
            return redirect("people:person_edit", person.pk)
    found = ties.ties_of(person.pk, actor)
    context = {
        "tabs": admin_tabs("persons"),
        "shown": person,
        "form": form,
        "ending": [(label, rows) for label, ties_here in found if (rows := [tie for tie in ties_here if tie.ends])],
        "staying": [
            (label, rows) for label, ties_here in found if (rows := [tie for tie in ties_here if not tie.ends])
        ],
    }
    return render(request, "people/admin_person_leave.html", context, status=422 if form.errors else 200)


@page(Who.ADMIN, "POST")
def person_return(request: HttpRequest, person_id: int) -> HttpResponse:
    """Somebody who left works here again."""
    person = services.take_back(person_id, by=actor_of(request))
    messages.success(request, _("%(name)s works here again. Give them a login link.") % {"name": person.name})
    return redirect("people:person_edit", person.pk)


def version_of(request: HttpRequest) -> int:
    """The version the form was opened with."""
    text = request.POST.get("version", "")
    if not text.isdecimal() or len(text) > 9:
        raise Conflict(_("This form is incomplete; please open the page again"))
    return int(text)


def _person_page(
    request: HttpRequest, person: Person, form: PersonForm, joining: MembershipForm | None = None, **more: Any
) -> HttpResponse:
    context = {
        "tabs": admin_tabs("persons"),
        "shown": person,
        "form": form,
        "joining": joining or MembershipForm(),
        "memberships": person.memberships.select_related("department").order_by("-is_main", "pk"),
        "headships": Headship.objects.filter(person=person).select_related("department").order_by("-since", "-pk"),
        "paths": queries.paths(),
        "tokens": queries.tokens_of(person.pk).filter(revoked_at__isnull=True, expires_at__gt=clock.now()),
        "given": queries.delegations_open(queries.delegations_given(person.pk)),
        "held": queries.delegations_open(queries.delegations_held(person.pk)),
        "can_log_in": person.has_usable_password(),
        **more,
    }
    wrong = form.errors or (joining is not None and joining.errors)
    return render(request, "people/admin_person.html", context, status=422 if wrong else 200)
