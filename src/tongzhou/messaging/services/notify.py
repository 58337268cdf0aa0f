"""Telling people something: under the bell, and by mail where it is wanted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import translation
from django.utils.functional import Promise

from tongzhou.core import clock
from tongzhou.core.acts import act
from tongzhou.core.events import signal
from tongzhou.people.models import Person

from ..models import Notification
from .outbox import queue_mail


@act
def notify(
    person_ids: Iterable[int | None],
    *,
    key: str,
    title: str | Promise,
    link: str = "",
    body: str | Promise = "",
    values: dict[str, Any] | None = None,
    project_id: int | None = None,
    event_seq: int | None = None,
    urgent: bool = False,
    mail: bool = True,
) -> int:
    """Tells each active person once (``key`` says what), in that person's language. Returns how many were told.

    ``title`` and ``body`` are lazy translations with named placeholders, filled from ``values``.
    """
    told = 0
    people = Person.objects.filter(pk__in={pk for pk in person_ids if pk is not None}, is_active=True)
    known = set(
        Notification.objects.filter(person__in=people, unique_key=key[:120]).values_list("person_id", flat=True)
    )
    for person in people:
        if person.pk in known:
            continue
        with translation.override(person.language):
            line = str(title) % (values or {})
            text = str(body) % (values or {})
        Notification.objects.create(
            person=person,
            event_seq=event_seq,
            unique_key=key[:120],
            title=line[:300],
            body=text,
            link=link,
            project_id=project_id,
            is_urgent=urgent,
            at=clock.now(),
        )
        if mail and person.email:
            queue_mail(
                person, key=f"{key}:{person.pk}", subject=line, body=text or line, link=link, project_id=project_id
            )
        signal(f"person-{person.pk}", "messaging.notification.made")
        told += 1
    return told
