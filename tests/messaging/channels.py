"""Channels for tests, made by the services as people make them."""

from __future__ import annotations

from typing import Any

from tests.cast import Cast
from tests.messaging.robots import Robot
from tongzhou.messaging.models import Channel, GroupMessage
from tongzhou.messaging.services import add_channel, queue_message
from tongzhou.messaging.states import MessageGrade

SECRET = {"dingtalk": "SEC-0123456789", "feishu": "s1gn-0123", "lark": "s1gn-0123", "webhook": "sixteen-letters-ok"}


def channel_to(robot: Robot, cast: Cast, *, name: str = "项目群", **more: Any) -> Channel:
    """A channel of the company that leads to the robot."""
    robot.secret = SECRET.get(robot.vendor, "")
    values = {"name": name, "address": robot.address, "secret": robot.secret, **more}
    return add_channel("company", 0, robot.vendor, values, by=cast.by("admin"))


def queued(channel: Channel, key: str, **more: Any) -> GroupMessage:
    """A message for the group."""
    more = {"title": f"日报 {key}", "lines": ("按期",), "link": "/projects/1/", "link_label": "看板", **more}
    return queue_message(channel, key=key, **more)


def emergency(channel: Channel, key: str, **more: Any) -> GroupMessage:
    """A message that must arrive at least once."""
    return queued(channel, key, title=f"紧急 {key}", grade=MessageGrade.EMERGENCY, **more)
