"""Every page, in both languages, wide and on a phone: axe finds nothing serious, nothing scrolls sideways, Chinese pages speak Chinese."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from .system import System

# Rules of WCAG and axe's own good practice; what passes is not collected, which halves the time.
AXE = {"resultTypes": ["violations"]}
GRAVE = {"serious", "critical"}
# Two English words in a row inside the frame of a page: headings, buttons, labels, tabs.
FRAME = (
    "nav, header, h1, h2, h3, .btn, button, th, label, legend, summary, .tab, .lead, .field-help, .form-help, .status"
)
ENGLISH = re.compile(r"\b[A-Za-z]{3,} [a-z]{2,}\b")


@dataclass(frozen=True)
class Place:
    """A page, and who looks at it. ``{name}`` in the address is found on the pages before."""

    name: str
    who: str
    path: str
    status: int = 200
    on_phone: bool = False


NOBODY = ""
PLACES = (
    Place("login", NOBODY, "/accounts/login/", on_phone=True),
    Place("desk of a lead", "zhou.yi", "/", on_phone=True),
    Place("desk of a head", "zhang.wei", "/", on_phone=True),
    Place("projects", "zhou.yi", "/projects/", on_phone=True),
    Place("project home", "zhou.yi", "{campaign}", on_phone=True),
    Place("gate not met", "zhou.yi", "{campaign}gates/1/"),
    Place("gate with a reason", "mei.lan", "{campaign}gates/1/"),
    Place("objectives read", "zhou.yi", "{campaign}objectives/"),
    Place("objectives written", "lv.mei", "{complaints}objectives/", on_phone=True),
    Place("an objective", "lv.mei", "{objective}"),
    Place("commitments read", "zhou.yi", "{campaign}commitments/", on_phone=True),
    Place("commitments written", "lv.mei", "{complaints}commitments/"),
    Place("a commitment", "lv.mei", "{commitment}"),
    Place("people of a project", "zhou.yi", "{campaign}people/"),
    Place("history", "zhou.yi", "{campaign}history/"),
    Place("requests", "zhou.yi", "/requests/"),
    Place("new request", "xu.jing", "/requests/new/", on_phone=True),
    Place("request as a draft", "xu.jing", "{draft}", on_phone=True),
    Place("request sent", "zhou.yi", "{campaign}request/", on_phone=True),
    Place("request changed", "lv.mei", "{complaints}request/amend/"),
    Place("ask, waiting", "wang.lei", "{ask}", on_phone=True),
    Place("ask, answered", "zhang.wei", "{answered}"),
    Place("meetings", "zhou.yi", "/meetings/"),
    Place("meetings of a project", "zhou.yi", "{campaign}meetings/"),
    Place("plan a meeting", "lv.mei", "{complaints}meetings/plan/", on_phone=True),
    Place("a meeting held", "zhou.yi", "{meeting}", on_phone=True),
    Place("minutes to confirm", "wang.lei", "{minutes}", on_phone=True),
    Place("minutes locked", "zhou.yi", "{meeting}minutes/"),
    Place("memorandum", "zhou.yi", "{campaign}memorandum/", on_phone=True),
    Place("memorandum version", "zhou.yi", "{campaign}memorandum/1/"),
    Place("memorandum amended", "zhou.yi", "{campaign}memorandum/amend/"),
    Place("memorandum compared", "zhou.yi", "{campaign}memorandum/compare/"),
    Place("memorandum not begun", "lv.mei", "{complaints}memorandum/"),
    Place("sign", "zhang.wei", "{sign}", on_phone=True),
    Place("signing agreement", "zhang.wei", "/signoff/agreement/"),
    Place("verification", NOBODY, "{verify}", on_phone=True),
    Place("inbox", "zhang.wei", "/messages/", on_phone=True),
    Place("search", "zhou.yi", "/search/?q=618", on_phone=True),
    Place("search finds nothing", "zhou.yi", "/search/?q=zzzz"),
    Place("directory", "zhou.yi", "/people/", on_phone=True),
    Place("a person", "zhou.yi", "{person}"),
    Place("profile", "wang.lei", "/people/me/"),
    Place("deputies", "liu.qiang", "/people/me/deputies/"),
    Place("tokens", "wang.lei", "/people/me/tokens/"),
    Place("working days", "zhou.yi", "/calendars/", on_phone=True),
    Place("password", "zhou.yi", "/accounts/password/change/"),
    Place("second factor", "zhou.yi", "/accounts/2fa/"),
    Place("persons", "guan.li", "/people/admin/", on_phone=True),
    Place("new person", "guan.li", "/people/admin/persons/new/"),
    Place("departments", "guan.li", "/people/admin/departments/"),
    Place("import of persons", "guan.li", "/people/admin/import/"),
    Place("calendars", "guan.li", "/calendars/admin/"),
    Place("outbox", "guan.li", "/messages/outbox/"),
    Place("what is due", "guan.li", "/due/"),
    Place("letterheads", "guan.li", "/files/letterheads/"),
    Place("clauses", "mei.lan", "/breach-clauses/"),
    Place("new clause", "mei.lan", "/breach-clauses/new/"),
    Place("try-out clock", "zhou.yi", "/try-out/"),
    Place("not found", "zhou.yi", "/projects/999999/", status=404),
    Place("not allowed", "zhou.yi", "/people/admin/", status=403),
)


@contextmanager
def visitors(
    browser: Browser, system: System, locale: str, width: int = 1440, theme: str = "light"
) -> Iterator[Callable[[str], Page]]:
    """Gives the page of a person, logged in once; "" is somebody who is not logged in."""
    pages: dict[str, Page] = {}

    def of(who: str) -> Page:
        if who not in pages:
            context = browser.new_context(locale=locale, viewport={"width": width, "height": 900}, base_url=system.url)
            context.add_cookies([{"name": "tongzhou_theme", "value": theme, "url": system.url}])
            pages[who] = context.new_page()
            pages[who].set_default_timeout(15_000)
            if who:
                pages[who].goto("/accounts/login/")
                pages[who].locator(f'[data-demo-person="{who}"]').click()
                pages[who].wait_for_url(lambda address: "/accounts/login" not in address)
        return pages[who]

    yield of
    for page in pages.values():
        page.context.close()


def link(page: Page, selector: str) -> str:
    """Where the first such link leads."""
    return page.locator(selector).first.get_attribute("href") or ""


def duty(page: Page, address: str) -> str:
    """Where the desk sends a person for something that waits."""
    page.goto("/")
    return link(page, f"#desk a[href*='{address}']")


def faults(page: Page, place: Place, address: str, width: int, language: str) -> list[str]:
    """What is wrong with a page, one line each."""
    answer = page.goto(address)
    status = answer.status if answer else 0
    if status != place.status:
        return [f"answers {status}"]
    found = []
    spread = page.evaluate("document.documentElement.scrollWidth")
    if spread > width:
        found.append(f"is {spread} wide on a screen of {width}")
    for item in Axe().run(page, options=AXE).response["violations"]:
        if item["impact"] in GRAVE:
            found.append(f"{item['id']}: {item['nodes'][0]['html'][:160]}")
    if language == "zh-CN":
        texts = page.locator(FRAME).all_inner_texts()
        found += [f"speaks English: {text[:80]!r}" for text in texts if ENGLISH.search(text)]
    return found


@pytest.fixture(scope="module")
def places(system: System, browser: Browser) -> dict[str, str]:
    """The addresses that depend on the demo company's data, found as a person finds them: by following links."""
    with visitors(browser, system, "zh-CN") as of:
        found = {}
        pmo = of("mei.lan")
        for key, name in (
            ("campaign", "618大促活动"),
            ("complaints", "客户投诉处理流程优化"),
            ("cup", "云杯Pro智能水杯上市"),
        ):
            pmo.goto(f"/search/?q={name}")
            found[key] = link(pmo, f"main a:text-is('{name}')")
        zhou = of("zhou.yi")
        zhou.goto(found["campaign"] + "request/")
        found["answered"] = link(zhou, "#collab-talks li:has-text('技术部') a[href*='/asks/']")
        zhou.goto(found["campaign"] + "meetings/")
        zhou.goto(zhou.url + "?when=past")
        found["meeting"] = link(zhou, "main a[href^='/meetings/']")
        zhou.goto("/people/")
        found["person"] = link(zhou, "main a[href^='/people/']:has-text('王磊')")
        zhou.goto(found["campaign"] + "memorandum/")
        found["verify"] = re.sub(r"^https?://[^/]+", "", link(zhou, "a.verify-address"))
        lv = of("lv.mei")
        lv.goto(found["complaints"] + "objectives/")
        found["objective"] = link(lv, "main a.btn[href*='/objectives/']")
        lv.goto(found["complaints"] + "commitments/")
        found["commitment"] = link(lv, "main a.btn[href*='/commitments/']")
        found["sign"] = duty(of("zhang.wei"), "/signoff/")
        found["ask"] = duty(of("liu.qiang"), "/asks/")
        found["minutes"] = duty(of("wang.lei"), "/minutes/")
        xu = of("xu.jing")
        xu.goto("/requests/new/")
        xu.get_by_label("项目名称").fill("无障碍检查")
        xu.get_by_role("button", name="开始填写").click()
        xu.wait_for_url(re.compile(r"/projects/\d+/request/"))
        found["draft"] = re.sub(r"^https?://[^/]+", "", xu.url)
    return found


@pytest.mark.parametrize(
    ("language", "width", "theme"), [("zh-CN", 1440, "light"), ("en-GB", 1440, "light"), ("zh-CN", 390, "dark")]
)
def test_every_page_is_accessible(
    system: System, browser: Browser, places: dict[str, str], language: str, width: int, theme: str
) -> None:
    shown = [place for place in PLACES if width > 390 or place.on_phone]
    found: dict[str, list[str]] = {}
    with visitors(browser, system, language, width, theme) as of:
        for place in shown:
            wrong = faults(of(place.who), place, place.path.format_map(places), width, language)
            if wrong:
                found[place.name] = wrong
    assert found == {}
