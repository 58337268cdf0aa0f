"""The rhythm of a project, and the calendars that programs fetch: what is in them, who gets them, what ends them."""

from __future__ import annotations

from datetime import date, time, timedelta

import icalendar
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cadence.conftest import channels
from tests.cast import Cast
from tests.conftest import Clock
from tests.projects.conftest import begin
from tongzhou.cadence.deriving import Channel
from tongzhou.cadence.models import CalendarFeed
from tongzhou.cadence.queries import rhythm_of
from tongzhou.cadence.services import create_feed, fire_due, keep_rules, revoke_feed, rotate_feed
from tongzhou.core.errors import NotFound
from tongzhou.insight.queries.diary import diary_of, local_today, span_of, weeks_of
from tongzhou.people import services as people
from tongzhou.people.ties import ties_of
from tongzhou.projects.models import Project
from tongzhou.projects.states import Phase

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(cast: Cast) -> Project:
    """The campaign in phase 3 with its rules."""
    made = begin(cast)
    Project.objects.update(phase=Phase.EXECUTING)
    with_owner = Channel("week", time(15), weekday=4, shift="before", owner_id=cast.lead.pk)
    keep_rules(made.pk, channels(weekly=with_owner), by=cast.by("lead"))
    return Project.objects.get()


def entries(project: Project, cast: Cast, kind: str = "") -> list:
    rhythm = rhythm_of(project)
    found = diary_of(project, cast.by("lead"), *span_of(local_today(rhythm)), rhythm)
    return [entry for entry in found if not kind or entry.kind == kind]


def events(client: Client, secret: str, **headers: str) -> dict[str, icalendar.Event]:
    answer = client.get(f"/feeds/{secret}.ics", headers=headers)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    calendar = icalendar.Calendar.from_ical(answer.content)
    return {str(event["uid"]): event for event in calendar.walk("VEVENT")}


def test_a_friday_on_a_festival_stands_on_thursday_with_its_reason_and_owner(
    cast: Cast, project: Project, stopped_clock: Clock
) -> None:
    # Friday 19 June 2026 is Dragon Boat Festival.
    stopped_clock.at("2026-06-01 09:00")
    moved = next(entry for entry in entries(project, cast, "weekly") if entry.day == date(2026, 6, 18))
    assert (moved.time, moved.owner, "端午节" in moved.reason) == ("15:00", cast.lead, True)
    asked = [entry.day for entry in entries(project, cast, "report_asked")]
    assert date(2026, 6, 17) in asked
    weeks = weeks_of(entries(project, cast), date(2026, 6, 1))
    festival = next(day for week in weeks for day in week if day.date == date(2026, 6, 19))
    assert (festival.look, festival.words, [entry.kind for entry in festival.entries]) == ("off", "端午节", [])


def test_the_page_shows_what_is_due_and_what_was_done(
    client: Client, cast: Cast, project: Project, stopped_clock: Clock
) -> None:
    stopped_clock.at("2026-05-11 17:01")
    fire_due()
    client.force_login(cast.product_member)
    page = client.get(f"/projects/{project.pk}/rhythm/").content.decode()
    assert "每日汇总" in page
    assert "已略过" not in page
    assert next(entry.state for entry in entries(project, cast, "daily")) == "done"
    assert "项目所在时区" not in page, "members do not move it"


def test_a_project_without_a_rhythm_says_where_it_comes_from(client: Client, cast: Cast) -> None:
    made = begin(cast)
    client.force_login(cast.lead)
    page = client.get(f"/projects/{made.pk}/rhythm/").content.decode()
    assert "还没有节奏安排" in page


def test_the_zone_is_set_on_the_page_and_the_second_of_two_is_told(
    client: Client, cast: Cast, project: Project
) -> None:
    client.force_login(cast.lead)
    url = f"/projects/{project.pk}/rhythm/"
    version = rhythm_of(project).version
    assert client.post(url, {"zone": "Europe/Berlin", "version": version}).status_code == 302
    assert client.post(url, {"zone": "Asia/Tokyo", "version": version}).status_code == 409
    assert client.post(url, {"zone": "Mars/Olympus", "version": version}).status_code == 422
    assert "Europe/Berlin" in client.get(url).content.decode()


def test_the_calendar_asks_as_often_with_many_rules_as_with_few(client: Client, cast: Cast, project: Project) -> None:
    client.force_login(cast.lead)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/projects/{project.pk}/rhythm/")
        return len(queries)

    asked()
    many = asked()
    keep_rules(project.pk, channels(weekly=None, huddle=None), by=cast.by("lead"))
    assert asked() == many


