"""The template tags pages are made of, and the rules all templates keep."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template
from django.test import Client, RequestFactory

from tongzhou.core.errors import StaleWrite
from tongzhou.core.status_words import STATUS_WORDS, TONES
from tongzhou.engine.wording import CommitmentText, check_commitment, explain, rewrite_frame

SOURCE = Path(__file__).resolve().parents[2] / "src" / "tongzhou"
ICONS = {
    line.strip()
    for line in (SOURCE.parents[1] / "script" / "icons.txt").read_text().splitlines()
    if line.strip() and not line.startswith("#")
}
TEMPLATES = sorted(SOURCE.rglob("*.html"))


def show(source: str, **context: Any) -> str:
    """The template as a page would show it; with a `request`, the way a view does."""
    request = context.get("request")
    return Template(source).render(RequestContext(request, context) if request else Context(context)).strip()


class Request(forms.Form):
    title = forms.CharField(label="Title", help_text="One sentence.")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)


def test_every_icon_a_template_draws_is_in_the_list() -> None:
    literal = re.compile(r"""(?:{%\s*icon\s+|icon=)"([a-z0-9-]+)\"""")
    drawn = {name for file in TEMPLATES for name in literal.findall(file.read_text(encoding="utf-8"))}
    assert drawn - ICONS == set()
    assert len(drawn) > 40


@pytest.mark.parametrize(
    ("text", "marked", "frame"),
    [
        ("尽快把页面弄好,顺利的话多派点人", ["尽快", "弄好", "顺利的话", "多派点"], "«动词» + 页面 + «数量» + «日期»"),
        ("产品部完成库存盘点", ["完成库存盘点"], "完成 + 库存盘点 + «数量» + «日期»"),
        ("完成<b>盘点</b>", ["完成&lt;b&gt;盘点&lt;/b&gt;"], "完成 + &lt;b&gt;盘点&lt;/b&gt; + «数量» + «日期»"),
    ],
)
def test_hints_name_every_mark_of_a_text_in_its_order_each_with_its_reason(
    text: str, marked: list[str], frame: str
) -> None:
    today = date(2026, 5, 6)
    findings = [f for f in check_commitment(CommitmentText(text), today).findings if f.blocking]
    remarks = [{"text": text[slice(*f.span)] if f.span else "", "why": explain(f, "zh-hans")} for f in findings]
    check = {"letters": (), "vague": remarks, "rewrite": rewrite_frame(text, "zh-hans", today)}
    page = show('{% include "components/hints.html" %}', check=check)
    rows = re.findall(r"<li>(.*?)</li>", page, re.DOTALL)
    assert re.findall(r"<mark>(.*?)</mark>", page) == marked
    assert [re.sub(r"<mark>.*?</mark>", "", row).strip() for row in rows] == [remark["why"] for remark in remarks]
    assert f"<q data-rewrite>{frame}</q>" in page


def test_every_state_has_a_known_tone_and_a_listed_icon() -> None:
    assert {word.icon for word in STATUS_WORDS.values()} - ICONS == set()
    assert {word.tone for word in STATUS_WORDS.values()} - TONES == set()


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: str(file.relative_to(SOURCE)))
def test_templates_hold_no_inline_script_style_or_handler(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"\son[a-z]+=", text)
    assert "javascript:" not in text
    assert "<style" not in text
    for script in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in script or 'type="application/json"' in script


def test_badge_of_an_unknown_state_shows_its_own_name_escaped() -> None:
    assert "&lt;b&gt;" in show("{% status_badge state %}", state="<b>")
    assert "<b>" not in show("{% status_badge state %}", state="<b>")


def test_person_and_department_escape_their_names() -> None:
    hostile = SimpleNamespace(name='"><script>1</script>', pk=1, main_department_id=3)
    shown = show("{% person who %}{% department who %}", who=hostile)
    assert "<script" not in shown
    assert "dept-3" in shown


