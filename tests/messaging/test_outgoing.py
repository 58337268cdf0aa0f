"""The door to the outside: hosts by list, addresses by nature, whatever the name says the next moment."""

from __future__ import annotations

import socket
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

import pytest
from django.test import override_settings

from tests.messaging.robots import Mood, Robot
from tongzhou.messaging import outgoing

PUBLIC = "93.184.216.34"
INSIDE = [
    "127.0.0.1", "10.0.0.8", "172.16.4.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.0.1", "255.255.255.255",
    "::1", "::", "fe80::1", "fc00::1", "fd12:3456::1", "ff02::1", "fec0::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.8", "2002:7f00:1::", "2002:0a00:0008::1", "64:ff9b::7f00:1", "64:ff9b::a00:8",
    "2001:0:7f00:1::1", "198.18.0.1", "192.0.2.1",
]  # fmt: skip


def resolving(*addresses: str) -> Callable[..., Any]:
    """A name server that answers with these."""

    def getaddrinfo(host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
            for one in addresses
        ]

    return getaddrinfo


def post(url: str = "https://hooks.example.com/x") -> outgoing.Answer:
    """One request to a host that is allowed by name."""
    return outgoing.post(url, b"{}", {}, hosts=("hooks.example.com",))


@pytest.mark.parametrize("address", INSIDE)
def test_no_address_inside_is_public(address: str) -> None:
    assert not outgoing.is_public(ip_address(address))


@pytest.mark.parametrize("address", [PUBLIC, "2606:4700::1", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"])
def test_addresses_of_the_internet_are(address: str) -> None:
    assert outgoing.is_public(ip_address(address))


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_resolves_inside_is_refused_before_anything_is_sent(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolving(address))
    monkeypatch.setattr(socket, "create_connection", lambda *args, **kwargs: pytest.fail("a connection was opened"))
    with pytest.raises(outgoing.NotAllowedOut) as refusal:
        post()
    assert refusal.value.code == "private_address"


def test_one_address_inside_among_public_ones_refuses_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolving(PUBLIC, "10.0.0.8"))
    monkeypatch.setattr(socket, "create_connection", lambda *args, **kwargs: pytest.fail("a connection was opened"))
    with pytest.raises(outgoing.NotAllowedOut):
        post()


def test_a_name_that_changes_after_it_was_judged_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    connected: list[str] = []

    def rebinding(host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        asked.append(host)
        return resolving(PUBLIC if len(asked) == 1 else "127.0.0.1")(host, port)

    def connect(address: tuple[str, int], *args: Any, **kwargs: Any) -> socket.socket:
        connected.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(outgoing.NotConnected):
        post()
    assert asked == ["hooks.example.com"], "looked up once"
    assert connected == [PUBLIC], "the address that was judged, not the name"


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::ffff:7f00:1]", "[::1]", "localhost"]
)
def test_other_spellings_of_this_machine_are_refused_at_the_socket(host: str) -> None:
    with (
        override_settings(TONGZHOU_OUTGOING_HOSTS=["*"], TONGZHOU_OUTGOING_NETWORKS=["203.0.113.0/24"]),
        pytest.raises((outgoing.NotAllowedOut, outgoing.NotConnected)) as refusal,
    ):
        outgoing.post(f"http://{host}:9/", b"", {}, hosts=())
    assert isinstance(refusal.value, outgoing.NotAllowedOut)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com/x", "ftp://hooks.example.com/", "https://evil.example/", "https://hooks.example.com.evil.example/",
        "https://evil.example#hooks.example.com", "https://hooks.example.com@evil.example/", "//hooks.example.com/", "https:///x", "gopher://x",
    ],
)  # fmt: skip
def test_scheme_and_host_are_by_list(url: str) -> None:
    with pytest.raises(outgoing.NotAllowedOut) as refusal:
        post(url)
    assert refusal.value.code == "not_allowed"


def test_an_administrator_of_the_server_may_allow_a_host_and_a_network(robot_of: Callable[..., Robot]) -> None:
    robot = robot_of("slack")
    assert outgoing.post(robot.address, b'{"text": "x"}', {}, hosts=()).status == 200
    with override_settings(TONGZHOU_OUTGOING_NETWORKS=["10.0.0.0/8"]), pytest.raises(outgoing.NotAllowedOut):
        outgoing.post(robot.address, b"{}", {}, hosts=())


def test_a_redirect_inside_is_not_followed(robot_of: Callable[..., Robot]) -> None:
    robot = robot_of("slack", mood=Mood.REDIRECT)
    assert outgoing.post(robot.address, b"{}", {}, hosts=()).status == 302
    assert robot.followed == 0


def test_a_proxy_of_the_environment_is_not_used(
    robot_of: Callable[..., Robot], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    robot = robot_of("slack")
    assert outgoing.post(robot.address, b'{"text": "x"}', {}, hosts=()).status == 200


def test_an_endless_answer_is_cut(robot_of: Callable[..., Robot], monkeypatch: pytest.MonkeyPatch) -> None:
    robot = robot_of("slack")
    monkeypatch.setattr("tongzhou.config.simulation.robots.recorded", lambda vendor, name: b"x" * 1_000_000)
    assert len(outgoing.post(robot.address, b'{"text": "x"}', {}, hosts=()).body) == outgoing.LONGEST_ANSWER
