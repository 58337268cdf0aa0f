"""Questions to those consulted → messages to who answers, and to who asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from tongzhou.core.events import on
from tongzhou.core.models import AuditEvent
from tongzhou.core.time_words import exactly
from tongzhou.projects.queries.projects import head_ids

from ..models import Opinion, Question
from ..task_people import contacts_in
from .telling import part_of, tell

_exactly = lazy(exactly, str)


@on("planning.question.asked")
def tell_those_consulted(event: AuditEvent) -> None:
    """Each person consulted, or the contact person of the department, is asked."""
    question = _question(event)
    title = _("%(who)s asks for your opinion on “%(task)s” by %(due)s (%(project)s)")
    persons = _answering(question, question.opinions.all())
    tell(event, persons, title, "%(text)s", link=_link(question), **_facts(question))


@on("planning.question.answered")
def tell_who_asked(event: AuditEvent) -> None:
    """Who asked reads the answer."""
    question = _question(event)
    title = _("%(who)s has answered your question on “%(task)s” (%(project)s)")
    answer = part_of(event, "after").get("text", "")
    tell(event, [question.asked_by_id], title, "%(answer)s", link=_link(question), **_facts(question), answer=answer)


@on("planning.question.reminded")
def remind_those_missing(event: AuditEvent) -> None:
    """Who has not answered hears it once before and once when it is due; then who asked learns who is missing."""
    question = _question(event)
    data = part_of(event, "data")
    missing = list(Opinion.objects.filter(pk__in=data.get("opinions", [])).select_related("department", "person"))
    late = data.get("when") == "due"
    title = (
        _("Your opinion on “%(task)s” is due now (%(project)s)")
        if late
        else _("Your opinion on “%(task)s” is due by %(due)s (%(project)s)")
    )
    persons = _answering(question, missing)
    tell(event, persons, title, "%(text)s", link=_link(question), urgent=late, **_facts(question))
    if late:
        names = [row.person.name if row.person else row.department.name for row in missing]
        title = _("Opinions on “%(task)s” are missing (%(project)s)")
        body = _("Not answered yet: %(names)s")
        asking = [question.asked_by_id]
        listed = ", ".join(names)
        tell(event, asking, title, body, link=_link(question), part=":asker", **_facts(question), names=listed)


def _question(event: AuditEvent) -> Question:
    return Question.objects.select_related("project", "task").get(pk=event.subject_id)


def _answering(question: Question, opinions: Iterable[Opinion]) -> set[int | None]:
    rows = list(opinions)
    contacts = contacts_in([question.project_id]).get(question.project_id, {})
    heads = head_ids({row.department_id for row in rows})
    return {row.person_id or contacts.get(row.department_id) or heads.get(row.department_id) for row in rows}


def _facts(question: Question) -> dict[str, Any]:
    return {
        "task": question.task.title,
        "project": question.project.name,
        "text": question.text,
        "due": _exactly(question.due_at),
    }


def _link(question: Question) -> str:
    return reverse("planning:task", args=[question.project_id, question.task_id]) + f"#question-{question.pk}"
