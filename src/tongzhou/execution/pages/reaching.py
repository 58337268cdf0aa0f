"""What every page of execution begins with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongzhou.core.actor import Actor
from tongzhou.core.errors import NotFound
from tongzhou.core.navigation import url_if_there
from tongzhou.people.models import Department
from tongzhou.projects.models import Party, Project
from tongzhou.projects.pages.reaching import project_for, shared

from .. import policies
from ..queries.daily import Voice

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)


def executed(request: HttpRequest, pk: int, place: str) -> tuple[Project, dict[str, Any]]:
    """The project and the context of each page of its progress."""
    project = project_for(request, pk)
    context = shared(request, project, "execution") | {
        "places": places(project, place),
        "work_is_reported": policies.work_is_reported(project),
    }
    return project, context


def places(project: Project, current: str) -> list[dict[str, Any]]:
    """The places of a project's progress, for the ``tabs`` tag."""
    found = [
        ("board", pgettext("of a project", "Board"), "layout-kanban", "execution:board"),
        ("daily", _("Daily updates"), "checklist", "execution:daily"),
        ("archive", _("Day by day"), "calendar-week", "execution:daily_archive"),
        ("weekly", _("Weekly reports"), "report", "execution:weekly"),
        ("outlook", pgettext("of a project", "Outlook"), "target-arrow", "execution:outlook"),
        ("board_paper", _("Progress board on paper"), "printer", "execution:board_paper"),
    ]
    return [
        {"label": label, "icon": icon, "url": url_if_there(name, project.pk), "current": key == current}
        for key, label, icon, name in found
    ]


def spoken_in(actor: Actor, project: Project, voices: Iterable[Voice]) -> set[int]:
    """Departments for which the reader may write now."""
    return {
        voice.department.pk
        for voice in voices
        if policies.can_report(actor, project, voice.department.pk, voice.contact.pk if voice.contact else None)
    }


def day_in(text: str) -> date:
    """A day out of an address."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NotFound from None
    if not EARLIEST <= day <= LATEST or day.isoformat() != text:
        raise NotFound
    return day


def department_in(project: Project, pk: int) -> tuple[Department, int | None]:
    """A department of this very project, and its contact person."""
    party = (
        Party.objects.filter(project=project, department=pk, left_at__isnull=True).select_related("department").first()
    )
    if party is None:
        raise NotFound
    return party.department, party.contact_id
