"""Delivering the outbox of groups: one queue and one rate a robot, however many workers there are.

A worker leases a robot, takes one message at a time, hands it over outside of any transaction, writes the outcome down.
It may be killed anywhere: a lease that runs out says that it was.
"""

from __future__ import annotations

import logging
import random
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tongzhou.core import clock, keys
from tongzhou.core.actor import system
from tongzhou.core.acts import act
from tongzhou.core.events import record, signal
from tongzhou.people.models import Person

from ..channels.contract import Kind, Mention, Outcome, Outgoing, Part, Verdict
from ..channels.marks import text_of
from ..models import Channel, ChatName, GroupMessage, Robot
from ..states import WAITING, MessageGrade, MessageState
from .alarms import tell_of_failing, tell_of_trouble

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
PAUSES_SECONDS = (10, 30, 60, 300, 900)
# So many messages of one robot in one visit; then the others have their turn.
AT_ONCE = 10
MOST_MERGED = 10
LATE_AFTER = timedelta(minutes=10)
_NAMES_OF_ALL = {"all", "@all", "here", "channel", "everyone"}


@dataclass(frozen=True, slots=True)
class Taken:
    """Messages that this worker is about to hand over in one go."""

    robot_id: int
    channel: Channel
    service: Kind
    ids: tuple[int, ...]
    attempt: int
    grade: str
    outgoing: Outgoing
    address: str
    secret: str


def deliver_groups(threads: int = 1) -> int:
    """Sends what is due to groups, several robots at a time. Returns how many messages the services have taken."""
    moment = clock.now()
    find_abandoned()
    due = list(_robots_due(moment))
    if threads <= 1 or len(due) <= 1:
        return sum(serve_robot(pk) for pk in due)
    with ThreadPoolExecutor(min(threads, len(due)), thread_name_prefix="robot") as pool:
        return sum(pool.map(_serve_in_thread, due))


def _serve_in_thread(robot_id: int) -> int:
    try:
        return serve_robot(robot_id)
    except Exception:
        # One robot's trouble is not the others'; what was not done is found by its lease.
        log.exception("robot %s", robot_id)
        return 0
    finally:
        connection.close()


def serve_robot(robot_id: int) -> int:
    """Sends what is due by one robot, within its rate; nothing when another worker has it."""
    moment = clock.now()
    token = secrets.token_hex(8)
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=moment)
    speaks = Q(silent_until__isnull=True) | Q(silent_until__lte=moment)
    claimed = Robot.objects.filter(free, speaks, pk=robot_id).update(leased_until=moment + LEASE, lease_token=token)
    if not claimed:
        return 0
    sent = 0
    try:
        for _number in range(AT_ONCE):
            taken = _take(robot_id, token)
            if taken is None:
                break
            sent += write_outcome(taken, _hand_over(taken))
    finally:
        Robot.objects.filter(pk=robot_id, lease_token=token).update(leased_until=None, lease_token="")
    return sent


def find_abandoned() -> None:
    """Messages whose worker died while it was handing them over: a digest may have arrived, an emergency goes again."""
    moment = clock.now()
    lost = GroupMessage.objects.filter(state=MessageState.SENDING, leased_until__lt=moment)
    for pk in list(lost.order_by("pk").values_list("pk", flat=True)[:500]):
        _give_back(pk, moment)


@act
def _give_back(pk: int, moment: datetime) -> None:
    message = (
        GroupMessage.objects.select_for_update(of=("self",))
        .filter(pk=pk, state=MessageState.SENDING, leased_until__lt=moment)
        .first()
    )
    if message is None:
        return
    again = message.grade == MessageGrade.EMERGENCY
    message.state = MessageState.RETRYING if again else MessageState.UNKNOWN
    message.next_try_at, message.leased_until, message.code = moment, None, "worker_died"
    message.save(update_fields=["state", "next_try_at", "leased_until", "code"])
    _show(message)
    if not again:
        tell_of_trouble(message)


