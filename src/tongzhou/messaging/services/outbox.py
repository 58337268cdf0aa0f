"""The outbox of mail: a row in the transaction of its cause, sent by the worker, retried with growing pauses."""

from __future__ import annotations

import logging
import random
import smtplib
from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import F, Q
from django.utils import translation
from django.utils.html import format_html

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import TransitionNotAllowed, require
from tongzhou.core.events import record
from tongzhou.people.models import Person

from ..action_links import ByLink, purposes
from ..models import Delivery, DeliveryState
from .action_links import make_action_link

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
PAUSES_SECONDS = (10, 30, 60, 300, 900)
_PERMANENT = 500


@act
def queue_mail(
    person: Person,
    *,
    key: str,
    subject: str,
    body: str,
    link: str = "",
    project_id: int | None = None,
    calendar: str = "",
    not_before: datetime | None = None,
    by_link: ByLink | None = None,
) -> Delivery | None:
    """Puts one mail into the outbox, once per ``key``; nothing for a person without an address."""
    if not person.email:
        return None
    text = f"{body}\n\n{settings.TONGZHOU_PUBLIC_URL}{link}" if link else body
    delivery, _fresh = Delivery.objects.get_or_create(
        unique_key=key[:160],
        defaults={
            "person": person,
            "address": person.email,
            "subject": " ".join(subject.split())[:300],
            "body": text,
            "calendar": calendar,
            "project_id": project_id,
            "link_purpose": by_link.purpose if by_link else "",
            "link_subject": by_link.subject_id if by_link else None,
            "link_until": by_link.until if by_link else None,
            "next_try_at": not_before or clock.now(),
            "created_at": clock.now(),
        },
    )
    return delivery


def deliver_due(limit: int = 50) -> int:
    """Sends what is due; each row is claimed first, so any number of workers may run. Returns how many were sent.

    A row left in ``sending`` by a worker that died is set to ``unknown``: a mail may have gone out, so it waits for a
    person to decide instead of going out twice.
    """
    moment = clock.now()
    Delivery.objects.filter(state=DeliveryState.SENDING, leased_until__lt=moment).update(
        state=DeliveryState.UNKNOWN, leased_until=None
    )
    due = Delivery.objects.filter(_due(moment)).order_by("next_try_at", "pk").values_list("pk", flat=True)
    return sum(_deliver(pk) for pk in list(due[:limit]))


@act
def resend(delivery_id: int, *, by: Actor) -> Delivery:
    """An administrator sends a message again whose outcome is unknown or that failed for good."""
    require(by.is_admin or by.is_pmo)
    delivery = reach(Delivery.objects.all(), delivery_id, lock=True)
    if delivery.state not in {DeliveryState.UNKNOWN, DeliveryState.FAILED}:
        raise TransitionNotAllowed
    delivery.state = DeliveryState.QUEUED
    delivery.attempts = 0
    delivery.next_try_at = clock.now()
    delivery.save(update_fields=["state", "attempts", "next_try_at"])
    record(by, "messaging.delivery.resent", delivery, topics=("outbox",))
    return delivery


def _due(moment: object) -> Q:
    return Q(state__in=(DeliveryState.QUEUED, DeliveryState.RETRYING), next_try_at__lte=moment)


def _deliver(pk: int) -> bool:
    moment = clock.now()
    claimed = Delivery.objects.filter(_due(moment), pk=pk).update(
        state=DeliveryState.SENDING, leased_until=moment + LEASE, attempts=F("attempts") + 1
    )
    if not claimed:
        return False
    delivery = Delivery.objects.select_related("person").get(pk=pk)
    connection = get_connection()
    try:
        connection.open()
    except Exception as failure:
        # Nobody answered, so nothing went out: try again.
        _put_off(delivery, failure)
        return False
    try:
        connection.send_messages([_mail(delivery)])
    except (smtplib.SMTPServerDisconnected, TimeoutError, ConnectionError) as failure:
        _leave_unknown(delivery, failure)
        return False
    except Exception as failure:
        _put_off(delivery, failure)
        return False
    finally:
        with suppress(Exception):
            connection.close()
    Delivery.objects.filter(pk=pk).update(
        state=DeliveryState.SENT, sent_at=clock.now(), leased_until=None, last_error=""
    )
    return True


def _mail(delivery: Delivery) -> EmailMultiAlternatives:
    body = delivery.body + _by_link(delivery)
    mail = EmailMultiAlternatives(delivery.subject, body, settings.DEFAULT_FROM_EMAIL, [delivery.address])
    paragraphs = [format_html("<p>{}</p>", line) for line in body.splitlines() if line.strip()]
    mail.attach_alternative("\n".join(paragraphs), "text/html")
    if delivery.calendar:
        # Calendars act on the method only if the mail names the same as the file.
        method = "CANCEL" if "METHOD:CANCEL" in delivery.calendar else "REQUEST"
        mail.attach("invite.ics", delivery.calendar, f"text/calendar; method={method}")
    return mail


def _by_link(delivery: Delivery) -> str:
    """The line with the link, made for this mail alone; nothing when its time is over or its person has left."""
    person, until = delivery.person, delivery.link_until
    if person is None or not person.is_active or delivery.link_subject is None or delivery.link_purpose not in purposes:
        return ""
    if until is not None and until <= clock.now():
        return ""
    address = make_action_link(
        person, delivery.link_purpose, delivery.link_subject, project_id=delivery.project_id, until=until
    )
    with translation.override(person.language):
        words = str(purposes.get(delivery.link_purpose).button)
        return f"\n\n{words}: {settings.TONGZHOU_PUBLIC_URL}{address}"


def _leave_unknown(delivery: Delivery, failure: Exception) -> None:
    """The line broke while the mail was being handed over: it may have gone out, so a person decides."""
    Delivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.UNKNOWN, leased_until=None, last_error=_told(failure)
    )
    log.warning("mail %s: outcome unknown: %s", delivery.pk, failure)


def _put_off(delivery: Delivery, failure: Exception) -> None:
    """Not sent for certain: later again, with growing pauses; never again where the server refused for good."""
    last = _is_refused(failure) or delivery.attempts > len(PAUSES_SECONDS)
    pause = PAUSES_SECONDS[min(delivery.attempts, len(PAUSES_SECONDS)) - 1] * random.uniform(1, 1.2)  # noqa: S311
    Delivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.FAILED if last else DeliveryState.RETRYING,
        next_try_at=clock.now() + timedelta(seconds=pause),
        leased_until=None,
        last_error=_told(failure),
    )
    log.warning("mail %s not sent: %s", delivery.pk, failure)


def _is_refused(failure: Exception) -> bool:
    """True for what stays refused however often it is tried: an address or text the server rejects with 5xx.

    4xx is "not now" (RFC 5321, 4.2.1), greylisting for one; a wrong password is mended by an administrator.
    """
    match failure:
        case smtplib.SMTPRecipientsRefused():
            return all(code >= _PERMANENT for code, _words in failure.recipients.values())
        case smtplib.SMTPAuthenticationError():
            return False
        case smtplib.SMTPResponseException():
            return failure.smtp_code >= _PERMANENT
    return isinstance(failure, UnicodeError | ValueError)


def _told(failure: Exception) -> str:
    return f"{type(failure).__name__}: {failure}".replace("\x00", "")[:500]
