"""Questions to those consulted."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest
from ninja import Router, Schema

from tongzhou.core.access import reach
from tongzhou.core.api import Text, idempotent
from tongzhou.core.pages import actor_of
from tongzhou.projects.api.reaching import DepartmentRef, PersonRef, department_ref, person_ref, project_of

from .. import queries, services
from ..models import Question
from ..work_states import QuestionState
from .work import TASK, task_key

router = Router()
PLAN = "/projects/{project_id}/plan"


class OpinionOut(Schema):
    """What one of those consulted answered; without ``answered_at``, not yet."""

    id: int
    department: DepartmentRef
    person: PersonRef | None
    text: str
    answered_by: PersonRef | None
    answered_at: datetime | None


class QuestionOut(Schema):
    """A question and every opinion."""

    id: int
    task_id: int
    state: QuestionState
    text: str
    due_at: datetime
    asked_by: PersonRef | None
    asked_at: datetime
    opinions: list[OpinionOut]


class QuestionIn(Schema):
    """A question; without a date, two working days."""

    text: Text
    due_on: date | None = None


class ConsultedOpinionIn(Schema):
    """An answer."""

    text: Text


def _told(question: Question) -> QuestionOut:
    return QuestionOut(
        id=question.pk,
        task_id=question.task_id,
        state=QuestionState(question.state),
        text=question.text,
        due_at=question.due_at,
        asked_by=person_ref(question.asked_by),
        asked_at=question.asked_at,
        opinions=[
            OpinionOut(
                id=row.pk,
                department=department_ref(row.department),
                person=person_ref(row.person),
                text=row.text,
                answered_by=person_ref(row.answered_by),
                answered_at=row.answered_at,
            )
            for row in question.opinions.all()
        ],
    )


def _one(request: HttpRequest, question_id: int) -> QuestionOut:
    return _told(reach(queries.questions_for(actor_of(request)), question_id))


@router.get(f"{TASK}/questions", response=list[QuestionOut])
def questions(request: HttpRequest, project_id: int, task_id: int) -> list[QuestionOut]:
    """Every question about a task, newest first."""
    key = task_key(request, project_id, task_id)
    return [_told(row) for row in queries.questions_for(actor_of(request)).filter(task=key)]


@router.post(f"{TASK}/questions", response={201: QuestionOut})
@idempotent
def ask_question(request: HttpRequest, project_id: int, task_id: int, payload: QuestionIn) -> tuple[int, QuestionOut]:
    """Asks everybody with a C of the task."""
    key = task_key(request, project_id, task_id)
    question = services.ask_question(key, payload.text, due_on=payload.due_on, by=actor_of(request))
    return 201, _one(request, question.pk)


@router.post(f"{PLAN}/opinions/{{opinion_id}}", response=QuestionOut)
@idempotent
def answer_question(request: HttpRequest, project_id: int, opinion_id: int, payload: ConsultedOpinionIn) -> QuestionOut:
    """One of those consulted answers."""
    project = project_of(request, project_id)
    opinion = reach(queries.opinions_for(actor_of(request)).filter(question__project=project), opinion_id)
    services.answer_question(opinion.pk, payload.text, by=actor_of(request))
    return _one(request, opinion.question_id)


@router.post(f"{PLAN}/questions/{{question_id}}/close", response=QuestionOut)
@idempotent
def close_question(request: HttpRequest, project_id: int, question_id: int) -> QuestionOut:
    """Nobody is waited for any more."""
    project = project_of(request, project_id)
    question = reach(queries.questions_for(actor_of(request)).filter(project=project), question_id)
    services.close_question(question.pk, by=actor_of(request))
    return _one(request, question.pk)
