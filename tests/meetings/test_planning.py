"""Planning a meeting: proposals, invitations into calendars, answers, somebody coming instead."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import icalendar
import pytest
from django.core import mail

from tests.meetings.conftest import SHANGHAI, Story, at
from tongzhou.core.errors import InvalidInput, NotAllowed, NotFound, StaleWrite, TransitionNotAllowed
from tongzhou.core.events import events_of
from tongzhou.meetings import queries, services
from tongzhou.meetings.models import Attendance, Meeting
from tongzhou.meetings.states import MeetingKind, MeetingState
from tongzhou.messaging.models import Delivery, Notification
from tongzhou.messaging.services import deliver_due
from tongzhou.people.models import Delegation
from tongzhou.projects import services as projects


def entry_in(text: str) -> icalendar.Event:
    """The one meeting in a calendar file."""
    (entry,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    return entry


def test_a_kickoff_proposes_heads_contact_persons_and_lead_and_offers_the_sponsor(story: Story):
    found = {c.person.name: (c.role, c.is_proposed) for c in queries.candidates(story.project, MeetingKind.KICKOFF)}
    assert found["陈晨"] == ("lead", True)
    assert found["王磊"] == ("head", True)
    assert found["赵敏"] == ("contact", True)
    assert found["高远"] == ("sponsor", False)
    assert found["钱多"] == ("member", False)
    assert "何静" not in found


@pytest.mark.parametrize("kind", list(MeetingKind))
def test_every_kind_has_an_agenda_and_a_time_ahead(story: Story, kind: MeetingKind):
    proposal = queries.proposal(story.project, kind)
    assert proposal.agenda
    assert proposal.starts_at > at("2026-05-11 09:30")
    assert proposal.ends_at > proposal.starts_at


def test_a_weekly_sync_is_proposed_for_friday_at_three(story: Story):
    assert queries.proposal(story.project, MeetingKind.WEEKLY).starts_at == at("2026-05-15 15:00")


def test_planning_invites_everybody_with_a_calendar_entry(story: Story, kickoff: Meeting):
    people = set(kickoff.attendees.values_list("person_id", flat=True))
    mails = Delivery.objects.filter(unique_key__startswith=f"meeting:{kickoff.pk}:")
    assert set(mails.values_list("person_id", flat=True)) == people
    told = Notification.objects.filter(link=kickoff.get_absolute_url())
    assert set(told.values_list("person_id", flat=True)) == people - {story.cast.lead.pk}

    entry = entry_in(mails.first().calendar)
    assert entry["UID"] == f"meeting-{kickoff.pk}@localhost"
    assert entry["SEQUENCE"] == 0
    assert entry["SUMMARY"] == "618大促活动启动会"
    assert entry["LOCATION"] == "3楼同舟会议室"
    assert entry.decoded("DTSTART") == datetime(2026, 5, 13, 14, tzinfo=SHANGHAI)
    assert entry["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert {str(a) for a in entry["ATTENDEE"]} == {
        f"mailto:{a.person.email}" for a in kickoff.attendees.select_related("person")
    }
    assert icalendar.Calendar.from_ical(mails.first().calendar)["METHOD"] == "REQUEST"
    assert icalendar.Calendar.from_ical(mails.first().calendar).walk("VTIMEZONE")


def test_the_mail_names_the_method_of_its_calendar_file(story: Story, kickoff: Meeting):
    services.cancel_meeting(kickoff.pk, "改期", by=story.cast.by("lead"))
    deliver_due(200)
    kinds = [
        part.get_content_type() + ";" + str(part.get_param("method"))
        for message in mail.outbox
        for part in message.message().walk()
        if part.get_content_maintype() == "text" and part.get_content_subtype() == "calendar"
    ]
    people = kickoff.attendees.count()
    assert sorted(kinds) == ["text/calendar;CANCEL"] * people + ["text/calendar;REQUEST"] * people


def test_a_new_time_moves_the_entry_and_asks_for_new_answers(story: Story, kickoff: Meeting):
    services.answer_invitation(kickoff.pk, "accepted", by=story.cast.by("product_head"))
    before = set(Delivery.objects.values_list("pk", flat=True))
    services.change_meeting(
        kickoff.pk,
        1,
        {"starts_at": at("2026-05-14 10:00"), "ends_at": at("2026-05-14 11:30")},
        by=story.cast.by("lead"),
    )
    mails = Delivery.objects.exclude(pk__in=before)
    assert mails.count() == kickoff.attendees.count()
    entry = entry_in(mails.first().calendar)
    assert (entry["UID"], entry["SEQUENCE"]) == (f"meeting-{kickoff.pk}@localhost", 1)
    assert entry.decoded("DTSTART") == at("2026-05-14 10:00")
    assert kickoff.attendees.get(person=story.cast.product_head).attendance == Attendance.INVITED


def test_who_is_taken_off_the_list_gets_a_cancellation_and_the_others_nothing(story: Story, kickoff: Meeting):
    before = set(Delivery.objects.values_list("pk", flat=True))
    staying = [pk for pk in kickoff.attendees.values_list("person_id", flat=True) if pk != story.cast.sales_contact.pk]
    services.change_meeting(kickoff.pk, 1, {}, attendee_ids=staying, by=story.cast.by("lead"))
    (only,) = Delivery.objects.exclude(pk__in=before)
    assert only.person_id == story.cast.sales_contact.pk
    assert icalendar.Calendar.from_ical(only.calendar)["METHOD"] == "CANCEL"
    assert entry_in(only.calendar)["STATUS"] == "CANCELLED"


def test_cancelling_takes_the_entry_out_of_every_calendar(story: Story, kickoff: Meeting):
    services.cancel_meeting(kickoff.pk, "改到下周", by=story.cast.by("lead"))
    kickoff.refresh_from_db()
    assert kickoff.state == MeetingState.CANCELLED
    cancelled = Delivery.objects.filter(calendar__contains="METHOD:CANCEL")
    assert cancelled.count() == kickoff.attendees.count()
    assert entry_in(cancelled.first().calendar)["SEQUENCE"] == 1
    assert "改到下周" in cancelled.first().body


def test_a_title_of_two_lines_cannot_add_lines_to_the_calendar_file(story: Story):
    meeting = story.plan(location="A室\r\nATTENDEE:mailto:evil@example.com\nX-EVIL:1")
    text = queries.calendar_file(meeting)
    assert "\r\nATTENDEE:mailto:evil" not in text
    assert "\nX-EVIL" not in text
    assert "X-EVIL:1" in entry_in(text)["LOCATION"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"ends_at": at("2026-05-13 14:00")}, "ends_at"),
        ({"ends_at": at("2026-05-12 14:00")}, "ends_at"),
        ({"ends_at": at("2026-05-23 14:00")}, "ends_at"),
        ({"starts_at": None}, "starts_at"),
        ({"starts_at": datetime(1, 1, 1, tzinfo=SHANGHAI)}, "starts_at"),
        ({"starts_at": datetime(9999, 12, 31, 23, 59, tzinfo=SHANGHAI)}, "starts_at"),
        ({"title": "  "}, "title"),
        ({"title": "会" * 161}, "title"),
        ({"location": "x" * 1_000_000}, "location"),
        ({"chair_id": 10**9}, "chair"),
        ({"kind": "party"}, "kind"),
    ],
)
def test_bad_plans_are_refused_at_the_field(story: Story, values: dict[str, object], field: str):
    kind = str(values.pop("kind", "kickoff")) if "kind" in values else "kickoff"
    with pytest.raises(InvalidInput) as refusal:
        story.plan(kind, **values)
    assert field in refusal.value.fields
    assert Meeting.objects.count() == 0


def test_emoji_and_rare_characters_are_kept(story: Story):
    meeting = story.plan(title="启动会 🚀 𠮷野家 العربية", location="=cmd|' /C calc'!A0")
    meeting.refresh_from_db()
    assert meeting.title == "启动会 🚀 𠮷野家 العربية"
    assert entry_in(queries.calendar_file(meeting))["SUMMARY"] == meeting.title


def test_only_lead_and_pmo_plan_and_outsiders_see_no_project(story: Story):
    values = {"title": "x", "starts_at": at("2026-05-13 14:00"), "ends_at": at("2026-05-13 15:00")}
    services.plan_meeting(story.project.pk, "weekly", values, by=story.cast.by("pmo"))
    with pytest.raises(NotAllowed):
        services.plan_meeting(story.project.pk, "weekly", values, by=story.cast.by("product_head"))
    with pytest.raises(NotFound):
        services.plan_meeting(story.project.pk, "weekly", values, by=story.cast.by("outsider"))


def test_chair_and_recorder_must_see_the_project(story: Story):
    with pytest.raises(InvalidInput) as refusal:
        story.plan(recorder_id=story.cast.outsider.pk)
    assert "recorder" in refusal.value.fields


def test_a_draft_project_has_no_meetings_yet(cast, story: Story):
    draft = projects.create_project(
        name="草稿", scenario_id=cast.scenarios["launch"].pk, initiator_id=cast.marketing.pk, by=cast.by("lead")
    )
    values = {"title": "x", "starts_at": at("2026-05-13 14:00"), "ends_at": at("2026-05-13 15:00")}
    with pytest.raises(NotAllowed):
        services.plan_meeting(draft.pk, "kickoff", values, by=cast.by("lead"))


def test_an_outsider_who_is_invited_sees_the_meeting_as_guest(story: Story, kickoff: Meeting):
    assert not queries.meetings_for(story.cast.by("outsider")).filter(pk=kickoff.pk).exists()
    services.invite(kickoff.pk, story.cast.outsider.pk, by=story.cast.by("lead"))
    assert queries.meetings_for(story.cast.by("outsider")).filter(pk=kickoff.pk).exists()
    assert kickoff.attendees.get(person=story.cast.outsider).role == "guest"


def test_warnings_name_holidays_hours_and_people_who_are_taken(story: Story, kickoff: Meeting):
    by, people = story.cast.by("lead"), [story.cast.product_head.pk]

    def texts(start: str, end: str) -> list[str]:
        return [w.text for w in queries.schedule_warnings(at(start), at(end), people, by=by)]

    assert texts("2026-05-14 14:00", "2026-05-14 15:00") == []
    assert len(texts("2026-05-16 14:00", "2026-05-16 15:00")) == 1
    assert len(texts("2026-05-14 17:30", "2026-05-14 19:00")) == 1
    assert "2031" in " ".join(texts("2031-05-14 14:00", "2031-05-14 15:00"))
    (taken,) = texts("2026-05-13 15:00", "2026-05-13 16:00")
    assert "王磊" in taken
    assert kickoff.title in taken
    assert texts("2026-05-13 15:30", "2026-05-13 16:00") == []
    services.answer_invitation(kickoff.pk, "declined", reason="出差", by=story.cast.by("product_head"))
    assert texts("2026-05-13 15:00", "2026-05-13 16:00") == []


def test_a_warning_does_not_tell_the_name_of_a_meeting_one_may_not_see(story: Story, kickoff: Meeting):
    (taken,) = queries.schedule_warnings(
        kickoff.starts_at, kickoff.ends_at, [story.cast.product_head.pk], by=story.cast.by("outsider")
    )
    assert kickoff.title not in taken.text


def test_warnings_do_not_refuse(story: Story):
    meeting = story.plan(starts_at=at("2026-05-16 22:00"), ends_at=at("2026-05-16 23:00"))
    assert meeting.state == MeetingState.PLANNED


def test_declining_needs_a_reason_and_may_send_the_deputy(story: Story, kickoff: Meeting):
    head = story.cast.by("product_head")
    with pytest.raises(InvalidInput) as refusal:
        services.answer_invitation(kickoff.pk, "declined", by=head)
    assert "reason" in refusal.value.fields
    with pytest.raises(InvalidInput) as refusal:
        services.answer_invitation(
            kickoff.pk, "declined", reason="出差", instead_id=story.cast.sales_contact.pk, by=head
        )
    assert "instead" in refusal.value.fields
    assert kickoff.attendees.get(person=story.cast.product_head).attendance == Attendance.INVITED

    Delegation.objects.create(
        department=story.cast.product,
        head=story.cast.product_head,
        deputy=story.cast.sales_contact,
        since=date(2026, 5, 1),
        until=date(2026, 5, 31),
    )
    services.answer_invitation(kickoff.pk, "declined", reason="出差", instead_id=story.cast.sales_contact.pk, by=head)
    services.answer_invitation(kickoff.pk, "declined", reason="出差", instead_id=story.cast.product_member.pk, by=head)
    instead = kickoff.attendees.get(person=story.cast.product_member)
    assert instead.instead_of_id == story.cast.product_head.pk
    chair = Notification.objects.filter(person=story.cast.lead, title__contains="王磊")
    assert chair.filter(body__contains="出差").exists()


def test_one_answers_only_for_oneself(story: Story, kickoff: Meeting):
    with pytest.raises(NotFound):
        services.answer_invitation(kickoff.pk, "accepted", by=story.cast.by("pmo"))
    with pytest.raises(NotFound):
        services.answer_invitation(kickoff.pk, "accepted", by=story.cast.by("outsider"))


def test_two_who_change_the_time_at_once_get_both_versions(story: Story, kickoff: Meeting):
    services.change_meeting(kickoff.pk, 1, {"location": "A室"}, by=story.cast.by("lead"))
    with pytest.raises(StaleWrite) as stale:
        services.change_meeting(kickoff.pk, 1, {"location": "B室"}, by=story.cast.by("product_member"))
    assert (stale.value.mine, stale.value.theirs) == ({"location": "B室"}, {"location": "A室"})


def test_states_follow_the_table(story: Story, kickoff: Meeting, stopped_clock):
    by = story.cast.by("lead")
    with pytest.raises(TransitionNotAllowed):
        services.end_meeting(kickoff.pk, by=by)
    services.start_meeting(kickoff.pk, by=by)
    for forbidden in (
        lambda: services.start_meeting(kickoff.pk, by=by),
        lambda: services.cancel_meeting(kickoff.pk, "x", by=by),
    ):
        with pytest.raises(TransitionNotAllowed):
            forbidden()
    services.end_meeting(kickoff.pk, by=by)
    with pytest.raises(TransitionNotAllowed):
        services.answer_invitation(kickoff.pk, "accepted", by=story.cast.by("product_head"))
    names = [event.name for event in events_of(kickoff)]
    assert names == ["meetings.meeting.planned", "meetings.meeting.started", "meetings.meeting.ended"]


def test_a_meeting_held_without_the_page_counts_as_held_at_the_planned_time(story: Story, kickoff, stopped_clock):
    stopped_clock.at("2026-05-14 09:00")
    services.end_meeting(kickoff.pk, by=story.cast.by("lead"))
    kickoff.refresh_from_db()
    content = queries.minutes_content(kickoff)
    assert (content["starts_at"], content["ends_at"]) == ("2026-05-13T14:00:00+08:00", "2026-05-13T15:30:00+08:00")


def test_lists_split_what_comes_from_what_is_over(story: Story, kickoff: Meeting, stopped_clock):
    mine = queries.my_meetings(story.cast.by("product_head"))
    now = at("2026-05-11 09:30")
    assert list(queries.upcoming(mine, now)) == [kickoff]
    assert list(queries.past(mine, now)) == []
    later = now + timedelta(days=10)
    assert list(queries.upcoming(mine, later)) == []
    assert list(queries.past(mine, later)) == [kickoff]
    assert not queries.my_meetings(story.cast.by("pmo")).exists()
    assert queries.meetings_for(story.cast.by("pmo")).exists()
