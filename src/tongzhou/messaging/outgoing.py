"""The only door to the outside for addresses that people enter: hosts by list, addresses by their nature, no redirects.

The host is looked up once, every address found is judged, and the connection goes to the address that was judged: a name
that resolves to something else the next moment (DNS rebinding) changes nothing.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    import httpx2

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

CONNECT_SECONDS = 5.0
# A whole request with its answer, however slowly the answer drips; well within the lease of a message.
WHOLE_SECONDS = 15.0
LONGEST_ANSWER = 64 * 1024
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# What an administrator may open by host and port: the networks of a company. Never this machine, never the link (clouds hand
# out their keys there), nor the one address of that kind that lies among private ones.
_OF_A_COMPANY = tuple(map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))
_OF_A_CLOUD = ipaddress.ip_network("fd00:ec2::/32")


class NotAllowedOut(Exception):
    """The guard does not let this request out; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotConnected(Exception):
    """No connection came about: certainly nothing was handed over."""


class TimedOut(Exception):
    """Handed over, and no whole answer in time."""


class CutOff(Exception):
    """The connection broke after something had been handed over."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, cut at 64 KB."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Allowed:
    """A host that an administrator has allowed: at one port or any, ``is_private`` where it may lie inside the company."""

    host: str
    port: int | None = None
    is_private: bool = False

    def covers(self, host: str, port: int | None) -> bool:
        """True for a connection to this host and port."""
        return host_matches(host, self.host) and self.port in {None, port}


_allowed: Callable[[], Iterable[Allowed]] = tuple


def ask_for_allowed(reader: Callable[[], Iterable[Allowed]]) -> None:
    """Who knows which hosts administrators have allowed; asked anew for every request out."""
    global _allowed
    _allowed = reader


def host_matches(host: str, pattern: str) -> bool:
    """True for the host itself, and below it where the pattern begins with ``*.``."""
    return fnmatchcase(host.lower().rstrip("."), pattern.lower())


def why_not(url: str, hosts: Sequence[str]) -> str | Promise:
    """Why the guard would not let a request to this address out; empty when scheme and host are allowed."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower().rstrip(".")
    own = any(host_matches(host, pattern) for pattern in hosts)
    added = any(host_matches(host, pattern) for pattern in settings.TONGZHOU_OUTGOING_HOSTS)
    inside = added and bool(settings.TONGZHOU_OUTGOING_NETWORKS)
    if not own and not inside:
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
        found = [one for one in _allowed() if one.covers(host, port)]
        added, inside = added or bool(found), any(one.is_private for one in found)
    if not host or not (own or added):
        return _("Messages may not go to this host. An administrator can allow it under Messages → Allowed hosts.")
    if parts.scheme == "http" and not inside:
        return _("The address must begin with https://")
    if parts.scheme not in {"http", "https"}:
        return _("The address must begin with https://")
    return ""


def is_public(address: Address) -> bool:
    """True for an address on the open internet, also looked at through IPv4-mapped, 6to4, Teredo and NAT64 forms."""
    if isinstance(address, ipaddress.IPv6Address):
        inner: list[Address] = []
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if address in _NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if address.sixtofour:
            inner.append(address.sixtofour)
        if address.teredo:
            inner += address.teredo
        if address.is_site_local or not all(is_public(one) for one in inner):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def is_allowed(address: Address) -> bool:
    """True for public addresses and for the networks that the server's administrator allows."""
    if is_public(address):
        return True
    plain = getattr(address, "ipv4_mapped", None) or address
    return any(plain in network for network in _allowed_networks())


def _allowed_networks() -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    return [ipaddress.ip_network(text, strict=False) for text in settings.TONGZHOU_OUTGOING_NETWORKS]


def is_of_a_company(address: Address) -> bool:
    """True for the private networks that companies use among themselves; not for this machine or its link."""
    plain = getattr(address, "ipv4_mapped", None) or address
    return any(plain in network for network in _OF_A_COMPANY) and plain not in _OF_A_CLOUD


def addresses_of(host: str, port: int) -> list[tuple[Any, str]]:
    """Every address the host has now, each judged; one that is not allowed refuses them all.

    An address inside the company is allowed where an administrator has allowed this very host and port.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as failure:
        raise NotConnected(str(failure)) from failure
    result = []
    opened: bool | None = None
    for family, _kind, _protocol, _name, where in found:
        text = str(where[0]).split("%")[0]
        address = ipaddress.ip_address(text)
        if not is_allowed(address):
            if opened is None:
                opened = any(one.is_private and one.covers(host, port) for one in _allowed())
            if not (opened and is_of_a_company(address)):
                raise NotAllowedOut("private_address")
        result.append((family, text))
    if not result:
        raise NotConnected("no address")
    return result


def post(url: str, body: bytes, headers: Mapping[str, str], *, hosts: Sequence[str]) -> Answer:
    """One POST, no redirects, no proxy of the environment, at most 15 seconds and 64 KB."""
    if why_not(url, hosts):
        raise NotAllowedOut("not_allowed")
    import httpx2

    deadline = time.monotonic() + WHOLE_SECONDS
    transport = _transport(deadline)
    try:
        with (
            httpx2.Client(
                transport=transport, trust_env=False, follow_redirects=False, timeout=CONNECT_SECONDS
            ) as client,
            client.stream("POST", url, content=body, headers={"User-Agent": "Tongzhou", **headers}) as response,
        ):
            return Answer(response.status_code, _lower(response.headers.items()), _read(response))
    except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol) as failure:
        raise NotConnected(str(failure)) from failure
    except httpx2.InvalidURL as failure:
        raise NotAllowedOut("not_allowed") from failure
    except httpx2.TimeoutException as failure:
        raise TimedOut(str(failure)) from failure
    except httpx2.HTTPError as failure:
        raise CutOff(str(failure)) from failure


def _lower(items: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name.lower(): value for name, value in items}


def _read(response: httpx2.Response) -> bytes:
    kept = b""
    for chunk in response.iter_bytes(8192):
        kept += chunk
        if len(kept) >= LONGEST_ANSWER:
            break
    return kept[:LONGEST_ANSWER]


@cache
def _tls() -> ssl.SSLContext:
    """Loading the certificates takes longer than a request; SSL_CERT_FILE may name a company's own."""
    import httpx2

    return httpx2.create_ssl_context()


def _transport(deadline: float) -> httpx2.HTTPTransport:
    """A transport whose sockets are opened by the guard; a connection lasts for one request."""
    import httpcore2
    import httpx2

    from .guarded_socket import GuardedBackend

    transport = httpx2.HTTPTransport(verify=_tls(), trust_env=False)
    transport._pool = httpcore2.ConnectionPool(
        ssl_context=_tls(),
        network_backend=GuardedBackend(deadline),
        max_connections=1,
        max_keepalive_connections=0,
    )
    return transport
