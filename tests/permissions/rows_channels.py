"""Who sets up channels and looks after what did not arrive: the owner's keepers; those who run the system see the rest."""

from __future__ import annotations

import secrets
from typing import Any

from tongzhou.core.actor import Actor, Role
from tongzhou.messaging import services
from tongzhou.messaging.action_links import LinkPurpose, purposes
from tongzhou.messaging.models import Channel, GroupMessage
from tongzhou.messaging.states import MessageState
from tongzhou.people.queries import actor_for
from tongzhou.projects.models import Project

from .table import EVERYBODY, INSIDERS, PERSONS, Row
from .world import World

KEEPERS = frozenset({"pmo", "admin"})
RUN = frozenset({"lead", "pmo"})
# Of a message of a project: whoever runs it, and those who run the system.
LOOK_AFTER = frozenset({"lead", "pmo", "admin"})
ADDRESS = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key="
SET_UP = Actor(person_id=None, name="set-up", roles=frozenset({Role.ADMIN}))


def _channel(owner_type: str, owner_id: int, by: Actor) -> Channel:
    values = {"name": "项目群", "address": f"{ADDRESS}{secrets.token_hex(8)}"}
    return services.add_channel(owner_type, owner_id, "wecom", values, by=by)


def _of_project(world: World, project: Project) -> Channel:
    assert project.lead is not None
    return _channel("projects.project", project.pk, actor_for(project.lead))


def company(key: str = "pk") -> Any:
    """A channel of the company."""
    return lambda world: {key: _channel("company", 0, SET_UP).pk}


def own(key: str = "pk") -> Any:
    """A channel of «own»."""
    return lambda world: {key: _of_project(world, world.own).pk}


def other(key: str = "pk") -> Any:
    """A channel of «other»."""
    return lambda world: {key: _of_project(world, world.other).pk}


def failed(key: str, *, state: str = MessageState.FAILED) -> Any:
    """A message of «own» that did not arrive."""

    def make(world: World) -> dict[str, Any]:
        message = services.queue_message(_of_project(world, world.own), key=secrets.token_hex(8), title="日报")
        GroupMessage.objects.filter(pk=message.pk).update(state=state)
        return {key: message.pk}

    return make


def link(world: World) -> dict[str, Any]:
    """A link in a message to the product department's head."""
    if "tests.nothing" not in purposes:
        purposes.register(
            "tests.nothing",
            LinkPurpose("tests.nothing", "x", "x", lambda pk, by: "really?", lambda pk, by: None),
        )
    address = services.make_action_link(world.cast.persons["product_head"], "tests.nothing", 1)
    return {"token": address.removeprefix("/messages/act/").rstrip("/")}


def edited(world: World) -> dict[str, Any]:
    return {"name": "新名字", "language": "zh-hans", "version": 1}


def added(owner_type: str, owner_id: Any) -> Any:
    """A new channel over the API."""

    def make(world: World) -> dict[str, Any]:
        facts = {"kind": "wecom", "name": "群", "address": f"{ADDRESS}x"}
        return {**facts, "owner_type": owner_type, "owner_id": owner_id(world)}

    return make


def patched(world: World) -> dict[str, Any]:
    return {"version": 1, "name": "新名字"}


ONE = "/api/v1/channels/{channel_id}"
MESSAGE = "/api/v1/group-messages/{message_id}"
ROWS = [
    Row("messaging:channels", PERSONS),
    Row("messaging:channel_new", KEEPERS),
    Row("messaging:channel_new", KEEPERS, "POST"),
    Row("messaging:channel", KEEPERS, own=company()),
    Row("messaging:channel", INSIDERS, own=own(), other=other()),
    Row("messaging:channel_edit", RUN, own=own(), other=other()),
    Row("messaging:channel_edit", RUN, "POST", own=own(), other=other(), data=edited),
    Row("messaging:channel_test", RUN, "POST", own=own(), other=other()),
    Row("messaging:channel_test_state", INSIDERS, own=own(), other=other()),
    Row("messaging:channel_pause", RUN, "POST", own=own(), other=other()),
    Row("messaging:channel_remove", RUN, "POST", own=own(), other=other()),
    Row("messaging:group_messages", PERSONS),
    Row("messaging:message_resend", LOOK_AFTER, "POST", own=failed("pk")),
    Row("messaging:message_settle", LOOK_AFTER, "POST", own=failed("pk")),
    Row("messaging:try_out_group", frozenset()),
    Row("messaging:preferences", PERSONS),
    Row("messaging:preferences", PERSONS, "POST", data=lambda world: {"mail": "digest"}),
    Row("messaging:act", EVERYBODY, own=link),
    Row("messaging:act", EVERYBODY, "POST", own=link),
    Row("/api/v1/channels", PERSONS),
    Row("/api/v1/channels", KEEPERS, "POST", data=added("company", lambda world: 0)),
    Row("/api/v1/channels", RUN, "POST", data=added("projects.project", lambda world: world.own.pk)),
    Row(
        "/api/v1/channels",
        KEEPERS | {"head"},
        "POST",
        data=added("people.department", lambda world: world.cast.departments["product"].pk),
    ),
    Row(ONE, INSIDERS, own=own("channel_id"), other=other("channel_id")),
    Row(ONE, RUN, "PATCH", own=own("channel_id"), other=other("channel_id"), data=patched),
    Row(ONE, RUN, "DELETE", own=own("channel_id"), other=other("channel_id")),
    Row(f"{ONE}/test", RUN, "POST", own=own("channel_id"), other=other("channel_id")),
    Row("/api/v1/group-messages", PERSONS),
    Row(MESSAGE, INSIDERS | {"admin"}, own=failed("message_id")),
    Row(f"{MESSAGE}/resend", LOOK_AFTER, "POST", own=failed("message_id")),
    Row(f"{MESSAGE}/settle", LOOK_AFTER, "POST", own=failed("message_id")),
    Row("/api/v1/me/notifications", PERSONS),
    Row("/api/v1/me/notifications", PERSONS, "PATCH", data=lambda world: {"mail": "digest"}),
]