def test_nobody_is_said_in_words() -> None:
    assert "text-secondary" in show("{% person who %}", who=None)


def test_card_keeps_its_parts_apart_and_its_body_in_the_pages_context() -> None:
    shown = show(
        '{% card title id="c" %}{{ word }}{% card_actions %}<a href="#">x</a>{% card_footer %}foot{% endcard %}',
        title="<Goals>",
        word="<body>",
    )
    assert "&lt;Goals&gt;" in shown
    assert re.search(r'<div class="card-body">\s*&lt;body&gt;\s*</div>', shown)
    assert '<div class="card-actions"><a href="#">x</a></div>' in shown
    assert '<div class="card-footer">foot</div>' in shown


def test_card_with_a_topic_asks_again_when_the_topic_changes() -> None:
    shown = show('{% card "A" id="a" live="project-12" url="/p/12/" %}x{% endcard %}')
    assert 'hx-trigger="live:project-12 from:body"' in shown
    assert 'hx-get="/p/12/"' in shown


def test_field_ties_label_help_and_errors_to_the_control() -> None:
    shown = show("{% field form.title %}", form=Request({"title": ""}))
    assert '<label class="form-label" for="id_title">' in shown
    assert 'aria-describedby="id_title_helptext id_title_error"' in shown
    assert 'id="id_title_helptext"' in shown
    assert 'id="id_title_error"' in shown
    assert 'aria-invalid="true"' in shown
    assert 'class="form-control is-invalid"' in shown


def test_radios_stand_in_a_fieldset_with_a_legend() -> None:
    shown = show("{% field form.kind %}", form=Request())
    assert "<fieldset" in shown
    assert "<legend" in shown
    assert shown.count('type="radio"') == 2


def test_whole_form_drawn_by_django_has_our_look() -> None:
    assert 'class="form-field"' in str(Request())


def test_error_summary_links_to_the_fields() -> None:
    shown = show("{% form_errors form %}", form=Request({"title": ""}))
    assert '<a href="#id_title">' in shown
    assert '<a href="#id_kind_0">' in shown
    assert 'role="alert"' in shown


def test_error_summary_stays_silent_while_all_is_well() -> None:
    assert show("{% form_errors form %}", form=Request({"title": "t", "kind": "a"})) == ""
    assert show("{% form_errors form %}", form=Request()) == ""


def test_pagination_keeps_the_other_filters() -> None:
    request = RequestFactory().get("/list/?department=3&page=2")
    shown = show("{% pagination page %}", page=Paginator(range(100), 10).page(2), request=request)
    assert 'href="?department=3&amp;page=3" rel="next"' in shown


def test_a_place_without_a_page_is_left_out() -> None:
    assert show('{% maybe_url "nowhere:at_all" as url %}[{{ url }}]') == "[]"


def test_conflict_shows_both_texts_whole() -> None:
    failure = StaleWrite(None, {"background": "mine\n<b>"}, {"background": "theirs"}, 5)
    shown = show('{% include "components/conflict.html" %}', failure=failure)
    assert "mine\n&lt;b&gt;" in shown
    assert "theirs" in shown
    assert 'data-version="5"' in shown


def test_conflict_page_without_script_sends_everything_again() -> None:
    request = RequestFactory().post("/r/1/", {"background": "mine", "title": "kept", "version": "3"})
    failure = StaleWrite(None, {"background": "mine"}, {"background": "theirs"}, 5)
    shown = show(
        "{% conflict_fields failure as differences %}{% conflict_rest differences as rest %}{{ rest|safe }}",
        failure=failure,
        request=request,
    )
    assert shown == "[('title', 'kept')]"


@pytest.mark.django_db
def test_style_guide_and_login_come_whole(client: Client) -> None:
    for address in ("/_style/", "/accounts/login/"):
        answer = client.get(address)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert page.count("<main") == 1
        assert 'id="island-map"' in page
