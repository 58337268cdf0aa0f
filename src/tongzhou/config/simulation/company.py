"""The simulated company: a project and a group in each zone, and what its occasions put into the outbox."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time
from typing import Any

from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.test.utils import override_settings

from tongzhou.cadence import occasions
from tongzhou.cadence.deriving import Channel
from tongzhou.cadence.models import Occasion, Rule
from tongzhou.cadence.services import keep_rules, set_zone
from tongzhou.cadence.states import RuleKind
from tongzhou.core.actor import system
from tongzhou.messaging import outgoing
from tongzhou.messaging.models import PROJECT
from tongzhou.messaging.queries import channels_of
from tongzhou.messaging.services import add_channel, queue_mail, queue_message
from tongzhou.messaging.states import MessageGrade
from tongzhou.people.models import Department, Membership, Person
from tongzhou.people.queries import actor_for
from tongzhou.projects.models import Project, Scenario
from tongzhou.projects.services import create_project
from tongzhou.projects.states import Phase

from .killing import Dice
from .weather import SECRETS, Weather

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Tokyo", "America/Sao_Paulo")
VENDORS = tuple(SECRETS)
# What a rule's occasion becomes; the huddle stands for what must arrive, the daily message and the rest are digests.
MAILED = frozenset({RuleKind.REPORT_ASKED, RuleKind.REPORT_DUE})
URGENT = frozenset({RuleKind.HUDDLE})
# Numbers of emergencies that no rule made begin here.
STORM_NUMBERS = 1_000_000_000
STORM_SIZE = 30
# An answer that never comes is waited for this long, in real time.
PATIENCE_SECONDS = 2.0
_NUMBER = re.compile("编号([0-9]+)号")


class Mailbox(BaseEmailBackend):
    """The mail server of the simulation: keeps the subjects that arrived; workers are killed before or after it."""

    subjects: list[str] = []
    dice: Dice | None = None

    def send_messages(self, email_messages: Any) -> int:
        """Takes the mails."""
        for message in email_messages:
            if self.dice:
                self.dice.may_kill()
            self.subjects.append(message.subject)
            if self.dice:
                self.dice.may_kill()
        return len(email_messages)


def found(zones: int, weather: Weather) -> None:
    """Makes the company: one project in each zone, all with the usual rhythm, each with a group of its own."""
    department = Department.objects.create(name="Simulation", code="simulation")
    lead = Person.objects.create(username="simulated.lead", name="Lead", email="lead@example.com", is_pmo=True)
    Person.objects.create(username="simulated.admin", name="Admin", is_admin=True)
    Membership.objects.create(person=lead, department=department)
    by = actor_for(lead)
    for number in range(zones):
        project = create_project(
            name=f"Simulated {number}",
            scenario_id=Scenario.objects.earliest("pk").pk,
            initiator_id=department.pk,
            by=by,
        )
        Project.objects.filter(pk=project.pk).update(phase=Phase.EXECUTING)
        channels = {
            "daily": Channel("workday", time(17), owner_id=lead.pk),
            "weekly": Channel("week", time(15), weekday=4, shift="before", owner_id=lead.pk),
            "huddle": Channel("workday", time(12), owner_id=lead.pk),
        }
        keep_rules(project.pk, channels, by=system("simulation"))
        set_zone(project.pk, None, ZONES[number % len(ZONES)], by=by)
        robot = weather.robot(VENDORS[number % len(VENDORS)])
        group = {"name": f"Group {number}", "address": robot.address, "secret": robot.secret}
        add_channel(PROJECT, project.pk, robot.vendor, group, by=by)


def storm(first: int, moment: datetime) -> list[int]:
    """More emergencies for one group than its robot takes in a minute; returns their numbers."""
    projects = list(Project.objects.filter(name__startswith="Simulated ").order_by("pk"))
    project = projects[first // STORM_SIZE % len(projects)]
    numbers = [STORM_NUMBERS + first + extra for extra in range(STORM_SIZE)]
    channel = channels_of(PROJECT, project.pk).get()
    with transaction.atomic():
        for number in numbers:
            queue_message(channel, key=f"simulated:{number}", title=_title("storm", number), due_at=moment,
                          grade=MessageGrade.EMERGENCY)  # fmt: skip
    return numbers


@contextmanager
def in_business(dice: Dice) -> Iterator[None]:
    """Handlers that write one message an occasion, a mailbox, and a network that ends at this machine."""

    def send(occasion: Occasion, rule: Rule) -> str:
        dice.may_kill()
        title = _title(occasion.kind, occasion.pk)
        if rule.kind in MAILED:
            person = Person.objects.get(pk=rule.owner_id or 0)
            late = "late " if occasion.late_by else ""
            queue_mail(person, key=f"simulated:{occasion.pk}", subject=f"{late}{title}", body="due")
        else:
            grade = MessageGrade.EMERGENCY if rule.kind in URGENT else MessageGrade.DIGEST
            for channel in channels_of(PROJECT, rule.project_id):
                queue_message(channel, key=f"simulated:{occasion.pk}", title=title, due_at=occasion.due_at,
                              lines=("按期", "页面设计 延期1天"), link="/", grade=grade)  # fmt: skip
        dice.may_kill()
        # Killed right after the commit: it is done, and nobody was told that it is.
        transaction.on_commit(dice.may_kill)
        return "sent"

    def post(*args: Any, **more: Any) -> outgoing.Answer:
        dice.may_kill()
        try:
            return real_post(*args, **more)
        finally:
            dice.may_kill()

    kept, real_post, patience = dict(occasions.rule_handlers._entries), outgoing.post, outgoing.WHOLE_SECONDS
    occasions.rule_handlers._entries.update(dict.fromkeys(RuleKind, send))
    outgoing.post, outgoing.WHOLE_SECONDS = post, PATIENCE_SECONDS
    Mailbox.dice, Mailbox.subjects = dice, []
    try:
        with override_settings(
            EMAIL_BACKEND=f"{__name__}.{Mailbox.__name__}",
            TONGZHOU_OUTGOING_HOSTS=["127.0.0.1"],
            TONGZHOU_OUTGOING_NETWORKS=["127.0.0.0/8"],
        ):
            yield
    finally:
        occasions.rule_handlers._entries.clear()
        occasions.rule_handlers._entries.update(kept)
        outgoing.post, outgoing.WHOLE_SECONDS = real_post, patience


def arrivals(weather: Weather) -> dict[int, list[str]]:
    """What people have read: number of the message → the line in which it stood, each time it came."""
    read: dict[int, list[str]] = {}
    texts = [*Mailbox.subjects, *(text for robot in weather.robots for text in robot.texts())]
    for line in (line for text in texts for line in text.splitlines()):
        for number in _NUMBER.findall(line):
            read.setdefault(int(number), []).append(line)
    return read


def complaints(weather: Weather) -> Counter[str]:
    """What the robots found wrong with what they were handed."""
    return Counter(f"{robot.vendor}: {wrong}" for robot in weather.robots for wrong in robot.wrong)


def _title(kind: str, number: int) -> str:
    return f"{kind} 编号{number}号"
