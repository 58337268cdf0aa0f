"""Links in messages that do one thing for one person: signed, expiring, used once, kept as digests only."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.core import signing
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import override

from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import NotFound, TransitionNotAllowed
from tongzhou.core.events import record
from tongzhou.people.models import Person
from tongzhou.people.queries import actor_of_person

from ..action_links import LinkPurpose, Part, purposes
from ..models import ActionLink

_SALT = "tongzhou.action-link"


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link somebody has opened: what it would do, as whom."""

    link: ActionLink
    purpose: LinkPurpose
    by: Actor
    question: str | None
    hindrance: str = ""
    details: Sequence[Part] = ()
    instead: tuple[str, str] | None = None


@act
def make_action_link(
    person: Person, purpose: str, subject_id: int, *, project_id: int | None = None, until: datetime | None = None
) -> str:
    """The address of a link for this person and this one act. It is shown once: here.

    ``until``: its end, where that comes before the purpose's own.
    """
    found = purposes.get(purpose)
    token = secrets.token_urlsafe(32)
    moment = clock.now()
    ActionLink.objects.create(
        token_digest=_digest(token),
        person=person,
        purpose=purpose,
        subject_id=subject_id,
        project_id=project_id,
        epoch=person.session_epoch,
        created_at=moment,
        expires_at=min(moment + found.lasts, until or moment + found.lasts),
    )
    return reverse("messaging:act", args=[signing.Signer(salt=_SALT).sign(token)])


def open_action_link(signed: str) -> OpenLink:
    """What the link would do; ``NotFound`` when forged, expired, used, or its person was signed out everywhere."""
    link = _valid(_rows(signed).select_related("person").first())
    by = replace(actor_of_person(link.person_id), extra={"link": link.purpose})
    purpose = purposes.get(link.purpose)
    with override(by.language):
        question = purpose.question(link.subject_id, by)
        if question is None:
            return OpenLink(link, purpose, by, None)
        return OpenLink(
            link,
            purpose,
            by,
            question,
            hindrance=purpose.hindrance(link.subject_id, by),
            details=purpose.details(link.subject_id, by),
            instead=purpose.instead(link.subject_id),
        )


@act
def use_action_link(signed: str) -> OpenLink:
    """Does the one act, once. Opening the page alone does nothing: chats and mail scanners open links by themselves."""
    link = _valid(_rows(signed).select_for_update(of=("self",)).select_related("person").first())
    by = replace(actor_of_person(link.person_id), extra={"link": link.purpose})
    purpose = purposes.get(link.purpose)
    with override(by.language):
        question = purpose.question(link.subject_id, by)
        if question is None:
            raise TransitionNotAllowed
        if hindrance := purpose.hindrance(link.subject_id, by):
            raise TransitionNotAllowed(hindrance)
        link.used_at = clock.now()
        link.save(update_fields=["used_at"])
        purpose.run(link.subject_id, by)
    record(by, "messaging.link.used", link, data={"purpose": link.purpose}, project_id=link.project_id)
    return OpenLink(link, purpose, by, question)


def forget_action_links() -> int:
    """Drops what has expired."""
    return ActionLink.objects.filter(Q(expires_at__lt=clock.now())).delete()[0]


def _rows(signed: str) -> QuerySet[ActionLink]:
    try:
        token = signing.Signer(salt=_SALT).unsign(signed)
    except signing.BadSignature:
        raise NotFound from None
    return ActionLink.objects.filter(token_digest=_digest(token), used_at__isnull=True, expires_at__gt=clock.now())


def _valid(link: ActionLink | None) -> ActionLink:
    if (
        link is None
        or link.purpose not in purposes
        or not link.person.is_active
        or link.person.session_epoch != link.epoch
    ):
        raise NotFound
    return link


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