def _robots_due(moment: datetime) -> QuerySet[Robot, int]:
    due = _due(moment).order_by().values("channel__robot")
    speaks = Q(silent_until__isnull=True) | Q(silent_until__lte=moment)
    return Robot.objects.filter(speaks, pk__in=due).order_by("pk").values_list("pk", flat=True)


def _due(moment: datetime) -> QuerySet[GroupMessage]:
    return GroupMessage.objects.filter(
        state__in=WAITING, next_try_at__lte=moment, channel__is_active=True, channel__removed_at__isnull=True
    )


def _take(robot_id: int, token: str) -> Taken | None:
    """The next message of the robot, with those that go out with it, marked as being sent; None when nothing may go."""
    while True:
        with transaction.atomic():
            moment = clock.now()
            robot = Robot.objects.select_for_update().filter(pk=robot_id, lease_token=token).first()
            if robot is None or (robot.silent_until and robot.silent_until > moment):
                return None
            urgent = Case(When(grade=MessageGrade.DIGEST, then=Value(1)), default=Value(0))
            rows = _due(moment).filter(channel__robot=robot).select_related("channel")
            message = rows.order_by(urgent, "due_at", "pk").first()
            if message is None or not _may_speak(robot, message.channel.service, moment):
                return None
            if not (message.grade == MessageGrade.DIGEST and moment > message.not_after):
                return _mark(robot, message, moment)
        _leave_out(message.pk)


def _may_speak(robot: Robot, service: Kind, moment: datetime) -> bool:
    """True while the robot is below each of the service's rates, counted over any window of that length."""
    now = moment.timestamp()
    longest = max(rate.seconds for rate in service.rates)
    robot.recent = [at for at in robot.recent if 0 <= now - at < longest]
    return all(sum(now - at < rate.seconds for at in robot.recent) < rate.count for rate in service.rates)


def _mark(robot: Robot, first: GroupMessage, moment: datetime) -> Taken:
    channel = first.channel
    service = channel.service
    with translation.override(channel.language):
        together, outgoing = _merged(first, service, moment)
    keys_of = [message.pk for message in together]
    until = moment + LEASE
    GroupMessage.objects.filter(pk__in=keys_of).update(
        state=MessageState.SENDING,
        leased_until=until,
        attempts=F("attempts") + 1,
        handed_over=F("handed_over") + 1,
        sent_text=text_of(outgoing)[:20_000],
    )
    GroupMessage.objects.filter(pk__in=keys_of[1:]).update(carrier=first.pk)
    robot.recent = [*robot.recent, moment.timestamp()]
    robot.leased_until = until
    robot.save(update_fields=["recent", "leased_until"])
    return Taken(
        robot.pk,
        channel,
        service,
        tuple(keys_of),
        first.attempts + 1,
        first.grade,
        outgoing,
        keys.show(channel.address_hidden),
        keys.show(channel.secret_hidden) if channel.secret_hidden else "",
    )


def _merged(first: GroupMessage, service: Kind, moment: datetime) -> tuple[list[GroupMessage], Outgoing]:
    """The message, and what else is due for the same group and fits whole beside it."""
    together = [first]
    if first.grade == MessageGrade.DIGEST and first.attempts == 0 and first.handed_over == 0:
        others = _due(moment).filter(
            channel=first.channel, grade=MessageGrade.DIGEST, attempts=0, handed_over=0, not_after__gte=moment
        )
        together += list(others.exclude(pk=first.pk).order_by("due_at", "pk")[: MOST_MERGED - 1])
    parts = _parts(together, first.channel, moment)
    outgoing = Outgoing(parts[:1], first.unique_key, moment)
    count = 1
    for part in parts[1:]:
        longer = replace(outgoing, parts=(*outgoing.parts, part))
        if not service.fits(longer):
            break
        outgoing, count = longer, count + 1
    return together[:count], outgoing


