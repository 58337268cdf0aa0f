"""Every page, in both languages, wide and on a phone: axe finds nothing serious, nothing scrolls sideways, Chinese pages speak Chinese."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import resolve
from playwright.sync_api import Browser, Page

from tongzhou.core.checks import _module, routes

from .system import System
from .walked_pages import NOT_WALKED, PLACES, Place

# What a page looks like does not depend on the database.
pytestmark = pytest.mark.walk
WIDE, PHONE = 1440, 390
GRAVE = {"serious", "critical"}
# The rules of WCAG 2.2 A and AA; there are no frames and no foreign style sheets to look into.
AXE: dict[str, Any] = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "iframes": False,
    "preload": False,
    "elementRef": False,
}
# Colours are the same in every language, and looking at them takes longer than all the rest.
AXE_WITHOUT_COLOURS = AXE | {"rules": {"color-contrast": {"enabled": False}}}
RUN_AXE = """async options => (await axe.run(document, options)).violations
    .map(found => [found.impact, `${found.id}: ${found.nodes.map(node => node.html.slice(0, 160)).slice(0, 3).join(" … ")}`])"""
# What a page says, to the eye and to a screen reader.
WORDS = """() => [...document.body.innerText.split("\\n"),
    ...[...document.querySelectorAll("[placeholder], [title], [aria-label]")]
        .flatMap(element => ["placeholder", "title", "aria-label"].map(name => element.getAttribute(name) || ""))]"""
# Two English words in a row.
ENGLISH = re.compile(r"\b[A-Za-z]{3,} [a-z]{2,}\b")

Visit = Callable[[str], Page]


class Visitors:
    """Every person's browser, logged in once for all walks; "" is somebody who is not logged in."""

    def __init__(self, browser: Browser, system: System) -> None:
        self._browser, self._system = browser, system
        self._pages: dict[str, Page] = {}

    def looking(self, language: str = "zh-hans", width: int = WIDE, theme: str = "light") -> Visit:
        """Gives the page of a person who has chosen this language and theme, on a screen of this width."""
        chosen = {"tongzhou_theme": theme, "tongzhou_language": language}
        cookies: list[Any] = [{"name": key, "value": value, "url": self._system.url} for key, value in chosen.items()]

        def of(who: str) -> Page:
            page = self._pages.get(who) or self._enter(who)
            page.context.add_cookies(cookies)
            page.set_viewport_size({"width": width, "height": 900})
            return page

        return of

    def _enter(self, who: str) -> Page:
        page = self._pages[who] = self._browser.new_context(base_url=self._system.url).new_page()
        page.set_default_timeout(60_000)
        if who:
            page.goto("/accounts/login/")
            page.locator(f'[data-demo-person="{who}"]').click()
            page.wait_for_url(lambda address: "/accounts/login" not in address)
        return page

    def leave(self) -> None:
        """Closes every browser."""
        for page in self._pages.values():
            page.context.close()


@pytest.fixture(scope="module")
def visitors(system: System, browser: Browser) -> Iterator[Visitors]:
    all_of_them = Visitors(browser, system)
    yield all_of_them
    all_of_them.leave()


def path_of(address: str | None) -> str:
    """An address without the server's name."""
    return re.sub(r"^https?://[^/]+", "", address or "")


def link(page: Page, selector: str) -> str:
    """Where the first such link leads."""
    return path_of(page.locator(selector).first.get_attribute("href"))


def plan_meeting(page: Page, project: str, day: str) -> str:
    """Plans a kickoff; what the form proposes is kept."""
    page.goto(f"{project}meetings/plan/?kind=kickoff")
    page.get_by_label("开始时间").fill(f"{day}T10:30")
    page.get_by_label("结束时间").fill(f"{day}T12:00")
    page.get_by_label("地点或会议链接").fill("3楼大会议室")
    page.get_by_role("button", name="安排并发出邀请").click()
    page.wait_for_url(re.compile(r"/meetings/\d+/"))
    return path_of(page.url)


