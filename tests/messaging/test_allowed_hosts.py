"""Allowed hosts: administrators open one door more, by name or by host and port; the guard keeps every other one shut."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.messaging.test_outgoing import PUBLIC, resolving
from tongzhou.core.errors import InvalidInput, NotAllowed
from tongzhou.core.models import AuditEvent
from tongzhou.messaging import outgoing, services
from tongzhou.messaging.models import AllowedHost


def allow(cast: Cast, host: str, **more: Any) -> AllowedHost:
    """What an administrator allows."""
    return services.allow_host({"host": host, "note": "自建机器人", **more}, by=cast.by("admin"))


def tried(monkeypatch: pytest.MonkeyPatch, url: str, *resolved: str) -> str:
    """How far a request to the address gets: the guard's code, or the address it was about to connect to."""
    reached: list[str] = []

    def connect(address: tuple[str, int], *args: Any, **kwargs: Any) -> socket.socket:
        reached.append(f"{address[0]}:{address[1]}")
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolving(*resolved))
    monkeypatch.setattr(socket, "create_connection", connect)
    try:
        outgoing.post(url, b"{}", {}, hosts=())
    except outgoing.NotAllowedOut as refusal:
        return refusal.code
    except outgoing.NotConnected:
        return reached[0]
    raise AssertionError("nobody answers here")


def test_a_host_of_the_internet_is_open_once_it_is_allowed_and_shut_again_afterwards(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "https://hooks.partner.example/x"
    assert tried(monkeypatch, url, PUBLIC) == "not_allowed"
    host = allow(cast, "hooks.partner.example")
    assert tried(monkeypatch, url, PUBLIC) == f"{PUBLIC}:443"
    assert tried(monkeypatch, "http://hooks.partner.example/x", PUBLIC) == "not_allowed", "http only inside"
    assert tried(monkeypatch, "https://partner.example/x", PUBLIC) == "not_allowed"
    services.disallow_host(host.pk, by=cast.by("admin"))
    assert tried(monkeypatch, url, PUBLIC) == "not_allowed"
    assert list(AuditEvent.objects.filter(name__startswith="messaging.host").values_list("name", flat=True)) == [
        "messaging.host.allowed",
        "messaging.host.disallowed",
    ]


def test_a_host_allowed_by_name_never_leads_inside(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    allow(cast, "*.partner.example")
    assert tried(monkeypatch, "https://a.partner.example/x", "10.0.0.8") == "private_address"
    assert tried(monkeypatch, "https://a.partner.example/x", PUBLIC, "10.0.0.8") == "private_address"


def test_inside_the_company_one_host_is_open_at_its_one_port(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    allow(cast, "chat.corp.example", port=8065, is_private=True)
    assert tried(monkeypatch, "http://chat.corp.example:8065/hooks/x", "10.0.0.8") == "10.0.0.8:8065"
    assert tried(monkeypatch, "https://chat.corp.example:8065/hooks/x", "10.0.0.8") == "10.0.0.8:8065"
    assert tried(monkeypatch, "http://chat.corp.example:6379/", "10.0.0.8") == "not_allowed"
    assert tried(monkeypatch, "http://other.corp.example:8065/", "10.0.0.8") == "not_allowed"


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "::1", "169.254.169.254", "100.100.100.200", "fd00:ec2::254", "0.0.0.1", "::ffff:127.0.0.1"],
)
def test_this_machine_and_the_clouds_own_addresses_stay_shut_even_for_a_host_allowed_inside(
    address: str, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(cast, "chat.corp.example", port=8065, is_private=True)
    assert tried(monkeypatch, "http://chat.corp.example:8065/", address) == "private_address"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"host": "https://chat.example.com/x"}, "host"),
        ({"host": "*"}, "host"),
        ({"host": "*.com"}, "host"),
        ({"host": "chat"}, "host"),
        ({"host": "2130706433"}, "host"),
        ({"host": "127.1"}, "host"),
        ({"host": "10.0.0.8"}, "host"),
        ({"host": "127.0.0.1", "port": 80, "is_private": True}, "host"),
        ({"host": "169.254.169.254", "port": 80, "is_private": True}, "host"),
        ({"host": "*.corp.example", "port": 80, "is_private": True}, "host"),
        ({"host": "chat.corp.example", "is_private": True}, "port"),
        ({"host": "chat.corp.example", "port": 70000}, "port"),
        ({"host": "chat.corp.example", "note": " "}, "note"),
    ],
)
def test_what_would_open_too_much_is_refused(values: dict[str, Any], field: str, cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refusal:
        services.allow_host({"note": "自建机器人", **values}, by=cast.by("admin"))
    assert list(refusal.value.fields) == [field]
    assert not AllowedHost.objects.exists()


def test_the_same_host_is_allowed_once(cast: Cast) -> None:
    allow(cast, "Hooks.Partner.example.")
    with pytest.raises(InvalidInput):
        allow(cast, "hooks.partner.example")
    allow(cast, "hooks.partner.example", port=8443)


@pytest.mark.parametrize("part", ["pmo", "lead", "product_head", "sponsor"])
def test_only_administrators_allow_a_host(part: str, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        services.allow_host({"host": "hooks.partner.example", "note": "x"}, by=cast.by(part))
    host = allow(cast, "hooks.partner.example")
    with pytest.raises(NotAllowed):
        services.disallow_host(host.pk, by=cast.by(part))


def test_on_the_page_a_host_is_allowed_with_a_warning_and_taken_off_again(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    address = reverse("messaging:hosts")
    assert "内网" in client.get(address).content.decode()
    refused = client.post(address, {"host": "chat.corp.example", "is_private": "on", "note": "自建"})
    assert refused.status_code == 422
    assert "端口" in refused.content.decode()
    done = client.post(address, {"host": "10.2.3.4", "port": "8065", "is_private": "on", "note": "自建Mattermost"})
    assert done.status_code == 302
    page = client.get(address).content.decode()
    assert "10.2.3.4:8065" in page
    assert "自建Mattermost" in page
    host = AllowedHost.objects.get()
    assert client.post(reverse("messaging:host_remove", args=[host.pk])).status_code == 302
    assert not AllowedHost.objects.exists()


def test_a_webhook_can_be_set_up_as_soon_as_its_host_is_allowed(cast: Cast) -> None:
    values = {"name": "内部系统", "address": "http://10.2.3.4:8065/hooks/x", "secret": "sixteen-letters-ok"}
    with pytest.raises(InvalidInput):
        services.add_channel("company", 0, "webhook", values, by=cast.by("admin"))
    allow(cast, "10.2.3.4", port=8065, is_private=True)
    services.add_channel("company", 0, "webhook", values, by=cast.by("admin"))


def test_over_the_api_hosts_are_listed_allowed_once_and_removed(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)

    def send(method: str, path: str, **data: object) -> Any:
        return client.generic(
            method,
            f"/api/v1{path}",
            json.dumps(data),
            content_type="application/json",
            headers={"Idempotency-Key": "one"} if method == "POST" else {},
        )

    first = send("POST", "/outgoing-hosts", host="hooks.partner.example", note="伙伴")
    again = send("POST", "/outgoing-hosts", host="hooks.partner.example", note="伙伴")
    assert (first.status_code, first.json()) == (201, again.json())
    assert [row["host"] for row in client.get("/api/v1/outgoing-hosts").json()] == ["hooks.partner.example"]
    assert send("DELETE", f"/outgoing-hosts/{first.json()['id']}").json() == {"removed": True}
    assert send("DELETE", f"/outgoing-hosts/{first.json()['id']}").status_code == 404
