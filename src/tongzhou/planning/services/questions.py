"""C is asked: a question with a due date, an answer of each who is consulted."""

from __future__ import annotations

from datetime import date, datetime, time

from django.utils.translation import gettext as _

from tongzhou.cadence.models import Occasion
from tongzhou.cadence.services import call_off, plan_occasion
from tongzhou.calendars.queries import add_working_days, company_calendar
from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor, system
from tongzhou.core.acts import act
from tongzhou.core.errors import Conflict, InvalidInput, require
from tongzhou.core.events import record
from tongzhou.core.transitions import move
from tongzhou.projects.models import Project
from tongzhou.projects.policies import can_run
from tongzhou.projects.states import Phase

from .. import queries, work_policies
from ..models import Opinion, Question
from ..task_people import people_of
from ..work_states import CLOSE_QUESTION, HEAR_ALL, QuestionState

REMINDER = "planning.question_reminder"
WORKING_DAYS = 2
CLOSES_AT = time(17, 0)
LONGEST_TEXT = 2000
LAST_YEAR = 2100


@act
def ask_question(task_id: int, text: str, *, by: Actor, due_on: date | None = None) -> Question:
    """Asks everybody with a C of the task; without a date, two working days from now. Reminded before and when due."""
    found = reach(queries.tasks_for(by), task_id)
    Project.objects.select_for_update(of=("self",)).get(pk=found.project_id)
    task = reach(queries.tasks_for(by), task_id)
    people = people_of(task)
    require(can_run(by, task.project) or work_policies.may_report(by, task, people))
    if task.is_summary:
        raise InvalidInput({"text": _("A summary follows the tasks below it")})
    if task.project.phase not in work_policies.ASKING:
        raise Conflict(_("Those consulted are asked while the project is planned or executed"))
    if not people.consulted():
        raise InvalidInput({"text": _("Nobody has a C for this task; set it in the responsibility matrix first")})
    text = _checked(text)
    day = due_on or default_due()
    if not clock.today() <= day or day.year > LAST_YEAR:
        raise InvalidInput({"due_on": _("Give a date that is not over yet")})
    due_at = datetime.combine(day, CLOSES_AT, clock.company_zone())
    if due_at <= clock.now():
        raise InvalidInput({"due_on": _("Give a date that is not over yet")})
    question = Question.objects.create(
        project=task.project, task=task, text=text, due_at=due_at, asked_by_id=by.pk, asked_at=clock.now()
    )
    Opinion.objects.bulk_create(
        Opinion(question=question, department_id=department, person_id=person)
        for department, person in people.consulted()
    )
    before = datetime.combine(company_calendar().add_workdays(day, -1), CLOSES_AT, clock.company_zone())
    for moment, when in ((before, "before"), (due_at, "due")):
        if moment > clock.now():
            plan_occasion(REMINDER, question, moment, project_id=task.project_id, data={"when": when})
    record(by, "planning.question.asked", question, after={"text": text, "due_at": due_at}, data={"task": task.pk})
    return question


@act
def answer_question(opinion_id: int, text: str, *, by: Actor) -> Opinion:
    """One of those consulted answers, or answers otherwise as long as the question is not closed."""
    found = reach(queries.opinions_for(by), opinion_id)
    Project.objects.select_for_update(of=("self",)).get(pk=found.question.project_id)
    opinion = reach(queries.opinions_for(by), opinion_id)
    question = opinion.question
    if question.state == QuestionState.CLOSED:
        raise Conflict(_("This question is closed"))
    require(work_policies.can_answer(by, opinion, people_of(question.task)), _("Only who is consulted answers"))
    text = _checked(text)
    before = {"text": opinion.text} if opinion.text else None
    opinion.text, opinion.answered_by_id, opinion.answered_at = text, by.pk, clock.now()
    opinion.save(update_fields=["text", "answered_by", "answered_at"])
    facts = {"text": text}
    data = {"task": question.task_id, "opinion": opinion.pk}
    record(by, "planning.question.answered", question, before=before, after=facts, data=data)
    left = question.opinions.filter(answered_at__isnull=True).exists()
    if question.state == QuestionState.OPEN and not left:
        move(question, HEAR_ALL)
        call_off(question)
    return opinion


@act
def close_question(question_id: int, *, by: Actor) -> Question:
    """Who asked waits no longer."""
    found = reach(queries.questions_for(by), question_id)
    Project.objects.select_for_update(of=("self",)).get(pk=found.project_id)
    question = reach(queries.questions_for(by), question_id)
    require(by.person_id == question.asked_by_id or can_run(by, question.project))
    move(question, CLOSE_QUESTION)
    call_off(question)
    record(by, "planning.question.closed", question, data={"task": question.task_id})
    return question


@act
def remind_of_question(occasion: Occasion) -> str:
    """Handler: who has not answered is reminded; when it is due, who asked learns who is missing."""
    question = Question.objects.select_related("project", "task").filter(pk=occasion.subject_id).first()
    if question is None or not queries.tasks_of(question.project).filter(pk=question.task_id).exists():
        return "the task is gone"
    if question.state != QuestionState.OPEN:
        return "answered"
    if question.project.phase == Phase.SUSPENDED:
        later = add_working_days(occasion.due_at, 1)
        plan_occasion(REMINDER, question, later, project_id=question.project_id, data=occasion.data)
        return "put off: the project is suspended"
    if question.project.phase not in work_policies.ASKING:
        return "the project is over"
    missing = list(question.opinions.filter(answered_at__isnull=True).values_list("pk", flat=True))
    data = {"task": question.task_id, "when": occasion.data.get("when", ""), "opinions": missing}
    record(system(), "planning.question.reminded", question, data=data)
    return f"reminded: {len(missing)}"


def default_due() -> date:
    """Two working days from now."""
    return company_calendar().add_workdays(clock.today(), WORKING_DAYS)


def _checked(text: str) -> str:
    text = text.strip()
    if not text:
        raise InvalidInput({"text": _("Write something first")})
    if len(text) > LONGEST_TEXT:
        raise InvalidInput({"text": _("At most %(count)s characters") % {"count": LONGEST_TEXT}})
    return text
