"""``tongzhou simulate``: the real cadence and outbox, years in minutes, with clocks and workers that are killed.

Runs on an empty database of its own. Projects in several zones fall due by their rules; each occasion writes a mail into the
outbox; clocks and workers are called one step at a time, in random order, on a clock that is moved from one due moment to the
next. A *crash* ends a step where a killed process would: before its transaction, inside it, or right after the commit; for a
worker before or after the mail has left. What was due is reckoned again afterwards from the timetable alone and compared with
what was sent, alarmed or called off: what is in neither is missed in silence.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Min, Q

from tongzhou.cadence import occasions
from tongzhou.cadence.deriving import Channel
from tongzhou.cadence.models import Alarm, Occasion, OccasionState, Rule
from tongzhou.cadence.queries.rules import occasion_kind
from tongzhou.cadence.services import fire_due, keep_rules, look_around, plan_ahead, set_zone
from tongzhou.cadence.states import RuleKind
from tongzhou.cadence.timetable import turns
from tongzhou.calendars.queries import company_calendar
from tongzhou.core import clock
from tongzhou.core.actor import system
from tongzhou.messaging.models import Delivery, DeliveryState
from tongzhou.messaging.services import deliver_due, queue_mail
from tongzhou.people.models import Department, Membership, Person
from tongzhou.people.queries import actor_for
from tongzhou.projects.models import Project, Scenario
from tongzhou.projects.services import create_project
from tongzhou.projects.states import Phase

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Tokyo", "America/Sao_Paulo")
BEGIN = datetime(2026, 3, 2, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
# The clock is looked at this much after something fell due, and leases and pauses run out between.
LOOK_AFTER = timedelta(seconds=1)
PAUSE = timedelta(minutes=3)
# One outage of each length in about so many days.
OUTAGES = (timedelta(hours=2), timedelta(hours=10), timedelta(days=6))
OUTAGE_EVERY_DAYS = 60


class Killed(BaseException):
    """The process is gone at this point; nothing it would have done afterwards happens."""


@dataclass
class Dice:
    """Decides where a process is killed."""

    random: random.Random
    chance: float
    crashes: int = 0

    def may_kill(self) -> None:
        """Ends the process here, with the chance asked for."""
        if self.random.random() < self.chance:
            self.crashes += 1
            raise Killed


@dataclass
class Figures:
    """What came of it."""

    due: int = 0
    sent: int = 0
    duplicate: int = 0
    missed_silently: int = 0
    alarmed: int = 0
    late: int = 0
    unknown: int = 0
    crashes: int = 0
    examples: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"due={self.due} sent={self.sent} duplicate={self.duplicate} missed_silently={self.missed_silently} "
            f"alarmed={self.alarmed} late={self.late} unknown={self.unknown} crashes={self.crashes}"
        )


class CountingMail(BaseEmailBackend):
    """The mail server of the simulation: counts what left, by subject; workers are killed before or after it."""

    sent: Counter[str] = Counter()
    dice: Dice | None = None

    def send_messages(self, email_messages: Any) -> int:
        """Takes the mails."""
        for message in email_messages:
            if self.dice:
                self.dice.may_kill()
            self.sent[message.subject] += 1
            if self.dice:
                self.dice.may_kill()
        return len(email_messages)


def simulate(days: int, zones: int, clocks: int, crashes: float, seed: int = 1) -> Figures:
    """Runs the company for so many days on the present, empty database, and tells what came of it."""
    dice = Dice(random.Random(seed), 0.0)  # noqa: S311
    end = BEGIN + timedelta(days=days)
    with _simulated(dice), clock.frozen_at(BEGIN):
        _company(zones)
    dice.chance = crashes
    with _simulated(dice):
        moment, outages = BEGIN, _outages(days, dice.random)
        while moment < end:
            _look(moment, clocks, dice)
            moment = _next_moment(moment, end, outages)
        # Whatever was left by the last crash is taken up.
        dice.chance = 0.0
        for minutes in range(0, 60, 3):
            _look(end + timedelta(minutes=minutes), clocks, dice)
        return _reckon(end, dice)


@contextmanager
def _simulated(dice: Dice) -> Iterator[None]:
    """Handlers that write one mail an occasion, and a mail server that counts."""
    from django.conf import settings

    def send(occasion: Occasion, rule: Rule) -> str:
        dice.may_kill()
        person = Person.objects.get(pk=rule.owner_id or 0)
        late = "late " if occasion.late_by else ""
        queue_mail(person, key=f"simulated:{occasion.pk}", subject=f"{late}{occasion.kind} {occasion.pk}", body="due")
        dice.may_kill()
        # Killed right after the commit: it is done, and nobody was told that it is.
        transaction.on_commit(dice.may_kill)
        return "sent"

    kept, backend = dict(occasions.rule_handlers._entries), settings.EMAIL_BACKEND
    for kind in RuleKind:
        occasions.rule_handlers._entries[kind] = send
    settings.EMAIL_BACKEND = f"{__name__}.{CountingMail.__name__}"
    CountingMail.dice = dice
    if not dice.chance:
        CountingMail.sent = Counter()
    try:
        yield
    finally:
        occasions.rule_handlers._entries.clear()
        occasions.rule_handlers._entries.update(kept)
        settings.EMAIL_BACKEND = backend


def _company(zones: int) -> None:
    """One project in each zone, all with the usual channels."""
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


def _look(moment: datetime, clocks: int, dice: Dice) -> None:
    """Every clock and worker takes its step, in any order; each may be killed over it and is started again."""
    steps: list[Callable[[], object]] = []
    for _number in range(clocks):
        steps += [fire_due, plan_ahead, look_around, deliver_due]
    dice.random.shuffle(steps)
    with clock.frozen_at(moment):
        for step in steps:
            try:
                step()
            except Killed:
                continue


def _outages(days: int, dice: random.Random) -> list[tuple[datetime, datetime]]:
    """Times in which nothing runs at all."""
    found = []
    for number in range(days // OUTAGE_EVERY_DAYS):
        start = BEGIN + timedelta(days=number * OUTAGE_EVERY_DAYS + dice.randrange(5, OUTAGE_EVERY_DAYS - 10))
        start += timedelta(minutes=dice.randrange(24 * 60))
        found.append((start, start + OUTAGES[number % len(OUTAGES)]))
    return found


def _next_moment(moment: datetime, end: datetime, outages: list[tuple[datetime, datetime]]) -> datetime:
    """The next moment at which there is something to do: due, a lease over, a mail to send again, or a new day."""
    nexts = [moment + timedelta(hours=12)]
    waiting = Occasion.objects.filter(state=OccasionState.WAITING).aggregate(first=Min("due_at"))["first"]
    firing = Occasion.objects.filter(state=OccasionState.FIRING).aggregate(first=Min("leased_until"))["first"]
    mails = Delivery.objects.filter(
        Q(state__in=(DeliveryState.QUEUED, DeliveryState.RETRYING)) | Q(state=DeliveryState.SENDING)
    )
    nexts += [at + LOOK_AFTER for at in (waiting, firing) if at is not None]
    if mails.exists():
        nexts.append(moment + PAUSE)
    following = min(max(min(nexts), moment + LOOK_AFTER), end)
    for start, over in outages:
        if start <= following < over:
            return min(over, end)
    return following


def _reckon(end: datetime, dice: Dice) -> Figures:
    """Compares what was due by the timetable alone with what happened."""
    figures = Figures(crashes=dice.crashes)
    rows = {(row.kind, row.subject_id, row.slot): row for row in Occasion.objects.exclude(slot="")}
    mails = {row.unique_key: row for row in Delivery.objects.all()}
    is_alarmed = set(Alarm.objects.values_list("kind", flat=True))
    calendar = company_calendar()
    for rule in Rule.objects.select_related("project__rhythm"):
        zone = rule.project.rhythm.zone_info
        first, last = BEGIN.date() - timedelta(days=1), end.date() + timedelta(days=1)
        for turn in turns(rule.timing, first, last, calendar, zone):
            if turn.at is None or not BEGIN < turn.at <= end:
                continue
            figures.due += 1
            row = rows.get((occasion_kind(rule.kind), rule.pk, turn.slot.isoformat()))
            _judge(figures, row, mails, is_alarmed, f"{rule.kind} {rule.project_id} {turn.at}")
    figures.sent = sum(CountingMail.sent.values())
    figures.duplicate = sum(number - 1 for number in CountingMail.sent.values())
    figures.late = sum(1 for subject in CountingMail.sent if subject.startswith("late "))
    return figures


def _judge(figures: Figures, row: Occasion | None, mails: dict[str, Delivery], alarmed: set[str], told: str) -> None:
    """Sent, or somebody was told that it was not; anything else was missed in silence."""
    if row is not None and row.state == OccasionState.SKIPPED and "occasions_skipped" in alarmed:
        figures.alarmed += 1
        return
    mail = mails.get(f"simulated:{row.pk}") if row is not None and row.state == OccasionState.DONE else None
    if mail is not None and mail.state == DeliveryState.SENT and CountingMail.sent[mail.subject]:
        return
    if mail is not None and mail.state == DeliveryState.UNKNOWN and "messages_in_doubt" in alarmed:
        figures.alarmed += 1
        figures.unknown += 1
        return
    figures.missed_silently += 1
    if len(figures.examples) < 5:
        figures.examples.append(f"{told}: {row and row.state} {mail and mail.state}")
