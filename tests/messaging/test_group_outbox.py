"""Messages to groups: a row first, sent within the rate, never silently lost and never silently doubled."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.conftest import Clock
from tests.messaging.channels import channel_to, emergency, queued
from tests.messaging.robots import Mood, Robot
from tongzhou.core import clock
from tongzhou.core.errors import NotAllowed, NotFound, TransitionNotAllowed
from tongzhou.messaging import queries, services
from tongzhou.messaging.models import Channel, GroupMessage, Notification
from tongzhou.messaging.models import Robot as Queue
from tongzhou.messaging.services import deliver_groups, group_delivery, resend_message, settle_message
from tongzhou.messaging.services.group_outbox import spread
from tongzhou.messaging.states import MessageGrade, MessageState

RobotOf = Callable[..., Robot]


def state_of(message: GroupMessage) -> MessageState:
    """Where it stands now."""
    message.refresh_from_db()
    return MessageState(message.state)


def test_a_message_arrives_with_its_link_and_its_outcome_is_written_down(cast: Cast, robot_of: RobotOf) -> None:
    robot = robot_of("wecom")
    message = queued(channel_to(robot, cast), "1")
    assert (state_of(message), robot.requests) == (MessageState.QUEUED, 0)
    assert deliver_groups() == 1
    assert state_of(message) is MessageState.SENT
    assert "/projects/1/" in robot.texts()[0]
    assert message.channel.last_sent_at == clock.now()


def test_the_same_key_is_one_message(cast: Cast, robot_of: RobotOf) -> None:
    robot = robot_of("wecom")
    channel = channel_to(robot, cast)
    assert queued(channel, "1").pk == queued(channel, "1").pk
    deliver_groups()
    deliver_groups()
    assert len(robot.said) == 1


def test_texts_are_written_in_the_channels_language(cast: Cast, robot_of: RobotOf) -> None:
    from django.utils.translation import gettext_lazy as _

    channel = channel_to(robot_of("wecom"), cast, language="en")
    message = queued(channel, "1", title=_("Notifications"))
    assert message.title == "Notifications"


def test_a_digest_whose_outcome_is_unknown_is_alarmed_and_sent_again_only_by_a_person(
    cast: Cast, robot_of: RobotOf, stopped_clock: Clock
) -> None:
    robot = robot_of("wecom", mood=Mood.HANGS_UP)
    message = queued(channel_to(robot, cast), "1")
    deliver_groups()
    assert state_of(message) is MessageState.UNKNOWN
    robot.mood = Mood.WORKS
    stopped_clock.moment += timedelta(hours=2)
    deliver_groups()
    assert len(robot.said) == 1, "it had arrived; nobody sends it a second time by himself"
    assert Notification.objects.filter(person=cast.admin, unique_key__startswith="group-message:").count() == 1
    resend_message(message.pk, by=cast.by("admin"))
    deliver_groups()
    assert state_of(message) is MessageState.SENT
    assert "第 2 次发送" in robot.texts()[1], "what may come twice says so"


def test_an_emergency_whose_outcome_is_unknown_goes_again_and_says_so(
    cast: Cast, robot_of: RobotOf, stopped_clock: Clock
) -> None:
    robot = robot_of("dingtalk", mood=Mood.HANGS_UP)
    message = emergency(channel_to(robot, cast), "1")
    deliver_groups()
    assert state_of(message) is MessageState.RETRYING
    stopped_clock.moment += timedelta(seconds=13)
    deliver_groups()
    robot.mood = Mood.WORKS
    stopped_clock.moment += timedelta(seconds=40)
    deliver_groups()
    assert state_of(message) is MessageState.SENT
    assert ["第" in text for text in robot.texts()] == [False, True, True]
    assert "第 3 次发送" in robot.texts()[2]


def test_a_refused_attempt_is_no_repeat(cast: Cast, robot_of: RobotOf, stopped_clock: Clock) -> None:
    robot = robot_of("wecom", mood=Mood.BROKEN)
    emergency(channel_to(robot, cast), "1")
    deliver_groups()
    robot.mood = Mood.WORKS
    stopped_clock.moment += timedelta(seconds=13)
    deliver_groups()
    assert "次发送" not in robot.texts()[0]


def test_a_service_that_is_down_is_tried_with_growing_pauses_for_six_hours(
    cast: Cast, robot_of: RobotOf, stopped_clock: Clock
) -> None:
    robot = robot_of("wecom", mood=Mood.BROKEN)
    message = queued(channel_to(robot, cast), "1")
    pauses = []
    while state_of(message) in {MessageState.QUEUED, MessageState.RETRYING}:
        stopped_clock.moment = max(message.next_try_at, clock.now())
        deliver_groups()
        message.refresh_from_db()
        pauses.append((message.next_try_at - clock.now()).total_seconds())
    for pause, least in zip(pauses, (10, 30, 60, 300, 900, 900, 900), strict=False):
        assert least <= pause <= least * 1.2
    assert message.state in {MessageState.FAILED, MessageState.SKIPPED}
    assert timedelta(hours=6) <= clock.now() - message.due_at < timedelta(hours=6, minutes=20)
    titles = list(Notification.objects.filter(person=cast.admin).values_list("title", flat=True))
    assert len(titles) == 2, "told when it began to fail, and when it was given up"


def test_what_comes_late_says_so_and_after_six_hours_it_is_left_out_with_an_alarm(
    cast: Cast, robot_of: RobotOf, stopped_clock: Clock
) -> None:
    robot = robot_of("wecom")
    channel = channel_to(robot, cast)
    stopped_clock.at("2026-05-11 17:00")
    evening = queued(channel, "17", due_at=clock.now())
    noon = queued(channel, "12", due_at=clock.now() - timedelta(hours=5))
    stopped_clock.at("2026-05-11 19:00")
    deliver_groups()
    assert (state_of(evening), state_of(noon)) == (MessageState.SENT, MessageState.SKIPPED)
    assert "迟发" in robot.texts()[0]
    assert "17:00" in robot.texts()[0]
    assert len(robot.said) == 1
    assert [alarm.key for alarm in queries.alarms_for(cast.by("admin"))] == ["dead-letters"]


def test_a_refusal_for_good_fails_at_once_with_the_reason_in_words(cast: Cast, robot_of: RobotOf) -> None:
    robot = robot_of("dingtalk", mood=Mood.STOPPED)
    channel = channel_to(robot, cast)
    message = queued(channel, "1")
    deliver_groups()
    assert (state_of(message), message.attempts, robot.requests) == (MessageState.FAILED, 1, 1)
    assert message.service_text.startswith("sign not match")
    assert "密钥" in message.words
    assert [alarm.key for alarm in queries.alarms_for(cast.by("admin"))] == [f"channel-{channel.pk}", "dead-letters"]
    settle_message(message.pk, by=cast.by("admin"))
    assert [alarm.key for alarm in queries.alarms_for(cast.by("admin"))] == [f"channel-{channel.pk}"]


def test_a_channel_that_works_again_raises_no_alarm(cast: Cast, robot_of: RobotOf, stopped_clock: Clock) -> None:
    robot = robot_of("feishu", mood=Mood.BROKEN)
    channel = channel_to(robot, cast)
    queued(channel, "1")
    deliver_groups()
    channel.refresh_from_db()
    assert channel.failing_since == clock.now()
    robot.mood = Mood.WORKS
    stopped_clock.moment += timedelta(seconds=13)
    deliver_groups()
    channel.refresh_from_db()
    assert channel.failing_since is None
    assert queries.alarms_for(cast.by("admin")) == []


@pytest.mark.parametrize(("vendor", "most"), [("wecom", 20), ("dingtalk", 20)])
def test_no_robot_hears_more_than_its_minute_allows(
    vendor: str, most: int, cast: Cast, robot_of: RobotOf, stopped_clock: Clock
) -> None:
    robot = robot_of(vendor)
    channel = channel_to(robot, cast)
    for number in range(50):
        emergency(channel, str(number))
    for _second in range(170):
        deliver_groups()
        stopped_clock.moment += timedelta(seconds=1)
    assert (len(robot.said), robot.wrong) == (50, [])
    assert robot.requests == 50


def test_feishu_hears_five_a_second(cast: Cast, robot_of: RobotOf, stopped_clock: Clock) -> None:
    robot = robot_of("feishu")
    channel = channel_to(robot, cast)
    for number in range(12):
        emergency(channel, str(number))
    counts = []
    for _second in range(3):
        deliver_groups()
        counts.append(len(robot.said))
        stopped_clock.moment += timedelta(seconds=1)
    assert (counts, robot.wrong) == ([5, 10, 12], [])


def test_two_channels_to_one_robot_share_its_rate(cast: Cast, robot_of: RobotOf) -> None:
    robot = robot_of("wecom")
    first, second = channel_to(robot, cast, name="甲"), channel_to(robot, cast, name="乙")
    for number in range(15):
        emergency(first, f"a{number}")
        emergency(second, f"b{number}")
    for _round in range(5):
        deliver_groups()
    assert (len(robot.said), robot.wrong) == (20, [])
    assert Queue.objects.count() == 1


def test_the_ten_minutes_of_dingtalk_are_kept_and_cost_no_attempt(
    cast: Cast, robot_of: RobotOf, stopped_clock: Clock
) -> None:
    robot = robot_of("dingtalk")
    channel = channel_to(robot, cast)
    # Somebody else uses the same robot.
    robot.blocked_until = clock.now().timestamp() + 600
    message = emergency(channel, "1")
    deliver_groups()
    assert (state_of(message), message.attempts) == (MessageState.RETRYING, 0)
    for _minute in range(9):
        stopped_clock.moment += timedelta(minutes=1)
        emergency(channel, f"more {_minute}")
        deliver_groups()
    assert robot.requests == 1, "silence for ten minutes"
    stopped_clock.moment += timedelta(minutes=1, seconds=10)
    deliver_groups()
    assert state_of(message) is MessageState.SENT


def test_an_emergency_passes_what_waits_before_it(cast: Cast, robot_of: RobotOf) -> None:
    robot = robot_of("webhook")
    channel = channel_to(robot, cast)
    queued(channel, "digest")
    emergency(channel, "1")
    deliver_groups()
    assert [text.splitlines()[0] for text in robot.texts()] == ["紧急 1", "日报 digest"]


def test_what_is_due_together_for_one_group_goes_out_as_one(cast: Cast, robot_of: RobotOf) -> None:
    robot = robot_of("wecom")
    channel = channel_to(robot, cast)
    three = [queued(channel, str(number)) for number in range(3)]
    assert deliver_groups() == 3
    assert len(robot.said) == 1
    assert all(f"日报 {number}" in robot.texts()[0] for number in range(3))
    assert {state_of(message) for message in three} == {MessageState.SENT}
    assert {message.carrier_id for message in three} == {None, three[0].pk}


def test_messages_that_do_not_fit_together_go_out_one_after_the_other(cast: Cast, robot_of: RobotOf) -> None:
    robot = robot_of("wecom")
    channel = channel_to(robot, cast)
    for number in range(3):
        queued(channel, str(number), lines=("中" * 600,))
    assert deliver_groups() == 3
    assert (len(robot.said), robot.wrong) == (2, [])


def test_when_a_merged_message_is_lost_every_one_of_it_is_known_to_be(cast: Cast, robot_of: RobotOf) -> None:
    robot = robot_of("wecom", mood=Mood.HANGS_UP)
    channel = channel_to(robot, cast)
    three = [queued(channel, str(number)) for number in range(3)]
    deliver_groups()
    assert {state_of(message) for message in three} == {MessageState.UNKNOWN}


def test_around_the_full_and_half_hour_messages_are_spread(cast: Cast, stopped_clock: Clock) -> None:
    stopped_clock.at("2026-05-11 17:00")
    seconds = {spread(clock.now(), robot).total_seconds() for robot in range(2000)}
    assert min(seconds) == 0
    assert max(seconds) == 90
    assert len(seconds) == 91
    stopped_clock.at("2026-05-11 17:30")
    assert spread(clock.now(), 1) == spread(clock.now(), 1)
    stopped_clock.at("2026-05-11 17:10")
    assert spread(clock.now(), 1) == timedelta(0)


def test_a_digest_due_at_five_waits_its_seconds_and_an_emergency_does_not(
    cast: Cast, robot_of: RobotOf, stopped_clock: Clock
) -> None:
    robot = robot_of("wecom")
    channel = channel_to(robot, cast)
    stopped_clock.at("2026-05-11 17:00")
    digest = queued(channel, "1", due_at=clock.now())
    urgent = emergency(channel, "2", due_at=clock.now())
    assert digest.next_try_at - clock.now() == spread(clock.now(), channel.robot_id)
    assert urgent.next_try_at == clock.now()


def test_a_paused_channel_waits_and_a_removed_one_is_left_in_peace(cast: Cast, robot_of: RobotOf) -> None:
    robot = robot_of("wecom")
    channel = channel_to(robot, cast)
    message = queued(channel, "1")
    services.pause_channel(channel.pk, True, by=cast.by("admin"))
    deliver_groups()
    assert state_of(message) is MessageState.QUEUED
    services.remove_channel(channel.pk, by=cast.by("admin"))
    deliver_groups()
    assert (state_of(message), robot.requests) == (MessageState.SKIPPED, 0)
    channel.refresh_from_db()
    assert channel.address_hidden != ""
    with pytest.raises(TransitionNotAllowed):
        resend_message(message.pk, by=cast.by("admin"))


def test_a_worker_that_died_leaves_a_digest_unknown_and_an_emergency_to_the_next(
    cast: Cast, robot_of: RobotOf, stopped_clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    robot = robot_of("wecom")
    channel = channel_to(robot, cast)
    digest, urgent = queued(channel, "1"), emergency(channel, "2")

    class Killed(BaseException):
        pass

    def dies(taken: object) -> None:
        raise Killed

    monkeypatch.setattr(group_delivery, "_hand_over", dies)
    for _message in range(2):
        with pytest.raises(Killed):
            deliver_groups()
    monkeypatch.undo()
    monkeypatch.setattr(clock, "now", lambda: stopped_clock.moment)
    assert {state_of(digest), state_of(urgent)} == {MessageState.SENDING}
    assert deliver_groups() == 0, "the lease still runs"
    stopped_clock.moment += timedelta(minutes=3)
    deliver_groups()
    assert state_of(digest) is MessageState.UNKNOWN
    assert state_of(urgent) is MessageState.SENT
    assert "第 2 次发送" in robot.texts()[0]


@pytest.mark.parametrize(
    "state", sorted(set(MessageState) - {MessageState.FAILED, MessageState.UNKNOWN, MessageState.SKIPPED})
)
def test_only_what_is_in_trouble_is_sent_again(state: MessageState, cast: Cast, robot_of: RobotOf) -> None:
    message = queued(channel_to(robot_of("wecom"), cast), "1")
    GroupMessage.objects.update(state=state)
    with pytest.raises(TransitionNotAllowed):
        resend_message(message.pk, by=cast.by("admin"))


@pytest.mark.parametrize("part", ["lead", "product_head", "sponsor"])
def test_messages_of_the_company_are_not_everybodys(part: str, cast: Cast, robot_of: RobotOf) -> None:
    message = queued(channel_to(robot_of("wecom"), cast), "1")
    GroupMessage.objects.update(state=MessageState.FAILED)
    with pytest.raises((NotAllowed, NotFound)):
        resend_message(message.pk, by=cast.by(part))


def test_a_test_is_tried_once_and_answered(cast: Cast, robot_of: RobotOf) -> None:
    robot = robot_of("feishu", mood=Mood.STOPPED)
    channel = channel_to(robot, cast)
    test = services.test_channel(channel.pk, by=cast.by("admin"))
    deliver_groups()
    channel.refresh_from_db()
    assert (state_of(test), channel.tested_at) == (MessageState.FAILED, None)
    assert Notification.objects.count() == 0, "whoever tests is looking at the answer"
    robot.mood = Mood.WORKS
    test = services.test_channel(channel.pk, by=cast.by("admin"))
    deliver_groups()
    channel.refresh_from_db()
    assert (state_of(test), channel.tested_at) == (MessageState.SENT, clock.now())
    assert test.grade == MessageGrade.TEST
    assert cast.admin.name in robot.texts()[0]


def test_a_new_address_has_to_be_tested_again(cast: Cast, robot_of: RobotOf) -> None:
    channel = channel_to(robot_of("wecom"), cast)
    Channel.objects.update(tested_at=clock.now())
    channel.refresh_from_db()
    services.change_channel(channel.pk, channel.version, {"name": "新名字"}, by=cast.by("admin"))
    assert Channel.objects.get().tested_at is not None
    address = robot_of("wecom").address
    services.change_channel(channel.pk, None, {"address": address}, by=cast.by("admin"))
    assert Channel.objects.get().tested_at is None


def test_delivering_costs_the_same_queries_a_message_however_many_wait(cast: Cast, robot_of: RobotOf) -> None:
    counts = []
    for number in (1, 3):
        robot = robot_of("webhook")
        channel = channel_to(robot, cast, name=f"{number}")
        for key in range(number):
            queued(channel, f"{number}-{key}", mentions=[cast.lead.pk, cast.product_head.pk])
        with CaptureQueriesContext(connection) as found:
            assert deliver_groups() == number
        counts.append(len(found))
    assert counts[1] - counts[0] <= 2 * counts[0]


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_many_workers_send_each_message_once_and_never_two_at_a_time_to_one_robot(
    cast: Cast, robot_of: RobotOf
) -> None:
    robots = [robot_of("wecom") for _ in range(3)]
    for robot in robots:
        channel = channel_to(robot, cast)
        for number in range(8):
            emergency(channel, f"{robot.port}-{number}")
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for _round in range(3):
                deliver_groups()
        except BaseException as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert failures == []
    for robot in robots:
        assert (len(robot.said), len(set(robot.texts())), robot.most_busy, robot.wrong) == (8, 8, 1, [])


@pytest.mark.django_db(transaction=True)
def test_a_robot_that_hangs_holds_up_no_other(cast: Cast, robot_of: RobotOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tongzhou.messaging.outgoing.WHOLE_SECONDS", 2.0)
    slow, quick = robot_of("wecom", mood=Mood.SILENT), robot_of("wecom")
    waits = queued(channel_to(slow, cast), "slow")
    goes = queued(channel_to(quick, cast), "quick")
    thread = threading.Thread(target=lambda: (deliver_groups(threads=4), connections.close_all()))
    thread.start()
    assert quick.began.wait(1.5)
    thread.join(20)
    assert (state_of(goes), state_of(waits)) == (MessageState.SENT, MessageState.UNKNOWN)
