"""Levelling the plan: a first plan at once, a better one looked for in the background."""

from __future__ import annotations

import queue
import threading
import time
from typing import TYPE_CHECKING, Any

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import require
from tongzhou.core.events import record
from tongzhou.core.transitions import move
from tongzhou.projects.models import Project
from tongzhou.projects.queries import projects_for

from .. import queries, remedy_policies
from ..models import Remedy
from ..queries.leveling import CannotLevel, Case
from ..resource_states import DROP, END_SEARCH, GIVE_UP, RemedyState, Way
from .remedies import next_number
from .steps import locked_plan

if TYPE_CHECKING:
    from tongzhou.engine.leveling.replan import Proposal, Replan

SECONDS, SECONDS_LARGE, LARGE = 10, 30, 300
SEED = 618
_RESTARTS = 3
_LOOK_S = 0.4


@act
def start_leveling(project_id: int, *, by: Actor) -> Remedy:
    """A levelled plan by rules at once; a smaller change is looked for in the background. An earlier search ends."""
    project = reach(projects_for(by).select_related("scenario"), project_id, lock=True)
    require(remedy_policies.can_level(by, project))
    locked_plan(project)
    earlier = Remedy.objects.filter(
        project=project, way=Way.LEVELED, state__in=[RemedyState.SEARCHING, RemedyState.FOUND]
    )
    for remedy in earlier.select_for_update(of=("self",)):
        move(remedy, DROP)
    content, possible = queries.leveled_at_once(project)
    large = project.tasks.count() > LARGE
    remedy = Remedy.objects.create(
        project=project,
        number=next_number(project),
        way=Way.LEVELED,
        state=RemedyState.SEARCHING if possible else RemedyState.IMPOSSIBLE,
        content=content,
        basis=queries.basis_of(project, content) if possible else "",
        seconds=SECONDS_LARGE if large else SECONDS,
        asked_by_id=by.pk,
        asked_at=clock.now(),
    )
    # The listener of this event asks the worker for the search.
    record(by, "planning.leveling.started", remedy, after={"remedy_id": remedy.pk, "possible": possible})
    return remedy


class _PlanChanged(Exception):
    """The plan or the bookings are not those that the search began with."""


class _Stopped(Exception):
    """Somebody has taken the plan as it was, or wants none any more."""


def improve_leveling(remedy_id: int, *, by: Actor) -> None:
    """Looks for the smallest change until its time is over, noting each better plan; begins anew when the plan changes.

    Runs in the worker, in no transaction: each better plan is written in a short one of its own.
    """
    remedy = Remedy.objects.select_related("project__scenario").filter(pk=remedy_id).first()
    if remedy is None or remedy.state != RemedyState.SEARCHING:
        return
    until = time.monotonic() + remedy.seconds
    for _attempt in range(_RESTARTS):
        try:
            case = _begin(remedy_id)
            if case is None:
                return
            answer = _search(remedy_id, case, max(0.5, until - time.monotonic()))
            _end(remedy_id, case, answer, by=by)
            return
        except _PlanChanged:
            continue
        except _Stopped:
            return
    _end(remedy_id, None, None, by=by)


def _search(remedy_id: int, case: Case, seconds: float) -> Replan:
    """The engine in a thread of its own, so that this one writes what it finds and hears that it shall stop."""
    from tongzhou.engine.leveling.replan import Kind, replan

    better: queue.SimpleQueue[Proposal] = queue.SimpleQueue()
    stop = threading.Event()
    told: list[Any] = []

    def hear(found: Proposal) -> None:
        better.put(found)
        if stop.is_set():
            raise _Stopped

    def work() -> None:
        try:
            told.append(
                replan(
                    case.problem,
                    case.present,
                    now=case.now,
                    time_limit_s=seconds,
                    seed=SEED,
                    kinds=(Kind.LEVELED,),
                    on_improvement=hear,
                )
            )
        except Exception as failure:
            told.append(failure)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(_LOOK_S)
            found = None
            while not better.empty():
                found = better.get()
            if thread.is_alive() and found is not None:
                _note(remedy_id, case, found)
            elif not Remedy.objects.filter(pk=remedy_id, state=RemedyState.SEARCHING).exists():
                raise _Stopped
    finally:
        stop.set()
    if isinstance(told[0], Exception):
        raise told[0]
    answer: Replan = told[0]
    return answer


