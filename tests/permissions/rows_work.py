"""Work on tasks, questions and promises: R reports, A accepts, C answers, contact persons confirm; insiders read."""

from __future__ import annotations

import io
from typing import Any

from tongzhou.planning import services
from tongzhou.planning.models import Promise, Task
from tongzhou.planning.queries.raci_rules import Cell
from tongzhou.projects.models import Project
from tongzhou.projects.states import Phase

from .rows_planning import PLAN, RUN, api, other_project, project
from .table import INSIDERS, PERSONS, Facts, Row, nothing
from .world import World

# Of these roles: product's head and contact person answer for the R, and (where product holds it) for A and C.
SPEAK = frozenset({"head", "contact"})
ASK = SPEAK | RUN


def _task(world: World, of: Project, **held: str) -> Task:
    """A task in execution. In «own» product does it unless told otherwise; in «other» the technology department."""
    by = world.cast.by("pmo")
    own = of == world.own
    code = "product" if own else "technology"
    Project.objects.filter(pk=of.pk).update(phase=Phase.PLANNING)
    facts = {"title": "盘点", "duration": 3, "department_id": world.cast.departments[code].pk}
    task = services.add_task(of.pk, facts, by=by)
    for part, text in (held or {code: "R"}).items():
        cell = services.CellChange(task.pk, _cell(world, part), text)
        services.set_letters(of.pk, [cell], by=by)
    Project.objects.filter(pk=of.pk).update(phase=Phase.EXECUTING)
    return Task.objects.get(pk=task.pk)


def _cell(world: World, part: str) -> Cell:
    return Cell(world.cast.departments[part].pk)


def _doer(world: World, of: Project, own: str = "product_contact") -> Any:
    return world.cast.by(own if of == world.own else "technology_contact")


def _three(make: Any, name: str) -> tuple[Facts, Facts, Facts]:
    def own(world: World) -> dict[str, Any]:
        return {"pk": world.own.pk, name: make(world, world.own)}

    def other(world: World) -> dict[str, Any]:
        return {"pk": world.other.pk, name: make(world, world.other)}

    def swapped(world: World) -> dict[str, Any]:
        return {"pk": world.own.pk, name: make(world, world.other)}

    return own, other, swapped


def _plain(world: World, of: Project) -> int:
    return _task(world, of).pk


def _blocked(world: World, of: Project) -> int:
    task = _task(world, of)
    services.block_task(task.pk, "缺人", by=_doer(world, of))
    return task.pk


def _waived(world: World, of: Project) -> int:
    task = _task(world, of)
    services.cancel_task(task.pk, "不再需要", by=world.cast.by("pmo"))
    return task.pk


def _consulting(world: World, of: Project) -> Task:
    """Product does it and sales is consulted; in «other» both are technology's and customer service's."""
    held = {"product": "R", "sales": "C"} if of == world.own else {"technology": "R", "service": "C"}
    return _task(world, of, **held)


def _to_ask(world: World, of: Project) -> int:
    return _consulting(world, of).pk


def _question(world: World, of: Project) -> int:
    return services.ask_question(_consulting(world, of).pk, "有何意见？", by=world.cast.by("pmo")).pk


def _opinion(world: World, of: Project) -> int:
    """Sales does it and product is consulted."""
    held = {"sales": "R", "product": "C"} if of == world.own else {"service": "R", "technology": "C"}
    question = services.ask_question(_task(world, of, **held).pk, "有何意见？", by=world.cast.by("pmo"))
    return question.opinions.all()[0].pk


def _report_of_product(world: World, of: Project) -> int:
    """Reported by product's contact person, who alone may take it back."""
    task = _task(world, of)
    return services.report_done(task.pk, evidence="10个SKU", by=_doer(world, of)).pk


def _report_to_product(world: World, of: Project) -> int:
    """Reported by sales; product approves."""
    if of == world.other:
        return _report_of_product(world, of)
    task = _task(world, of, sales="R", product="A")
    return services.report_done(task.pk, evidence="10个SKU", by=world.cast.by("sales_contact")).pk


def _promise(world: World, of: Project) -> int:
    """Product (or technology) gives, the initiating department needs."""
    first = _task(world, of)
    Project.objects.filter(pk=of.pk).update(phase=Phase.PLANNING)
    facts = {"title": "页面", "department_id": of.initiator_id}
    second = services.add_task(of.pk, facts, by=world.cast.by("pmo"))
    services.link_tasks(first.pk, second.pk, by=world.cast.by("pmo"))
    return Promise.objects.get(predecessor=first, successor=second).pk


