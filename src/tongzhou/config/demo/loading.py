"""Composes the demo company through the same services that people use, at the moments when they would have acted."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.db.models import F
from django.utils import translation

from tongzhou.core import clock
from tongzhou.core.actor import Actor, Role
from tongzhou.core.models import TryOutClock
from tongzhou.messaging.models import Delivery, DeliveryState, GroupMessage
from tongzhou.messaging.states import MessageState
from tongzhou.people import services as people
from tongzhou.people.models import Department, Person
from tongzhou.people.queries import actor_for

from . import campaign, complaints, cup, leakage, resources, shortage
from .people import DEPARTMENTS, PASSWORD
from .story import Story

# A Thursday before the campaign; docs/decisions/0005 says why.
NOW = datetime(2026, 5, 14, 9, 40, tzinfo=ZoneInfo("Asia/Shanghai"))
COMPANY_SINCE = date(2021, 3, 1)


def load() -> None:
    """Fills an empty database."""
    with translation.override("zh-hans"):
        with clock.frozen_at(datetime(2026, 5, 11, 9, 0, tzinfo=NOW.tzinfo)):
            _employ()
        story = Story()
        complaints.tell(story)
        resources.stock_up(story)
        promoted = campaign.tell(story)
        resources.tell(story, promoted, second=cup.tell(story))
        shortage.tell(story)
        leakage.tell(story)
    # What was written in the demo's past is not mailed to anybody; the group has it already.
    GroupMessage.objects.filter(state=MessageState.QUEUED).update(state=MessageState.SENT, sent_at=F("due_at"))
    Delivery.objects.filter(state=DeliveryState.QUEUED).update(state=DeliveryState.SENT, sent_at=clock.now())
    ahead = int((NOW - datetime.now(UTC)).total_seconds())
    TryOutClock.objects.update_or_create(pk=1, defaults={"ahead_seconds": ahead})
    clock.forget_offset()


def _employ() -> None:
    """Departments, persons and heads."""
    founder = Actor(person_id=None, name="set-up", roles=frozenset({Role.ADMIN}))
    made: dict[str, Department] = {}
    for entry in DEPARTMENTS:
        parent = made[entry.parent].pk if entry.parent else None
        department = people.create_department(
            entry.name, parent_id=parent, code=entry.code, colour=entry.colour, by=founder
        )
        made[entry.code] = department
        for username, name, title in entry.persons:
            values = {
                "username": username,
                "name": name,
                "title": title,
                "email": f"{username}@example.com",
                "joined_on": COMPANY_SINCE,
                **dict.fromkeys(entry.roles.get(username, ()), True),
            }
            people.add_person(values, department_id=department.pk, by=founder)
        people.name_head(department.pk, Person.objects.get(username=entry.head).pk, COMPANY_SINCE, by=founder)
    # One hash for all of them: a slow hash forty times over would make the first start slow.
    Person.objects.update(password=make_password(PASSWORD))
    people.delegate(
        made["sales"].pk,
        Person.objects.get(username="zheng.kai").pk,
        since=date(2026, 5, 11),
        until=date(2026, 5, 29),
        reason="出差期间代为处理",
        by=actor_for(Person.objects.get(username="liu.qiang")),
    )
