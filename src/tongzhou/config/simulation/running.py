"""The simulated time itself: who takes a step when, and when the next moment is at which something happens."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Min, QuerySet

from tongzhou.cadence.models import Occasion, OccasionState
from tongzhou.cadence.services import fire_due, look_around, plan_ahead
from tongzhou.core import clock
from tongzhou.messaging.models import Delivery, DeliveryState, GroupMessage
from tongzhou.messaging.services import deliver_due, deliver_groups
from tongzhou.messaging.states import WAITING, MessageState

from . import company
from .killing import Dice
from .reckoning import Figures, reckon
from .weather import Weather

BEGIN = datetime(2026, 3, 2, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
# The clock is looked at this much after something fell due, and leases and pauses run out between.
LOOK_AFTER = timedelta(seconds=1)
PAUSE = timedelta(minutes=3)
# A robot that has heard enough for this minute is asked again this much later.
BREATH = timedelta(seconds=5)
LONGEST_STEP = timedelta(hours=12)
# One outage of each length in about so many days.
OUTAGES = (timedelta(hours=2), timedelta(hours=10), timedelta(days=6))
OUTAGE_EVERY_DAYS = 60
STORM_EVERY_DAYS = 45
# What waits at the end is tried for as long as it is anywhere.
DRAINED_AFTER = timedelta(hours=12)


def simulate(days: int, zones: int, clocks: int, crashes: float, seed: int = 1) -> Figures:
    """Runs the company for so many days on the present, empty database, and tells what came of it.

    ``crashes`` is the chance that a step is killed, and that a service answers a request badly.
    """
    chance = random.Random(seed)  # noqa: S311
    dice, weather = Dice(chance, 0.0), Weather(chance, 0.0, BEGIN)
    end = BEGIN + timedelta(days=days)
    try:
        with company.in_business(dice):
            with clock.frozen_at(BEGIN):
                company.found(zones, weather)
            dice.chance = weather.chance = crashes
            weather.plan(BEGIN, days)
            numbers = _live(end, clocks, dice, weather, _outages(days, chance), _storms(days, chance))
            # Whatever was left by the last crash is taken up.
            dice.chance = 0.0
            weather.clear_up()
            _drain(end, clocks, dice, weather)
            with clock.frozen_at(end):
                figures = reckon(BEGIN, end, company.arrivals(weather), numbers)
            complaints = company.complaints(weather)
    finally:
        weather.close()
    figures.crashes, figures.bad_answers, figures.wrong = dice.crashes, weather.bad_answers, complaints.total()
    figures.examples += [f"{count} × {complaint}" for complaint, count in complaints.most_common(3)]
    return figures


def _live(
    end: datetime,
    clocks: int,
    dice: Dice,
    weather: Weather,
    outages: list[tuple[datetime, datetime]],
    storms: list[datetime],
) -> list[int]:
    """From the first moment to the last; returns the numbers of the emergencies that broke out."""
    numbers: list[int] = []
    moment, coming = BEGIN, sorted(storms)
    while moment < end:
        while coming and coming[0] <= moment:
            coming.pop(0)
            with clock.frozen_at(moment):
                numbers += company.storm(len(numbers), moment)
        _look(moment, clocks, dice, weather)
        moment = _next_moment(moment, end, outages)
    return numbers


def _drain(end: datetime, clocks: int, dice: Dice, weather: Weather) -> None:
    moment = end
    while moment < end + DRAINED_AFTER:
        _look(moment, clocks, dice, weather)
        if not _is_under_way():
            return
        moment = _next_moment(moment, end + DRAINED_AFTER, [])


def _look(moment: datetime, clocks: int, dice: Dice, weather: Weather) -> None:
    """Every clock and worker takes its step, in any order; each may be killed over it and is started again."""
    steps: list[Callable[[], object]] = []
    for _number in range(clocks):
        steps += [fire_due, plan_ahead, look_around, deliver_due, deliver_groups]
    dice.random.shuffle(steps)
    weather.moment = moment
    with clock.frozen_at(moment):
        for step in steps:
            with dice.process():
                step()


def _outages(days: int, chance: random.Random) -> list[tuple[datetime, datetime]]:
    """Times in which nothing runs at all."""
    found = []
    for number in range(days // OUTAGE_EVERY_DAYS):
        start = BEGIN + timedelta(days=number * OUTAGE_EVERY_DAYS + chance.randrange(5, OUTAGE_EVERY_DAYS - 10))
        start += timedelta(minutes=chance.randrange(24 * 60))
        found.append((start, start + OUTAGES[number % len(OUTAGES)]))
    return found


def _storms(days: int, chance: random.Random) -> list[datetime]:
    """Moments at which more goes wrong at once than a robot can say in a minute."""
    return [
        BEGIN + timedelta(days=number * STORM_EVERY_DAYS, minutes=chance.randrange(STORM_EVERY_DAYS * 24 * 60))
        for number in range(days // STORM_EVERY_DAYS)
    ]


def _next_moment(moment: datetime, end: datetime, outages: list[tuple[datetime, datetime]]) -> datetime:
    """The next moment at which there is something to do: due, a lease over, a message to send again, or half a day on."""
    nexts = [moment + LONGEST_STEP]
    waiting = Occasion.objects.filter(state=OccasionState.WAITING).aggregate(first=Min("due_at"))["first"]
    firing = Occasion.objects.filter(state=OccasionState.FIRING).aggregate(first=Min("leased_until"))["first"]
    nexts += [at + LOOK_AFTER for at in (waiting, firing) if at is not None]
    if _mails().exists():
        nexts.append(moment + PAUSE)
    if (groups := _groups_from()) is not None:
        nexts.append(max(groups + LOOK_AFTER, moment + BREATH))
    following = min(max(min(nexts), moment + LOOK_AFTER), end)
    for start, over in outages:
        if start <= following < over:
            return min(over, end)
    return following


def _is_under_way() -> bool:
    occasions = Occasion.objects.filter(state=OccasionState.FIRING)
    messages = GroupMessage.objects.filter(state__in=(*WAITING, MessageState.SENDING))
    return occasions.exists() or _mails().exists() or messages.exists()


def _mails() -> QuerySet[Delivery]:
    return Delivery.objects.filter(state__in=(DeliveryState.QUEUED, DeliveryState.RETRYING, DeliveryState.SENDING))


def _groups_from() -> datetime | None:
    """When the first message to a group may go out, or is found to be left by a worker that was killed."""
    left = GroupMessage.objects.filter(state=MessageState.SENDING).aggregate(first=Min("leased_until"))["first"]
    rows = GroupMessage.objects.filter(state__in=WAITING).values_list(
        "next_try_at", "channel__robot__silent_until", "channel__robot__leased_until"
    )
    found = [max(at for at in row if at is not None) for row in rows]
    return min([*found, *([left] if left else [])], default=None)
