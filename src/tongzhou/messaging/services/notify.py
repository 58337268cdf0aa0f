"""Telling people something: under the bell, and by mail where it is wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.utils import translation
from django.utils.functional import Promise

from tongzhou.core import clock
from tongzhou.core.acts import act
from tongzhou.core.events import signal
from tongzhou.people.models import Person

from ..action_links import ByLink
from ..models import Notification
from ..queries.wishes import how_to_tell, wishes_of
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
    clock_runs: bool = False,
    act_by_link: Callable[[int], ByLink] | None = None,
) -> int:
    """Tells each active person once (``key`` says what), in that person's language. Returns how many were told.

    ``title`` and ``body`` are lazy translations with named placeholders, filled from ``values``. Everybody chooses whether
    it comes by mail as well, and when; what is ``urgent`` comes at once, and what a clock runs for (``clock_runs``) comes
    by mail whatever was chosen, after the quiet hours. ``act_by_link`` says per person what the mail of their own offers to
    do by link; what goes to a group or a daily mail offers nothing, because whoever reads it would act as that person.
    """
    told = 0
    moment = clock.now()
    people = Person.objects.filter(pk__in={pk for pk in person_ids if pk is not None}, is_active=True)
    known = set(
        Notification.objects.filter(person__in=people, unique_key=key[:120]).values_list("person_id", flat=True)
    )
    wishes = wishes_of(person.pk for person in people)
    for person in people:
        if person.pk in known:
            continue
        way = how_to_tell(wishes[person.pk], moment, urgent=urgent, clock_runs=clock_runs)
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
            at=moment,
            digest_at=way.in_digest_at if mail and person.email else None,
        )
        if mail and person.email and way.mail_at is not None:
            queue_mail(
                person,
                key=f"{key}:{person.pk}",
                subject=line,
                body=text or line,
                link=link,
                project_id=project_id,
                not_before=way.mail_at,
                by_link=act_by_link(person.pk) if act_by_link else None,
            )
        signal(f"person-{person.pk}", "messaging.notification.made")
        told += 1
    return told
