"""A head sets up a passkey on the account page and signs the memorandum with it; Chromium's own virtual device signs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.alignment.memoranda import place, sent
from tests.cast import PASSWORD, Cast
from tongzhou.alignment.models import MemorandumEdition
from tongzhou.signoff.models import Decision, PasskeyProof
from tongzhou.signoff.verification import signoff_problems

from .conftest import patient

pytestmark = pytest.mark.django_db(transaction=True)

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def edition(transactional_db: None, cast: Cast) -> MemorandumEdition:
    """The memorandum out for signing."""
    return sent(cast)


@pytest.fixture
def page(live_server: Any, browser: Browser, cast: Cast) -> Iterator[Page]:
    """The browser of the head of the product department, logged in with the password a moment ago."""
    assert "//localhost:" in live_server.url, "passkeys are bound to names"
    broken: list[str] = []
    context = browser.new_context(locale="zh-CN", base_url=live_server.url, viewport={"width": 1440, "height": 900})
    page = patient(context.new_page())
    page.set_default_timeout(40_000)
    page.on("pageerror", lambda failure: broken.append(str(failure)))
    page.on("console", lambda line: broken.append(line.text) if "Content Security Policy" in line.text else None)
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(cast.product_head.username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda address: "/accounts/login" not in address)
    yield page
    context.close()
    assert broken == []


@pytest.fixture
def device(page: Page) -> CDPSession:
    """A device with a fingerprint reader, as this browser sees it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return session


def set_up_passkey(page: Page) -> None:
    """From the profile to a passkey of one's own."""
    page.goto(reverse("people:profile"))
    page.get_by_role("link", name="设置", exact=True).click()
    page.locator("a[href$='/webauthn/add/']").click()
    # Changing how one logs in asks once more for the password.
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.locator("[name=name]").fill("我的手机")
    page.locator("[name=passwordless]").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(lambda address: not address.endswith("/webauthn/add/"))


def shot(page: Page, name: str) -> None:
    """A picture for whoever asks for one."""
    if folder := os.environ.get("TONGZHOU_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_a_passkey_is_set_up_and_signs_the_memorandum(
    page: Page, device: CDPSession, edition: MemorandumEdition, cast: Cast
) -> None:
    address = reverse("signoff:sign", args=[place(edition, cast, "product").pk])
    set_up_passkey(page)
    shot(page, "passkey-set-up")
    page.goto(address)
    page.get_by_label("意见").fill("已排期\n按计划备货")
    shot(page, "passkey-sign")
    page.get_by_role("button", name="用通行密钥签署").click()
    page.wait_for_url(lambda url: "/signoff/" not in url)
    expect(page.get_by_text("您已签署备忘录")).to_be_visible()
    shot(page, "passkey-signed")
    decision = Decision.objects.get()
    assert (decision.level, decision.verdict) == ("strong", "agree")
    assert PasskeyProof.objects.get().rp_id == "localhost"
    assert list(signoff_problems()) == []
    page.goto(reverse("alignment:verify", args=[edition.verify_code]))
    expect(page.get_by_text("强：通行密钥签署本决定")).to_be_visible()
    shot(page, "passkey-verified")


def test_a_passkey_that_refuses_signs_nothing_and_the_text_stays(
    page: Page, device: CDPSession, edition: MemorandumEdition, cast: Cast
) -> None:
    set_up_passkey(page)
    # Another device, which does not hold the passkey.
    device.send("WebAuthn.disable")
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.goto(reverse("signoff:sign", args=[place(edition, cast, "product").pk]))
    page.get_by_label("意见").fill("写了一半")
    page.get_by_role("button", name="用通行密钥签署").click()
    expect(page.get_by_text("未使用通行密钥")).to_be_visible()
    expect(page.get_by_label("意见")).to_have_value("写了一半")
    assert not Decision.objects.exists()