TASK = _three(_plain, "task_id")
BLOCKED = _three(_blocked, "task_id")
WAIVED = _three(_waived, "task_id")
TO_ASK = _three(_to_ask, "task_id")
QUESTION = _three(_question, "question_id")
OPINION = _three(_opinion, "opinion_id")
OWN_REPORT = _three(_report_of_product, "report_id")
REPORT = _three(_report_to_product, "report_id")
PROMISE = _three(_promise, "promise_id")


def because(world: World) -> dict[str, Any]:
    return {"reason": "缺人"}


def far(world: World) -> dict[str, Any]:
    return {"percent": 40}


def evidence(world: World) -> dict[str, Any]:
    return {"evidence": "10个SKU，差异率0.6%"}


def shown(world: World) -> dict[str, Any]:
    file = io.BytesIO("差异率,0.6%\n".encode())
    file.name = "盘点.csv"
    return {"evidence": "10个SKU", "files": file}


def words(world: World) -> dict[str, Any]:
    return {"text": "周末盘点"}


def read(world: World) -> dict[str, Any]:
    promise = Promise.objects.filter(project=world.own).order_by("-pk").first()
    return {"side": "provider", "shown": promise.stamp if promise else "0", "reason": "人手不够"}


def read_by_program(world: World) -> dict[str, Any]:
    facts = read(world)
    return {"side": facts["side"], "stamp": facts["shown"], "reason": facts["reason"]}


def _all(route: str, allow: frozenset[str], three: tuple[Facts, Facts, Facts], data: Facts = nothing) -> Row:
    own, other, swapped = three
    return Row(f"planning:{route}", allow, "POST", own=own, other=other, swapped=swapped, data=data)


def _api(
    path: str, allow: frozenset[str], three: tuple[Facts, Facts, Facts], method: str = "POST", data: Facts = nothing
) -> Row:
    own, other, swapped = (api(facts) for facts in three)
    return Row(f"{PLAN}{path}", allow, method, own=own, other=other, swapped=swapped, data=data)


T = "/tasks/{task_id}"
ROWS = [
    _all("work_start", SPEAK, TASK),
    _all("work_progress", SPEAK, TASK, far),
    _all("work_block", SPEAK, TASK, because),
    _all("work_unblock", SPEAK, BLOCKED),
    _all("work_done", SPEAK, TASK, shown),
    _all("work_cancel", RUN, TASK, because),
    _all("work_reopen", RUN, WAIVED, because),
    _all("report_take_back", frozenset({"contact"}), OWN_REPORT),
    _all("report_accept", SPEAK, REPORT),
    _all("report_return", SPEAK, REPORT, because),
    _all("question_ask", ASK, TO_ASK, words),
    _all("question_answer", SPEAK, OPINION, words),
    _all("question_close", RUN, QUESTION),
    Row("planning:promises", INSIDERS, own=project, other=other_project),
    _all("promise_confirm", SPEAK, PROMISE, read),
    _all("promise_object", SPEAK, PROMISE, read),
    Row("planning:informed", PERSONS),
    _api(f"{T}/work", INSIDERS, TASK, "GET"),
    _api(f"{T}/work/start", SPEAK, TASK),
    _api(f"{T}/work/progress", SPEAK, TASK, data=far),
    _api(f"{T}/work/block", SPEAK, TASK, data=because),
    _api(f"{T}/work/unblock", SPEAK, BLOCKED),
    _api(f"{T}/work/done", SPEAK, TASK, data=shown),
    _api(f"{T}/work/cancel", RUN, TASK, data=because),
    _api(f"{T}/work/reopen", RUN, WAIVED, data=because),
    _api("/reports/{report_id}/take-back", frozenset({"contact"}), OWN_REPORT),
    _api("/reports/{report_id}/accept", SPEAK, REPORT),
    _api("/reports/{report_id}/return", SPEAK, REPORT, data=because),
    _api(f"{T}/questions", INSIDERS, TO_ASK, "GET"),
    _api(f"{T}/questions", ASK, TO_ASK, data=words),
    _api("/opinions/{opinion_id}", SPEAK, OPINION, data=words),
    _api("/questions/{question_id}/close", RUN, QUESTION),
    Row(f"{PLAN}/promises", INSIDERS, own=api(project), other=api(other_project)),
    _api("/promises/{promise_id}/confirm", SPEAK, PROMISE, data=read_by_program),
    _api("/promises/{promise_id}/object", SPEAK, PROMISE, data=read_by_program),
    Row("/api/v1/informed", PERSONS),
]
