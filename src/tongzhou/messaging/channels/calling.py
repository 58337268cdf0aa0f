"""Kinds of channel that are reached by HTTP: one guarded request, and what its end means."""

from __future__ import annotations

import logging
import ssl
from abc import abstractmethod
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson
from django.utils.translation import gettext_lazy as _

from .. import outgoing as guard
from .contract import Kind, Outcome, Outgoing, Verdict, Wire, Words

log = logging.getLogger(__name__)

LONGEST_TEXT = 300


class HttpKind(Kind):
    """A service that takes one POST a message."""

    # Hosts of the service itself; an administrator of the server may allow more.
    hosts: tuple[str, ...] = ()
    path_begins: str = "/"
    query_has: str = ""

    def check_address(self, address: str) -> Words:
        """Scheme, host and form of the address; the network is asked only when something is sent."""
        try:
            url = urlsplit(address)
            host = (url.hostname or "").lower()
            url.port  # noqa: B018 - raises for a port that is none
        except ValueError:
            return _("This is no address")
        if url.username or url.password or url.fragment:
            return _("The address must not carry a user name or a #")
        if problem := guard.why_not(address, self.hosts):
            if self.hosts:
                return _("The address of this service begins with https://%(host)s") % {"host": self.hosts[0]}
            return problem
        own = any(guard.host_matches(host, pattern) for pattern in self.hosts)
        if own and (not url.path.startswith(self.path_begins) or self.query_has not in url.query):
            return _("Copy the whole address: it looks like %(example)s") % {"example": self.address_example}
        return ""

    @abstractmethod
    def compose(self, outgoing: Outgoing, address: str, secret: str) -> Wire:
        """The request for this message."""

    @abstractmethod
    def read(self, status: int, headers: Mapping[str, str], body: bytes) -> Outcome:
        """What the service's answer means; HTTP 200 alone means nothing."""

    def send(self, outgoing: Outgoing, address: str, secret: str) -> Outcome:
        """One request through the guard."""
        wire = self.compose(outgoing, address, secret)
        try:
            answer = guard.post(wire.url, wire.body, wire.headers, hosts=self.hosts)
        except guard.NotAllowedOut as refusal:
            return Outcome(Verdict.PERMANENT, refusal.code)
        except guard.NotConnected as failure:
            cause = failure.__cause__
            while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
                cause = cause.__cause__ or cause.__context__
            return Outcome(Verdict.PASSING, "no_certificate" if cause else "unreachable")
        except guard.TimedOut:
            return Outcome(Verdict.UNKNOWN, "timeout")
        except guard.CutOff:
            return Outcome(Verdict.UNKNOWN, "cut_off")
        if 300 <= answer.status < 400:
            return Outcome(Verdict.PASSING, "redirect")
        return self.read(answer.status, answer.headers, answer.body)


def by_status(status: int, headers: Mapping[str, str], body: bytes) -> Outcome | None:
    """What the HTTP status alone decides; None where the body has to be read."""
    text = shown(body) if _is_plain(headers) else ""
    if status == 429:
        return Outcome(Verdict.LIMITED, "http_429", text, silence_seconds=_retry_after(headers))
    if status in {502, 504}:
        # A gateway that lost its service: the message may have gone through.
        return Outcome(Verdict.UNKNOWN, f"http_{status}")
    if status >= 500 or status in {408, 425}:
        return Outcome(Verdict.PASSING, f"http_{status}", text)
    if status >= 400:
        return Outcome(Verdict.PERMANENT, f"http_{status}", text)
    return None


def by_body(status: int, headers: Mapping[str, str], body: bytes, *, code: str, text: str) -> Outcome | tuple[int, str]:
    """The service's own code and words out of a JSON body; an outcome where there are none."""
    try:
        found: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        found = None
    if isinstance(found, dict) and isinstance(found.get(code), int) and status < 500:
        return int(found[code]), str(found.get(text, ""))[:LONGEST_TEXT]
    return by_status(status, headers, body) or Outcome(Verdict.UNKNOWN, "not_the_service")


def shown(body: bytes) -> str:
    """An answer as text of one line, for people."""
    return " ".join(body.decode("utf-8", "replace").replace("\x00", "").split())[:LONGEST_TEXT]


def _is_plain(headers: Mapping[str, str]) -> bool:
    kind = headers.get("content-type", "")
    return "json" in kind or kind.startswith("text/plain")


def _retry_after(headers: Mapping[str, str]) -> int:
    wanted = headers.get("retry-after", "").strip()
    return min(int(wanted), 3600) if wanted.isdecimal() and len(wanted) < 9 else 60


def encoded(value: Any) -> bytes:
    """JSON in UTF-8, Chinese as Chinese; what no encoding holds becomes a question mark."""
    return orjson.dumps(_holdable(value))


def _holdable(value: Any) -> Any:
    match value:
        case str():
            return value.encode("utf-8", "replace").decode("utf-8")
        case dict():
            return {name: _holdable(item) for name, item in value.items()}
        case list() | tuple():
            return [_holdable(item) for item in value]
    return value


JSON_HEADERS = {"Content-Type": "application/json; charset=utf-8"}
