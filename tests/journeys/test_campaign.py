"""618预售活动, from an empty request form over the sealed memorandum to the baseline of the plan, walked by nine people in their browsers."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .aligning import align, duty
from .planning import plan
from .system import System

As = Callable[..., Page]
# Everywhere else a busy machine may take its time; here quickness is the point: a second, and one for the test itself.
AT_ONCE = 2_000


@pytest.mark.database
@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="pdfsig is not installed (apt-get install poppler-utils)")
def test_campaign_goes_from_empty_form_through_gate_1_to_the_baseline_at_gate_2(
    system: System, as_person: As, visitor: Page, tmp_path: Path
) -> None:
    project = align(as_person, system, visitor, tmp_path)
    plan(as_person, project)


def test_project_home_shows_at_once_what_somebody_else_does(as_person: As) -> None:
    """Two browsers on one project: the head says that an objective can be reached, the contact person sees it."""
    head, contact = as_person("wang.lei"), as_person("xu.jing")
    contact.goto("/search/?q=云杯Pro")
    contact.locator("main").get_by_role("link", name="云杯Pro智能水杯上市").first.click()
    expect(contact.locator("body")).to_have_attribute("data-live", "streaming")
    news = contact.locator("#news li", has_text="王磊").filter(has_text="可达成")
    expect(news).to_have_count(0)
    contact.evaluate("window.stillTheSamePage = true")
    duty(head, "确认目标是否可达成", project="云杯Pro")
    head.get_by_role("button", name="可达成").last.click()
    expect(news.first).to_be_visible(timeout=AT_ONCE)
    assert contact.evaluate("window.stillTheSamePage")
