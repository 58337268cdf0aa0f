"""The person picker: a combobox by keyboard and mouse, and a plain field where no script runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Locator, Page, expect

from tests.cast import Cast
from tongzhou.people.models import Person
from tongzhou.projects import services
from tongzhou.projects.models import Project

pytestmark = pytest.mark.django_db(transaction=True)

Open = Callable[..., Page]


@pytest.fixture
def project(transactional_db: None, cast: Cast) -> Project:
    """A draft of the marketing department, in a company of more than anybody would scroll through."""
    Person.objects.bulk_create(
        Person(username=f"many{number:03}", name=f"周{number:03}", pinyin="zhou z") for number in range(300)
    )
    return services.create_project(
        name="618大促活动",
        scenario_id=cast.scenarios["launch"].pk,
        initiator_id=cast.marketing.pk,
        by=cast.by("lead"),
    )


@pytest.fixture
def open_people(live_server: Any, browser: Browser, cast: Cast, project: Project) -> Iterator[Open]:
    """The people page of the project, as its lead sees it; a script error on the page fails the test."""
    contexts = []
    broken: list[str] = []

    def enter(*, script: bool = True, width: int = 1440) -> Page:
        context = browser.new_context(
            locale="zh-CN",
            base_url=live_server.url,
            java_script_enabled=script,
            viewport={"width": width, "height": 900},
        )
        contexts.append(context)
        client = Client()
        client.force_login(cast.lead)
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(40_000)
        page.on("pageerror", lambda failure: broken.append(str(failure)))
        page.goto(reverse("projects:people", args=[project.pk]))
        return page

    yield enter
    for context in contexts:
        context.close()
    assert broken == []


def options(page: Page, **which: Any) -> Locator:
    """What the picker's list offers (the page has selects with options of their own)."""
    return page.get_by_role("listbox").get_by_role("option", **which)


def shot(page: Page, name: str) -> None:
    """A picture for whoever asks for one."""
    if folder := os.environ.get("TONGZHOU_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def test_a_person_is_found_by_pinyin_and_taken_by_keyboard(open_people: Open, project: Project, cast: Cast) -> None:
    page = open_people()
    field = page.get_by_role("combobox", name="上级审批人")
    field.fill("gaoy")
    expect(options(page)).to_have_count(1)
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    chosen = options(page, selected=True)
    assert field.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    field.press("Enter")
    expect(field).to_have_value("高远 (gao.yuan)")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press("Enter")
    expect(page.get_by_text("已保存")).to_be_visible()
    project.refresh_from_db()
    assert project.sponsor == cast.sponsor


def test_a_department_is_searched_and_a_person_taken_by_mouse(open_people: Open) -> None:
    page = open_people()
    field = page.get_by_role("combobox", name="项目负责人")
    field.fill("产品部")
    expect(options(page)).to_have_count(3)
    shot(page, "picker")
    found = Axe().run(page, context=".picker-list:not([hidden])")
    assert [violation["id"] for violation in found.response["violations"]] == []
    options(page, name="王磊").click()
    expect(field).to_have_value("王磊 (wang.lei)")
    expect(options(page)).to_have_count(0)


def test_the_list_is_short_and_escape_closes_it_without_losing_the_text(open_people: Open) -> None:
    page = open_people(width=390)
    field = page.get_by_role("combobox", name="项目负责人")
    field.fill("周")
    expect(options(page).first).to_be_visible()
    assert options(page).count() <= 12
    shot(page, "picker-390")
    field.press("Escape")
    expect(options(page)).to_have_count(0)
    expect(field).to_have_value("周")


def test_without_script_what_is_typed_counts(open_people: Open, project: Project, cast: Cast) -> None:
    page = open_people(script=False)
    field = page.get_by_label("上级审批人")
    field.fill("高远")
    field.press("Enter")
    expect(page.get_by_label("上级审批人")).to_have_value("高远 (gao.yuan)")
    project.refresh_from_db()
    assert project.sponsor == cast.sponsor
