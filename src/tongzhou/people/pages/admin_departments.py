"""Administration of the department tree and its heads."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tongzhou.core.access import reach
from tongzhou.core.errors import Conflict, InvalidInput
from tongzhou.core.pages import Who, actor_of, add_errors, answer, page, paged

from .. import queries, services
from ..forms import DepartmentForm, HeadForm, MoveForm, NewDepartmentForm
from ..models import Department
from .admin_persons import admin_tabs, version_of


@page(Who.ADMIN)
def departments(request: HttpRequest) -> HttpResponse:
    """The tree with heads and numbers; closed departments when asked for."""
    closed = request.GET.get("closed") == "yes"
    tree = queries.flat_tree(closed=closed)
    context = {
        "tabs": admin_tabs("departments"),
        "tree": tree,
        "closed": closed,
        "headless": [branch for branch in tree if branch.head is None and branch.department.is_active],
    }
    return answer(request, "people/admin_departments.html", context)


@page(Who.ADMIN, "GET", "POST")
def department_new(request: HttpRequest) -> HttpResponse:
    """Opens a department."""
    form = NewDepartmentForm(request.POST or None, initial={"parent": request.GET.get("below")})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = services.create_department(
                data["name"], parent_id=data["parent"], code=data["code"], colour=data["colour"], by=actor_of(request)
            )
        except InvalidInput as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("%(name)s is open. Name its head next.") % {"name": made.name})
            return redirect("people:department_edit", made.pk)
    context = {"tabs": admin_tabs("departments"), "form": form}
    return render(request, "people/admin_department_new.html", context, status=422 if form.errors else 200)


@page(Who.ADMIN, "GET", "POST")
def department_edit(request: HttpRequest, department_id: int) -> HttpResponse:
    """One department: its name, its head, its people, its place in the tree."""
    department = reach(Department.objects.all(), department_id)
    form = DepartmentForm(
        request.POST or None,
        initial={key: getattr(department, key) for key in ("name", "code", "colour", "position")},
    )
    if request.method == "POST" and form.is_valid():
        values = {key: value for key, value in form.cleaned_data.items() if value not in (None, "")}
        try:
            services.change_department(department.pk, version_of(request), values, by=actor_of(request))
        except InvalidInput as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("Saved"))
            return redirect("people:department_edit", department.pk)
    return _department_page(request, department, form=form)


@page(Who.ADMIN, "POST")
def department_move(request: HttpRequest, department_id: int) -> HttpResponse:
    """Hangs the department elsewhere in the tree."""
    department = reach(Department.objects.all(), department_id)
    form = MoveForm(request.POST)
    if form.is_valid():
        try:
            services.move_department(
                department.pk, form.cleaned_data["parent"], version_of(request), by=actor_of(request)
            )
        except InvalidInput as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("Moved"))
            return redirect("people:department_edit", department.pk)
    return _department_page(request, department, move=form)


@page(Who.ADMIN, "POST")
def name_head(request: HttpRequest, department_id: int) -> HttpResponse:
    """Names the head, in place of the one the administrator saw."""
    department = reach(Department.objects.all(), department_id)
    form = HeadForm(request.POST)
    if form.is_valid():
        try:
            headship = services.name_head(
                department.pk,
                form.cleaned_data["person"],
                form.cleaned_data["since"],
                former_id=form.cleaned_data["former"],
                by=actor_of(request),
            )
        except InvalidInput as refusal:
            add_errors(form, refusal)
        except Conflict as refusal:
            form.add_error(None, str(refusal.message))
            return _department_page(request, department, naming=form, status=409)
        else:
            messages.success(
                request,
                _("%(name)s signs for %(department)s") % {"name": headship.person.name, "department": department.name},
            )
            return redirect("people:department_edit", department.pk)
    return _department_page(request, department, naming=form)


@page(Who.ADMIN, "POST")
def end_headship(request: HttpRequest, department_id: int) -> HttpResponse:
    """The department is without head until another is named."""
    services.end_headship_now(department_id, by=actor_of(request))
    messages.success(request, _("The headship has ended; the department is without head"))
    return redirect("people:department_edit", department_id)


@page(Who.ADMIN, "POST")
def department_close(request: HttpRequest, department_id: int) -> HttpResponse:
    """Closes a department that nobody belongs to any more."""
    department = reach(Department.objects.all(), department_id)
    try:
        services.close_department(department.pk, by=actor_of(request))
    except Conflict as refusal:
        return _department_page(request, department, refusal=str(refusal.message), status=409)
    messages.success(request, _("%(name)s is closed; its history stays") % {"name": department.name})
    return redirect("people:departments")


@page(Who.ADMIN, "POST")
def department_reopen(request: HttpRequest, department_id: int) -> HttpResponse:
    """A closed department works again."""
    department = services.reopen_department(department_id, by=actor_of(request))
    messages.success(request, _("%(name)s is open. Name its head next.") % {"name": department.name})
    return redirect("people:department_edit", department.pk)


def _department_page(
    request: HttpRequest,
    department: Department,
    *,
    form: DepartmentForm | None = None,
    move: MoveForm | None = None,
    naming: HeadForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    head = queries.head_of(department.pk)
    history = list(queries.headship_history(department.pk))
    coming = next((headship for headship in history if headship.until is None), None)
    context = {
        "tabs": admin_tabs("departments"),
        "department": department,
        "path": queries.paths().get(department.pk, department.name),
        "form": form
        or DepartmentForm(initial={key: getattr(department, key) for key in ("name", "code", "colour", "position")}),
        "move": move or MoveForm(initial={"parent": department.parent_id}),
        "naming": naming or HeadForm(),
        # Sent with the form: whom the administrator sees as head and means to replace.
        "former": coming.person_id if coming else "",
        "head": head,
        "coming": coming if coming and coming.person != head else None,
        "history": history,
        "deputies": queries.deputies_of(department.pk),
        "members": paged(request, queries.members_of(department.pk), 30),
        "refusal": refusal,
    }
    wrong = any(bound is not None and bound.errors for bound in (form, move, naming))
    return render(
        request, "people/admin_department.html", context, status=status if status != 200 or not wrong else 422
    )
