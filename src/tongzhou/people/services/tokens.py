"""API tokens and login links: 256 bit, shown once, expiring."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import Conflict, InvalidInput, NotAllowed, Words, require
from tongzhou.core.events import record
from tongzhou.core.tables import unholdable

from .. import login_links, policies
from ..models import ApiToken, Person
from .access import end_sessions
from .persons import password_problems

LONGEST_DAYS = 366
MOST_TOKENS = 50
PREFIX = "tz_"


@act
def create_api_token(label: str, days: int, *, by: Actor) -> tuple[ApiToken, str]:
    """Gives the person a key for a program, and returns it in the clear, this once."""
    person = Person.objects.select_for_update(of=("self",)).filter(pk=by.pk, is_active=True).first()
    if person is None:
        raise NotAllowed
    label = label.strip()
    problems: dict[str, Words] = {}
    if not label:
        problems["label"] = _("Say what it is for")
    elif len(label) > 80:
        problems["label"] = _("At most %(limit)s characters") % {"limit": 80}
    elif unholdable(label):
        problems["label"] = _("Please leave out line breaks, control characters and what could not be read")
    if not 1 <= days <= LONGEST_DAYS:
        problems["days"] = _("From 1 to %(limit)s days") % {"limit": LONGEST_DAYS}
    if problems:
        raise InvalidInput(problems)
    moment = clock.now()
    if ApiToken.objects.filter(person=person, revoked_at__isnull=True, expires_at__gt=moment).count() >= MOST_TOKENS:
        raise Conflict(_("You have %(number)s tokens; revoke one first") % {"number": MOST_TOKENS})
    plain = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        person=person,
        label=label,
        digest=hashlib.sha256(plain.encode()).hexdigest(),
        hint=plain[-4:],
        created_at=moment,
        expires_at=moment + timedelta(days=days),
    )
    record(by, "people.token.created", token, after={"label": label, "expires_at": token.expires_at})
    return token, plain


def note_token_use(token: ApiToken) -> None:
    """Keeps the day of last use, once a day; no act of a person, so no event."""
    if token.last_used_on != clock.today():
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=clock.today())


@act
def revoke_api_token(token_id: int, *, by: Actor) -> ApiToken:
    """The token stops working at once. Everybody revokes their own; an administrator anybody's."""
    visible = ApiToken.objects.all() if policies.can_keep_people(by) else ApiToken.objects.filter(person_id=by.pk)
    token = reach(visible, token_id, lock=True)
    if token.revoked_at is not None:
        raise Conflict(_("This was taken back already"))
    token.revoked_at = clock.now()
    token.save(update_fields=["revoked_at"])
    record(by, "people.token.revoked", token)
    return token


@act
def issue_login_link(person_id: int, *, by: Actor) -> str:
    """A link with which a person sets a password of their own, once, within a week; returns its secret part."""
    require(policies.can_keep_people(by))
    person = reach(Person.objects.filter(is_active=True), person_id, lock=True)
    record(by, "people.login_link.issued", person)
    return login_links.secret_for(person)


@act
def set_password_by_link(secret: str, password: str) -> Person:
    """The person who holds a login link sets a password; the link is used up, older sessions end."""
    person = login_links.person_of(secret, lock=True)
    if person is None:
        raise Conflict(_("This link is used up or too old. Ask an administrator for a new one."))
    if texts := password_problems(password, person):
        raise InvalidInput({"password": texts})
    person.set_password(password)
    person.save(update_fields=["password"])
    end_sessions(person)
    record(
        Actor(person_id=person.pk, name=person.name, language=person.language), "people.password.set_by_link", person
    )
    return person
