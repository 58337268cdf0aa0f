"""kill -9 in the middle of writing, of sending and of firing."""

from __future__ import annotations

import signal
import socketserver
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from tests.messaging.robots import Mood, Robot
from tests.processes import end, start, start_ours
from tongzhou.cadence import occasions
from tongzhou.cadence.models import Occasion, OccasionState
from tongzhou.cadence.services import fire_due, plan_occasion
from tongzhou.core.models import AuditEvent
from tongzhou.core.verify import chain_problems
from tongzhou.messaging.models import Delivery, DeliveryState
from tongzhou.messaging.services import add_channel, deliver_due, deliver_groups, queue_message
from tongzhou.messaging.states import MessageGrade, MessageState
from tongzhou.people.models import Department, Person
from tongzhou.people.queries import actor_for

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def real_time(stopped_clock):
    """The killed processes live in the present, so this side does too."""
    stopped_clock.moment = datetime.now(UTC)
    return stopped_clock


# The deaths fall at different points of an act.
ACTS_BEFORE_DEATH = (1, 30)


def test_nothing_acknowledged_is_lost_and_nothing_is_half_written_when_writers_are_killed():
    acknowledged = set()
    for wanted in ACTS_BEFORE_DEATH:
        writers = {name: start("-m", "tests.faults.writer", name) for name in (f"a{wanted}", f"b{wanted}")}
        said = {name: [writer.stdout.readline() for _ in range(wanted)] for name, writer in writers.items()}
        for name, writer in writers.items():
            writer.kill()
            said[name] += writer.stdout.readlines()
            assert end(writer) == -signal.SIGKILL
            acknowledged |= {f"{name}-{number.strip()}" for number in said[name]}
    departments = set(Department.objects.values_list("code", flat=True))
    assert len(acknowledged) >= 2 * sum(ACTS_BEFORE_DEATH)
    assert acknowledged - departments == set()
    # At most the one act under way at each death was committed without having been acknowledged.
    assert len(departments - acknowledged) <= 2 * len(ACTS_BEFORE_DEATH)
    assert set(Person.objects.values_list("username", flat=True)) == departments
    assert set(AuditEvent.objects.values_list("subject_label", flat=True)) == departments
    assert list(chain_problems()) == []


class MailServer(socketserver.ThreadingTCPServer):
    """Takes a mail and never says that it has: the moment in which nobody knows."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), MailTalk)
        self.received: list[bytes] = []
        self.has_mail = threading.Event()


class MailTalk(socketserver.StreamRequestHandler):
    """Enough of SMTP to be handed one mail."""

    server: MailServer

    def handle(self) -> None:
        """Reads commands; the answer to the mail itself is never given."""
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            if line.upper().startswith(b"DATA"):
                self.wfile.write(b"354 go on\r\n")
                self.server.received.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                self.server.has_mail.set()
            else:
                self.wfile.write(b"250 ok\r\n")


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_a_mail_whose_sender_was_killed_is_unknown_and_never_goes_out_twice(mail_server, real_time):
    now = real_time.moment
    delivery = Delivery.objects.create(
        unique_key="one", address="zhou.yi@example.com", subject="签署备忘录", body="…", next_try_at=now, created_at=now
    )
    worker = start_ours("worker", TONGZHOU_EMAIL_URL=f"smtp://127.0.0.1:{mail_server.server_address[1]}")
    try:
        assert mail_server.has_mail.wait(20)
    finally:
        end(worker, signal.SIGKILL)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.SENDING

    assert deliver_due() == 0
    real_time.moment += timedelta(minutes=5)
    assert deliver_due() == 0
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.UNKNOWN
    assert len(mail_server.received) == 1
    assert mail.outbox == []


@pytest.fixture
def quick_handler() -> Iterator[list[int]]:
    """In this process the same kind of occasion is done at once."""
    fired: list[int] = []

    def quick(occasion: Occasion) -> str:
        fired.append(occasion.pk)
        return "done"

    occasions.register("faults.slow", quick)
    yield fired
    del occasions.handlers._entries["faults.slow"]


def test_an_occasion_whose_clock_was_killed_fires_once_after_its_lease(quick_handler, real_time):
    person = Person.objects.create(username="zhou.yi", name="周怡")
    occasion = plan_occasion("faults.slow", person, real_time.moment)
    clock = start("-m", "tests.faults.slow_clock")
    try:
        assert clock.stdout.readline() == "firing\n"
    finally:
        end(clock, signal.SIGKILL)
    occasion.refresh_from_db()
    assert occasion.state == OccasionState.FIRING
    assert not Department.objects.filter(code="dies").exists()

    assert fire_due() == 0
    real_time.moment += timedelta(minutes=5)
    assert fire_due() == 1
    assert fire_due() == 0
    occasion.refresh_from_db()
    assert (occasion.state, occasion.attempts, quick_handler) == (OccasionState.DONE, 2, [occasion.pk])


@pytest.mark.parametrize(
    ("grade", "state", "said"),
    [(MessageGrade.DIGEST, MessageState.UNKNOWN, 1), (MessageGrade.EMERGENCY, MessageState.SENT, 2)],
)
def test_a_group_message_whose_sender_was_killed_is_alarmed_or_goes_again_with_a_mark(
    grade, state, said, real_time, settings
):
    settings.TONGZHOU_OUTGOING_HOSTS, settings.TONGZHOU_OUTGOING_NETWORKS = ["127.0.0.1"], ["127.0.0.0/8"]
    admin = Person.objects.create(username="guan.li", name="管立", is_admin=True)
    robot = Robot("wecom", mood=Mood.SILENT)
    channel = add_channel("company", 0, "wecom", {"name": "群", "address": robot.address}, by=actor_for(admin))
    message = queue_message(channel, key="one", title="日报", grade=grade)
    worker = start_ours("worker", TONGZHOU_OUTGOING_HOSTS="127.0.0.1", TONGZHOU_OUTGOING_NETWORKS="127.0.0.0/8")
    try:
        assert robot.began.wait(20)
    finally:
        end(worker, signal.SIGKILL)
    message.refresh_from_db()
    assert message.state == MessageState.SENDING

    robot.mood = Mood.WORKS
    assert deliver_groups() == 0, "its lease still runs"
    real_time.moment += timedelta(minutes=5)
    deliver_groups()
    deliver_groups()
    message.refresh_from_db()
    robot.close()
    assert (message.state, len(robot.said)) == (state, said)
    assert ["第 2 次发送" in text for text in robot.texts()] == [False, True][:said]
    assert list(chain_problems()) == []
