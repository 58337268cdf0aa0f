"""Telling those who can mend it that a channel fails or a message did not arrive."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongzhou.people.queries import active_administrators

from ..channel_owners import owners
from ..models import Channel, GroupMessage
from ..states import MessageGrade, MessageState
from .notify import notify

_TITLES = {
    MessageState.UNKNOWN: _("Nobody knows whether a message to %(channel)s arrived"),
    MessageState.FAILED: _("A message to %(channel)s did not go out"),
    MessageState.SKIPPED: _("A message to %(channel)s was left out: more than six hours late"),
}


def tell_of_trouble(message: GroupMessage) -> None:
    """A message needs somebody: those who keep the channel see which one, administrators see that there is one."""
    channel = message.channel
    title = _TITLES[MessageState(message.state)]
    key = f"group-message:{message.pk}:{message.handed_over}:{message.state}"
    urgent = message.grade == MessageGrade.EMERGENCY
    body = _("“%(title)s”. You can send it again with one click.")
    link = f"{reverse('messaging:group_messages')}?show=troubled"
    keepers = _keepers(channel)
    notify(
        keepers,
        key=key,
        title=title,
        body=body,
        values={"channel": channel.name, "title": message.title},
        link=link,
        project_id=channel.project_id,
        urgent=urgent,
        clock_runs=True,
    )
    notify(
        _administrators() - keepers,
        key=key,
        title=title,
        values=_hidden(channel),
        link=link,
        urgent=urgent,
        clock_runs=True,
    )


def tell_of_failing(channel: Channel) -> None:
    """The first message that did not go out after the channel had worked."""
    since = channel.failing_since
    key = f"channel-failing:{channel.pk}:{since.timestamp():.0f}" if since else f"channel-failing:{channel.pk}"
    title = _("%(channel)s does not take messages any more")
    body = channel.service.words_for(channel.last_code)
    keepers = _keepers(channel)
    notify(
        keepers,
        key=key,
        title=title,
        body=body,
        values={"channel": channel.name},
        link=channel.get_absolute_url(),
        project_id=channel.project_id,
        clock_runs=True,
    )
    link = reverse("messaging:group_messages")
    notify(
        _administrators() - keepers,
        key=key,
        title=title,
        body=body,
        values=_hidden(channel),
        link=link,
        clock_runs=True,
    )


def _keepers(channel: Channel) -> set[int]:
    if channel.owner_type not in owners:
        return set()
    return {pk for pk in owners.get(channel.owner_type).keepers(channel.owner_id) if pk is not None}


def _administrators() -> set[int]:
    return set(active_administrators().values_list("pk", flat=True))


def _hidden(channel: Channel) -> dict[str, object]:
    """What somebody may read who keeps the system but is not in the project."""
    return {"channel": channel.name if channel.project_id is None else _("the channel of a project")}
