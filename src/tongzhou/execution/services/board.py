"""What is done on the board itself: one act on many tasks, owner and due date in place, views that are kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import Conflict, DomainError, InvalidInput, NotAllowed, NotFound, StaleWrite, require
from tongzhou.core.events import record
from tongzhou.planning import services as planning
from tongzhou.planning.models import Task
from tongzhou.planning.queries import tasks_for
from tongzhou.projects.policies import can_run
from tongzhou.projects.queries import projects_for

from ..board_filters import BoardLook
from ..models import BoardView
from ..models.views import LONGEST_NAME, LONGEST_QUERY
from .daily import state_delay

MOST_AT_ONCE = 200
MOST_VIEWS = 50


class Bulk(StrEnum):
    """What is done to many tasks at once."""

    START = "start"
    PROGRESS = "progress"
    BLOCK = "block"
    UNBLOCK = "unblock"
    RISK = "risk"
    CANCEL = "cancel"
    REOPEN = "reopen"


@act
def act_on_tasks(
    project_id: int,
    versions: Mapping[int, int | None],
    what: str,
    *,
    by: Actor,
    percent: int | None = None,
    risk: str = "",
    reason: str = "",
) -> int:
    """Does the same to several tasks, to all or to none; returns to how many. A refusal names the task.

    ``versions``: task → the version that was seen; what somebody else has changed since is refused.
    """
    project = reach(projects_for(by), project_id, lock=True)
    if not versions:
        raise InvalidInput({"tasks": _("Choose at least one task")})
    if len(versions) > MOST_AT_ONCE:
        raise InvalidInput({"tasks": _("At most %(count)s tasks at once") % {"count": MOST_AT_ONCE}})
    tasks = {task.pk: task for task in tasks_for(by).filter(project=project, pk__in=list(versions))}
    if len(tasks) != len(versions):
        raise NotFound
    for task in sorted(tasks.values(), key=lambda row: (row.rank, row.pk)):
        try:
            _done_to(task, what, versions[task.pk], by=by, percent=percent, risk=risk, reason=reason)
        except InvalidInput:
            raise
        except StaleWrite:
            raise Conflict(_("“%(task)s” has been changed by somebody else meanwhile") % {"task": task.title}) from None
        except DomainError as refusal:
            why = _("“%(task)s”: %(why)s") % {"task": task.title, "why": refusal.message}
            raise (NotAllowed if refusal.status == 403 else Conflict)(why) from None
    return len(tasks)


def _done_to(
    task: Task, what: str, version: int | None, *, by: Actor, percent: int | None, risk: str, reason: str
) -> None:
    plain: dict[str, Callable[..., Any]] = {Bulk.START: planning.start_task, Bulk.UNBLOCK: planning.unblock_task}
    reasoned: dict[str, Callable[..., Any]] = {
        Bulk.BLOCK: planning.block_task,
        Bulk.CANCEL: planning.cancel_task,
        Bulk.REOPEN: planning.reopen_task,
    }
    if what in plain:
        plain[what](task.pk, version=version, by=by)
    elif what in reasoned:
        reasoned[what](task.pk, reason, version=version, by=by)
    elif what == Bulk.PROGRESS:
        if percent is None:
            raise InvalidInput({"percent": _("Give the percent")})
        planning.report_progress(task.pk, percent, version=version, by=by)
    elif what == Bulk.RISK:
        _require_seen(task, version)
        state_delay(task.pk, risk, reason, by=by)
    else:
        raise InvalidInput({"act": _("Choose what is to be done")})


def _require_seen(task: Task, version: int | None) -> None:
    if version is not None and task.version != version:
        raise Conflict(_("Somebody else has changed it meanwhile"))


@act
def place_work(task_id: int, version: int | None, values: Mapping[str, Any], *, by: Actor) -> Task:
    """Owner (``owner_id``) and due date (``due``) of a task, as long as the plan is open; later a change decides.

    A due date becomes the working days from the planned start; what the plan's links say holds.
    """
    task = reach(tasks_for(by), task_id)
    if task.is_summary:
        raise InvalidInput({"task": _("A summary follows the tasks below it")})
    changed: dict[str, Any] = {"owner_id": values["owner_id"]} if "owner_id" in values else {}
    due: date | None = values.get("due")
    if "due" in values and due is None:
        raise InvalidInput({"due": _("Give a date")})
    if due is not None:
        if task.start is not None and due < task.start:
            raise InvalidInput({"due": _("It cannot be due before it begins")})
        changed["duration"] = planning.days_between(task.start, due)
    if not changed:
        raise InvalidInput({"__all__": _("Nothing was changed")})
    return planning.change_task(task.pk, version, changed, by=by)


@act
def keep_view(project_id: int, name: str, query: str, *, by: Actor, shared: bool = False) -> BoardView:
    """Keeps a way of looking at the board under a name; the same name again replaces one's own."""
    project = reach(projects_for(by), project_id)
    require(by.person_id is not None)
    name = " ".join(name.split())
    if not name:
        raise InvalidInput({"name": _("Give the view a name")})
    if len(name) > LONGEST_NAME:
        raise InvalidInput({"name": _("At most %(count)s characters") % {"count": LONGEST_NAME}})
    # Read and written again: only what the board knows is kept.
    kept = BoardLook.read(QueryDict(query.removeprefix("?")[: 4 * LONGEST_QUERY])).query
    if len(kept) > LONGEST_QUERY:
        raise InvalidInput({"query": _("This view has too many filters")})
    own = BoardView.objects.filter(project=project, owner_id=by.person_id)
    if own.count() >= MOST_VIEWS and not own.filter(name=name).exists():
        raise InvalidInput({"name": _("At most %(count)s views") % {"count": MOST_VIEWS}})
    facts = {"query": kept, "is_shared": shared}
    view, _made = BoardView.objects.update_or_create(
        project=project, owner_id=by.person_id, name=name, defaults={**facts, "kept_at": clock.now()}
    )
    record(by, "execution.board_view.kept", view, after=facts)
    return view


@act
def drop_view(view_id: int, *, by: Actor) -> None:
    """Its owner does not want it any more; whoever runs the project takes shared ones away too."""
    rows = BoardView.objects.filter(project__in=projects_for(by)).select_related("project")
    view = reach(rows, view_id)
    own = view.owner_id == by.person_id
    if not own and not view.is_shared:
        raise NotFound
    require(own or can_run(by, view.project), _("Only who keeps the view, or the project lead, removes it"))
    record(by, "execution.board_view.dropped", view, before={"query": view.query, "is_shared": view.is_shared})
    view.delete()