def _parts(messages: list[GroupMessage], channel: Channel, moment: datetime) -> tuple[Part, ...]:
    called = _mentions({pk for message in messages for pk in message.mentions}, channel.kind)
    parts = []
    for message in messages:
        link = message.link
        parts.append(
            Part(
                _marked(message, moment),
                tuple(message.body.splitlines()),
                f"{settings.TONGZHOU_PUBLIC_URL}{link}" if link.startswith("/") else link,
                message.link_label,
                tuple(called[pk] for pk in message.mentions if pk in called),
            )
        )
    return tuple(parts)


def _mentions(person_ids: set[int], kind: str) -> dict[int, Mention]:
    if not person_ids:
        return {}
    names = dict(ChatName.objects.filter(person__in=person_ids, kind=kind).values_list("person", "user_id"))
    people = Person.objects.filter(pk__in=person_ids, is_active=True).values_list("pk", "name", "mobile")
    return {
        pk: Mention(name, _one_person(names.get(pk, "")), "".join(filter(str.isdigit, mobile))[-11:])
        for pk, name, mobile in people
    }


def _one_person(user_id: str) -> str:
    """A name that means everybody is nobody's."""
    return "" if user_id.strip().lower() in _NAMES_OF_ALL else user_id.strip()


def _marked(message: GroupMessage, moment: datetime) -> str:
    """The title, saying that it comes late or once more."""
    marks = ""
    if message.handed_over:
        marks += _("[sent for the %(number)s. time] ") % {"number": message.handed_over + 1}
    if message.grade != MessageGrade.TEST and moment - message.due_at > LATE_AFTER:
        due = timezone.localtime(message.due_at, clock.company_zone())
        same_day = due.date() == timezone.localtime(moment, clock.company_zone()).date()
        marks += _("[late, was due %(time)s] ") % {"time": date_format(due, "H:i" if same_day else "m-d H:i")}
    return f"{marks}{message.title}"


def _hand_over(taken: Taken) -> Outcome:
    """The network; no transaction is open here."""
    try:
        with translation.override(taken.channel.language):
            return taken.service.send(taken.outgoing, taken.address, taken.secret)
    except Exception as failure:
        # Never the message of the failure: it may name the address.
        log.error("channel %s: %s while sending", taken.channel.pk, type(failure).__name__)
        return Outcome(Verdict.UNKNOWN, "defect")


@act
def write_outcome(taken: Taken, outcome: Outcome) -> int:
    """Writes down how it ended; returns how many messages arrived."""
    moment = clock.now()
    robot = Robot.objects.select_for_update().get(pk=taken.robot_id)
    channel = Channel.objects.select_for_update(of=("self",)).get(pk=taken.channel.pk)
    rows = GroupMessage.objects.select_for_update(of=("self",)).filter(
        # Whoever found the lease over may have called it unknown meanwhile; now it is known.
        pk__in=taken.ids,
        attempts=taken.attempt,
        state__in=(MessageState.SENDING, MessageState.UNKNOWN),
    )
    messages = list(rows.select_related("channel").order_by("pk"))
    for message in messages:
        _write(message, outcome, moment)
    if outcome.verdict is Verdict.LIMITED and outcome.silence_seconds:
        robot.silent_until = moment + timedelta(seconds=outcome.silence_seconds)
        robot.save(update_fields=["silent_until"])
    _write_health(channel, taken, outcome, moment)
    return len(messages) if outcome.verdict is Verdict.SENT else 0


