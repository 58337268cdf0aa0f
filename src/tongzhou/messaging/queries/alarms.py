"""What is wrong with messages now, for those who can mend it: computed from the rows, gone when it is mended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongzhou.core import clock
from tongzhou.core.actor import Actor

from ..channel_owners import runs_the_system
from ..models import Channel, Delivery, DeliveryState, GroupMessage
from ..states import TROUBLED, WAITING, MessageGrade, MessageState
from .channels import kept_channels, owner_facts, standing
from .outbox import TROUBLED as MAIL_TROUBLED

# Older than this, what is due and not sent means that no worker runs or that it does not keep up.
OLD_AFTER = timedelta(minutes=5)
SHOWN = 5


@dataclass(frozen=True, slots=True)
class MessageAlarm:
    """One thing that needs somebody: what, since when, where it is mended."""

    key: str
    text: str
    note: str
    link: str
    since: datetime | None


def alarms_for(actor: Actor) -> list[MessageAlarm]:
    """Failing channels, messages that did not arrive, mail that did not arrive, an outbox that stands still.

    One query for most people, who keep no channel or only such as work.
    """
    everywhere = runs_the_system(actor)
    dead = GroupMessage.objects.filter(state__in=TROUBLED, settled_at__isnull=True).exclude(grade=MessageGrade.TEST)
    troubled = Q(failing_since__isnull=False, is_active=True) | Q(Exists(dead.filter(channel=OuterRef("pk"))))
    rows = list((standing() if everywhere else kept_channels(actor)).filter(troubled).order_by("failing_since", "pk"))
    if not rows and not actor.is_admin:
        return []
    mine = set(kept_channels(actor).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    return [*_failing(rows, mine), *_dead_letters(dead.filter(channel__in=rows)), *_system(actor)]


def _failing(rows: list[Channel], mine: set[int]) -> Iterable[MessageAlarm]:
    shown = [row for row in rows if row.failing_since is not None and row.is_active][:SHOWN]
    facts = owner_facts((channel.owner_type, channel.owner_id) for channel in shown if channel.pk in mine)
    for channel in shown:
        owner = facts.get((channel.owner_type, channel.owner_id)) if channel.pk in mine else None
        name = f"{channel.name} · {owner.name}" if owner else _("the channel of a project")
        yield MessageAlarm(
            f"channel-{channel.pk}",
            _("%(service)s “%(name)s” does not take messages") % {"service": channel.get_kind_display(), "name": name},
            channel.last_words,
            channel.get_absolute_url() if owner else reverse("messaging:group_messages"),
            channel.failing_since,
        )


def _dead_letters(dead: QuerySet[GroupMessage]) -> Iterable[MessageAlarm]:
    facts = dead.order_by().aggregate(count=Count("pk"), since=Min("due_at"))
    if facts["count"]:
        text = ngettext(
            "%(count)s message to a group did not arrive", "%(count)s messages to groups did not arrive", facts["count"]
        ) % {"count": facts["count"]}
        note = _("Send them again with one click, or let them be.")
        link = f"{reverse('messaging:group_messages')}?show=troubled"
        yield MessageAlarm("dead-letters", text, note, link, facts["since"])


def _system(actor: Actor) -> Iterable[MessageAlarm]:
    if not actor.is_admin:
        return
    mails = (
        Delivery.objects.filter(state__in=MAIL_TROUBLED).order_by().aggregate(n=Count("pk"), since=Min("created_at"))
    )
    if mails["n"]:
        text = ngettext("%(count)s mail did not arrive", "%(count)s mails did not arrive", mails["n"])
        yield MessageAlarm(
            "mails",
            text % {"count": mails["n"]},
            _("The outbox of mail says why."),
            reverse("messaging:admin"),
            mails["since"],
        )
    if (since := oldest_waiting()) is not None and clock.now() - since > OLD_AFTER:
        yield MessageAlarm(
            "outbox-stands-still",
            _("Messages wait longer than they should"),
            _("No worker runs, or it does not keep up. See the operations guide, “Messages”."),
            reverse("messaging:group_messages"),
            since,
        )


def oldest_waiting() -> datetime | None:
    """Since when the oldest message that could have gone out waits; None when nothing does.

    What a robot's silence, a pause between attempts or a paused channel holds back does not count.
    """
    moment = clock.now()
    free = Q(channel__robot__silent_until__isnull=True) | Q(channel__robot__silent_until__lte=moment)
    groups = GroupMessage.objects.filter(
        free, state__in=WAITING, next_try_at__lte=moment, channel__is_active=True, channel__removed_at__isnull=True
    ).aggregate(first=Min("next_try_at"))["first"]
    abandoned = GroupMessage.objects.filter(state=MessageState.SENDING, leased_until__lte=moment).aggregate(
        first=Min("leased_until")
    )["first"]
    mails = Delivery.objects.filter(
        state__in=(DeliveryState.QUEUED, DeliveryState.RETRYING), next_try_at__lte=moment
    ).aggregate(first=Min("next_try_at"))["first"]
    found = [one for one in (groups, abandoned, mails) if one is not None]
    return min(found) if found else None
