"""Who may say that work goes on, who may accept it, who asks and who answers."""

from __future__ import annotations

from tongzhou.core.actor import Actor, StandIn
from tongzhou.people.models.deputies import Scope
from tongzhou.projects.models import Project
from tongzhou.projects.policies import can_run
from tongzhou.projects.states import Phase

from .models import DoneReport, Opinion, Question, Task
from .task_people import TaskPeople, people_of
from .work_states import QuestionState, ReportState

ASKING = frozenset({Phase.PLANNING, Phase.EXECUTING})


def work_is_open(project: Project) -> bool:
    """Work is reported in execution; an incident is there from its first hour."""
    return project.phase == Phase.EXECUTING


def may_report(actor: Actor, task: Task, people: TaskPeople | None = None) -> bool:
    """R: the doers of the task, and who answers for a department that has the R. A summary only sums up."""
    if actor.person_id is None or task.is_summary:
        return False
    return actor.person_id in (people or people_of(task)).reporters()


def can_work(actor: Actor, task: Task, people: TaskPeople | None = None) -> bool:
    """R, while the project is executed."""
    return work_is_open(task.project) and may_report(actor, task, people)


def may_accept(actor: Actor, report: DoneReport, people: TaskPeople | None = None) -> bool:
    """A, or the deputy of the head of the A's department; never whoever reported it."""
    if actor.person_id is None or actor.person_id == report.reported_by_id:
        return False
    found = people or people_of(report.task)
    return (
        actor.person_id in found.approvers(report.reported_by_id)
        or accepts_for(actor, report.reported_by_id, found) is not None
    )


def can_accept(actor: Actor, report: DoneReport, people: TaskPeople | None = None) -> bool:
    """The same, while the report waits in a project that is executed."""
    waits = report.state == ReportState.WAITING and work_is_open(report.task.project)
    return waits and may_accept(actor, report, people)


def accepts_for(actor: Actor, reporter_id: int, people: TaskPeople) -> StandIn | None:
    """The permission under which a deputy accepts for the head of the A's department."""
    for department_id in people.deputised(reporter_id):
        if stand_in := actor.stand_in_for(department_id, Scope.ACCEPTANCE):
            return stand_in
    return None


def can_take_report_back(actor: Actor, report: DoneReport) -> bool:
    """Who reported it, as long as nobody has decided."""
    return actor.person_id == report.reported_by_id and report.state == ReportState.WAITING


def can_stop_task(actor: Actor, task: Task) -> bool:
    """Who runs the project waives a task with a reason, or opens one again."""
    return work_is_open(task.project) and can_run(actor, task.project) and not task.is_summary


def can_ask_question(actor: Actor, task: Task, people: TaskPeople | None = None) -> bool:
    """R or the project lead asks those consulted, while the project is planned or executed."""
    if task.is_summary or task.project.phase not in ASKING:
        return False
    return can_run(actor, task.project) or may_report(actor, task, people)


def can_answer(actor: Actor, opinion: Opinion, people: TaskPeople) -> bool:
    """The person consulted; for a department its contact person, its head, or the head's deputy for replies."""
    if actor.person_id is None or opinion.question.state == QuestionState.CLOSED:
        return False
    if opinion.person_id is not None:
        return actor.person_id == opinion.person_id
    return actor.person_id == people.contacts.get(opinion.department_id) or actor.speaks_for(
        opinion.department_id, Scope.REPLY
    )


def can_close_question(actor: Actor, question: Question) -> bool:
    """Who asked, or who runs the project, waits no longer."""
    return question.state == QuestionState.OPEN and (
        actor.person_id == question.asked_by_id or can_run(actor, question.project)
    )
