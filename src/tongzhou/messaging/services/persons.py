"""Everybody's own wishes: how to be told, and under which name the chats know them; the mail once a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import InvalidInput, NotAllowed, Words
from tongzhou.core.events import record
from tongzhou.core.versions import save_version
from tongzhou.people.models import Person

from ..models import CHATS, ChatName, MailWish, Notification, Preference
from .outbox import queue_mail

LONGEST_USER_ID = 80
FOR_ALL = {"all", "@all", "here", "channel", "everyone"}
# So many are listed in one daily mail; the page has them all.
LISTED = 50


@act
def set_preference(version: int | None, values: Mapping[str, Any], *, by: Actor) -> Preference:
    """How I want to be told. ``values``: mail, digest_at, quiet_from, quiet_until."""
    person_id = _myself(by)
    preference, _fresh = Preference.objects.get_or_create(person_id=person_id)
    preference = Preference.objects.select_for_update().get(pk=preference.pk)
    names = ("mail", "digest_at", "quiet_from", "quiet_until")
    wanted = {name: getattr(preference, name) for name in names} | {
        name: value for name, value in values.items() if name in names
    }
    problems: dict[str, Words | list[Words]] = {}
    if wanted["mail"] not in MailWish.values:
        problems["mail"] = _("Choose one of the list")
    for name in names[1:]:
        # The company's wall clock; a time with a zone of its own is none.
        if wanted[name] is not None and (not isinstance(wanted[name], time) or wanted[name].tzinfo is not None):
            problems[name] = _("Give the time")
    if (wanted["quiet_from"] is None) != (wanted["quiet_until"] is None):
        problems["quiet_until"] = _("Quiet hours need both a beginning and an end")
    if problems:
        raise InvalidInput(problems)
    before = save_version(preference, version, wanted)
    if before:
        record(
            by, "messaging.preference.changed", preference, before=before, after={name: wanted[name] for name in before}
        )
    return preference


@act
def set_chat_names(values: Mapping[str, str], *, by: Actor) -> dict[str, str]:
    """Under which user id the chat services know me; an empty one is forgotten."""
    person_id = _myself(by)
    problems: dict[str, Words | list[Words]] = {}
    known = {kind.value for kind in CHATS}
    for kind, text in values.items():
        user_id = text.strip()
        if kind not in known:
            problems[kind] = _("Choose one of the list")
        elif len(user_id) > LONGEST_USER_ID or any(char.isspace() or char in "<>\"'&" for char in user_id):
            problems[kind] = _("This is no user id")
        elif user_id.lower() in FOR_ALL:
            problems[kind] = _("This would call everybody")
    if problems:
        raise InvalidInput(problems)
    for kind, text in values.items():
        mine = ChatName.objects.filter(person=person_id, kind=kind)
        if text.strip():
            ChatName.objects.update_or_create(person_id=person_id, kind=kind, defaults={"user_id": text.strip()})
        else:
            mine.delete()
    person = Person.objects.get(pk=person_id)
    record(by, "messaging.chat_names.changed", person, data={"services": sorted(values)})
    return dict(ChatName.objects.filter(person=person_id).values_list("kind", "user_id"))


def send_daily_mails(limit: int = 200) -> int:
    """One mail to everybody whose hour has come, with what was kept for it. Returns how many were made."""
    due = Notification.objects.filter(digest_at__lte=clock.now()).order_by()
    return sum(_daily_mail(pk) for pk in list(due.values_list("person", flat=True).distinct()[:limit]))


@act
def _daily_mail(person_id: int) -> int:
    person = Person.objects.select_for_update(of=("self",)).get(pk=person_id)
    rows = Notification.objects.filter(person=person, digest_at__lte=clock.now())
    found = list(rows.order_by("at", "pk"))
    rows.update(digest_at=None)
    # What was read meanwhile is no news.
    news = [note for note in found if note.read_at is None]
    if not news or not person.is_active:
        return 0
    with translation.override(person.language):
        subject = ngettext("%(count)s thing today", "%(count)s things today", len(news)) % {"count": len(news)}
        lines = [
            f"· {note.title}" + (f"\n  {settings.TONGZHOU_PUBLIC_URL}{note.link}" if note.link else "")
            for note in news[:LISTED]
        ]
        if len(news) > LISTED:
            lines.append(_("and %(count)s more") % {"count": len(news) - LISTED})
    key = f"daily:{person.pk}:{clock.now().timestamp():.0f}"
    # Several projects in one mail: the outbox shows none of it.
    return int(queue_mail(person, key=key, subject=subject, body="\n".join(lines), link="/messages/"))


def _myself(by: Actor) -> int:
    if by.person_id is None:
        raise NotAllowed
    return by.person_id
