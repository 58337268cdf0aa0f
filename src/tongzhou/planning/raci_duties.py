"""What R lays on a person's desk: a department says who does its tasks, and who does one says what comes out of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongzhou.core.actor import Actor
from tongzhou.projects.duties import Duty, DutyAct, DutyFinder, register
from tongzhou.projects.models import Party
from tongzhou.projects.states import Phase

from .models import RaciAssignment, Task
from .states import RaciLetter

PLANNED = (Phase.ALIGNING, Phase.PLANNING)


def register_finders() -> None:
    """Makes the duties known; called when the app is ready."""
    register(DutyFinder("planning.doer_wanted", _doers_to_name, _doers_awaited))
    register(DutyFinder("planning.task_to_detail", _tasks_to_detail))


def _unnamed() -> QuerySet[RaciAssignment]:
    """Departments with an R for which nobody of them is named: no person with the R, and no owner of the task."""
    named = RaciAssignment.objects.filter(
        task=OuterRef("task"), department=OuterRef("department"), letter=RaciLetter.RESPONSIBLE, person__isnull=False
    )
    return RaciAssignment.objects.filter(
        ~Exists(named),
        letter=RaciLetter.RESPONSIBLE,
        person__isnull=True,
        task__owner__isnull=True,
        task__is_summary=False,
        project__phase__in=PLANNED,
    )


def _counted(rows: QuerySet[RaciAssignment]) -> Iterable[Mapping[str, Any]]:
    return (
        rows.order_by()
        .values("project_id", "department_id", project_name=F("project__name"), department_name=F("department__name"))
        .annotate(count=Count("task", distinct=True), first=Min("task"))
        .order_by("project_id", "department_id")
    )


def _answered_for(actor: Actor) -> Q:
    contact = Party.objects.filter(
        project=OuterRef("project"), department=OuterRef("department"), contact_id=actor.pk, left_at__isnull=True
    )
    return Q(department_id__in=actor.headed_ids) | Q(Exists(contact))


def _doers_to_name(actor: Actor) -> Iterable[Duty]:
    for row in _counted(_unnamed().filter(_answered_for(actor))):
        yield _doer_duty(row, _("You answer for %(department)s, which is responsible (R)"))


def _doers_awaited(actor: Actor) -> Iterable[Duty]:
    for row in _counted(_unnamed().filter(project__lead_id=actor.pk).exclude(_answered_for(actor))):
        yield _doer_duty(row, "%(department)s")


def _doer_duty(row: Mapping[str, Any], why: str) -> Duty:
    facts = {"count": row["count"], "department": row["department_name"]}
    title = ngettext(
        "Say who of %(department)s does a task", "Say who of %(department)s does %(count)d tasks", row["count"]
    )
    return Duty(
        act=DutyAct.DECIDE,
        title=title % facts,
        project_id=row["project_id"],
        project_name=row["project_name"],
        why=why % facts,
        link=reverse("planning:task", args=[row["project_id"], row["first"]]),
        button=_("Appoint"),
    )


def _tasks_to_detail(actor: Actor) -> Iterable[Duty]:
    """Whoever does a task (R by name, or owner) says what comes out of it and how everybody sees that it is done."""
    mine = RaciAssignment.objects.filter(task=OuterRef("pk"), letter=RaciLetter.RESPONSIBLE, person_id=actor.pk)
    rows = (
        Task.objects.filter(Q(Exists(mine)) | Q(owner_id=actor.pk), is_summary=False, is_milestone=False)
        .filter(Q(deliverable="") | Q(acceptance=""), project__phase__in=PLANNED)
        .order_by()
        .values("project_id", project_name=F("project__name"))
        .annotate(count=Count("pk"), first=Min("pk"))
        .order_by("project_id")
    )
    for row in rows:
        title = ngettext(
            "Write deliverable and acceptance criterion of a task",
            "Write deliverable and acceptance criterion of %(count)d tasks",
            row["count"],
        )
        yield Duty(
            act=DutyAct.COMPLETE,
            title=title % {"count": row["count"]},
            project_id=row["project_id"],
            project_name=row["project_name"],
            why=_("You are responsible (R) for it"),
            link=reverse("planning:task", args=[row["project_id"], row["first"]]),
            button=_("Write"),
        )
