"""Persons come in from a table: every row is looked at, and all are written or none."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.people.conftest import csv_of, million_rows, xlsx_of, zip_bomb
from tongzhou.core.errors import Conflict, DomainError, InvalidInput
from tongzhou.core.events import events_of
from tongzhou.core.models import AuditEvent
from tongzhou.core.tables import Line, cell_text, lines_of, read_lines
from tongzhou.people import services
from tongzhou.people.import_columns import COLUMNS, MOST_ROWS
from tongzhou.people.models import Department, Headship, ImportDraft, Membership, Person
from tongzhou.people.queries import plan_import

HEADINGS = ["姓名", "登录名", "工号", "邮箱", "手机", "部门", "职务", "是否负责人", "语言"]
GOOD = [
    HEADINGS,
    ["吴一", "wu.yi", 10023, "wu.yi@example.com", 13800000001, "市场部/品牌组", "品牌经理", "是", "中文"],
    ["Anna Li", "anna", "10024", "", "", "市场部/品牌组/设计小组", "", "否", "English"],
    ["郑二", "zheng.er", "", "", "", "销售部", "", "", ""],
]


def read(data: bytes) -> list[Line]:
    return read_lines(data, COLUMNS, max_rows=MOST_ROWS)


def rows(*cells: dict[str, str]) -> list[Line]:
    return lines_of(cells, COLUMNS)


def counts() -> tuple[int, int, int, int]:
    return Person.objects.count(), Department.objects.count(), Membership.objects.count(), Headship.objects.count()


def upload(browser, data: bytes, name: str = "人员.xlsx", **more):
    return browser.post(reverse("people:import"), {"file": SimpleUploadedFile(name, data), **more})


@pytest.mark.parametrize("data", [xlsx_of(GOOD), csv_of(GOOD), csv_of(GOOD, "gb18030"), csv_of(GOOD, "utf-16")])
def test_a_table_is_written_whole(cast, data):
    outcome = services.import_people(read(data), create_departments=True, by=cast.by("admin"))
    assert (outcome.added, outcome.changed, outcome.unchanged, outcome.departments) == (3, 0, 0, 2)
    wu = Person.objects.get(username="wu.yi")
    assert (wu.name, wu.employee_no, wu.mobile, wu.language, wu.pinyin) == (
        "吴一",
        "10023",
        "13800000001",
        "zh-hans",
        "wuyi wy yi",
    )
    brand = Department.objects.get(name="品牌组")
    assert brand.parent == cast.marketing
    assert Headship.objects.get(department=brand).person == wu
    assert Person.objects.get(username="anna").language == "en"
    assert [event.name for event in events_of(wu)] == ["people.person.added"]


def test_the_same_table_again_changes_nothing(cast):
    lines = read(xlsx_of(GOOD))
    services.import_people(lines, create_departments=True, by=cast.by("admin"))
    before, events = counts(), AuditEvent.objects.count()
    outcome = services.import_people(lines, create_departments=True, by=cast.by("admin"))
    assert (outcome.added, outcome.changed, outcome.unchanged) == (0, 0, 3)
    assert (counts(), AuditEvent.objects.count()) == (before, events)


def test_an_empty_cell_leaves_what_is_there(cast):
    services.import_people(
        rows({"name": "陈晨", "username": "CHEN.chen", "title": "品牌经理", "email": ""}), by=cast.by("admin")
    )
    lead = Person.objects.get(pk=cast.lead.pk)
    assert (lead.title, lead.email, lead.username) == ("品牌经理", "chen.chen@example.com", "chen.chen")
    assert lead.memberships.get().department == cast.marketing


def test_one_wrong_row_refuses_all_of_them(cast):
    before = counts()
    lines = rows(
        {"name": "吴一", "username": "wu.yi", "department": "新部门"},
        {"name": "郑二", "username": "chen chen"},
        {"name": "", "username": "zheng.er", "email": "x"},
    )
    with pytest.raises(InvalidInput) as refusal:
        services.import_people(lines, create_departments=True, by=cast.by("admin"))
    assert set(refusal.value.fields) == {"2.username", "3.name", "3.email"}
    assert counts() == before


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"username": "wang.lei", "name": "王磊", "department": "销售部"}, "department"),
        ({"username": "a", "name": "甲", "department": "没有/这个"}, "department"),
        ({"username": "a", "name": "甲", "department": "市场部//品牌"}, "department"),
        ({"username": "a", "name": "甲", "department": "/".join("abcdefghi")}, "department"),
        ({"username": "a", "name": "甲", "department": "产品部", "is_head": "是"}, "is_head"),
        ({"username": "a", "name": "甲", "department": "产品部", "is_head": "也许"}, "is_head"),
        ({"username": "a", "name": "甲", "is_head": "是"}, "is_head"),
        ({"username": "a", "name": "甲", "language": "de"}, "language"),
        ({"username": "a", "name": "甲\ufffd乙"}, "name"),
        ({"username": "a", "name": "x" * 1_000_000}, "name"),
        ({"username": "a", "name": "甲", "mobile": "=HYPERLINK(1)"}, "mobile"),
    ],
)
def test_what_is_wrong_is_said_at_its_column(cast, cells, column):
    plan = plan_import(rows(cells), create_departments=False)
    assert set(plan.rows[0].errors) == {column}


def test_rows_that_clash_with_each_other_are_named(cast):
    new = services.create_department("新业务", by=cast.by("admin"))
    plan = plan_import(
        rows(
            {"username": "a", "name": "甲", "employee_no": "1", "department": new.name, "is_head": "1"},
            {"username": "A", "name": "乙", "employee_no": "1", "department": new.name, "is_head": "yes"},
        ),
        create_departments=False,
    )
    assert plan.rows[0].errors == {}
    assert set(plan.rows[1].errors) == {"username", "employee_no", "is_head"}


def test_somebody_who_left_is_not_brought_back_by_a_table(cast):
    services.leave_company(cast.lead.pk, by=cast.by("admin"))
    plan = plan_import(rows({"username": "chen.chen", "name": "陈晨"}), create_departments=False)
    assert set(plan.rows[0].errors) == {"username"}


def test_a_department_known_by_name_alone_needs_no_path(cast):
    brand = services.create_department("品牌组", parent_id=cast.marketing.pk, by=cast.by("admin"))
    services.import_people(rows({"username": "a", "name": "甲", "department": "品牌组"}), by=cast.by("admin"))
    assert Person.objects.get(username="a").memberships.get().department == brand
    services.create_department("品牌组", parent_id=cast.sales.pk, by=cast.by("admin"))
    plan = plan_import(rows({"username": "b", "name": "乙", "department": "品牌组"}), create_departments=True)
    assert set(plan.rows[0].errors) == {"department"}


def test_moving_by_table_leaves_the_former_department(cast):
    services.import_people(rows({"username": "zhao.min", "name": "赵敏", "department": "销售部"}), by=cast.by("admin"))
    assert cast.by("product_contact").department_ids == {cast.sales.pk}


@pytest.mark.parametrize("formula", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", '=HYPERLINK("http://x")'])
def test_what_looks_like_a_formula_is_a_text(cast, formula):
    lines = read(csv_of([["姓名", "登录名"], [formula, "somebody"]]))
    services.import_people(lines, by=cast.by("admin"))
    assert Person.objects.get(username="somebody").name == formula


def test_headings_are_found_below_a_title_and_in_english():
    lines = read(csv_of([["员工名单", "", ""], ["", "", ""], ["Full Name *", "E-Mail", "User_Name"], ["Li", "", "li"]]))
    assert lines == [Line(4, {"name": "Li", "email": "", "username": "li"})]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\x01\x02\x03",
        b"PK\x03\x04 not a zip",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600,
        csv_of([["a", "b"], ["c", "d"]]),
        csv_of([["姓名", "邮箱"], ["甲", ""]]),
        csv_of([["姓名", "登录名"]]),
        "姓名,登录名\n\ud800".encode("utf-8", "surrogatepass"),
        zip_bomb(),
    ],
    ids=[
        "empty",
        "binary",
        "broken zip",
        "old xls",
        "no headings",
        "no login name",
        "no rows",
        "bad bytes",
        "zip bomb",
    ],
)
def test_a_file_that_is_no_good_table_is_refused_in_words_and_changes_nothing(cast, as_, data):
    before = counts()
    answer = upload(as_("admin"), data)
    assert answer.status_code in {200, 422, 302}
    if answer.status_code == 302:
        draft = ImportDraft.objects.get()
        assert not plan_import([Line(n, c) for n, c in draft.lines], create_departments=True).is_clean
    else:
        assert answer.status_code == 422
        assert "form-error" in answer.content.decode()
    assert counts() == before


def test_a_million_rows_are_refused_in_seconds(cast, as_):
    import time

    data = million_rows()
    started = time.monotonic()
    answer = upload(as_("admin"), data)
    assert answer.status_code == 422
    assert time.monotonic() - started < 10
    assert not ImportDraft.objects.exists()


def test_one_row_too_many_is_refused(cast):
    data = csv_of([["姓名", "登录名"], *(["甲", f"u{number}"] for number in range(MOST_ROWS + 1))])
    with pytest.raises(DomainError):
        services.import_people(read(data), by=cast.by("admin"))


def test_the_wizard_from_upload_to_login_links(cast, as_):
    browser = as_("admin")
    address = upload(browser, xlsx_of(GOOD)).headers["Location"]
    preview = browser.get(address)
    assert preview.context["counts"] == {"add": 1, "error": 2}
    page = preview.content.decode()
    assert "市场部/品牌组/设计小组 不存在" in page
    assert "disabled" in page
    refused = browser.post(f"{address}confirm/", follow=True)
    assert not refused.context["is_clean"]
    assert not Person.objects.filter(username="zheng.er").exists()
    browser.post(address, {"create_departments": "yes"})
    preview = browser.get(address)
    assert preview.context["counts"] == {"add": 3}
    assert preview.context["missing"] == ["市场部/品牌组", "市场部/品牌组/设计小组"]
    for _again in range(2):
        done = browser.post(f"{address}confirm/", follow=True)
        assert done.status_code == 200
        assert Person.objects.filter(username__in=("wu.yi", "anna", "zheng.er")).count() == 3
    draft = ImportDraft.objects.get()
    assert (draft.lines, draft.outcome["added"]) == ([], 3)
    links = browser.post(f"{address}login-links/")
    found = services.login_links_of_import(draft.pk, by=cast.by("admin"))
    assert len(found) == 3
    from python_calamine import CalamineWorkbook

    sheet = CalamineWorkbook.from_filelike(io.BytesIO(links.content)).get_sheet_by_index(0).to_python()
    assert [row[1] for row in sheet[1:]] == [person.username for person, _secret in found]
    assert all(row[3].startswith("http://testserver/people/welcome/") for row in sheet[1:])


def test_a_table_belongs_to_who_uploaded_it(cast, as_):
    services.change_person(cast.pmo.pk, None, {"is_admin": True}, by=cast.by("admin"))
    draft = services.keep_import(rows({"name": "甲", "username": "a"}), "a.csv", by=cast.by("admin"))
    assert as_("pmo").get(reverse("people:import_preview", args=[draft.pk])).status_code == 404
    assert as_("pmo").post(reverse("people:import_confirm", args=[draft.pk])).status_code == 404


def test_who_was_entered_between_preview_and_confirming_is_not_written_twice(cast, as_):
    browser = as_("admin")
    draft = services.keep_import(
        rows({"name": "吴一", "username": "wu.yi", "employee_no": "7"}), "a.csv", by=cast.by("admin")
    )
    services.add_person({"username": "other", "name": "别人", "employee_no": "7"}, by=cast.by("admin"))
    answer = browser.post(reverse("people:import_confirm", args=[draft.pk]), follow=True)
    assert answer.context["counts"] == {"error": 1}
    assert not Person.objects.filter(username="wu.yi").exists()


def test_the_template_can_be_filled_in_and_uploaded(cast, as_):
    browser = as_("admin")
    template = browser.get(reverse("people:import_template"))
    lines = read(template.content)
    assert lines[0].cells["username"] == "chen.chen"
    assert lines[0].cells["department"] == "市场部/品牌组"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_errors_are_in_the_readers_language(cast, as_, language):
    services.change_person(cast.admin.pk, None, {"language": language}, by=cast.by("admin"))
    draft = services.keep_import(rows({"name": "甲", "username": "a b"}), "a.csv", by=cast.by("admin"))
    page = as_("admin").get(reverse("people:import_preview", args=[draft.pk])).content.decode()
    words = {"zh-hans": "不含空格", "en": "without blanks"}[language]
    assert words in page


def test_planning_costs_the_same_queries_however_many_rows(cast, django_assert_num_queries):
    one = rows({"name": "甲", "username": "a", "department": "产品部"})
    many = rows(*({"name": f"人{n}", "username": f"u{n}", "department": "产品部"} for n in range(50)))
    with django_assert_num_queries(5):
        plan_import(one, create_departments=False)
    with django_assert_num_queries(5):
        plan_import(many, create_departments=False)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (13800000000, "13800000000"),
        (13800000000.0, "13800000000"),
        (1.5, "1.5"),
        (True, "1"),
        (None, ""),
        ({"date": "2026-05-01"}, "2026-05-01"),
        ({"datetime": "2026-05-01T00:00:00"}, "2026-05-01"),
        (" 甲\u3000", "甲"),
        ("a\x00b", "a\ufffdb"),
        ("a\ud800", "a\ufffd"),
        (0, "0"),
    ],
)
def test_a_cell_is_the_text_that_a_person_sees(value, text):
    assert cell_text(value) == text


@pytest.mark.database
def test_two_thousand_rows_are_written_in_one_act(cast):
    import time

    lines = rows(
        *(
            {"name": f"员工{n}", "username": f"worker{n}", "department": f"事业部{n % 40}", "employee_no": str(n)}
            for n in range(2000)
        )
    )
    started = time.monotonic()
    outcome = services.import_people(lines, create_departments=True, by=cast.by("admin"))
    assert (outcome.added, outcome.departments) == (2000, 40)
    assert time.monotonic() - started < 20


def test_a_clash_that_only_the_database_sees_leaves_nothing_behind(cast, monkeypatch):
    from tongzhou.people.queries import imports

    lines = rows({"name": "甲", "username": "a"}, {"name": "乙", "username": "b"})
    plan = imports.plan_import

    def and_meanwhile(*args, **options):
        """Somebody enters one of them after the plan was made."""
        found = plan(*args, **options)
        Person.objects.create(username="B", name="别人")
        return found

    monkeypatch.setattr("tongzhou.people.services.imports.plan_import", and_meanwhile)
    with pytest.raises(Conflict):
        services.import_people(lines, by=cast.by("admin"))
    assert list(Person.objects.filter(username__in=("a", "b", "B")).values_list("name", flat=True)) == ["别人"]


def test_what_changed_after_the_rows_were_checked_is_said_at_its_row(cast, monkeypatch):
    from tongzhou.people.queries import imports

    plan, entered = imports.plan_import, []

    def and_meanwhile(*args, **options):
        """Somebody enters a person with the same number after the first check, which is made before the transaction."""
        found = plan(*args, **options)
        if not entered:
            entered.append(
                services.add_person({"name": "别人", "username": "bieren", "employee_no": "77"}, by=cast.by("admin"))
            )
        return found

    monkeypatch.setattr("tongzhou.people.services.imports.plan_import", and_meanwhile)
    with pytest.raises(InvalidInput) as refusal:
        services.import_people(
            rows({"name": "甲", "username": "a", "employee_no": "77"}, {"name": "乙", "username": "b"}),
            by=cast.by("admin"),
        )
    assert set(refusal.value.fields) == {"1.employee_no"}
    assert not Person.objects.filter(username__in=("a", "b")).exists()