@pytest.fixture(scope="module")
def places(visitors: Visitors) -> dict[str, str]:
    """The addresses that depend on the demo company's data, found as a person finds them: by following links."""
    of = visitors.looking()
    found: dict[str, str] = {}
    pmo = of("mei.lan")
    for key, name in (
        ("campaign", "618大促活动"),
        ("complaints", "客户投诉处理流程优化"),
        ("cup", "云杯Pro智能水杯上市"),
        ("leakage", "云杯包装渗漏客诉处置"),
    ):
        pmo.goto(f"/search/?q={name}")
        found[key] = link(pmo, f"main a:text-is('{name}')")
    pmo.goto("/breach-clauses/")
    found["clause"] = link(pmo, "main a[href^='/breach-clauses/']:not(.btn)")
    contact = of("cao.ning")
    contact.goto(f"{found['leakage']}updates/")
    found["update"] = link(contact, "main .post a.btn-primary")
    contact.goto(f"{found['leakage']}weekly/")
    found["report"] = link(contact, "main .card a.btn-primary[href*='/weekly/']")
    found |= addresses_of_members(of, found)
    found |= addresses_of_a_lead(of("sun.hui"), found["cup"])
    found |= addresses_of_the_admin(of("guan.li"))
    return found


def addresses_of_members(of: Visit, known: dict[str, str]) -> dict[str, str]:
    """What stands in the campaign and in the complaints' project, and what waits on the desks."""
    found = {}
    zhou = of("zhou.yi")
    zhou.goto(known["campaign"] + "request/")
    found["answered"] = link(zhou, "#collab-talks li:has-text('产品部') a[href*='/asks/']")
    zhou.goto(known["campaign"] + "meetings/?when=past")
    found["held"] = link(zhou, "main a[href^='/meetings/']")
    zhou.goto("/people/")
    found["person"] = link(zhou, "main a[href^='/people/']:has-text('王磊')")
    zhou.goto(known["campaign"] + "memorandum/")
    found["verify"] = link(zhou, "a.verify-address")
    zhou.goto(known["campaign"] + "plan/")
    found["task"] = link(zhou, "main th.outline a[href*='/tasks/']:has-text('活动页面设计')")
    found["at_risk"] = found["task"].replace("/plan/tasks/", "/at-risk/")
    zhou.goto(known["campaign"] + "plan/baselines/")
    found["compared"] = link(zhou, "main a[href*='/compare/']")
    zhou.goto(known["campaign"] + "plan/communication/")
    found["channel"] = link(zhou, "main a[href*='/plan/communication/']:has-text('修改')")
    found["group_channel"] = link(zhou, "#channels a[href*='/messages/channels/']:not(.btn)")
    zhou.goto(known["campaign"] + "plan/resources/")
    found["need"] = link(zhou, "main table a[href*='/plan/resources/']")
    wang = of("wang.lei")
    for name, address in (("workforce", "people"), ("thing", "things"), ("budget", "budgets")):
        wang.goto(f"/resources/{address}/")
        found[name] = link(
            wang, f"main table a[href^='/resources/{address}/'], main .rows a[href^='/resources/{address}/']"
        )
    lv = of("lv.mei")
    lv.goto(known["complaints"] + "commitments/")
    found["commitment"] = link(lv, "main a.btn[href*='/commitments/']:not([href$='/owner/'])")
    wang = of("wang.lei")
    wang.goto(known["complaints"] + "commitments/")
    found["owner"] = link(wang, "main a[href$='/owner/']")
    for name, who, address in (
        ("minutes", "wang.lei", "/minutes/"),
        ("ask", "liu.qiang", "/asks/"),
        ("sign", "zhang.wei", "/signoff/"),
    ):
        of(who).goto("/")
        found[name] = link(of(who), f"#desk a[href*='{address}']")
    return found


def addresses_of_a_lead(page: Page, project: str) -> dict[str, str]:
    """What somebody who leads a project has begun: a request, two meetings, a memorandum."""
    found = {"planned": plan_meeting(page, project, "2026-05-25"), "running": plan_meeting(page, project, "2026-05-18")}
    page.get_by_role("button", name="开始会议").click()
    page.get_by_role("button", name="结束会议").wait_for()
    page.goto(project + "objectives/")
    found["objective"] = link(page, "main a.btn[href*='/objectives/']")
    page.goto(project + "memorandum/")
    page.get_by_role("button", name="起草备忘录").click()
    page.wait_for_url(re.compile(r"/memorandum/edit/"))
    page.goto("/requests/new/")
    page.get_by_label("项目名称").fill("无障碍检查")
    page.get_by_role("button", name="开始填写").click()
    page.wait_for_url(re.compile(r"/projects/\d+/request/"))
    found["draft"] = path_of(page.url)
    return found


