"""One way to tell people of an event of planning: never who did it, each once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise

from tongzhou.core.models import AuditEvent
from tongzhou.messaging.services import notify


def tell(
    event: AuditEvent,
    people: Iterable[int | None],
    title: str | Promise,
    body: str | Promise = "",
    *,
    link: str,
    urgent: bool = False,
    mail: bool = True,
    part: str = "",
    **values: Any,
) -> None:
    """Tells these people but the one who did it; ``part`` tells several messages of one event apart."""
    persons = {pk for pk in people if pk is not None and pk != event.actor_id}
    if persons:
        notify(
            persons,
            key=f"event:{event.seq}{part}",
            title=title,
            body=body,
            values={"who": event.actor_name, **values},
            link=link,
            project_id=event.project_id,
            event_seq=event.seq,
            urgent=urgent,
            mail=mail,
        )


def part_of(event: AuditEvent, name: str) -> dict[str, Any]:
    """``after`` or ``data`` of an event."""
    part: dict[str, Any] = json.loads(event.payload).get(name) or {}
    return part
