"""DingTalk: signed in the query; the body's errcode decides; one message too many costs ten minutes."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote_plus

from django.utils.translation import gettext_lazy as _

from ..calling import JSON_HEADERS, HttpKind, by_body, encoded
from ..contract import Outcome, Outgoing, Rate, Secret, Verdict, Wire, Words
from .how_to import HOW_TO
from .rendering import body_of, fits

TOO_FAST = {130101, 302033, 410100}
BLOCKED_SECONDS = 600
BUSY = {-1, 88}


def signature(secret: str, milliseconds: int) -> str:
    """HMAC-SHA256 of ``timestamp\\nsecret`` with the secret as key, base64."""
    text = f"{milliseconds}\n{secret}".encode()
    return base64.b64encode(hmac.new(secret.encode(), text, hashlib.sha256).digest()).decode()


def signed(address: str, secret: str, at: datetime) -> str:
    """The address with timestamp and signature, where the robot has a secret."""
    if not secret:
        return address
    milliseconds = round(at.timestamp() * 1000)
    return f"{address}&timestamp={milliseconds}&sign={quote_plus(signature(secret, milliseconds))}"


class DingTalk(HttpKind):
    """Messages to a DingTalk group by its custom robot."""

    key = "dingtalk"
    icon = "message-circle"
    hosts = ("oapi.dingtalk.com",)
    path_begins = "/robot/send"
    query_has = "access_token="
    address_example = "https://oapi.dingtalk.com/robot/send?access_token=…"
    secret = Secret.OPTIONAL
    secret_label = _("Signing secret (加签, begins with SEC)")
    rates = (Rate(20, 60),)
    how_to = HOW_TO
    code_words: Mapping[str, Words] = {
        "130101": _(
            "Too many messages in one minute; DingTalk blocks the robot for ten minutes. It goes out after that"
        ),
        "302033": _(
            "Too many messages in one minute; DingTalk blocks the robot for ten minutes. It goes out after that"
        ),
        "410100": _(
            "Too many messages in one minute; DingTalk blocks the robot for ten minutes. It goes out after that"
        ),
        "310000": _(
            "DingTalk's security setting refused the message: the signing secret is wrong, this server's clock is off, "
            "the server's address is not on the robot's list, or the robot wants a keyword. Choose “signature” (加签) there"
        ),
        "300001": _("DingTalk does not know this robot: the address is wrong, or the robot was removed from the group"),
        "300005": _("DingTalk does not know this robot: the address is wrong, or the robot was removed from the group"),
        "400101": _("DingTalk does not know this robot: the address is wrong, or the robot was removed from the group"),
        "400102": _("The robot is stopped"),
        "400013": _("The group no longer exists"),
        "-1": _("DingTalk is busy; it is tried again"),
        "88": _("DingTalk is busy; it is tried again"),
    }

    def check_secret(self, secret: str) -> Words:
        """A 加签 secret begins with SEC."""
        if secret and not secret.startswith("SEC"):
            return _("The signing secret of DingTalk begins with SEC")
        return ""

    def compose(self, outgoing: Outgoing, address: str, secret: str) -> Wire:
        """JSON; timestamp and signature are in the query."""
        return Wire(signed(address, secret, outgoing.at), encoded(body_of(outgoing)), JSON_HEADERS)

    def read(self, status: int, headers: Mapping[str, str], body: bytes) -> Outcome:
        """errcode 0 is success; 130101 is ten minutes of silence."""
        found = by_body(status, headers, body, code="errcode", text="errmsg")
        if isinstance(found, Outcome):
            return found
        code, text = found
        if code == 0:
            return Outcome(Verdict.SENT, "ok", text)
        if code in TOO_FAST:
            return Outcome(Verdict.LIMITED, str(code), text, silence_seconds=BLOCKED_SECONDS)
        return Outcome(Verdict.PASSING if code in BUSY else Verdict.PERMANENT, str(code), text)

    def fits(self, outgoing: Outgoing) -> bool:
        """Within about 20 KB."""
        return fits(outgoing)
