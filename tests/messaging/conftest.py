"""A mail server on the loopback for the tests of the outbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import override_settings

from tests.messaging.mail_server import MailServer


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
