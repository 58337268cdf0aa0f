"""The one message of a day: composed once, whoever's clock it is; what came too late is shown, not sent."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.events import record
from tongzhou.messaging.services import notify
from tongzhou.people.models.deputies import Scope
from tongzhou.people.queries.actors import delegations_on
from tongzhou.projects.models import Project

from ..models import DailyMessage
from ..queries.daily import Voice, silent_on, voices_in
from ..queries.messages import facts_of_day, message_lines, message_title
from .group_messages import say_to_group
from .places import day_link, write_link

# From so many days of silence on the head hears of it.
STREAK_TOLD = 2


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
    _tell_heads(project, day, facts["silent"], voices)
    data = {"day": day, "silent": [row["department"] for row in facts["silent"]], "late": is_late}
    record(by, "execution.daily.composed", message, data=data)
    return message


@act
def remind_silent(project: Project, day: date, due_at: datetime) -> int:
    """Before the message is due: whoever is to post and has not. Returns how many were told."""
    told = 0
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
        )
    return told


def _asked(voice: Voice) -> list[int | None]:
    """The contact person; where there is none, the head and the head's deputy."""
    if voice.contact is not None:
        return [voice.contact.pk]
    deputies = delegations_on(clock.today()).filter(department=voice.department)
    return [voice.head_id, *(row.deputy_id for row in deputies if not row.scopes or Scope.REPLY in row.scopes)]


def _tell_heads(project: Project, day: date, silent: list[dict[str, object]], voices: list[Voice]) -> None:
    """The head hears of it when the department has been silent for days."""
    streaks = {row["department_id"]: row["days"] for row in silent}
    for voice in voices:
        days = streaks.get(voice.department.pk)
        if isinstance(days, int) and days >= STREAK_TOLD:
            notify(
                [voice.head_id],
                key=f"execution.daily_silence:{project.pk}:{voice.department.pk}:{day.isoformat()}",
                title=_("%(department)s has not posted for %(days)s working days: %(project)s"),
                body=_("Contact person: %(contact)s. You may post yourself, or name somebody else."),
                values={
                    "department": voice.department.name,
                    "days": days,
                    "project": project.name,
                    "contact": voice.contact.name if voice.contact else "–",
                },
                link=day_link(project, day),
                project_id=project.pk,
            )
