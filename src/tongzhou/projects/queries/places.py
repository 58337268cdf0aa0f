"""The places of one project, as tabs: whoever shows a page of a project shows the same ones."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongzhou.core.navigation import url_if_there

from ..models import Project
from ..states import Phase

# Where a project has been executed there is progress to look at; a suspended one remembers.
EXECUTED = frozenset({Phase.EXECUTING, Phase.CLOSING, Phase.CLOSED})


def project_tabs(project: Project, current: str) -> list[dict[str, Any]]:
    """Home, request, objectives, commitments, meetings, memorandum, plan, progress, people, history, as far as there.

    ``current`` is the key of the page being shown. For the ``tabs`` tag.
    """
    places = [
        ("home", _("Overview"), "layout-dashboard", "projects:home"),
        ("request", _("Request"), "file-text", "alignment:collab"),
        ("objectives", _("Objectives"), "target", "projects:objectives"),
        ("commitments", _("Commitments"), "link", "projects:commitments"),
        ("meetings", _("Meetings"), "calendar-event", "meetings:list_for_project"),
        ("memorandum", _("Memorandum"), "signature", "alignment:memorandum"),
        ("plan", pgettext("of a project", "Plan"), "timeline", "planning:plan"),
        ("execution", pgettext("of a project", "Progress"), "progress", "execution:board"),
        ("people", _("People"), "users", "projects:people"),
        ("history", _("History"), "history", "projects:history"),
    ]
    if project.phase == Phase.DRAFT:
        places = [place for place in places if place[0] not in {"commitments", "meetings", "memorandum", "plan"}]
    if project.phase not in EXECUTED and project.phase_before not in EXECUTED:
        places = [place for place in places if place[0] != "execution"]
    return [
        {"label": label, "icon": icon, "url": url_if_there(name, project.pk), "current": key == current}
        for key, label, icon, name in places
    ]