def _write(message: GroupMessage, outcome: Outcome, moment: datetime) -> None:
    message.code, message.service_text = outcome.code[:40], outcome.service_text.replace("\x00", "")[:300]
    message.leased_until = None
    if outcome.verdict not in {Verdict.SENT, Verdict.UNKNOWN}:
        # Certainly not delivered, so no repeat.
        message.handed_over -= 1
    if outcome.verdict is Verdict.LIMITED:
        message.attempts -= 1
    message.state = _state_after(message, outcome, moment)
    if message.state == MessageState.SENT:
        message.sent_at = moment
    elif message.state == MessageState.RETRYING:
        message.next_try_at = moment + _pause(message, outcome)
    elif moment > message.not_after and outcome.verdict is not Verdict.PERMANENT:
        message.code = "given_up"
    message.save(
        update_fields=[
            "code",
            "service_text",
            "leased_until",
            "handed_over",
            "attempts",
            "state",
            "sent_at",
            "next_try_at",
        ]
    )
    _show(message)
    if message.state in {MessageState.FAILED, MessageState.UNKNOWN} and message.grade != MessageGrade.TEST:
        tell_of_trouble(message)


def _state_after(message: GroupMessage, outcome: Outcome, moment: datetime) -> MessageState:
    test, over = message.grade == MessageGrade.TEST, moment > message.not_after
    match outcome.verdict:
        case Verdict.SENT:
            return MessageState.SENT
        case Verdict.PERMANENT:
            return MessageState.FAILED
        case Verdict.UNKNOWN if message.grade != MessageGrade.EMERGENCY:
            return MessageState.UNKNOWN
    return MessageState.FAILED if test or over else MessageState.RETRYING


def _pause(message: GroupMessage, outcome: Outcome) -> timedelta:
    """10, 30, 60, 300, 900 s and so on, with jitter; after too many at once as long as the service wants silence."""
    seconds = PAUSES_SECONDS[min(max(message.attempts, 1), len(PAUSES_SECONDS)) - 1]
    if outcome.verdict is Verdict.LIMITED:
        return timedelta(seconds=max(outcome.silence_seconds, 1) + random.uniform(0, 5))  # noqa: S311
    return timedelta(seconds=seconds * random.uniform(1, 1.2))  # noqa: S311


def _write_health(channel: Channel, taken: Taken, outcome: Outcome, moment: datetime) -> None:
    """When it last worked and since when it does not; a first success makes the channel tested."""
    if channel.address_hidden != taken.channel.address_hidden or channel.secret_hidden != taken.channel.secret_hidden:
        # It was changed meanwhile: this says nothing of what it is now.
        return
    channel.last_code, channel.last_service_text = outcome.code[:40], outcome.service_text.replace("\x00", "")[:300]
    fields = ["last_code", "last_service_text"]
    if outcome.verdict is Verdict.SENT:
        if channel.failing_since is not None:
            record(system("worker"), "messaging.channel.recovered", channel)
        channel.last_sent_at, channel.failing_since = moment, None
        fields += ["last_sent_at", "failing_since"]
        if taken.grade == MessageGrade.TEST:
            channel.tested_at = moment
            fields.append("tested_at")
            record(system("worker"), "messaging.channel.tested", channel, topics=("channels",))
    elif outcome.verdict is not Verdict.LIMITED and channel.failing_since is None:
        channel.failing_since = moment
        fields.append("failing_since")
        record(
            system("worker"), "messaging.channel.failing", channel, data={"code": outcome.code}, topics=("channels",)
        )
        if taken.grade != MessageGrade.TEST:
            tell_of_failing(channel)
    channel.save(update_fields=fields)


@act
def _leave_out(pk: int) -> None:
    """More than six hours late: nobody wants the message any more, but somebody has to know."""
    message = GroupMessage.objects.select_for_update(of=("self",)).select_related("channel").get(pk=pk)
    if message.state not in WAITING:
        return
    message.state, message.code = MessageState.SKIPPED, "too_late"
    message.save(update_fields=["state", "code"])
    _show(message)
    tell_of_trouble(message)


def _show(message: GroupMessage) -> None:
    signal("outbox", "messaging.message.moved")
    signal(f"channel-{message.channel_id}", "messaging.message.moved")
