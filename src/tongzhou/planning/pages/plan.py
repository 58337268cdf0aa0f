"""任务清单: the work breakdown as a table that is written in place."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tongzhou.core.errors import InvalidInput, StaleWrite, require
from tongzhou.core.pages import Who, actor_of, add_errors, answer, is_htmx, page, paged
from tongzhou.projects.models import Project
from tongzhou.projects.pages.reaching import in_words

from .. import policies, queries, services
from ..forms import BulkForm, NewTaskForm, TaskForm, TaskRowForm, TasksChoice
from ..models import Task
from ..predecessors import written_predecessors
from .reaching import planned, task_in
from .work import work_of

ROWS_A_PAGE = 100
# Direction, icon, what the button says.
MOVES = (
    (services.Direction.UP, "arrow-up", gettext_lazy("Move up")),
    (services.Direction.DOWN, "arrow-down", gettext_lazy("Move down")),
    (services.Direction.OUT, "arrow-left", gettext_lazy("One level out")),
    (services.Direction.IN, "arrow-right", gettext_lazy("One level in")),
)


@page(Who.PERSON, "GET", "POST")
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """The outline with dates, predecessors and float; POST adds a task."""
    project, context = planned(request, pk, "tasks")
    adding = request.method == "POST"
    form = NewTaskForm(request.POST or None, project=project)
    if adding and form.is_valid():
        facts = form.cleaned_data
        try:
            task = services.add_task(
                project.pk, form.values, by=actor_of(request), after_id=facts["after"], parent_id=facts["parent"]
            )
        except InvalidInput as refusal:
            add_errors(form, refusal)
        else:
            if is_htmx(request):
                form = NewTaskForm(project=project)
                return answer(
                    request, "planning/plan.html", _table(request, project, context, form, task), partial="rows"
                )
            return redirect(_place(task))
    context = _table(request, project, context, form)
    return answer(request, "planning/plan.html", context, partial="rows", status=422 if adding else 200)


@page(Who.PERSON, "GET", "POST")
def row(request: HttpRequest, pk: int, task_id: int) -> HttpResponse:
    """One row of the table to write in; saved, the whole table is answered, for other dates may have moved."""
    project, context = planned(request, pk, "tasks")
    task = task_in(request, project, task_id)
    require(policies.can_edit_task(actor_of(request), task))
    if not is_htmx(request):
        return redirect("planning:task", pk=project.pk, task_id=task.pk)
    form = TaskRowForm(request.POST or None, instance=task, project=project, initial={"version": task.version})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and (status := _saved(request, task, form, context)) == 200:
            table = _table(request, project, context, NewTaskForm(project=project), task)
            response = answer(request, "planning/plan.html", table, partial="rows")
            response["HX-Retarget"] = "#plan-rows"
            response["HX-Reswap"] = "outerHTML"
            return response
    context |= {"form": form, "row": _row(task)}
    return render(request, "planning/plan.html#edit_row", context, status=422 if status == 409 else status)


@page(Who.PERSON, "GET", "POST")
def task(request: HttpRequest, pk: int, task_id: int) -> HttpResponse:
    """Everything about one task, to read or to write."""
    project, context = planned(request, pk, "tasks")
    found = task_in(request, project, task_id)
    may_edit = policies.can_edit_task(actor_of(request), found)
    form = None
    status = 200
    if request.method == "POST":
        require(may_edit)
    if may_edit:
        form = TaskForm(request.POST or None, instance=found, project=project, initial={"version": found.version})
        if request.method == "POST":
            status = 422
            if form.is_valid() and (status := _saved(request, found, form, context)) == 200:
                messages.success(request, _("Saved."))
                return redirect("planning:task", pk=project.pk, task_id=found.pk)
    context |= {
        "task": Task.objects.select_related(
            "project__scenario", "department", "owner", "objective", "commitment", "parent"
        ).get(pk=found.pk),
        "wbs": queries.wbs_of(found),
        "form": form,
        "may_edit_task": may_edit,
        "raci_parts": queries.parts_in(found),
        "links_in": found.links_in.select_related("predecessor__department", "predecessor__owner"),
        "links_out": found.links_out.select_related("successor__department", "successor__owner"),
    }
    promises = queries.promises_by_pair(project, [found.pk])
    context["promises_in"] = {before: row for (before, _after), row in promises.items()}
    context["promises_out"] = {after: row for (_before, after), row in promises.items()}
    context |= work_of(actor_of(request), context["task"])
    return answer(request, "planning/task.html", context, status=status)


@page(Who.PERSON, "POST")
def place(request: HttpRequest, pk: int, task_id: int) -> HttpResponse:
    """Moves a task up, down, in or out."""
    project, context = planned(request, pk, "tasks")
    moved = services.shift_task(
        task_in(request, project, task_id).pk, request.POST.get("direction", ""), by=actor_of(request)
    )
    return _after(request, project, context, moved)


@page(Who.PERSON, "POST")
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes the ticked tasks out, with what is below them."""
    project, context = planned(request, pk, "tasks")
    count = services.remove_tasks(project.pk, _chosen(TasksChoice(request.POST)), by=actor_of(request))
    text = ngettext("%(count)s task removed.", "%(count)s tasks removed.", count) % {"count": count}
    messages.success(request, text)
    return _after(request, project, context)


