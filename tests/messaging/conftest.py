"""A mail server and group robots on the loopback for the tests of the outbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import override_settings

from tests.messaging.mail_server import MailServer
from tests.messaging.robots import Robot


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A server that takes mail, and settings that point to it."""
    server = MailServer()
    with override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=server.port,
        EMAIL_USE_TLS=False,
        EMAIL_USE_SSL=False,
        EMAIL_HOST_USER="",
        EMAIL_HOST_PASSWORD="",
    ):
        yield server
    server.close()


@pytest.fixture
def loopback() -> Iterator[None]:
    """Lets messages go to this machine, as an administrator of the server may."""
    with override_settings(TONGZHOU_OUTGOING_HOSTS=["127.0.0.1"], TONGZHOU_OUTGOING_NETWORKS=["127.0.0.0/8"]):
        yield


@pytest.fixture
def robot_of(loopback: None) -> Iterator[Callable[..., Robot]]:
    """Makes robots, and stops them at the end."""
    made: list[Robot] = []

    def make(vendor: str, **more: Any) -> Robot:
        made.append(Robot(vendor, **more))
        return made[-1]

    yield make
    for robot in made:
        robot.close()
