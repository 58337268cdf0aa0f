"""What every kind of channel can do: say where its address is found, send a message, and read the service's answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Mention:
    """A person the message calls by name: known to the service by user id or mobile, or only to readers by name."""

    name: str
    user_id: str = ""
    mobile: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One message as its composer wrote it: plain text, the most important first; the link leads back."""

    title: str
    lines: tuple[str, ...] = ()
    link: str = ""
    link_label: str = ""
    mentions: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What goes out in one go: one part, or several that were due together for the same group."""

    parts: tuple[Part, ...]
    key: str
    at: datetime

    @property
    def title(self) -> str:
        """The first line readers see in the list of chats."""
        return self.parts[0].title

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """Everybody who is called, once each."""
        return tuple(dict.fromkeys(mention for part in self.parts for mention in part.mentions))


class Verdict(StrEnum):
    """What an answer means for the message.

    ``passing`` and ``permanent``: certainly not delivered; the first may succeed later, the second never by itself.
    ``limited``: refused for being one too many, so it is no failed attempt. ``unknown``: it may have been delivered.
    """

    SENT = "sent"
    PASSING = "passing"
    LIMITED = "limited"
    PERMANENT = "permanent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt ended: the verdict, the service's code and its own words; for how long it wants silence."""

    verdict: Verdict
    code: str
    service_text: str = ""
    silence_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``count`` messages in any ``seconds``."""

    count: int
    seconds: int


class Secret(StrEnum):
    """Whether the service signs with a secret beside the address."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class HowTo:
    """Where people find the address, step by step, and what to take care of."""

    steps: tuple[Words, ...]
    notes: tuple[Words, ...] = ()
    documentation: str = ""


class Kind(ABC):
    """One service. Knows nothing of rows: it gets the message, the address and the secret, and gives an outcome."""

    key: str
    icon: str = "message-2"
    address_label: Words = _("Address of the robot")
    address_example: str = ""
    secret: Secret = Secret.NONE
    secret_label: Words = _("Signing secret")
    rates: Sequence[Rate] = (Rate(20, 60),)
    how_to: HowTo
    code_words: Mapping[str, Words] = {}

    @abstractmethod
    def check_address(self, address: str) -> Words:
        """What is wrong with the address, in words; empty when it looks right."""

    def check_secret(self, secret: str) -> Words:
        """What is wrong with the secret, in words; empty when it looks right."""
        if not secret and self.secret is Secret.REQUIRED:
            return _("This service needs the secret")
        return ""

    @abstractmethod
    def send(self, outgoing: Outgoing, address: str, secret: str) -> Outcome:
        """Hands the message to the service. Never inside a transaction."""

    @abstractmethod
    def fits(self, outgoing: Outgoing) -> bool:
        """True when the whole message goes out without being cut."""

    def words_for(self, code: str) -> Words:
        """What a code of an outcome means and what to do about it."""
        if code in self.code_words:
            return self.code_words[code]
        if code.startswith("http_"):
            return _("The service answered with HTTP status %(status)s") % {"status": code.removeprefix("http_")}
        return COMMON_WORDS.get(code) or _("The service refused the message (code %(code)s)") % {"code": code}


@dataclass(frozen=True, slots=True)
class Wire:
    """One HTTP request as a service wants it."""

    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


COMMON_WORDS: dict[str, Words] = {
    "ok": _("The service has taken the message"),
    "unreachable": _("The service cannot be reached; it is tried again"),
    "timeout": _("The service did not answer in time; it may have taken the message"),
    "cut_off": _("The connection broke while the message was being handed over; it may have arrived"),
    "worker_died": _("The sending process ended while the message was being handed over; it may have arrived"),
    "not_the_service": _("What answered is not the service: a proxy or login page stands in between"),
    "redirect": _("The address leads elsewhere; redirects are not followed"),
    "no_certificate": _("The service's certificate is not valid; nothing was sent"),
    "not_allowed": _("This host is not on the list of allowed hosts; an administrator can add it"),
    "private_address": _(
        "The address leads into a private network; nothing was sent. An administrator can allow it by host and port"
    ),
    "too_long": _("The message is too long for the service"),
    "removed": _("The channel was removed or paused"),
    "too_late": _("More than six hours late; left out"),
    "given_up": _("Tried for six hours without success; given up"),
    "defect": _("The message could not be composed; please tell the administrator of the server"),
}