@page(Who.PERSON, "POST")
def bulk(request: HttpRequest, pk: int) -> HttpResponse:
    """Gives the ticked tasks the same department, owner or duration."""
    project, context = planned(request, pk, "tasks")
    form = BulkForm(request.POST, project=project)
    keys = _chosen(form)
    if not form.values:
        raise InvalidInput({"__all__": _("Say what shall be the same for these tasks")})
    count = services.change_tasks(project.pk, keys, form.values, by=actor_of(request))
    text = ngettext("%(count)s task changed.", "%(count)s tasks changed.", count) % {"count": count}
    messages.success(request, text)
    return _after(request, project, context)


@page(Who.PERSON, "POST")
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes the last step back."""
    project, context = planned(request, pk, "tasks")
    number = request.POST.get("step", "")
    services.undo_step(project.pk, int(number) if number.isdecimal() and len(number) < 10 else 0, by=actor_of(request))
    messages.success(request, _("The last step is taken back."))
    return _after(request, project, context)


@page(Who.PERSON, "POST")
def from_commitments(request: HttpRequest, pk: int) -> HttpResponse:
    """Makes a task of every commitment that has none."""
    project, context = planned(request, pk, "tasks")
    made = services.tasks_from_commitments(project.pk, by=actor_of(request))
    text = ngettext("%(count)s task made of a commitment.", "%(count)s tasks made of commitments.", len(made))
    messages.success(request, text % {"count": len(made)})
    return _after(request, project, context)


@page(Who.PERSON, "POST")
def from_scenario(request: HttpRequest, pk: int) -> HttpResponse:
    """Begins the plan with the task skeleton of the project's scenario."""
    project, context = planned(request, pk, "tasks")
    made = services.tasks_from_scenario(project.pk, by=actor_of(request))
    text = ngettext("%(count)s task taken from the scenario.", "%(count)s tasks taken from the scenario.", len(made))
    messages.success(request, text % {"count": len(made)})
    return _after(request, project, context)


@page(Who.PERSON, "POST")
def paste(request: HttpRequest, pk: int) -> HttpResponse:
    """Adds a task of every line that was pasted: title, days, department, owner, as a spreadsheet copies cells."""
    project, context = planned(request, pk, "tasks")
    made = services.paste_tasks(project.pk, request.POST.get("text", ""), by=actor_of(request))
    text = ngettext("%(count)s task pasted.", "%(count)s tasks pasted.", len(made))
    messages.success(request, text % {"count": len(made)})
    return _after(request, project, context, made[0] if made else None)


def _saved(request: HttpRequest, task: Task, form: TaskForm, context: dict[str, Any]) -> int:
    """Saves; the status. A clash puts both versions into the context and the new version into the form."""
    try:
        services.change_task(
            task.pk, form.cleaned_data["version"], form.values, by=actor_of(request), predecessors=form.waits_for
        )
    except InvalidInput as refusal:
        add_errors(form, refusal)
        return 422
    except StaleWrite as stale:
        project = task.project
        names = {
            "owner_id": dict(queries.owner_names(stale)),
            "department_id": dict(queries.department_names(stale)),
            "objective_id": {row.pk: str(row) for row in project.objectives.all()},
            "commitment_id": {row.pk: str(row) for row in project.commitments.all()},
        }
        context["failure"] = in_words(stale, names)
        form.data = {**request.POST.dict(), "version": str(stale.version)}
        return 409
    return 200


def _after(request: HttpRequest, project: Project, context: dict[str, Any], focus: Task | None = None) -> HttpResponse:
    """The table again, or the way back to it."""
    if is_htmx(request):
        table = _table(request, project, context, NewTaskForm(project=project), focus)
        return answer(request, "planning/plan.html", table, partial="rows")
    return redirect(_place(focus) if focus else reverse("planning:plan", args=[project.pk]))


def _place(task: Task) -> str:
    return reverse("planning:plan", args=[task.project_id]) + f"#task-{task.pk}"


def _chosen(form: TasksChoice) -> list[int]:
    if not form.is_valid():
        raise InvalidInput({name: [str(text) for text in texts] for name, texts in form.errors.items()})
    return list(form.cleaned_data["task"])


def _table(
    request: HttpRequest,
    project: Project,
    context: dict[str, Any],
    form: NewTaskForm,
    focus: Task | None = None,
) -> dict[str, Any]:
    actor = actor_of(request)
    shown = paged(request, queries.outline_keys(project), ROWS_A_PAGE)
    tasks = {row.pk: row for row in queries.tasks_for(actor).filter(pk__in=[key.pk for key in shown])}
    waits = queries.predecessors_by_task(queries.links_of(project).filter(successor__in=list(tasks)))
    mine = queries.departments_answered_for(actor, project)
    for entry in shown.object_list:
        entry.task = tasks.get(entry.pk)
        entry.predecessors = written_predecessors(waits.get(entry.pk, []))
        entry.may_edit = context["may_plan"] or (
            context["plan_is_open"] and entry.task is not None and entry.task.department_id in mine
        )
    loose = queries.commitments_without_task(project)
    return context | {
        "shown": shown,
        "form": form,
        "bulk_form": BulkForm(project=project) if context["may_plan"] else None,
        "counts": queries.plan_counts(project),
        "last_step": context["plan"].steps.first() if context["plan"] and context["may_plan"] else None,
        "loose": loose,
        "has_skeleton": bool(services.skeleton_of(project)),
        "focus_id": focus.pk if focus else 0,
        "moves": MOVES,
        "plan": queries.plan_of(project),
    }


def _row(task: Task) -> queries.OutlineKey:
    return queries.OutlineKey(pk=task.pk, wbs=queries.wbs_of(task), depth=task.depth, task=task)
