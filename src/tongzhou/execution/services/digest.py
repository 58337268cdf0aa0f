"""The one message of a day: composed once, whoever's clock it is; what came too late is shown, not sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.events import record
from tongzhou.messaging.action_links import ByLink
from tongzhou.messaging.services import notify
from tongzhou.people.models.deputies import Scope
from tongzhou.people.queries.actors import delegations_on
from tongzhou.projects.models import Party, Project

from ..models import DailyMessage
from ..queries.daily import Voice, silent_on, voices_in
from ..queries.messages import facts_of_day, message_lines, message_title
from .group_messages import say_to_group
from .places import CONFIRM_UPDATE, day_link, write_link
from .waiting import wait_for_silent


@act
def compose_message(project: Project, day: date, due_at: datetime, *, by: Actor, is_late: bool = False) -> DailyMessage:
    """Makes the message of the day and hands it to the group; a second call finds it composed."""
    found = DailyMessage.objects.filter(project=project, day=day).first()
    if found is not None:
        return found
    facts = facts_of_day(project, day)
    with translation.override(settings.LANGUAGE_CODE):
        title, lines = message_title(facts, is_late=is_late), message_lines(facts)
    message, fresh = DailyMessage.objects.get_or_create(
        project=project,
        day=day,
        defaults={
            "due_at": due_at,
            "composed_at": clock.now(),
            "is_late": is_late,
            "facts": facts,
            "title": title,
            "body": "\n".join(lines),
        },
    )
    if not fresh:
        return message
    voices = voices_in(project)
    silent = {row["department_id"] for row in facts["silent"]}
    asked = [voice.asked_id for voice in voices if voice.department.pk in silent]
    say_to_group(
        project,
        lambda: (message_title(facts, is_late=is_late), message_lines(facts)),
        key=f"execution.daily:{project.pk}:{day.isoformat()}",
        link=day_link(project, day),
        due_at=due_at,
        mentions=[pk for pk in asked if pk is not None],
    )
    wait_for_silent(project, day, {row["department_id"]: row["days"] for row in facts["silent"]}, by=by)
    data = {"day": day, "silent": [row["department"] for row in facts["silent"]], "late": is_late}
    record(by, "execution.daily.composed", message, data=data)
    return message


@act
def remind_silent(project: Project, day: date, due_at: datetime) -> int:
    """Before the message is due: whoever is to post and has not. Returns how many were told."""
    told = 0
    parties = dict(Party.objects.filter(project=project, left_at__isnull=True).values_list("department_id", "pk"))
    for voice in silent_on(project, day):
        told += notify(
            _asked(voice),
            key=f"execution.daily_reminder:{project.pk}:{voice.department.pk}:{day.isoformat()}",
            title=_("Please post the daily update by %(time)s: %(project)s"),
            body=_("It is prepared from the tasks of %(department)s; look it through and confirm it."),
            values={
                "time": f"{due_at.astimezone(clock.company_zone()):%H:%M}",
                "project": project.name,
                "department": voice.department.name,
            },
            link=write_link(project, day, voice.department.pk),
            project_id=project.pk,
            act_by_link=_my_update(parties[voice.department.pk]),
        )
    return told


def _my_update(party_id: int) -> Callable[[int], ByLink]:
    """What the reminder offers: to see the draft of today and to confirm it, until the day is over."""
    until = datetime.combine(clock.today() + timedelta(days=1), time(0), clock.company_zone())
    return lambda person_id: ByLink(CONFIRM_UPDATE, party_id, until)


def _asked(voice: Voice) -> list[int | None]:
    """The contact person; where there is none, the head and the head's deputy."""
    if voice.contact is not None:
        return [voice.contact.pk]
    deputies = delegations_on(clock.today()).filter(department=voice.department)
    return [voice.head_id, *(row.deputy_id for row in deputies if not row.scopes or Scope.REPLY in row.scopes)]
