"""沟通机制: the defaults of the process, the next times on the company's calendar, and gate 2 as far as the plan decides."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from django.test import Client
from django.urls import reverse

from tongzhou.core.errors import Conflict, InvalidInput, StaleWrite
from tongzhou.messaging import services as messaging
from tongzhou.planning import services
from tongzhou.planning.models import CommunicationLine
from tongzhou.planning.queries.communication import communication_of, missing_communication, next_occurrences
from tongzhou.planning.queries.communication_paper import communication_file
from tongzhou.planning.queries.raci_rules import Cell
from tongzhou.projects.gates import gate_state

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines(cast, project) -> dict[str, CommunicationLine]:
    services.set_default_communication(project.pk, by=cast.by("lead"))
    return {line.kind: line for line in communication_of(project)}


def at(day: date, hour: int = 1) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def days(line: CommunicationLine, since: date) -> list[tuple[str, bool]]:
    return [(row.day.isoformat(), row.is_left_out) for row in next_occurrences(line, since=at(since))]


def test_one_click_sets_the_defaults_of_the_process(lines):
    facts = {kind: (line.frequency, line.at, line.weekday) for kind, line in lines.items()}
    assert facts == {
        "daily": ("workday", time(17), None),
        "weekly": ("week", time(15), 4),
        "emergency": ("as_needed", None, None),
        "huddle": ("workday", time(12), None),
    }
    assert (lines["emergency"].response_minutes, lines["emergency"].decision_minutes) == (120, 15)


def test_the_defaults_leave_what_is_there_and_come_once(cast, project, lines):
    services.change_communication(lines["daily"].pk, lines["daily"].version, {"at": time(16, 30)}, by=cast.by("lead"))
    assert services.set_default_communication(project.pk, by=cast.by("lead")) == []
    assert CommunicationLine.objects.get(kind="daily").at == time(16, 30)


def test_daily_skips_the_weekend_and_a_make_up_saturday_is_named(lines):
    # 2026: 9 May (a Saturday) makes up for the Labour Day holidays.
    found = next_occurrences(lines["daily"], since=at(date(2026, 5, 8)))
    assert [row.day for row in found] == [date(2026, 5, 8), date(2026, 5, 9), date(2026, 5, 11)]
    assert [bool(row.reason) for row in found] == [False, True, False]


def test_a_weekly_friday_on_a_holiday_moves_as_its_rule_says(cast, lines):
    weekly = lines["weekly"]
    # Friday 19 June 2026 is Dragon Boat Festival.
    assert days(weekly, date(2026, 6, 15))[0] == ("2026-06-18", False)
    for rule, wanted in (("after", ("2026-06-22", False)), ("skip", ("2026-06-19", True))):
        services.change_communication(weekly.pk, None, {"non_workday_rule": rule}, by=cast.by("lead"))
        weekly.refresh_from_db()
        assert days(weekly, date(2026, 6, 15))[0] == wanted
        assert next_occurrences(weekly, since=at(date(2026, 6, 15)))[0].reason


def test_a_time_that_is_over_today_comes_up_tomorrow(lines):
    late = datetime(2026, 5, 12, 10, tzinfo=UTC)  # 18:00 in the company's zone
    assert next_occurrences(lines["daily"], since=late)[0].day == date(2026, 5, 13)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"frequency": "week", "weekday": None}, "weekday"),
        ({"frequency": "once", "on": None}, "on"),
        ({"frequency": "once", "on": date(9999, 1, 1)}, "on"),
        ({"at": None}, "at"),
        ({"response_minutes": 0}, "response_minutes"),
        ({"purpose": "长" * 301}, "purpose"),
        ({"frequency": "hourly"}, "frequency"),
        ({"owner_id": 987654}, "owner"),
    ],
)
def test_what_makes_no_sense_is_named_at_its_field(cast, lines, values, field):
    with pytest.raises(InvalidInput) as refusal:
        services.change_communication(lines["daily"].pk, None, values, by=cast.by("lead"))
    assert field in refusal.value.fields


def test_a_stale_line_and_a_second_of_its_kind_are_refused(cast, project, lines):
    daily = lines["daily"]
    services.change_communication(daily.pk, daily.version, {"place": "A301"}, by=cast.by("lead"))
    with pytest.raises(StaleWrite):
        services.change_communication(daily.pk, daily.version, {"place": "B202"}, by=cast.by("pmo"))
    with pytest.raises(Conflict):
        services.add_communication(project.pk, "daily", {}, by=cast.by("lead"))


@pytest.mark.parametrize(("fmt", "begins"), [("pdf", b"%PDF"), ("docx", b"PK"), ("xlsx", b"PK")])
def test_the_form_goes_out_in_every_format(project, lines, fmt, begins):
    name, data = communication_file(project, fmt)
    assert name.endswith(fmt)
    assert data.startswith(begins)


def test_the_page_shows_channels_and_a_line_is_written_in_its_form(cast, client: Client, project, lines):
    client.force_login(cast.lead)
    assert "周度同步" in client.get(reverse("planning:communication", args=[project.pk])).text
    weekly = lines["weekly"]
    address = reverse("planning:communication_line", args=[project.pk, weekly.pk])
    facts = {"frequency": "week", "weekday": "3", "at": "10:30", "form": "online", "non_workday_rule": "skip"}
    assert client.post(address, {**facts, "version": weekly.version}).status_code == 302
    weekly.refresh_from_db()
    assert (weekly.weekday, weekly.at) == (3, time(10, 30))
    assert client.post(address, {**facts, "version": 1}).status_code == 409
    assert client.post(address, {**facts, "version": weekly.version, "weekday": ""}).status_code == 422


# -- gate 2 -------------------------------------------------------------------------------------------------------------


def lacking(project, key: str) -> list[str]:
    condition = next(row for row in gate_state(project, 2) if row.key == key)
    return [f"{missing.text} {missing.link}" for missing in condition.missing]


def test_gate_2_waits_for_the_communication_mechanism(cast, project):
    assert len(lacking(project, "communication_set")) == 3
    services.set_default_communication(project.pk, by=cast.by("lead"))
    assert missing_communication(project) == []
    assert lacking(project, "communication_set") == []


def test_gate_2_waits_for_a_test_message_that_has_really_arrived(cast, client: Client, project, settings):
    settings.TONGZHOU_DEMO = True
    assert len(lacking(project, "channel_tested")) == 1
    values = {"name": "618项目群", "address": "618项目群"}
    channel = messaging.add_channel("projects.project", project.pk, "try_out", values, by=cast.by("lead"))
    (missing,) = lacking(project, "channel_tested")
    assert "618项目群" in missing
    assert missing.endswith(channel.get_absolute_url())
    messaging.test_channel(channel.pk, by=cast.by("lead"))
    assert lacking(project, "channel_tested"), "on its way is not there"
    messaging.deliver_groups()
    assert lacking(project, "channel_tested") == []
    client.force_login(cast.product_head)
    page = client.get(reverse("planning:communication", args=[project.pk])).text
    assert "618项目群" in page
    assert reverse("messaging:channel_new") not in page, "only who runs the project connects a group"
    messaging.pause_channel(channel.pk, True, by=cast.by("lead"))
    assert lacking(project, "channel_tested")


def test_gate_2_names_the_row_of_the_matrix_and_leads_to_it(cast, project, add):
    assert lacking(project, "raci_in_order")
    task = add("库存盘点")
    (missing,) = lacking(project, "raci_in_order")
    assert "库存盘点" in missing
    assert missing.endswith(f"#raci-{task.pk}")
    change = services.CellChange(task.pk, Cell(cast.product.pk), "RA")
    services.set_letters(project.pk, [change], by=cast.by("lead"))
    assert lacking(project, "raci_in_order") == []


def test_gate_2_names_what_misses_its_date(cast, project, add):
    assert lacking(project, "dates_hold")
    task = add("库存盘点", 10)
    before = lacking(project, "dates_hold")
    facts = {"constraint": "fnlt", "constraint_on": date(2026, 5, 13)}
    services.change_task(task.pk, None, facts, by=cast.by("lead"))
    (missing,) = [text for text in lacking(project, "dates_hold") if text not in before]
    assert "库存盘点" in missing
