"""What may be done by a link in a message: to look at today's draft and to confirm it as it is."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.time_words import calendar_day
from tongzhou.messaging import action_links
from tongzhou.messaging.action_links import LinkPurpose, Part
from tongzhou.projects.models import Party
from tongzhou.projects.queries import projects_for

from . import policies
from .models import DailyUpdate
from .queries.drafts import Draft, DraftLine, draft_of
from .queries.rhythm import daily_deadline, daily_rule
from .services import post_update
from .services.places import CONFIRM_UPDATE, day_link, write_link
from .states import LineSection


def register() -> None:
    """Makes the purpose known; called when the app is ready."""
    action_links.register(
        LinkPurpose(
            CONFIRM_UPDATE,
            gettext_lazy("My update of today"),
            gettext_lazy("Confirm today's update"),
            question=_question,
            run=_confirm,
            after=lambda party_id: day_link(_party(party_id).project, clock.today()),
            details=_details,
            hindrance=_hindrance,
            instead=_by_hand,
        )
    )


def _party(party_id: int) -> Party:
    return Party.objects.select_related("project", "department", "contact").get(pk=party_id)


def _question(party_id: int, by: Actor) -> str | None:
    """None when the person may not speak for the department, has posted, or nothing is collected today."""
    party = Party.objects.select_related("project", "department").filter(pk=party_id, left_at__isnull=True).first()
    today = clock.today()
    if party is None or not projects_for(by).filter(pk=party.project_id).exists():
        return None
    posted = DailyUpdate.objects.filter(project=party.project_id, department=party.department_id, day=today)
    if (
        not policies.can_report(by, party.project, party.department_id, party.contact_id)
        or daily_deadline(daily_rule(party.project_id), today) is None
        or posted.exists()
    ):
        return None
    return _("Update of %(department)s for %(day)s, %(project)s. This is what the plan knows:") % {
        "department": party.department.name,
        "day": calendar_day(today, clock.local_now()),
        "project": party.project.name,
    }


def _draft(party: Party) -> Draft:
    return draft_of(party.project, party.department_id, clock.today())


def _parts(draft: Draft) -> dict[str, Sequence[DraftLine]]:
    return {LineSection.DONE: draft.done, LineSection.NEXT: draft.next, LineSection.BLOCKED: draft.blocked}


def _details(party_id: int, by: Actor) -> Sequence[Part]:
    parts = _parts(_draft(_party(party_id)))
    return [(str(LineSection(name).label), [line.text for line in lines]) for name, lines in parts.items() if lines]


def _hindrance(party_id: int, by: Actor) -> str:
    """An empty draft says nothing, and late work wants its reason: both are written by hand."""
    draft = _draft(_party(party_id))
    if not (draft.done or draft.next or draft.blocked):
        return _("The plan knows nothing to report today: write a line yourself.")
    late = [row.task.title for row in draft.danger if row.is_late and (row.delay is None or not row.delay.reason)]
    if late:
        return _("“%(task)s” is late: the reason and the risk level are written on the page of the update.") % {
            "task": late[0]
        }
    return ""


def _confirm(party_id: int, by: Actor) -> object:
    party = _party(party_id)
    reach(projects_for(by), party.project_id)
    return post_update(party.project_id, party.department_id, clock.today(), _parts(_draft(party)), by=by)


def _by_hand(party_id: int) -> tuple[str, str]:
    party = _party(party_id)
    return _("Open and change it"), write_link(party.project, clock.today(), party.department_id)
