"""How each person wants to be told: by mail at once, once a day or not at all; never in the quiet hours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from tongzhou.core import clock
from tongzhou.core.actor import Actor

from ..models import ChatName, MailWish, Preference

DIGEST_AT = time(17, 30)


@dataclass(frozen=True, slots=True)
class Way:
    """When a mail of its own goes out, or into which daily mail it goes; neither where only the bell rings."""

    mail_at: datetime | None = None
    in_digest_at: datetime | None = None


def wishes_of(person_ids: Iterable[int]) -> dict[int, Preference]:
    """Everybody's wishes in one query; who has said nothing gets each by mail."""
    wanted = list(person_ids)
    found = {row.person_id: row for row in Preference.objects.filter(person__in=wanted)}
    return {pk: found.get(pk) or Preference(person_id=pk) for pk in wanted}


def preference_of(actor: Actor) -> Preference:
    """How this person wants to be told."""
    return wishes_of([actor.pk])[actor.pk]


def chat_names_of(actor: Actor) -> dict[str, str]:
    """Service → the user id under which it knows this person."""
    return dict(ChatName.objects.filter(person=actor.pk).values_list("kind", "user_id"))


def how_to_tell(wish: Preference, moment: datetime, *, urgent: bool, clock_runs: bool) -> Way:
    """What cannot wait goes out now; what a clock runs for is never muted, only kept out of the quiet hours."""
    if urgent:
        return Way(mail_at=moment)
    if clock_runs or wish.mail == MailWish.EACH:
        return Way(mail_at=_after_quiet(wish, moment))
    if wish.mail == MailWish.DIGEST:
        return Way(in_digest_at=_next(wish.digest_at or DIGEST_AT, moment))
    return Way()


def _after_quiet(wish: Preference, moment: datetime) -> datetime:
    """The moment itself, or the end of the quiet hours it falls into; they may pass midnight."""
    begin, end = wish.quiet_from, wish.quiet_until
    if begin is None or end is None or begin == end:
        return moment
    now = moment.astimezone(clock.company_zone()).time()
    quiet = begin <= now < end if begin < end else (now >= begin or now < end)
    return _next(end, moment) if quiet else moment


def _next(at: time, moment: datetime) -> datetime:
    """The next time the company's clock shows ``at``."""
    local = moment.astimezone(clock.company_zone())
    due = datetime.combine(local.date(), at, clock.company_zone())
    return due if due > local else datetime.combine(local.date() + timedelta(days=1), at, clock.company_zone())
