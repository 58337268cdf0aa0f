"""WeCom: the key in the address is the secret; the body's errcode decides."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from ..calling import JSON_HEADERS, HttpKind, by_body, encoded
from ..contract import Outcome, Outgoing, Rate, Verdict, Wire, Words
from .how_to import HOW_TO
from .rendering import body_of, fits

TOO_FREQUENT = {45009, 45033}
BUSY = {-1}


class WeCom(HttpKind):
    """Messages to a WeCom group by its robot."""

    key = "wecom"
    icon = "brand-wechat"
    hosts = ("qyapi.weixin.qq.com",)
    path_begins = "/cgi-bin/webhook/send"
    query_has = "key="
    address_example = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…"
    rates = (Rate(20, 60),)
    how_to = HOW_TO
    code_words: Mapping[str, Words] = {
        "45009": _("Too many messages in one minute; WeCom takes 20. It goes out later"),
        "45033": _("Too many messages at once; it goes out later"),
        "93000": _("WeCom does not know this robot: the address is wrong, or the robot was removed from the group"),
        "93004": _("The robot is stopped"),
        "93008": _("The robot is not in the group"),
        "40058": _("WeCom found the message malformed or too long"),
        "45002": _("The message is too long for WeCom"),
        "-1": _("WeCom is busy; it is tried again"),
    }

    def compose(self, outgoing: Outgoing, address: str, secret: str) -> Wire:
        """JSON to the address as it is."""
        return Wire(address, encoded(body_of(outgoing)), JSON_HEADERS)

    def read(self, status: int, headers: Mapping[str, str], body: bytes) -> Outcome:
        """errcode 0 is success, nothing else is."""
        found = by_body(status, headers, body, code="errcode", text="errmsg")
        if isinstance(found, Outcome):
            return found
        code, text = found
        if code == 0:
            return Outcome(Verdict.SENT, "ok", text)
        if code in TOO_FREQUENT:
            return Outcome(Verdict.LIMITED, str(code), text, silence_seconds=60)
        return Outcome(Verdict.PASSING if code in BUSY else Verdict.PERMANENT, str(code), text)

    def fits(self, outgoing: Outgoing) -> bool:
        """Within 4,096 bytes of Markdown, or 2,048 of text."""
        return fits(outgoing)
