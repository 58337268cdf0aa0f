"""Pages of meetings: what is shown to whom, forms with and without JavaScript, two writers, constant query counts."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import icalendar
import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.meetings.conftest import HEADS, Story, at
from tests.signoff.authenticator import SoftPasskey
from tongzhou.meetings import queries, services
from tongzhou.meetings.models import Attendance, Meeting
from tongzhou.meetings.states import MeetingState
from tongzhou.people.passkeys import decoded
from tongzhou.projects.models import Commitment
from tongzhou.signoff.models import Decision

HTMX = {"HX-Request": "true"}
AUTOSAVE = {"X-Autosave": "1"}


@pytest.fixture
def as_(story: Story) -> Callable[[str], Client]:
    """A browser in which the person is logged in."""

    def login(part: str) -> Client:
        client = Client()
        client.force_login(story.cast.persons[part])
        return client

    return login


def url(name: str, *args: object) -> str:
    return reverse(f"meetings:{name}", args=args)


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


@pytest.fixture
def running(story: Story, kickoff: Meeting, stopped_clock) -> Meeting:
    stopped_clock.at("2026-05-13 14:00")
    return services.start_meeting(kickoff.pk, by=story.cast.by("lead"))


def test_the_plan_is_filled_in_and_posting_it_invites(as_, story: Story):
    client = as_("lead")
    page = client.get(url("plan", story.project.pk))
    assert 'value="618大促活动启动会"' in text_of(page)
    assert "核心目标" in text_of(page)
    people = [c.person.pk for c in queries.candidates(story.project) if c.role in {"head", "contact"}]
    answer = client.post(
        url("plan", story.project.pk),
        {
            "kind": "kickoff",
            "title": "启动会",
            "starts_at": "2026-05-13T14:00",
            "ends_at": "2026-05-13T15:30",
            "location": "https://meeting.example.com/1",
            "chair": story.cast.lead.pk,
            "recorder": story.cast.lead.pk,
            "attendees": people,
            "agenda": "目标\n承诺\n\n",
        },
    )
    meeting = Meeting.objects.get()
    assert answer["Location"] == meeting.get_absolute_url()
    assert meeting.starts_at == at("2026-05-13 14:00")
    assert list(meeting.agenda.values_list("topic", flat=True)) == ["目标", "承诺"]
    assert set(meeting.attendees.values_list("person_id", flat=True)) == {*people, story.cast.lead.pk}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ends_at": "2026-05-13T13:00"}, "结束时间早于开始时间"),
        ({"starts_at": "2月30日"}, "starts_at_error"),
        ({"title": "会\x00议"}, "title_error"),
        ({"title": "x" * 1_000_000}, "title_error"),
        ({"chair": "999999"}, "chair_error"),
        ({"agenda": "长" * 300}, "agenda_error"),
    ],
)
def test_bad_input_is_shown_at_the_field_with_the_typed_text(as_, story: Story, change: dict[str, str], words: str):
    data = {
        "kind": "kickoff",
        "title": "启动会 <b>粗</b> 🚀",
        "starts_at": "2026-05-13T14:00",
        "ends_at": "2026-05-13T15:30",
        "chair": story.cast.lead.pk,
        "recorder": story.cast.lead.pk,
        "attendees": [story.cast.sales_head.pk],
        "location": "3楼会议室",
    }
    page = as_("lead").post(url("plan", story.project.pk), data | change)
    assert page.status_code == 422
    assert words in text_of(page)
    assert "3楼会议室" in text_of(page)
    assert f'value="{story.cast.sales_head.pk}" id="attendee-{story.cast.sales_head.pk}" checked' in text_of(page)
    assert "<b>粗</b>" not in text_of(page)
    assert Meeting.objects.count() == 0


def test_the_time_is_checked_while_it_is_chosen(as_, story: Story, kickoff: Meeting):
    values = {"starts_at": "2026-05-16T14:00", "ends_at": "2026-05-16T15:00"}
    page = as_("lead").get(url("check_time", story.project.pk), values, headers=HTMX)
    assert "不是工作日" in text_of(page)
    clash = {
        "starts_at": "2026-05-13T15:00",
        "ends_at": "2026-05-13T16:00",
        "attendees": [story.cast.product_head.pk],
    }
    assert "王磊" in text_of(as_("lead").get(url("check_time", story.project.pk), clash))
    # Moving the meeting itself, its own people are not taken by it.
    assert "王磊" not in text_of(as_("lead").get(url("check_time", story.project.pk), clash | {"meeting": kickoff.pk}))


def test_participants_read_the_meeting_without_forms_and_outsiders_get_404(as_, running: Meeting):
    page = text_of(as_("sales_head").get(running.get_absolute_url()))
    assert running.title in page
    assert "data-autosave-url" in page  # their own department's resources
    assert url("agenda_add", running.pk) not in page
    assert as_("outsider").get(running.get_absolute_url()).status_code == 404
    assert Client().get(running.get_absolute_url()).status_code == 302


def test_the_recorder_sees_every_part_to_write_in(as_, running: Meeting):
    page = text_of(as_("product_member").get(running.get_absolute_url()))
    for part in ("agenda_add", "commitment_add", "resolution_add", "open_point_add", "closing", "invite"):
        assert url(part, running.pk) in page
    for ident in (
        "attendance",
        "objectives",
        "agenda",
        "resources",
        "commitments",
        "resolutions",
        "open-points",
        "closing",
    ):
        assert f'id="{ident}"' in page


def test_a_note_saves_itself_and_says_what_others_wrote(as_, running: Meeting):
    item = running.agenda.first()
    address = url("agenda_item", running.pk, item.pk)
    whole = {"version": 1, "topic": item.topic, "points": "", "disagreements": "", "conclusion": ""}
    first = as_("lead").post(address, whole | {"points": "甲"}, headers=AUTOSAVE)
    assert first.json() == {"version": 2, "saved_at": "14:00", "fields": {}}
    second = as_("product_member").post(address, whole | {"conclusion": "乙"}, headers=AUTOSAVE)
    assert second.json() == {"version": 3, "saved_at": "14:00", "fields": {"points": "甲"}}


def test_two_who_write_one_field_see_both_versions(as_, running: Meeting):
    item = running.agenda.first()
    address = url("agenda_item", running.pk, item.pk)
    whole = {"version": 1, "topic": item.topic, "points": "", "disagreements": "", "conclusion": ""}
    as_("lead").post(address, whole | {"points": "甲"}, headers=AUTOSAVE)
    clash = as_("product_member").post(address, whole | {"points": "乙"}, headers=AUTOSAVE)
    assert clash.status_code == 409
    assert "甲" in text_of(clash)
    assert "乙" in text_of(clash)
    plain = as_("product_member").post(address, whole | {"points": "乙"})
    assert plain.status_code == 409
    assert "甲" in text_of(plain)
    assert "乙" in text_of(plain)
    item.refresh_from_db()
    assert item.points == "甲"


def test_autosave_says_which_field_is_wrong(as_, running: Meeting):
    item = running.agenda.first()
    refused = as_("lead").post(
        url("agenda_item", running.pk, item.pk), {"version": 1, "topic": "", "points": "x"}, headers=AUTOSAVE
    )
    assert refused.status_code == 422
    assert list(refused.json()["errors"]) == ["topic"]
    too_long = as_("lead").post(
        url("agenda_item", running.pk, item.pk),
        {"version": 1, "topic": "x", "points": "字" * 300_000},
        headers=AUTOSAVE,
    )
    assert too_long.status_code == 422


def test_a_commitment_is_taken_down_with_and_without_htmx(as_, story: Story, running: Meeting):
    data = {"department": story.cast.product.pk, "action": "配合做好库存支持"}
    part = as_("product_member").post(url("commitment_add", running.pk), data, headers=HTMX)
    assert part.status_code == 200
    assert 'id="commitments"' in text_of(part)
    assert 'class="vague"' in text_of(part)
    back = as_("product_member").post(url("commitment_add", running.pk), data)
    assert back["Location"] == f"{running.get_absolute_url()}#commitments"
    assert Commitment.objects.count() == 2
    refused = as_("product_member").post(url("commitment_add", running.pk), {"action": "只有动作"}, headers=HTMX)
    assert refused.status_code == 422
    assert "只有动作" in text_of(refused)
    alone = as_("product_member").post(
        url("commitment_add", running.pk), {"department": story.cast.product.pk, "action": "x", "quantity": "NaN"}
    )
    assert alone.status_code == 422


def test_two_who_change_one_commitment_keep_their_typed_text(as_, story: Story, running: Meeting):
    by = story.cast.by("lead")
    made = services.add_meeting_commitment(running.pk, {"department_id": story.cast.product.pk, "action": "旧"}, by=by)
    services.change_meeting_commitment(
        running.pk, made.pk, 1, {"action": "别人的", "owner_id": story.cast.product_head.pk}, by=by
    )
    data = {"version": 1, "department": story.cast.product.pk, "action": "我的", "due": "2026-06-01"}
    page = as_("product_member").post(url("commitment", running.pk, made.pk), data)
    assert page.status_code == 409
    for words in ("我的", "别人的", "王磊", 'name="version" value="2"'):
        assert words in text_of(page)
    again = as_("product_member").post(url("commitment", running.pk, made.pk), data | {"version": 2}, headers=HTMX)
    assert again.status_code == 200
    made.refresh_from_db()
    assert (made.action, made.due) == ("我的", date(2026, 6, 1))


def test_one_button_makes_a_decision_a_commitment(as_, story: Story, running: Meeting):
    resolution = services.add_resolution(
        running.pk, {"text": "6月8日前发完物料", "department_id": story.cast.sales.pk}, by=story.cast.by("lead")
    )
    part = as_("product_member").post(url("resolution_commit", running.pk, resolution.pk), headers=HTMX)
    assert "已转为承诺" in text_of(part)
    assert part["HX-Trigger"] == "commitments-changed"
    assert Commitment.objects.get().action == "6月8日前发完物料"


def test_attendance_is_checked_with_two_buttons(as_, story: Story, running: Meeting):
    one = running.attendees.get(person=story.cast.sales_head)
    client = as_("product_member")
    client.post(url("attendee", running.pk, one.pk), {"attendance": "absent", "reason": "出差\x00"}, headers=HTMX)
    part = client.post(url("everybody_in", running.pk), headers=HTMX)
    one.refresh_from_db()
    assert (one.attendance, one.reason) == (Attendance.ABSENT, "出差")
    count = running.attendees.count()
    assert f"{count - 1}/{count}" in text_of(part)


def test_a_part_is_fetched_anew_and_unknown_parts_are_absent(as_, running: Meeting):
    item = running.agenda.first()
    client = as_("sales_head")
    for part in (
        "state",
        "attendance",
        "objectives",
        "agenda",
        "resources",
        "commitments",
        "resolutions",
        "open-points",
        "closing",
        "ready",
    ):
        assert client.get(url("part", running.pk, part), headers=HTMX).status_code == 200, part
    assert item.topic in text_of(client.get(url("part", running.pk, "agenda") + f"?item={item.pk}", headers=HTMX))
    assert client.get(url("part", running.pk, "agenda") + "?item=99999999999999999999").status_code == 404
    assert client.get(url("part", running.pk, "secrets")).status_code == 404


def test_who_reads_along_gets_a_fresh_page_when_the_meeting_moves_on(as_, running: Meeting):
    seen = url("part", running.pk, "state") + "?seen=planned"
    assert as_("sales_head").get(seen, headers=HTMX)["HX-Refresh"] == "true"
    writer = as_("product_member").get(seen, headers=HTMX)
    assert "HX-Refresh" not in writer
    assert "会议状态已更新" in text_of(writer)


def test_noting_the_next_meeting_keeps_when_this_one_was_held(as_, running: Meeting):
    answer = as_("lead").post(
        url("closing", running.pk),
        {"version": running.version, "first_sync_at": "2026-05-20T15:00", "next_meeting_at": "", "cc": ""},
        headers=AUTOSAVE,
    )
    assert answer.status_code == 200
    started = running.started_at
    running.refresh_from_db()
    assert running.first_sync_at is not None
    assert running.started_at == started


def test_the_calendar_file_is_a_download(as_, kickoff: Meeting):
    answer = as_("product_contact").get(url("calendar", kickoff.pk))
    assert answer["Content-Type"].startswith("text/calendar")
    assert "attachment" in answer["Content-Disposition"]
    entry = icalendar.Calendar.from_ical(answer.content)
    assert entry["METHOD"] == "PUBLISH"
    assert "ATTENDEE" not in text_of(answer)


def test_the_preview_sends_exactly_what_it_shows(as_, story: Story, held: Meeting):
    client = as_("product_member")
    page = text_of(client.get(url("minutes_preview", held.pk)))
    digest = queries.draft_minutes(held).digest
    assert digest in page
    services.change_agenda_item(held.agenda.first().pk, None, {"points": "后来"}, by=story.cast.by("lead"))
    late = client.post(url("minutes_send", held.pk), {"shown_digest": digest})
    assert late.status_code == 409
    fresh = queries.draft_minutes(Meeting.objects.get(pk=held.pk)).digest
    assert fresh in text_of(late)
    assert client.post(url("minutes_send", held.pk), {"shown_digest": fresh}).status_code == 302
    held.refresh_from_db()
    assert held.state == MeetingState.CONFIRMING


def test_minutes_that_lack_something_say_what_and_where(as_, story: Story, held: Meeting):
    services.note_closing(held.pk, None, {"first_sync_at": None}, by=story.cast.by("lead"))
    digest = queries.draft_minutes(Meeting.objects.get(pk=held.pk)).digest
    page = as_("lead").post(url("minutes_send", held.pk), {"shown_digest": digest})
    assert page.status_code == 422
    assert f"{held.get_absolute_url()}#closing" in text_of(page)


def test_the_confirmation_page_shows_my_departments_part_first(as_, sent: Meeting):
    page = text_of(as_("product_head").get(url("minutes", sent.pk)))
    assert page.index("产品部的约定事项") < page.index("跨部门沟通会议纪要")
    assert "6月1日前完成TOP10 SKU的库存盘点" in page[: page.index("跨部门沟通会议纪要")]
    assert url("minutes_answer", sent.pk) in page
    reader = text_of(as_("product_member").get(url("minutes", sent.pk)))
    assert "产品部的约定事项" in reader
    assert url("minutes_answer", sent.pk) not in reader


def test_confirming_and_objecting_by_form(as_, story: Story, sent: Meeting):
    digest = sent.editions.get().digest
    data = {"department": story.cast.product.pk, "shown_digest": digest}
    refused = as_("product_head").post(url("minutes_answer", sent.pk), data | {"verdict": "object", "reason": ""})
    assert refused.status_code == 422
    assert as_("product_head").post(url("minutes_answer", sent.pk), data | {"verdict": "agree"}).status_code == 302
    sales = {"department": story.cast.sales.pk, "shown_digest": digest, "verdict": "object", "reason": "口径不对"}
    assert as_("sales_head").post(url("minutes_answer", sent.pk), sales).status_code == 302
    page = text_of(as_("lead").get(url("minutes", sent.pk)))
    assert "口径不对" in page
    assert url("minutes_rework", sent.pk) in page


def test_an_old_page_gets_the_new_version_and_keeps_the_typed_reason(as_, story: Story, sent: Meeting):
    old = sent.editions.get().digest
    services.rework_minutes(sent.pk, by=story.cast.by("lead"))
    services.change_agenda_item(sent.agenda.first().pk, None, {"points": "改过"}, by=story.cast.by("lead"))
    story.send(sent)
    data = {"department": story.cast.product.pk, "shown_digest": old, "verdict": "object", "reason": "我的理由"}
    page = as_("product_head").post(url("minutes_answer", sent.pk), data)
    assert page.status_code == 409
    newest = sent.editions.get(number=2).digest
    assert newest in text_of(page)
    assert "我的理由" in text_of(page)
    assert Decision.objects.count() == 0


def test_old_editions_stay_readable_and_comparable(as_, story: Story, sent: Meeting):
    services.rework_minutes(sent.pk, by=story.cast.by("lead"))
    services.change_agenda_item(sent.agenda.first().pk, None, {"conclusion": "只统计线上"}, by=story.cast.by("lead"))
    story.send(sent)
    client = as_("sales_contact")
    assert "这是旧版本" in text_of(client.get(url("edition", sent.pk, 1)))
    compare = text_of(client.get(url("minutes_compare", sent.pk)))
    assert "<ins>只统计线上</ins>" in compare
    assert client.get(url("edition", sent.pk, 7)).status_code == 404
    assert client.get(url("edition", sent.pk, 99999999999999)).status_code == 404


def test_locking_with_silence_by_form(as_, story: Story, sent: Meeting, stopped_clock):
    story.answer(sent, "product_head")
    stopped_clock.at("2026-05-18 09:00")
    page = text_of(as_("lead").get(url("minutes", sent.pk)))
    assert "锁定（3个部门沉默）" in page
    digest = sent.editions.get().digest
    assert as_("lead").post(url("minutes_lock", sent.pk), {"shown_digest": digest}).status_code == 302
    done = text_of(as_("sales_head").get(url("minutes", sent.pk)))
    assert "至期限未答复（沉默）" in done
    assert url("minutes_answer", sent.pk) not in done


@pytest.mark.parametrize(("fmt", "start"), [("docx", b"PK"), ("xlsx", b"PK"), ("pdf", b"%PDF"), ("sent", b"%PDF")])
def test_downloads(as_, story: Story, sent: Meeting, fmt: str, start: bytes):
    for part in HEADS:
        story.answer(sent, part)
    answer = as_("sales_head").get(url("edition_file", sent.pk, 1, fmt))
    assert answer.content.startswith(start)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "XZ-HYJY-2026" in answer["Content-Disposition"]


def test_an_unknown_format_and_a_strangers_download_are_absent(as_, sent: Meeting):
    assert as_("lead").get(url("edition_file", sent.pk, 1, "exe")).status_code == 404
    assert as_("outsider").get(url("edition_file", sent.pk, 1, "pdf")).status_code == 404
    assert as_("sales_head").get(url("minutes_file", sent.pk, "pdf")).status_code == 403


def test_the_list_says_what_is_wanted_and_an_empty_one_what_it_is_for(as_, story: Story, kickoff: Meeting):
    page = text_of(as_("product_head").get(url("list")))
    assert kickoff.title in page
    assert "待您回复" in page
    assert "暂无会议安排" in text_of(as_("outsider").get(url("list")))
    assert kickoff.title not in text_of(as_("pmo").get(url("list")))
    assert kickoff.title in text_of(as_("pmo").get(url("list") + "?all=1"))
    assert kickoff.title in text_of(as_("sales_head").get(url("list_for_project", story.project.pk)))


def queries_of(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_lists_cost_the_same_with_one_row_and_with_many(as_, story: Story, kickoff: Meeting):
    client = as_("product_head")
    pages = [url("list"), url("list_for_project", story.project.pk)]
    before = [queries_of(client, page) for page in pages]
    for number in range(4):
        story.plan(title=f"会议{number}")
    assert [queries_of(client, page) for page in pages] == before


def test_a_meeting_costs_the_same_with_few_notes_and_with_many(as_, story: Story, running: Meeting):
    by = story.cast.by("lead")

    def note(number: int) -> None:
        services.add_agenda_item(running.pk, {"topic": f"议题{number}"}, by=by)
        services.add_meeting_commitment(
            running.pk,
            {"department_id": story.cast.product.pk, "owner_id": story.cast.product_head.pk, "action": f"做{number}"},
            by=by,
        )
        services.add_resolution(
            running.pk, {"text": f"决议{number}", "department_id": story.cast.sales.pk, "owner_id": by.pk}, by=by
        )
        services.add_open_point(running.pk, {"text": f"待决{number}", "owner_id": by.pk}, by=by)
        services.state_resources(running.pk, story.cast.product.pk, None, {"offers": f"{number}"}, by=by)

    note(1)
    writer, reader = as_("product_member"), as_("sales_head")
    before = [queries_of(client, running.get_absolute_url()) for client in (writer, reader)]
    for number in range(2, 7):
        note(number)
    assert [queries_of(client, running.get_absolute_url()) for client in (writer, reader)] == before


def test_the_minutes_cost_the_same_with_few_departments_answering_and_with_all(as_, story: Story, sent: Meeting):
    client = as_("pmo")
    story.answer(sent, "product_head")
    before = queries_of(client, url("minutes", sent.pk))
    for part in ("sales_head", "technology_head"):
        story.answer(sent, part)
    assert queries_of(client, url("minutes", sent.pk)) == before


def test_no_page_carries_inline_scripts_styles_or_handlers(as_, story: Story, running: Meeting):
    for address in (running.get_absolute_url(), url("plan", story.project.pk), url("minutes_preview", running.pk)):
        page = text_of(as_("lead").get(address))
        assert " style=" not in page
        assert " onclick=" not in page
        assert "<script>" not in page


def test_what_people_typed_is_never_run(as_, story: Story, running: Meeting):
    evil = "<script>alert(1)</script>"
    by = story.cast.by("lead")
    services.add_agenda_item(running.pk, {"topic": evil, "points": evil}, by=by)
    services.add_resolution(running.pk, {"text": evil}, by=by)
    for part in ("lead", "sales_head"):
        assert evil not in text_of(as_(part).get(running.get_absolute_url()))
    assert evil not in text_of(as_("lead").get(url("minutes_preview", running.pk)))


def test_the_record_of_a_note_can_be_read_as_json(story: Story, running: Meeting):
    from tongzhou.core.events import events_of

    item = running.agenda.first()
    services.change_agenda_item(item.pk, 1, {"points": "👍 ‮RTL"}, by=story.cast.by("lead"))
    payload = json.loads(events_of(item).get().payload)
    assert payload["after"] == {"points": "👍 ‮RTL"}
    assert payload["data"] == {"version": 2}


def test_minutes_are_confirmed_with_a_passkey_too(client, story, sent, cast):
    passkey = SoftPasskey(cast.product_head)
    client.force_login(cast.product_head)
    address = reverse("meetings:minutes", args=[sent.pk])
    page = client.get(address)
    assert 'data-island="passkey"' in page.content.decode()
    (answer,) = page.context["answers"]
    digest = page.context["edition"].digest
    told = client.post(
        reverse("signoff:passkey", args=[answer["signatory"].pk]), {"digest": digest, "verdict": "agree"}
    ).json()
    form = {
        "department": cast.product.pk,
        "shown_digest": digest,
        "verdict": "agree",
        "challenge": told["challenge_id"],
        "assertion": json.dumps(passkey.sign(decoded(told["options"]["challenge"]))),
    }
    wrong = client.post(reverse("meetings:minutes_answer", args=[sent.pk]), {**form, "challenge": "1000000"})
    assert (wrong.status_code, "再用通行密钥签署一次" in wrong.content.decode()) == (422, True)
    assert client.post(reverse("meetings:minutes_answer", args=[sent.pk]), form).status_code == 302
    assert "强：通行密钥签署本决定" in client.get(address).content.decode()
