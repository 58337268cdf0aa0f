"""The company's word on a day is the last, and every process counts with it at once."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.template import Context, Template
from django.test import Client
from django.urls import reverse

from tests.people.conftest import csv_of, million_rows, xlsx_of
from tongzhou.calendars import queries, services
from tongzhou.calendars.day_table import COLUMNS, MOST_ROWS, plan_days, read_date
from tongzhou.calendars.hours import checked_week, read_hours, write_hours
from tongzhou.calendars.models import CalendarDay, WorkCalendar
from tongzhou.core.errors import InvalidInput, NotAllowed, NotFound, StaleWrite
from tongzhou.core.events import events_of
from tongzhou.core.tables import lines_of, read_lines

DAY = date(2026, 6, 18)  # a Thursday


@pytest.fixture
def company(cast) -> WorkCalendar:
    """The calendar every installation has."""
    return WorkCalendar.objects.get(is_company=True)


@pytest.fixture
def as_(cast):
    def log_in(part: str) -> Client:
        browser = Client()
        browser.force_login(cast.persons[part])
        return browser

    return log_in


def table(*rows: dict[str, str]):
    return lines_of(rows, COLUMNS)


def test_every_installation_has_a_company_calendar(company):
    assert queries.is_workday(DAY)
    assert not queries.is_workday(date(2026, 6, 20))
    assert queries.is_workday(date(2026, 5, 9)), "the Saturday made up for the May holidays"
    assert not queries.is_workday(date(2026, 5, 4)), "Labour Day holidays"


def test_a_deadline_moves_with_the_day_at_once(cast, company):
    noon = datetime(2026, 6, 17, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert queries.add_working_days(noon, 1).date() == DAY
    services.set_day(company.pk, DAY, "holiday", "司庆", by=cast.by("pmo"))
    assert queries.add_working_days(noon, 1).date() == date(2026, 6, 22), "19 June is the Dragon Boat festival"
    services.clear_day(company.pk, DAY, by=cast.by("pmo"))
    assert queries.add_working_days(noon, 1).date() == DAY


def test_a_half_day_has_the_hours_of_the_morning(cast, company):
    services.set_day(company.pk, DAY, "half", by=cast.by("admin"))
    assert queries.company_calendar().intervals_on(DAY) == ((540, 720),)


def test_a_saturday_can_be_worked(cast, company):
    services.set_day(company.pk, date(2026, 6, 20), "make_up", by=cast.by("admin"))
    assert queries.company_calendar().minutes_on(date(2026, 6, 20)) == 480


def test_each_change_is_recorded_with_before_and_after(cast, company):
    services.set_day(company.pk, DAY, "holiday", "司庆", by=cast.by("pmo"))
    services.set_day(company.pk, DAY, "half", "司庆", by=cast.by("pmo"))
    names = [event.name for event in events_of(company)]
    assert names == ["calendars.day.set", "calendars.day.set"]
    assert '"kind":"holiday"' in events_of(company).last().payload


@pytest.mark.parametrize("part", ["lead", "product_head", "sponsor"])
def test_only_pmo_and_administrators_keep_calendars(cast, company, part):
    by = cast.by(part)
    for attempt in (
        lambda: services.set_day(company.pk, DAY, "holiday", by=by),
        lambda: services.clear_day(company.pk, DAY, by=by),
        lambda: services.set_week(company.pk, None, {"1": [[540, 1080]]}, by=by),
        lambda: services.create_calendar("工厂", by=by),
        lambda: services.import_days(company.pk, table({"date": "2026-06-18", "kind": "休"}), by=by),
        lambda: services.use_for_company(company.pk, by=by),
    ):
        with pytest.raises(NotAllowed):
            attempt()


@pytest.mark.parametrize(
    ("day", "kind", "name", "field"),
    [
        (DAY, "party", "", "kind"),
        (date(1999, 1, 1), "holiday", "", "date"),
        (date(9999, 12, 31), "holiday", "", "date"),
        (DAY, "holiday", "长" * 81, "name"),
        (DAY, "holiday", "a\x00", "name"),
    ],
)
def test_a_day_that_makes_no_sense_is_refused_at_its_field(cast, company, day, kind, name, field):
    with pytest.raises(InvalidInput) as refusal:
        services.set_day(company.pk, day, kind, name, by=cast.by("pmo"))
    assert set(refusal.value.fields) == {field}


def test_clearing_a_day_nobody_set_is_refused(cast, company):
    with pytest.raises(NotFound):
        services.clear_day(company.pk, DAY, by=cast.by("pmo"))


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("9:00-12:00, 13:00-18:00", [[540, 720], [780, 1080]]),
        ("13：00—18：00，9:00~12:00", [[540, 720], [780, 1080]]),
        ("8:30 至 17:30", [[510, 1050]]),
        ("9:00-12:00,12:00-18:00", [[540, 1080]]),
        ("", []),
        ("0:00-24:00", [[0, 1440]]),
    ],
)
def test_hours_are_read_as_people_write_them(text, hours):
    assert read_hours(text) == hours
    assert read_hours(write_hours(hours)) == hours


@pytest.mark.parametrize(
    "text",
    [
        "nine to five",
        "9-18",
        "18:00-9:00",
        "9:00-9:00",
        "9:70-10:00",
        "9:00-25:00",
        "9:00-12:00,11:00-13:00",
        "9:00-10:00," * 9,
    ],
)
def test_hours_that_make_no_sense_are_refused(text):
    with pytest.raises(ValueError, match=r"."):
        read_hours(text)


@pytest.mark.parametrize("week", [{}, {"1": []}, {"8": [[1, 2]]}, {"1": [[1]]}, {"1": [[5, 3]]}, {"1": [["a", "b"]]}])
def test_a_week_that_makes_no_sense_is_refused(week):
    with pytest.raises(InvalidInput):
        checked_week(week)


def test_a_shift_week_counts_at_once(cast, company):
    week = {str(day): [[480, 960]] for day in range(1, 7)}
    services.set_week(company.pk, company.version, week, by=cast.by("pmo"))
    assert queries.is_workday(date(2026, 6, 20))
    assert queries.company_calendar().minutes_on(DAY) == 480
    with pytest.raises(StaleWrite):
        services.set_week(company.pk, company.version, week, by=cast.by("pmo"))


def test_another_calendar_becomes_the_companys(cast, company):
    plant = services.create_calendar("工厂", week={"6": [[480, 960]]}, public_holidays="", by=cast.by("pmo"))
    assert not plant.is_company
    services.use_for_company(plant.pk, by=cast.by("pmo"))
    assert queries.is_workday(date(2026, 6, 20))
    assert not queries.is_workday(DAY)
    assert WorkCalendar.objects.get(is_company=True) == plant
    with pytest.raises(InvalidInput):
        services.create_calendar("工厂", by=cast.by("pmo"))


def test_a_company_has_one_calendar(company):
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkCalendar.objects.create(name="二", is_company=True)


def test_a_year_nobody_has_declared_is_said_until_its_make_up_days_are_there(cast, company):
    period = (date(2026, 12, 1), date(2027, 2, 1))
    assert queries.undeclared_years(*period) == (2027,)
    template = Template('{% include "calendars/undeclared.html" %}')
    words = template.render(Context({"first": period[0], "last": period[1], "actor": cast.by("pmo")}))
    assert "2027 年调休尚未导入" in words
    assert "?year=2027" in words
    services.import_days(
        company.pk,
        table({"date": "2027-02-06", "kind": "调休"}, {"date": "2027-01-01", "kind": "休息", "name": "元旦"}),
        by=cast.by("pmo"),
    )
    assert queries.undeclared_years(*period) == ()
    assert template.render(Context({"first": period[0], "last": period[1]})).strip() == ""


@pytest.mark.parametrize(
    "text", ["2027-01-31", "2027/1/31", "2027.1.31", "2027年1月31日", "20270131", "2027-01-31T00:00:00"]
)
def test_a_date_is_read_as_people_write_it(text):
    assert read_date(text) == date(2027, 1, 31)


@pytest.mark.parametrize("text", ["2月30日", "2027-02-30", "31/1/2027", "tomorrow", "", "12", "=TODAY()", "2027-01"])
def test_what_is_no_date_is_not_guessed(text):
    assert read_date(text) is None


def test_each_wrong_row_is_named_and_nothing_is_written(cast, company):
    lines = table(
        {"date": "2027-01-01", "kind": "休息"},
        {"date": "2027-02-30", "kind": "休息"},
        {"date": "2027-01-01", "kind": "也许"},
    )
    with pytest.raises(InvalidInput) as refusal:
        services.import_days(company.pk, lines, by=cast.by("pmo"))
    assert set(refusal.value.fields) == {"2.date", "3.date", "3.kind"}
    assert not CalendarDay.objects.exists()


def test_the_same_table_again_changes_nothing(cast, company):
    lines = table({"date": "2027-01-01", "kind": "holiday"}, {"date": "2027-02-06", "kind": "Make-up"})
    assert services.import_days(company.pk, lines, by=cast.by("pmo")) == 2
    version = WorkCalendar.objects.get(pk=company.pk).version
    assert services.import_days(company.pk, lines, by=cast.by("pmo")) == 0
    assert WorkCalendar.objects.get(pk=company.pk).version == version


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("休", "holiday"),
        ("放假", "holiday"),
        ("班", "make_up"),
        ("补班", "make_up"),
        ("工作日", "workday"),
        ("半天", "half"),
        ("HALF DAY", "half"),
    ],
)
def test_kinds_are_known_in_both_languages(word, kind):
    assert plan_days(table({"date": "2027-01-01", "kind": word}))[0].kind == kind


def test_the_table_is_looked_through_and_then_written(cast, company, as_):
    browser = as_("pmo")
    data = xlsx_of([["日期", "类型", "名称"], ["2027-01-01", "休息", "元旦"], ["2027-02-06", "调休", "春节"]])
    preview = browser.post(
        reverse("calendars:import", args=[company.pk]), {"file": SimpleUploadedFile("days.xlsx", data)}
    )
    assert preview.context["to_do"] == 2
    assert not CalendarDay.objects.exists()
    done = browser.post(
        reverse("calendars:import_confirm", args=[company.pk]), {"lines": preview.context["kept"]}, follow=True
    )
    assert CalendarDay.objects.count() == 2
    assert "2027" in done.redirect_chain[0][0]
    assert "元旦" in done.content.decode()


@pytest.mark.parametrize("kept", ["", "forged", "WzFd:abc:def"])
def test_rows_that_were_not_looked_through_are_not_written(cast, company, as_, kept):
    answer = as_("pmo").post(reverse("calendars:import_confirm", args=[company.pk]), {"lines": kept})
    assert answer.status_code == 409


@pytest.mark.parametrize("data", [b"", b"\x00", csv_of([["a", "b"]]), csv_of([["日期", "类型"]]), million_rows()])
def test_a_file_that_is_no_good_table_is_refused_in_words(company, as_, data):
    answer = as_("pmo").post(
        reverse("calendars:import", args=[company.pk]), {"file": SimpleUploadedFile("x.xlsx", data)}
    )
    assert answer.status_code == 422
    assert "form-error" in answer.content.decode()


def test_the_template_can_be_uploaded(as_):
    data = as_("pmo").get(reverse("calendars:import_template")).content
    assert [row.errors for row in plan_days(read_lines(data, COLUMNS, max_rows=MOST_ROWS))] == [{}, {}]


def test_the_year_shows_every_day_in_words(company, as_):
    browser = as_("lead")
    page = browser.get(reverse("calendars:year"), {"year": "2026"})
    facts = page.context["facts"]
    assert sum(len([day for week in month.weeks for day in week if day]) for month in facts.months) == 365
    assert facts.working_days == queries.company_calendar().duration_workdays(date(2026, 1, 1), date(2026, 12, 31))
    assert "调休上班日" in page.content.decode()
    assert "劳动节" in page.content.decode()
    later = browser.get(reverse("calendars:year"), {"year": "2027"}).content.decode()
    assert "2027 年调休尚未导入" in later


@pytest.mark.parametrize(
    "query", ["year=0", "year=9999", "year=x", "year=2100", "day=2026-02-30", "day=x", "year=20266"]
)
def test_any_year_can_be_asked_for(company, as_, query):
    assert as_("pmo").get(f"{reverse('calendars:admin')}?{query}").status_code == 200


def test_the_year_in_english_is_in_english(company, as_):
    browser = as_("lead")
    browser.cookies["tongzhou_language"] = "en"
    page = browser.get(reverse("calendars:year"), {"year": "2026"}).content.decode()
    assert "make-up working day" in page
    assert "Labor Day" in page


def test_a_day_is_changed_on_the_page(cast, company, as_):
    browser = as_("pmo")
    shown = browser.get(f"{reverse('calendars:admin')}?day=2026-06-18")
    assert 'id="day"' in shown.content.decode()
    address = reverse("calendars:set_day", args=[company.pk])
    assert browser.post(address, {"date": "2026-06-18", "kind": "half", "name": "团建"}).status_code == 302
    assert CalendarDay.objects.get().kind == "half"
    wrong = browser.post(address, {"date": "2026-06-31", "kind": "half", "name": "团建"})
    assert wrong.status_code == 422
    assert "团建" in wrong.content.decode()
    browser.post(reverse("calendars:clear_day", args=[company.pk]), {"date": "2026-06-18"})
    assert not CalendarDay.objects.exists()


def test_hours_are_changed_on_the_page_and_the_second_writer_is_told(cast, company, as_):
    browser = as_("pmo")
    address = reverse("calendars:edit", args=[company.pk])
    form = {"version": company.version, "name": company.name, "public_holidays": "CN", "day_1": "8:00-16:00"}
    assert browser.post(address, {**form, "day_2": "late"}).status_code == 422
    assert browser.post(address, form).status_code == 302
    assert WorkCalendar.objects.get(pk=company.pk).week == {"1": [[480, 960]]}
    assert browser.post(address, form).status_code == 409


def test_the_api_says_and_does_the_same(cast, company, as_):
    browser = as_("pmo")
    base = f"/api/v1/calendars/{company.pk}"
    assert browser.get("/api/v1/calendars").json()[0]["is_company"] is True
    year = browser.get(f"{base}/years/2026").json()
    assert (year["is_declared"], year["differing"][0]["date"]) == (True, "2026-01-01")
    put = browser.put(f"{base}/days/2026-06-18", '{"kind": "half", "name": "团建"}', content_type="application/json")
    assert put.json() == {"date": "2026-06-18", "kind": "half", "name": "团建"}
    assert browser.get(f"{base}/days?year=2026").json() == [put.json()]
    assert browser.delete(f"{base}/days/2026-06-18").status_code == 200
    counted = browser.get("/api/v1/calendars/working-days?first=2026-12-01&last=2027-01-31").json()
    assert counted["undeclared_years"] == [2027]
    for bad in (
        "first=2026-02-30&last=2026-03-01",
        "first=2026-03-01&last=2026-02-01",
        "first=0001-01-01&last=9999-12-31",
    ):
        assert browser.get(f"/api/v1/calendars/working-days?{bad}").status_code == 422
    wrong = browser.patch(base, '{"version": 1, "week": {"1": [[5, 3]]}}', content_type="application/json")
    assert (wrong.status_code, list(wrong.json()["fields"])) == (422, ["day_1"])
    for number in (0, 10**30):
        assert browser.get(f"/api/v1/calendars/{number}").status_code == 404
    assert browser.get(f"{base}/years/99999").status_code == 422
