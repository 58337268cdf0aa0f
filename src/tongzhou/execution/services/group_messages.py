"""What execution says in a project's group; a project without a channel says it under the bell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from tongzhou.messaging.models import PROJECT
from tongzhou.messaging.queries import channels_of
from tongzhou.messaging.services import Draft, notify, queue_messages
from tongzhou.messaging.states import MessageGrade
from tongzhou.projects.models import Project
from tongzhou.projects.queries import participant_ids

Compose = Callable[[], tuple[str, Sequence[str]]]


def say_to_group(
    project: Project, compose: Compose, *, key: str, link: str, due_at: datetime, mentions: Sequence[int] = ()
) -> int:
    """Puts one digest into the outbox of every channel of the project, once per ``key``, in the channel's language.

    Where there is no channel, everybody who answers for something in the project is told. Returns how many channels or
    persons it goes to.
    """
    channels = list(channels_of(PROJECT, project.pk).filter(is_active=True).order_by("pk"))
    drafts = []
    for channel in channels:
        with translation.override(channel.language):
            title, lines = compose()
        drafts.append(
            Draft(
                channel=channel,
                key=f"{key}:{channel.pk}",
                title=title,
                lines=lines,
                link=link,
                link_label=_("Open the day"),
                grade=MessageGrade.DIGEST,
                due_at=due_at,
                mentions=mentions,
            )
        )
    if drafts:
        return len(queue_messages(drafts))
    with translation.override(settings.LANGUAGE_CODE):
        title, lines = compose()
    return notify(
        participant_ids(project),
        key=key,
        title="%(title)s",
        body="%(body)s",
        values={"title": title, "body": "\n".join(lines)},
        link=link,
        project_id=project.pk,
        mail=False,
    )