def test_a_person_subscribes_to_what_is_due(client: Client, cast: Cast, project: Project) -> None:
    _feed, secret = create_feed("手机", by=cast.by("product_contact"))
    found = events(client, secret)
    titles = [str(event["summary"]) for event in found.values()]
    assert titles.count("每日汇总：618大促活动") == 40
    assert "每日更新提醒：618大促活动" not in titles
    weekly = next(event for event in found.values() if str(event["summary"]).startswith("周度同步"))
    assert weekly["dtstart"].dt.isoformat() == "2026-05-15T07:00:00+00:00"


def test_the_same_deadline_in_many_projects_is_one_entry(client: Client, cast: Cast, project: Project) -> None:
    for number in range(2):
        other = begin(cast, name=f"项目{number}")
        Project.objects.filter(pk=other.pk).update(phase=Phase.EXECUTING)
        keep_rules(other.pk, channels(), by=cast.by("lead"))
    _feed, secret = create_feed("手机", by=cast.by("lead"))
    found = [event for event in events(client, secret).values() if "每日汇总" in event["summary"]]
    assert {str(event["summary"]) for event in found} == {"每日汇总（3 个项目）"}
    assert "项目1" in found[0]["description"]


def test_nothing_new_is_answered_with_304(client: Client, cast: Cast, project: Project, stopped_clock: Clock) -> None:
    _feed, secret = create_feed("手机", by=cast.by("lead"))
    first = client.get(f"/feeds/{secret}.ics")
    stopped_clock.moment += timedelta(minutes=30)
    again = client.get(f"/feeds/{secret}.ics", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    keep_rules(project.pk, channels(daily=Channel("workday", time(18))), by=cast.by("lead"))
    changed = client.get(f"/feeds/{secret}.ics", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200


def test_busy_only_tells_when_and_nothing_else(client: Client, cast: Cast, project: Project) -> None:
    _feed, secret = create_feed("公开", is_busy_only=True, by=cast.by("lead"))
    body = client.get(f"/feeds/{secret}.ics").content.decode()
    found = events(client, secret)
    assert {str(event["summary"]) for event in found.values()} == {"忙"}
    assert "618大促" not in body
    assert "陈晨" not in body.replace("X-WR-CALNAME:同舟：陈晨", "")


def test_the_secret_is_kept_as_a_digest_and_an_address_ends_when_it_is_changed_or_taken_back(
    client: Client, cast: Cast, project: Project
) -> None:
    feed, first = create_feed("手机", by=cast.by("lead"))
    assert first not in str(CalendarFeed.objects.values().get())
    with pytest.raises(NotFound):
        rotate_feed(feed.pk, by=cast.by("product_head"))
    _feed, second = rotate_feed(feed.pk, by=cast.by("lead"))
    assert [client.get(f"/feeds/{secret}.ics").status_code for secret in (first, second)] == [404, 200]
    revoke_feed(feed.pk, by=cast.by("lead"))
    assert client.get(f"/feeds/{second}.ics").status_code == 404


def test_feeds_end_with_the_person_in_the_act_of_leaving(client: Client, cast: Cast, project: Project) -> None:
    feed, secret = create_feed("手机", by=cast.by("product_contact"))
    held = {str(label): ties for label, ties in ties_of(cast.product_contact.pk, cast.by("admin"))}
    assert [tie.ends for tie in held["日历订阅地址"]] == [True]
    people.leave_company(cast.product_contact.pk, by=cast.by("admin"))
    feed.refresh_from_db()
    assert feed.revoked_at is not None
    assert client.get(f"/feeds/{secret}.ics").status_code == 404
    people.take_back(cast.product_contact.pk, by=cast.by("admin"))
    assert client.get(f"/feeds/{secret}.ics").status_code == 404, "an address is not found again by coming back"


def test_a_project_feed_shows_what_its_person_may_see_and_no_longer(
    client: Client, cast: Cast, project: Project
) -> None:
    with pytest.raises(NotFound):
        create_feed("手机", project_id=project.pk, by=cast.by("outsider"))
    _feed, secret = create_feed("手机", project_id=project.pk, by=cast.by("product_member"))
    assert events(client, secret)
    Project.objects.update(is_confidential=True)
    assert client.get(f"/feeds/{secret}.ics").status_code == 404


def test_an_address_is_made_and_shown_once_on_the_page(client: Client, cast: Cast) -> None:
    client.force_login(cast.lead)
    made = client.post("/people/me/calendars/", {"label": "我的手机"}).content.decode()
    assert "/feeds/" in made
    assert "webcal://" in made
    assert "/feeds/" not in client.get("/people/me/calendars/").content.decode()
    assert client.post("/people/me/calendars/", {"label": ""}).status_code == 422
