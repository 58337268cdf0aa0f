"""Feishu and Lark: signed in the body with the text as key; the body's code decides."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..calling import JSON_HEADERS, HttpKind, by_body, encoded
from ..contract import Outcome, Outgoing, Rate, Secret, Verdict, Wire, Words
from .how_to import FEISHU_HOW_TO, LARK_HOW_TO
from .rendering import body_of, fits

TOO_FREQUENT = {11232, 11233, 11247}
BUSY = {10002, 11201, 11213}


def signature(secret: str, seconds: int) -> str:
    """HMAC-SHA256 with ``timestamp\\nsecret`` as the key and no message, base64."""
    return base64.b64encode(hmac.new(f"{seconds}\n{secret}".encode(), b"", hashlib.sha256).digest()).decode()


class Feishu(HttpKind):
    """Messages to a Feishu group by its custom robot."""

    key = "feishu"
    icon = "send"
    hosts: tuple[str, ...] = ("open.feishu.cn",)
    path_begins = "/open-apis/bot/v2/hook/"
    address_example = "https://open.feishu.cn/open-apis/bot/v2/hook/…"
    secret = Secret.OPTIONAL
    secret_label = _("Signing secret (签名校验)")
    rates = (Rate(5, 1), Rate(100, 60))
    how_to = FEISHU_HOW_TO
    code_words: Mapping[str, Words] = {
        "11232": _("Too many messages at once; the service takes 5 a second and 100 a minute. It goes out later"),
        "19001": _(
            "The service does not know this robot: the address is wrong, or the robot was removed from the group"
        ),
        "19002": _("The service found the message malformed"),
        "19021": _("The signing secret is wrong, or this server's clock is off by more than an hour"),
        "19022": _("The robot takes messages from listed addresses only, and this server's is not among them"),
        "19024": _("The robot wants a keyword. Choose “signature check” (签名校验) as its security setting instead"),
        "9499": _("The service found the message malformed"),
    }

    def compose(self, outgoing: Outgoing, address: str, secret: str) -> Wire:
        """JSON with timestamp and signature inside, where the robot has a secret."""
        body: dict[str, Any] = body_of(outgoing)
        if secret:
            seconds = int(outgoing.at.timestamp())
            body = {"timestamp": str(seconds), "sign": signature(secret, seconds), **body}
        return Wire(address, encoded(body), JSON_HEADERS)

    def read(self, status: int, headers: Mapping[str, str], body: bytes) -> Outcome:
        """code 0 is success, nothing else is."""
        found = by_body(status, headers, body, code="code", text="msg")
        if isinstance(found, Outcome):
            return found
        code, text = found
        if code == 0:
            return Outcome(Verdict.SENT, "ok", text)
        if code in TOO_FREQUENT:
            return Outcome(Verdict.LIMITED, str(code), text, silence_seconds=60)
        return Outcome(Verdict.PASSING if code in BUSY else Verdict.PERMANENT, str(code), text)

    def fits(self, outgoing: Outgoing) -> bool:
        """A body of at most 20 KB."""
        return fits(outgoing)


class Lark(Feishu):
    """The same service abroad."""

    key = "lark"
    hosts = ("open.larksuite.com",)
    address_example = "https://open.larksuite.com/open-apis/bot/v2/hook/…"
    how_to = LARK_HOW_TO