def addresses_of_the_admin(page: Page) -> dict[str, str]:
    """A person, who gets a login link; a department, a calendar, a table of persons that is being looked through."""
    found = {}
    page.goto("/people/admin/departments/")
    found["department"] = link(page, "main a[href*='/departments/']:has-text('产品部')")
    page.goto("/calendars/admin/")
    found["calendar"] = link(page, "main a[href$='/import/']").removesuffix("import/")
    page.goto("/people/admin/import/")
    table = page.request.get("/people/admin/import/template.xlsx").body()
    page.locator("input[type=file]").set_input_files({"name": "persons.xlsx", "mimeType": "", "buffer": table})
    page.get_by_role("button", name="上传并核对").click()
    page.wait_for_url(re.compile(r"/import/\d+/"))
    found["imported"] = path_of(page.url)
    page.goto("/people/admin/?q=曹宁")
    found["edited"] = link(page, "main a[href*='/persons/']:has-text('曹宁')")
    page.goto(found["edited"])
    page.get_by_role("button", name="登录链接").click()
    found["welcome"] = path_of(re.search(r"http\S+/people/welcome/[^/\"]+/", page.content())[0])  # type: ignore[index]
    return found


def faults(page: Page, place: Place, address: str, axe: dict[str, Any]) -> list[str]:
    """What is wrong with a page, one line each."""
    answer = page.goto(address)
    if answer is None or answer.status != place.status:
        return [f"answers {answer and answer.status}"]
    page.evaluate(AXE_SCRIPT)
    return [text for impact, text in page.evaluate(RUN_AXE, axe) if impact in GRAVE]


def sideways(page: Page) -> list[str]:
    """Where a page is wider than the screen."""
    found = []
    for width in (WIDE, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        spread = page.evaluate("document.documentElement.scrollWidth")
        if spread > width:
            found.append(f"is {spread} wide on a screen of {width}")
    return found


def untranslated(page: Page) -> list[str]:
    """English sentences on a Chinese page."""
    return sorted({f"speaks English: {text[:80]!r}" for text in page.evaluate(WORDS) if ENGLISH.search(text)})


def test_every_page_in_chinese(visitors: Visitors, places: dict[str, str]) -> None:
    of, found = visitors.looking("zh-hans"), []
    for place in PLACES:
        page = of(place.who)
        wrong = faults(page, place, place.path.format_map(places), AXE)
        found += [f"{place.name} {fault}" for fault in (*wrong, *untranslated(page), *sideways(page))]
    assert found == []


def test_every_page_in_english(visitors: Visitors, places: dict[str, str]) -> None:
    of, found = visitors.looking("en"), []
    for place in PLACES:
        page = of(place.who)
        wrong = faults(page, place, place.path.format_map(places), AXE_WITHOUT_COLOURS)
        assert page.locator("html").get_attribute("lang") == "en"
        found += [f"{place.name} {fault}" for fault in (*wrong, *sideways(page))]
    assert found == []


def test_main_pages_on_a_phone_in_the_dark(visitors: Visitors, places: dict[str, str]) -> None:
    """As a phone loads them: what a narrow page shows instead of the wide one, in the colours of the night."""
    of, found = visitors.looking("zh-hans", PHONE, "dark"), []
    for place in PLACES:
        if place.on_phone:
            wrong = faults(of(place.who), place, place.path.format_map(places), AXE)
            found += [f"{place.name} {fault}" for fault in wrong]
    assert found == []


def test_every_page_is_walked(places: dict[str, str]) -> None:
    walked = {resolve(place.path.format_map(places).partition("?")[0]).view_name for place in PLACES}
    named = {name for names in NOT_WALKED.values() for name in names}
    there = {
        name
        for _pattern, name, view in routes()
        if not _module(view).startswith("ninja") and "GET" in getattr(view, "methods", ("GET",))
        if _module(view).startswith(("allauth", "tongzhou")) and not name.startswith(("absent_", "api_absent"))
    }
    assert sorted(there - walked - named) == []
    assert sorted(named - there) == []
    assert sorted(named & walked) == []
