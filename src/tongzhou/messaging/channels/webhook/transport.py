"""Webhook: signed with a secret that both know; 2xx is success; the same delivery id means the same message."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from ..calling import JSON_HEADERS, HttpKind, by_status, encoded, shown
from ..contract import Outcome, Outgoing, Rate, Secret, Verdict, Wire, Words
from .how_to import HOW_TO

SHORTEST_SECRET = 16


def signature(secret: str, seconds: int, body: bytes) -> str:
    """``v1=`` and the hexadecimal HMAC-SHA256 of ``timestamp.body``."""
    return "v1=" + hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()


class Webhook(HttpKind):
    """Messages to a program of the company."""

    key = "webhook"
    icon = "webhook"
    address_label = _("Address of the receiver")
    address_example = "https://hooks.example.com/tongzhou"
    secret = Secret.REQUIRED
    secret_label = _("Secret for the signature")
    rates = (Rate(60, 60),)
    how_to = HOW_TO

    def check_secret(self, secret: str) -> Words:
        """Long enough that nobody guesses it."""
        if len(secret) < SHORTEST_SECRET:
            return _("At least 16 characters")
        return ""

    def compose(self, outgoing: Outgoing, address: str, secret: str) -> Wire:
        """JSON with everything the message says."""
        body = encoded(
            {
                "id": outgoing.key,
                "sent_at": outgoing.at.isoformat(),
                "messages": [
                    {
                        "title": part.title,
                        "lines": list(part.lines),
                        "link": part.link,
                        "mentions": [mention.name for mention in part.mentions],
                    }
                    for part in outgoing.parts
                ],
            }
        )
        seconds = int(outgoing.at.timestamp())
        return Wire(
            address,
            body,
            {
                **JSON_HEADERS,
                "X-Tongzhou-Delivery": outgoing.key,
                "X-Tongzhou-Timestamp": str(seconds),
                "X-Tongzhou-Signature": signature(secret, seconds, body),
            },
        )

    def read(self, status: int, headers: Mapping[str, str], body: bytes) -> Outcome:
        """Any 2xx; what the receiver says is shown."""
        return by_status(status, headers, body) or Outcome(Verdict.SENT, "ok", shown(body))

    def fits(self, outgoing: Outgoing) -> bool:
        """A program has no use for two messages in one."""
        return len(outgoing.parts) == 1
