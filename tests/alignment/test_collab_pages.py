"""The pages of the request: what they show to whom, what bad input gets, files, paper, import."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.alignment.filing import ask_of, asks, filled, started, submitted
from tests.cast import Cast
from tongzhou.alignment.models import CollabRequest
from tongzhou.alignment.services import CollabDraft, reply_to_ask, save_collab
from tongzhou.documents.models import StoredFile


@pytest.fixture
def lead(client: Client, cast: Cast) -> Client:
    client.force_login(cast.lead)
    return client


def as_part(cast: Cast, part: str) -> Client:
    other = Client()
    other.force_login(cast.persons[part])
    return other


def url(collab: CollabRequest, rest: str = "") -> str:
    return f"/projects/{collab.project_id}/request/{rest}"


def typed(page: str) -> dict[str, str]:
    """What a browser would send for the form of the page, unchanged."""
    form = page[page.index('id="collab-form"') :]
    form = re.sub(r"<template.*?</template>", "", form[: form.index("</form>")], flags=re.S)
    values: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or "checked" in tag):
            values[name[1]] = unescape(value[1]) if value else ""
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>(.*?)</textarea>', form, flags=re.S):
        values[name] = unescape(text).removeprefix("\n")
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', form, flags=re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        values[name] = chosen[1] if chosen else ""
    return values


def unescape(text: str) -> str:
    from html import unescape as plain

    return plain(text)


def page_of(client: Client, collab: CollabRequest) -> str:
    answer = client.get(url(collab))
    assert answer.status_code == 200
    return answer.content.decode()


# ---------------------------------------------------------------- beginning


def test_choosing_a_scenario_begins_a_draft(lead: Client, cast: Cast) -> None:
    page = lead.get("/requests/new/").content.decode()
    assert page.count('name="scenario"') == 3

    answer = lead.post(
        "/requests/new/",
        {"name": "618大促活动", "scenario": cast.scenarios["launch"].pk, "initiator": cast.departments["marketing"].pk},
    )

    collab = CollabRequest.objects.get()
    assert answer.headers["Location"] == url(collab)
    assert "完成活动页面搭建" in page_of(lead, collab)


def test_a_name_that_is_missing_or_too_long_is_said_at_the_field(lead: Client, cast: Cast) -> None:
    for name in ("", "字" * 121, "a\x00b"):
        answer = lead.post(
            "/requests/new/",
            {"name": name, "scenario": cast.scenarios["launch"].pk, "initiator": cast.departments["marketing"].pk},
        )
        assert answer.status_code == 422
        assert answer.context["form"].errors["name"]
    assert not CollabRequest.objects.exists()


def test_the_list_shows_own_and_received_requests(lead: Client, cast: Cast) -> None:
    submitted(cast)
    assert "618大促活动" in lead.get("/requests/").content.decode()
    assert "618大促活动" in as_part(cast, "product_head").get("/requests/?view=received").content.decode()
    assert "618大促活动" not in as_part(cast, "outsider").get("/requests/?view=received").content.decode()


# ---------------------------------------------------------------- the form


def test_the_form_sent_back_unchanged_changes_nothing(lead: Client, cast: Cast) -> None:
    collab = filled(cast)
    before = (collab.version, list(collab.asks.values("request_item", "due")))

    answer = lead.post(url(collab), {**typed(page_of(lead, collab)), "act": "save"})

    assert answer.status_code == 302
    collab.refresh_from_db()
    assert (collab.version, list(collab.asks.values("request_item", "due"))) == before


def test_what_is_typed_is_saved_with_its_rows(lead: Client, cast: Cast) -> None:
    collab = filled(cast)
    form = typed(page_of(lead, collab))
    form |= {
        "background": "新的背景 😀 𠮷 ‏עברית <script>alert(1)</script> =cmd|' /C calc'!A0",
        "budget_estimate": "¥5.5万",
        "lead": "林悦",
        "sponsor": "gao.yuan",
        "ends_on": "2026年6月30日",
        "asks-1-DELETE": "on",
        "milestones-TOTAL_FORMS": "3",
        "milestones-2-name": "复盘",
        "milestones-2-date": "2026/6/25",
        "milestones-2-department_id": str(cast.departments["sales"].pk),
        "milestones-2-ORDER": "1",
    }

    answer = lead.post(url(collab), {**form, "act": "save"})

    assert answer.status_code == 302, answer.context["sheet"].errors()
    collab.refresh_from_db()
    assert collab.background.endswith("calc'!A0")
    assert (collab.budget_estimate, collab.project.lead.name, collab.project.sponsor.name) == (55000, "林悦", "高远")
    assert collab.project.ends_on == date(2026, 6, 30)
    assert sorted(collab.asks.values_list("department__code", flat=True)) == ["product", "technology"]
    assert [row.name for row in collab.milestones.all()] == ["启动会召开", "复盘", "活动开始"]
    page = page_of(as_part(cast, "marketing_head"), collab)
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("starts_on", "2026-02-30", "2026-02-30"),
        ("ends_on", "2月30日", "2月30日"),
        ("ends_on", "0026-06-01", ""),
        ("ends_on", "2026-05-01", ""),
        ("background", "字" * 1_000_000, "20000"),
        ("background", "a\x00b", ""),
        ("budget_estimate", "很多", "很多"),
        ("budget_estimate", "9" * 39, ""),
        ("lead", "查无此人", "查无此人"),
        ("urgency", "yesterday", "yesterday"),
        ("objectives-0-target", "三成", "三成"),
        ("objectives-0-text", "", ""),
        ("asks-0-department_id", "", ""),
        ("asks-0-contact_person_id", "孙丽", ""),
        ("milestones-0-date", "6月32日", "6月32日"),
    ],
)
def test_bad_input_is_said_at_its_field_and_nothing_is_written(
    lead: Client, cast: Cast, name: str, value: str, words: str
) -> None:
    collab = filled(cast)
    form = typed(page_of(lead, collab)) | {name: value, "risks": "不应写入"}

    answer = lead.post(url(collab), {**form, "act": "save"})

    assert answer.status_code == 422
    errors = answer.context["sheet"].errors()
    assert list(errors) == [name]
    assert words in " ".join(errors[name])
    collab.refresh_from_db()
    assert collab.risks != "不应写入"
    if len(value) < 1000 and "\x00" not in value:
        assert typed(answer.content.decode())["risks"] == "不应写入"


def test_submitting_an_incomplete_form_names_every_place_and_keeps_what_was_typed(lead: Client, cast: Cast) -> None:
    collab = started(cast)
    form = typed(page_of(lead, collab)) | {"background": "刚写的背景"}

    answer = lead.post(url(collab), {**form, "act": "submit"})

    assert answer.status_code == 422
    assert {"dept_head_opinion"} <= set(answer.context["sheet"].form.errors)
    assert answer.context["sheet"].table_errors["objectives"]
    assert typed(answer.content.decode())["background"] == "刚写的背景"
    collab.refresh_from_db()
    assert collab.state == "draft"


def test_submitting_a_complete_form_sends_it(lead: Client, cast: Cast) -> None:
    collab = filled(cast)
    answer = lead.post(url(collab), {**typed(page_of(lead, collab)), "act": "submit"})
    assert answer.status_code == 302
    collab.refresh_from_db()
    assert collab.state == "submitted"
    assert 'id="collab-talks"' in page_of(lead, collab)


def test_a_year_whose_make_up_days_are_unknown_is_pointed_out(lead: Client, cast: Cast) -> None:
    collab = filled(cast)
    assert "调休" not in lead.get(url(collab, "aside/")).content.decode()
    save_collab(collab.project_id, CollabDraft({"ends_on": date(2028, 3, 1)}), by=cast.by("lead"))
    aside = lead.get(url(collab, "aside/")).content.decode()
    assert "2028" in aside
    assert "调休" in aside


def test_what_the_form_costs_does_not_grow_with_its_rows(lead: Client, cast: Cast) -> None:
    collab = filled(cast, "product")
    lead.get(url(collab))
    with CaptureQueriesContext(
        connection,
    ) as few:
        lead.get(url(collab))
    save_collab(
        collab.project_id,
        CollabDraft(
            asks=asks(cast),
            milestones=[{"id": None, "name": f"节点{n}", "date": date(2026, 6, 1)} for n in range(6)],
            objectives=[{"id": None, "text": f"目标{n}"} for n in range(5)],
        ),
        by=cast.by("lead"),
    )
    with CaptureQueriesContext(connection) as many:
        lead.get(url(collab))
    assert len(many) == len(few)


# ---------------------------------------------------------------- autosave


def test_autosave_answers_with_version_time_and_keys_of_new_rows(lead: Client, cast: Cast) -> None:
    collab = started(cast)
    form = typed(page_of(lead, collab)) | {
        "objectives-TOTAL_FORMS": "1",
        "objectives-0-text": "销售额提升30%",
        "objectives-0-ORDER": "1",
        "background": "背景",
    }

    first = lead.post(url(collab, "autosave/"), form).json()

    objective = collab.project.objectives.get()
    assert (first["fields"]["objectives-0-id"], first["saved_at"], first["errors"]) == (str(objective.pk), "09:30", {})
    second = lead.post(url(collab, "autosave/"), {**form, **first["fields"], "version": first["version"]}).json()
    assert second["version"] == first["version"]
    assert collab.project.objectives.get().pk == objective.pk


def test_autosave_saves_what_can_be_read_and_names_the_rest(lead: Client, cast: Cast) -> None:
    collab = filled(cast)
    form = typed(page_of(lead, collab)) | {
        "ends_on": "2026-02-30",
        "risks": "新的风险",
        "asks-0-department_id": "",
        "milestones-0-name": "",
    }

    answer = lead.post(url(collab, "autosave/"), form)

    assert answer.status_code == 200
    assert set(answer.json()["errors"]) == {"ends_on", "asks-0-department_id", "milestones-0-name"}
    collab.refresh_from_db()
    assert (collab.risks, collab.project.ends_on) == ("新的风险", date(2026, 6, 20))
    assert (collab.asks.count(), collab.milestones.count()) == (3, 2)


def test_autosave_without_the_tables_leaves_them_alone(lead: Client, cast: Cast) -> None:
    collab = filled(cast)
    lead.post(url(collab, "autosave/"), {"name": "改名", "lead": "陈晨", "urgency": "normal", "tailoring": "standard"})
    assert (collab.asks.count(), collab.milestones.count(), collab.project.objectives.count()) == (3, 2, 2)


def test_two_people_at_one_draft_lose_no_word(lead: Client, cast: Cast) -> None:
    collab = filled(cast)
    other = as_part(cast, "marketing_head")
    mine, theirs = typed(page_of(lead, collab)), typed(page_of(other, collab))

    lead.post(url(collab, "autosave/"), {**mine, "background": "甲的背景", "asks-0-request_item": "甲的要求"})
    merged = other.post(url(collab, "autosave/"), {**theirs, "deliverables": "乙的成果"}).json()

    assert merged["fields"]["background"] == "甲的背景"
    assert merged["fields"]["asks-0-request_item"] == "甲的要求"
    clash = other.post(
        url(collab, "autosave/"),
        {**theirs, "deliverables": "乙的成果", "background": "乙的背景", "asks-0-request_item": "乙的要求"},
    )
    assert clash.status_code == 409
    shown = clash.content.decode()
    for words in ("甲的背景", "乙的背景", "甲的要求", "乙的要求", 'data-conflict-field="asks-0-request_item"'):
        assert words in shown
    hidden = re.search(r'data-hidden="([^"]*)"', shown)
    assert hidden

    # Chosen: both for the background, theirs for the wish. The form is sent again with what was read by now.
    again = other.post(
        url(collab, "autosave/"),
        {
            **theirs,
            **json.loads(unescape(hidden[1])),
            "deliverables": "乙的成果",
            "background": "乙的背景\n\n甲的背景",
            "asks-0-request_item": "甲的要求",
        },
    )
    assert again.status_code == 200
    collab.refresh_from_db()
    assert (collab.background, collab.deliverables) == ("乙的背景\n\n甲的背景", "乙的成果")
    assert ask_of(cast, "product").request_item == "甲的要求"


def test_without_scripts_the_second_writer_gets_a_page_with_both_texts_and_can_go_on(lead: Client, cast: Cast) -> None:
    collab = filled(cast)
    other = as_part(cast, "marketing_head")
    theirs = typed(page_of(other, collab))
    save_collab(collab.project_id, CollabDraft({"background": "甲的背景"}), by=cast.by("lead"))

    page = other.post(url(collab), {**theirs, "background": "乙的背景", "act": "save"})

    assert page.status_code == 409
    text = page.content.decode()
    assert "甲的背景" in text
    fields = {
        unescape(name): unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text)
        if name != "csrfmiddlewaretoken"
    }
    done = other.post(url(collab), {**fields, "background": "甲的背景，乙的背景"})
    assert done.status_code == 302
    collab.refresh_from_db()
    assert collab.background == "甲的背景，乙的背景"


def test_what_somebody_is_typing_over_is_not_taken_as_read(lead: Client, cast: Cast) -> None:
    collab = filled(cast)
    other = as_part(cast, "marketing_head")
    theirs = typed(page_of(other, collab))
    save_collab(collab.project_id, CollabDraft({"background": "甲的背景"}), by=cast.by("lead"))
    synced = other.post(url(collab, "autosave/"), theirs).json()

    # The field was being typed in when the answer came, so the browser did not put the other's words into it.
    late = other.post(
        url(collab, "autosave/"), {**theirs, "base": synced["fields"]["base"], "background": "乙没看到甲的"}
    )

    assert late.status_code == 409
    collab.refresh_from_db()
    assert collab.background == "甲的背景"


# ---------------------------------------------------------------- after it was sent


def test_departments_see_their_part_first_and_members_see_the_request(lead: Client, cast: Cast) -> None:
    collab = submitted(cast)
    for part in ("product_head", "product_member", "pmo"):
        assert as_part(cast, part).get(url(collab)).status_code == 200
    assert as_part(cast, "outsider").get(url(collab)).status_code == 404
    talks = as_part(cast, "technology_head").get(url(collab)).context["talks"]
    assert talks[0].ask.department == cast.departments["technology"]
    assert talks[0].can_reply


def test_the_page_refetches_only_what_the_departments_say(lead: Client, cast: Cast) -> None:
    collab = submitted(cast)
    ask = ask_of(cast, "product")
    reply_to_ask(ask.pk, ask.version, "accept_if", note="需2名库管", by=cast.by("product_head"))
    part = lead.get(url(collab), headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<section")
    assert "需2名库管" in part
    assert "paper-title" not in part


def test_a_change_through_the_page_asks_the_department_again(lead: Client, cast: Cast) -> None:
    collab = submitted(cast)
    page = lead.get(url(collab, "amend/")).content.decode()
    answer = lead.post(url(collab, "amend/"), {**typed(page), "asks-0-request_item": "盘点TOP20", "act": "save"})
    assert answer.status_code == 302
    assert ask_of(cast, "product").replies.count() == 2
    assert ask_of(cast, "sales").replies.count() == 1
    assert as_part(cast, "marketing_head").get(url(collab, "amend/")).status_code == 403


def test_what_the_request_page_costs_does_not_grow_with_departments(lead: Client, cast: Cast) -> None:
    collab = submitted(cast, "product")
    lead.get(url(collab))
    with CaptureQueriesContext(connection) as few:
        lead.get(url(collab))
    save_collab(collab.project_id, CollabDraft(asks=asks(cast)), by=cast.by("lead"))
    with CaptureQueriesContext(connection) as many:
        lead.get(url(collab))
    assert len(many) == len(few)


def test_what_the_list_costs_does_not_grow(lead: Client, cast: Cast) -> None:
    started(cast)
    lead.get("/requests/")
    with CaptureQueriesContext(connection) as few:
        lead.get("/requests/")
    for _ in range(4):
        started(cast)
    with CaptureQueriesContext(connection) as many:
        lead.get("/requests/")
    assert len(many) == len(few)


def test_withdrawing_needs_a_reason_and_tells_it(lead: Client, cast: Cast) -> None:
    collab = submitted(cast)
    assert lead.post(url(collab, "withdraw/")).status_code == 422 or not CollabRequest.objects.filter(state="withdrawn")
    lead.post(url(collab, "withdraw/"), {"reason": "活动取消"})
    assert "活动取消" in as_part(cast, "marketing_head").get(url(collab)).content.decode()


# ---------------------------------------------------------------- files, paper, import

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def attach(client: Client, collab: CollabRequest, name: str, data: bytes) -> Any:
    return client.post(url(collab, "files/"), {"files": SimpleUploadedFile(name, data)}, follow=True)


def test_an_attachment_is_fetched_by_those_who_see_the_request_and_nobody_else(lead: Client, cast: Cast) -> None:
    collab = submitted(cast)
    attach(lead, collab, "../../方案<b>\u202egpj.exe", PDF)

    file = StoredFile.objects.get()
    assert file.name == "方案<b>gpj.pdf"
    answer = as_part(cast, "product_member").get(f"/files/{file.pk}/")
    assert answer.content == PDF
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert as_part(cast, "outsider").get(f"/files/{file.pk}/").status_code == 404
    lead.post(url(collab, f"files/{file.pk}/remove/"))
    assert lead.get(f"/files/{file.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("leer.pdf", b""),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("a.exe", b"MZ\x90\x00\x03\x00\x00\x00\x04"),
        ("bomb.zip", b"PK\x03\x04" + b"\x00" * 60),
    ],
)
def test_a_file_we_do_not_take_is_refused_by_name(lead: Client, cast: Cast, name: str, data: bytes) -> None:
    collab = filled(cast)
    page = attach(lead, collab, name, data).content.decode()
    assert not StoredFile.objects.exists()
    assert name in page


def test_a_department_that_is_asked_attaches_nothing(cast: Cast) -> None:
    collab = submitted(cast)
    assert attach(as_part(cast, "product_head"), collab, "a.pdf", PDF).status_code == 403


@pytest.mark.parametrize(("fmt", "start"), [("docx", b"PK"), ("xlsx", b"PK"), ("pdf", b"%PDF-")])
def test_the_form_comes_out_on_paper(lead: Client, cast: Cast, fmt: str, start: bytes) -> None:
    collab = submitted(cast)
    answer = lead.get(url(collab, f"paper.{fmt}"))
    assert answer.status_code == 200
    assert answer.content.startswith(start)
    assert as_part(cast, "outsider").get(url(collab, f"paper.{fmt}")).status_code == 404
    assert lead.get(url(collab, "paper.exe")).status_code == 404


def workbook(client: Client, collab: CollabRequest) -> Any:
    return openpyxl.load_workbook(io.BytesIO(client.get(url(collab, "paper.xlsx")).content))


def bring(client: Client, collab: CollabRequest, book: Any) -> Any:
    data = io.BytesIO()
    book.save(data)
    return client.post(url(collab, "import/"), {"file": SimpleUploadedFile("登记表.xlsx", data.getvalue())})


def put(book: Any, before: str, after: Any) -> None:
    """Writes into the cell that holds the text."""
    sheet = book.active
    cell = next(cell for row in sheet.iter_rows() for cell in row if str(cell.value) == before)
    cell.value = after


def test_the_downloaded_excel_comes_back_as_the_same_request(lead: Client, cast: Cast) -> None:
    source = filled(cast)
    target = started(cast)
    answer = bring(lead, target, workbook(lead, source))
    assert answer.status_code == 302, answer.context["problems"]

    target.refresh_from_db()
    assert target.background == source.background
    assert target.budget_estimate == source.budget_estimate
    columns = ("metric", "baseline", "target", "unit", "due", "source")
    assert list(target.project.objectives.values(*columns)) == list(source.project.objectives.values(*columns))
    columns = ("department_id", "request_item", "due", "contact_person_id")
    assert list(target.asks.values(*columns)) == list(source.asks.values(*columns))
    columns = ("name", "date", "department_id")
    assert list(target.milestones.values(*columns)) == list(source.milestones.values(*columns))


def test_one_wrong_cell_and_nothing_of_the_file_is_taken(lead: Client, cast: Cast) -> None:
    source, target = filled(cast), started(cast)
    book = workbook(lead, source)
    put(book, "销售部", "火星部")
    put(book, source.background, "不应写入")

    answer = bring(lead, target, book)

    assert answer.status_code == 422
    assert "火星部" in answer.content.decode()
    target.refresh_from_db()
    assert (target.background, target.asks.count()) == ("", 4)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04broken", b"not a table", PDF])
def test_a_file_that_is_no_form_is_refused_in_words(lead: Client, cast: Cast, data: bytes) -> None:
    collab = started(cast)
    answer = lead.post(url(collab, "import/"), {"file": SimpleUploadedFile("a.xlsx", data)})
    assert answer.status_code == 422
    assert answer.context["refused"]
