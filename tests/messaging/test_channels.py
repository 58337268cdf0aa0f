"""Channels: set up by those who keep them, secrets seen by nobody again, the service's answer in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Cast
from tests.messaging.channels import channel_to, queued
from tests.messaging.robots import Mood, Robot
from tongzhou.core import clock, keys
from tongzhou.core.errors import InvalidInput, NotAllowed, NotFound, StaleWrite
from tongzhou.core.models import AuditEvent
from tongzhou.messaging import services
from tongzhou.messaging.models import Channel, GroupMessage
from tongzhou.messaging.services import deliver_groups
from tongzhou.messaging.states import MessageState

RobotOf = Callable[..., Robot]
KEY = "693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa"
ADDRESS = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}"


def wecom(cast: Cast, name: str = "市场部群") -> Channel:
    """A channel of the company."""
    return services.add_channel("company", 0, "wecom", {"name": name, "address": ADDRESS}, by=cast.by("admin"))


def test_address_and_secret_are_encrypted_and_shown_as_four_characters(client: Client, cast: Cast) -> None:
    values = {
        "name": "群",
        "address": "https://oapi.dingtalk.com/robot/send?access_token=abcdwxyz",
        "secret": "SECabcdefgh1234",
    }
    channel = services.add_channel("company", 0, "dingtalk", values, by=cast.by("admin"))
    row = str(Channel.objects.filter(pk=channel.pk).values().get())
    assert "access_token" not in row
    assert "SECabc" not in row
    assert keys.show(channel.address_hidden).endswith("access_token=abcdwxyz")
    client.force_login(cast.admin)
    for address in (
        channel.get_absolute_url(),
        reverse("messaging:channel_edit", args=[channel.pk]),
        "/api/v1/channels",
    ):
        text = client.get(address).content.decode()
        assert "wxyz" in text
        assert "abcdwxyz" not in text
        assert "SECabc" not in text
    events = " ".join(AuditEvent.objects.values_list("payload", flat=True))
    assert "abcdwxyz" not in events
    assert "SECabc" not in events


def test_no_log_line_names_the_address_even_when_sending_breaks(
    cast: Cast, robot_of: RobotOf, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level("DEBUG")
    robot = robot_of("wecom")
    channel = channel_to(robot, cast)
    for key, mood in (("1", Mood.HANGS_UP), ("2", Mood.WORKS), ("3", Mood.STOPPED)):
        robot.mood = mood
        queued(channel, key)
        deliver_groups()

    def broken(*args: object) -> None:
        raise ValueError(f"cannot send to {robot.address}")

    monkeypatch.setattr("tongzhou.messaging.channels.calling.guard.post", broken)
    queued(channel, "4")
    deliver_groups()
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("tongzhou")]
    assert ours
    # The HTTP library logs requests only where somebody turns that on; it is off whatever the level of ours.
    assert "7c1f-key" not in " ".join(record.getMessage() for record in caplog.records)


def test_a_new_address_replaces_the_old_one_and_an_empty_field_keeps_it(client: Client, cast: Cast) -> None:
    channel = wecom(cast)
    client.force_login(cast.admin)
    address = reverse("messaging:channel_edit", args=[channel.pk])
    answer = client.post(address, {"name": "新群", "language": "en", "version": channel.version})
    assert answer.status_code == 302
    channel.refresh_from_db()
    assert (channel.name, channel.language, keys.show(channel.address_hidden)) == ("新群", "en", ADDRESS)
    stale = client.post(address, {"name": "另一个", "language": "en", "version": 1})
    assert stale.status_code == 409
    with pytest.raises(StaleWrite):
        services.change_channel(channel.pk, 1, {"name": "x"}, by=cast.by("admin"))


@pytest.mark.parametrize(
    ("kind", "address", "secret"),
    [
        ("wecom", "https://evil.example/x", ""),
        ("wecom", "http://127.0.0.1/cgi-bin/webhook/send?key=x", ""),
        ("dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=x", "not a secret of theirs"),
        ("webhook", "https://hooks.example.com/x", "short"),
        ("try_out", "体验群", ""),
        ("wecom", "", ""),
    ],
)
def test_an_address_that_leads_elsewhere_is_refused(kind: str, address: str, secret: str, cast: Cast) -> None:
    values = {"name": "群", "address": address, "secret": secret}
    with pytest.raises(InvalidInput):
        services.add_channel("company", 0, kind, values, by=cast.by("admin"))
    assert not Channel.objects.exists()


@pytest.mark.parametrize(
    ("part", "owner", "refusal"),
    [
        ("lead", "company", NotFound),
        ("product_member", "product", NotFound),
        ("product_head", "sales", NotFound),
    ],
)
def test_channels_are_made_by_those_who_keep_the_owner(
    part: str, owner: str, refusal: type[Exception], cast: Cast
) -> None:
    owner_type, owner_id = ("company", 0) if owner == "company" else ("people.department", cast.departments[owner].pk)
    with pytest.raises((refusal, NotAllowed)):
        services.add_channel(owner_type, owner_id, "wecom", {"name": "群", "address": ADDRESS}, by=cast.by(part))


def test_a_head_connects_the_departments_own_group(client: Client, cast: Cast) -> None:
    client.force_login(cast.product_head)
    product = cast.departments["product"].pk
    address = f"{reverse('messaging:channel_new')}?owner=people.department&id={product}"
    assert "企业微信群机器人" in client.get(address).content.decode()
    form = client.get(f"{address}&kind=wecom").content.decode()
    assert "消息推送" in form, "where the robot's address is found"
    answer = client.post(f"{address}&kind=wecom", {"name": "产品部群", "address": ADDRESS, "language": "zh-hans"})
    channel = Channel.objects.get()
    assert answer.headers["Location"] == channel.get_absolute_url()
    assert (channel.owner_type, channel.owner_id) == ("people.department", product)
    client.force_login(cast.lead)
    assert client.get(channel.get_absolute_url()).status_code == 404


def test_a_test_shows_the_services_own_answer_as_soon_as_it_is_there(
    client: Client, cast: Cast, robot_of: RobotOf
) -> None:
    robot = robot_of("dingtalk", mood=Mood.STOPPED)
    channel = channel_to(robot, cast)
    client.force_login(cast.admin)
    card = client.post(reverse("messaging:channel_test", args=[channel.pk]), headers={"HX-Request": "true"})
    assert "every 1s" in card.content.decode()
    state = reverse("messaging:channel_test_state", args=[channel.pk])
    assert "every 1s" in client.get(state, headers={"HX-Request": "true"}).content.decode()
    deliver_groups()
    answer = client.get(state, headers={"HX-Request": "true"}).content.decode()
    assert "every 1s" not in answer
    assert "没有送达" in answer
    assert "sign not match" in answer
    robot.mood = Mood.WORKS
    client.post(reverse("messaging:channel_test", args=[channel.pk]))
    deliver_groups()
    assert "已送达" in client.get(channel.get_absolute_url()).content.decode()


def test_a_failing_channel_is_on_the_administrators_desk_until_it_works(
    client: Client, cast: Cast, robot_of: RobotOf
) -> None:
    robot = robot_of("wecom", mood=Mood.STOPPED)
    channel = channel_to(robot, cast, name="全员群")
    queued(channel, "1")
    deliver_groups()
    client.force_login(cast.admin)
    desk = client.get("/").content.decode()
    assert "没有送达的消息" in desk
    assert "全员群" in desk
    dead = client.get(f"{reverse('messaging:group_messages')}?show=troubled").content.decode()
    assert "日报 1" in dead
    message = GroupMessage.objects.get()
    assert client.post(reverse("messaging:message_resend", args=[message.pk])).status_code == 302
    robot.mood = Mood.WORKS
    deliver_groups()
    assert "没有送达的消息" not in client.get("/").content.decode()
    client.force_login(cast.lead)
    assert "全员群" not in client.get("/").content.decode()


def test_health_says_how_long_the_oldest_message_waits(client: Client, cast: Cast, robot_of: RobotOf) -> None:
    assert b"oldest message" not in client.get("/healthz").content
    channel = channel_to(robot_of("wecom"), cast)
    GroupMessage.objects.filter(pk=queued(channel, "1").pk).update(next_try_at=clock.now() - timedelta(seconds=400))
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert b"oldest message waits 400 s" in answer.content
    client.force_login(cast.admin)
    assert "消息积压" in client.get("/").content.decode()


@pytest.mark.parametrize("page", ["messaging:channels", "messaging:group_messages", "insight:desk"])
@pytest.mark.parametrize("part", ["admin", "product_head"])
def test_a_list_costs_the_same_with_one_and_with_three(
    page: str, part: str, client: Client, cast: Cast, robot_of: RobotOf
) -> None:
    client.force_login(cast.persons[part])
    counts = []
    for number in (1, 2):
        for key in range(number):
            robot = robot_of("wecom", mood=Mood.STOPPED)
            values = {"name": f"{number}-{key}", "address": robot.address}
            product = cast.departments["product"].pk
            channel = services.add_channel("people.department", product, "wecom", values, by=cast.by("product_head"))
            queued(channel, f"{number}-{key}")
            deliver_groups()
        client.get(reverse(page))
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse(page)).status_code == 200
        counts.append(len(found))
    assert counts[0] == counts[1]


def test_over_the_api_a_channel_is_made_tested_changed_and_removed(
    client: Client, cast: Cast, robot_of: RobotOf
) -> None:
    robot = robot_of("wecom")
    client.force_login(cast.admin)

    def send(method: str, path: str, **data: object) -> dict[str, object]:
        answer = client.generic(method, f"/api/v1{path}", json.dumps(data), content_type="application/json")
        assert answer.status_code < 300, answer.content
        return dict(answer.json())

    channel = send("POST", "/channels", kind="wecom", name="群", address=robot.address)
    assert (channel["address_tail"], channel["tested_at"]) == ("-key", None)
    message = send("POST", f"/channels/{channel['id']}/test")
    deliver_groups()
    answer = send("GET", f"/group-messages/{message['id']}")
    assert (answer["state"], answer["service_text"]) == ("sent", "ok")
    found = send("GET", f"/channels/{channel['id']}")
    assert found["tested_at"] is not None
    assert send("PATCH", f"/channels/{channel['id']}", version=found["version"], is_active=False)["is_active"] is False
    send("DELETE", f"/channels/{channel['id']}")
    assert client.get(f"/api/v1/channels/{channel['id']}").status_code == 404


def test_an_administrator_sees_that_a_projects_message_failed_but_not_what_it_says(
    client: Client, cast: Cast, robot_of: RobotOf
) -> None:
    channel = channel_to(robot_of("wecom"), cast, name="保密项目群")
    # As of a project the administrator is not in.
    Channel.objects.filter(pk=channel.pk).update(owner_type="projects.project", owner_id=999)
    channel.refresh_from_db()
    message = queued(channel, "1", title="保密内容")
    GroupMessage.objects.filter(pk=message.pk).update(state=MessageState.FAILED)
    client.force_login(cast.admin)
    page = client.get(reverse("messaging:group_messages")).content.decode()
    assert "保密" not in page
    assert "再次发送" in page or "重新发送" in page or "重发" in page
    assert "保密" not in client.get("/api/v1/group-messages").content.decode()
    assert "保密" not in client.get("/").content.decode()


@override_settings(TONGZHOU_DEMO=True)
def test_the_try_out_group_shows_what_was_said_in_it(client: Client, cast: Cast) -> None:
    channel = services.add_channel(
        "company", 0, "try_out", {"name": "体验群", "address": "体验群"}, by=cast.by("admin")
    )
    services.queue_message(channel, key="1", title="按期 · <b>618</b>", lines=("6月3日 页面设计 延期1天",))
    deliver_groups()
    client.force_login(cast.admin)
    page = client.get(reverse("messaging:try_out_group")).content.decode()
    assert "页面设计 延期1天" in page
    assert "<b>618</b>" not in page


def test_whose_channels_one_keeps_is_the_same_as_a_set_and_as_a_rule(cast: Cast) -> None:
    from tongzhou.messaging.channel_owners import keeps, owners
    from tongzhou.projects.models import Project, Scenario
    from tongzhou.projects.policies import can_run
    from tongzhou.projects.states import Phase

    scenario = Scenario.objects.first()
    for number, phase in enumerate((Phase.PLANNING, Phase.EXECUTING, Phase.CLOSED)):
        Project.objects.create(
            code=f"P-{number}",
            name=f"项目{number}",
            scenario=scenario,
            initiator=cast.marketing,
            lead=cast.lead,
            phase=phase,
            created_at=clock.now(),
            changed_at=clock.now(),
        )
    for part in ("lead", "product_head", "sponsor", "pmo", "admin"):
        actor = cast.by(part)
        kept = set(owners.get("projects.project").kept(actor).values_list("pk", flat=True))
        for project in Project.objects.all():
            wanted = can_run(actor, project) and project.phase != Phase.CLOSED
            assert (project.pk in kept) == keeps(actor, "projects.project", project.pk) == wanted, (part, project.phase)
