"""Calendar feeds: a secret address, 256 bit, hashed at rest, shown once, changed and taken back at will."""

from __future__ import annotations

import secrets

from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import Conflict, InvalidInput, NotAllowed, Words
from tongzhou.core.events import record
from tongzhou.core.tables import unholdable
from tongzhou.people.models import Person
from tongzhou.projects.models import Project
from tongzhou.projects.queries import projects_for

from ..models import CalendarFeed
from ..queries.feeds import digest_of, feeds_of

MOST_FEEDS = 20
LONGEST_LABEL = 80


@act
def create_feed(
    label: str, *, project_id: int | None = None, is_busy_only: bool = False, by: Actor
) -> tuple[CalendarFeed, str]:
    """A new address for the person's own calendar, or for one project as the person may see it; returned this once."""
    person = Person.objects.select_for_update(of=("self",)).filter(pk=by.pk, is_active=True).first()
    if person is None:
        raise NotAllowed
    project: Project | None = reach(projects_for(by), project_id) if project_id is not None else None
    label = label.strip()
    problems: dict[str, Words] = {}
    if not label:
        problems["label"] = _("Say where you use it")
    elif len(label) > LONGEST_LABEL:
        problems["label"] = _("At most %(limit)s characters") % {"limit": LONGEST_LABEL}
    elif unholdable(label):
        problems["label"] = _("Please leave out line breaks, control characters and what could not be read")
    if problems:
        raise InvalidInput(problems)
    if feeds_of(by).filter(revoked_at__isnull=True).count() >= MOST_FEEDS:
        raise Conflict(_("You have %(number)s calendar addresses; take one back first") % {"number": MOST_FEEDS})
    plain = secrets.token_urlsafe(32)
    feed = CalendarFeed.objects.create(
        person=person,
        project=project,
        label=label,
        is_busy_only=is_busy_only,
        digest=digest_of(plain),
        hint=plain[-4:],
        created_at=clock.now(),
    )
    record(by, "cadence.feed.created", feed, after={"label": label, "is_busy_only": is_busy_only})
    return feed, plain


@act
def rotate_feed(feed_id: int, *, by: Actor) -> tuple[CalendarFeed, str]:
    """The same feed under another address; the old one stops working at once."""
    feed = _own(feed_id, by)
    plain = secrets.token_urlsafe(32)
    feed.digest, feed.hint, feed.last_used_on = digest_of(plain), plain[-4:], None
    feed.save(update_fields=["digest", "hint", "last_used_on"])
    record(by, "cadence.feed.rotated", feed)
    return feed, plain


@act
def revoke_feed(feed_id: int, *, by: Actor) -> CalendarFeed:
    """The address stops working at once."""
    feed = _own(feed_id, by)
    feed.revoked_at = clock.now()
    feed.save(update_fields=["revoked_at"])
    record(by, "cadence.feed.revoked", feed)
    return feed


def end_feeds(person_id: int) -> int:
    """Somebody leaves the company: every address of theirs ends in that act."""
    living = CalendarFeed.objects.filter(person_id=person_id, revoked_at__isnull=True)
    return living.update(revoked_at=clock.now())


def note_feed_use(feed: CalendarFeed) -> None:
    """Keeps the day of last use, once a day; no act of a person, so no event."""
    if feed.last_used_on != clock.today():
        CalendarFeed.objects.filter(pk=feed.pk).update(last_used_on=clock.today())


def _own(feed_id: int, by: Actor) -> CalendarFeed:
    feed: CalendarFeed = reach(feeds_of(by), feed_id, lock=True)
    if feed.revoked_at is not None:
        raise Conflict(_("This was taken back already"))
    return feed
