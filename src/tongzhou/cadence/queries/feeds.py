"""Calendar feeds: a person's own, and the one behind a secret address."""

from __future__ import annotations

import hashlib

from django.db.models import QuerySet

from tongzhou.core.actor import Actor

from ..models import CalendarFeed


def feeds_of(actor: Actor) -> QuerySet[CalendarFeed]:
    """The person's own feeds, newest first."""
    return CalendarFeed.objects.filter(person_id=actor.pk).select_related("project")


def feed_behind(secret: str) -> CalendarFeed | None:
    """The feed of a secret address that still holds, of somebody who still works here."""
    living = CalendarFeed.objects.filter(revoked_at__isnull=True, person__is_active=True)
    return living.filter(digest=digest_of(secret)).select_related("person", "project").first()


def digest_of(secret: str) -> str:
    """What is kept of the secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