@act
def _begin(remedy_id: int) -> Case | None:
    """The problem as it is now; without one the search ends."""
    remedy = _held(remedy_id)
    try:
        case = queries.leveling_case(remedy.project)
    except CannotLevel as refusal:
        _give_up(remedy, [{"code": refusal.code}])
        return None
    if remedy.searched_at is None:
        remedy.searched_at = clock.now()
        remedy.save(update_fields=["searched_at"])
    elif queries.basis_of(remedy.project, remedy.content) != remedy.basis:
        content, possible = queries.leveled_at_once(remedy.project)
        if not possible:
            _give_up(remedy, content["reasons"])
            return None
        _keep(remedy, content)
    return case


@act
def _note(remedy_id: int, case: Case, found: Proposal) -> None:
    """Writes a better plan; ``_Stopped`` when nobody waits for it any more, ``_PlanChanged`` when it fits no more."""
    remedy = _held(remedy_id)
    _require_same(remedy.project, case)
    _take(remedy, case, found)


@act
def _end(remedy_id: int, case: Case | None, answer: Replan | None, *, by: Actor) -> None:
    """The search is over: the best stands, with its reasons."""
    remedy = _held(remedy_id)
    if case is not None and answer is not None:
        _require_same(remedy.project, case)
        reasons = queries.told_reasons(case, answer.reasons)
        if answer.proposals:
            _take(remedy, case, answer.proposals[0])
            remedy.content |= {"reasons": reasons, "smallest": answer.proposals[0].smallest}
        elif not answer.breaches:
            _give_up(remedy, [{"code": "nothing_to_level"}])
            return
        remedy.save(update_fields=["content"])
    move(remedy, END_SEARCH)
    record(by, "planning.leveling.finished", remedy, after={"what": queries.headline(remedy)})


def _take(remedy: Remedy, case: Case, found: Proposal) -> None:
    content = queries.content_of_leveled(remedy.project, case, found)
    if content is None:
        return
    known = remedy.content.get("weight")
    if known is not None and content["weight"] > known:
        return
    if known is not None and content["weight"] < known:
        remedy.better += 1
    _keep(remedy, {**content, "reasons": remedy.content.get("reasons", [])})


def _keep(remedy: Remedy, content: dict[str, Any]) -> None:
    remedy.content, remedy.basis = content, queries.basis_of(remedy.project, content)
    remedy.save(update_fields=["content", "basis", "better"])


def _give_up(remedy: Remedy, reasons: list[dict[str, Any]]) -> None:
    remedy.content, remedy.basis = {"reasons": reasons}, ""
    remedy.save(update_fields=["content", "basis"])
    move(remedy, GIVE_UP)


def _held(remedy_id: int) -> Remedy:
    """The search that still goes on, under the locks in which everybody takes them."""
    project_id = Remedy.objects.filter(pk=remedy_id).values_list("project_id", flat=True).first()
    if project_id is None:
        raise _Stopped
    project = Project.objects.select_for_update(of=("self",)).select_related("scenario").get(pk=project_id)
    locked_plan(project)
    remedy = Remedy.objects.select_for_update().get(pk=remedy_id)
    if remedy.state != RemedyState.SEARCHING:
        raise _Stopped
    remedy.project = project
    return remedy


def _require_same(project: Project, case: Case) -> None:
    try:
        present = queries.leveling_case(project)
    except CannotLevel:
        raise _PlanChanged from None
    if (present.problem, present.present) != (case.problem, case.present):
        raise _PlanChanged
