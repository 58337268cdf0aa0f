"""In the session: attendance, notes of two recorders at once, commitments, decisions, open points."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.meetings.conftest import Story, at
from tongzhou.core.errors import InvalidInput, NotAllowed, NotFound, StaleWrite, TransitionNotAllowed
from tongzhou.core.events import events_of
from tongzhou.core.models import LiveSignal
from tongzhou.core.verify import chain_problems
from tongzhou.meetings import queries, services
from tongzhou.meetings.models import Attendance, Meeting
from tongzhou.projects import services as projects
from tongzhou.projects.models import Commitment


@pytest.fixture
def running(story: Story, kickoff: Meeting, stopped_clock) -> Meeting:
    stopped_clock.at("2026-05-13 14:00")
    return services.start_meeting(kickoff.pk, by=story.cast.by("lead"))


def test_attendance_notes_who_is_there_and_who_is_absent_and_why(story: Story, running: Meeting):
    by = story.cast.by("product_member")
    services.answer_invitation(running.pk, "declined", reason="出差", by=story.cast.by("sales_head"))
    absent = running.attendees.get(person=story.cast.technology_head)
    services.check_attendance(running.pk, absent.pk, "absent", reason="培训", by=by)
    services.check_everybody_in(running.pk, by=by)
    content = queries.minutes_content(running)
    assert content["absentees"] == ["刘强（出差）", "张伟（培训）"]
    assert "王磊" in content["attendees"]
    assert "张伟" not in content["attendees"]
    assert len(content["invited"]) == running.attendees.count()


def test_attendance_waits_for_the_session(story: Story, kickoff: Meeting):
    attendee = kickoff.attendees.first()
    with pytest.raises(TransitionNotAllowed):
        services.check_attendance(kickoff.pk, attendee.pk, "present", by=story.cast.by("lead"))


def test_participants_read_but_do_not_write_and_outsiders_find_nothing(story: Story, running: Meeting):
    item = running.agenda.first()
    acts = (
        lambda by: services.change_agenda_item(item.pk, 1, {"points": "x"}, by=by),
        lambda by: services.add_agenda_item(running.pk, {"topic": "x"}, by=by),
        lambda by: services.add_meeting_commitment(running.pk, {"action": "x"}, by=by),
        lambda by: services.add_resolution(running.pk, {"text": "x"}, by=by),
        lambda by: services.end_meeting(running.pk, by=by),
        lambda by: services.note_closing(running.pk, 1, {"cc": "x"}, by=by),
        lambda by: services.check_everybody_in(running.pk, by=by),
    )
    for attempt in acts:
        with pytest.raises(NotAllowed):
            attempt(story.cast.by("product_head"))
        with pytest.raises(NotFound):
            attempt(story.cast.by("outsider"))


def test_two_recorders_in_different_fields_both_get_their_words_in(story: Story, running: Meeting):
    item = running.agenda.first()
    whole = {"topic": item.topic, "points": "", "disagreements": "", "conclusion": ""}
    services.change_agenda_item(item.pk, 1, {**whole, "points": "销售部提出分渠道口径"}, by=story.cast.by("lead"))
    saved = services.change_agenda_item(
        item.pk, 1, {**whole, "conclusion": "只统计线上"}, by=story.cast.by("product_member")
    )
    assert (saved.points, saved.conclusion, saved.version) == ("销售部提出分渠道口径", "只统计线上", 3)


def test_two_recorders_in_one_field_see_both_versions_and_nothing_is_overwritten(story: Story, running: Meeting):
    item = running.agenda.first()
    services.change_agenda_item(item.pk, 1, {"points": "甲"}, by=story.cast.by("lead"))
    services.change_agenda_item(item.pk, 2, {"points": "甲乙"}, by=story.cast.by("lead"))
    with pytest.raises(StaleWrite) as stale:
        services.change_agenda_item(item.pk, 1, {"points": "丙", "conclusion": ""}, by=story.cast.by("product_member"))
    assert stale.value.mine == {"points": "丙", "conclusion": ""}
    assert stale.value.theirs == {"points": "甲乙", "conclusion": ""}
    item.refresh_from_db()
    assert item.points == "甲乙"


def test_a_late_writer_who_changed_nothing_takes_nothing_back(story: Story, running: Meeting):
    item = running.agenda.first()
    services.change_agenda_item(item.pk, 1, {"points": "新的"}, by=story.cast.by("lead"))
    saved = services.change_agenda_item(item.pk, 1, {"points": ""}, by=story.cast.by("product_member"))
    assert (saved.points, saved.version) == ("新的", 2)


def test_saving_the_same_again_is_no_change(story: Story, running: Meeting):
    item = running.agenda.first()
    for _ in range(3):
        services.change_agenda_item(item.pk, item.version, {"points": "一样"}, by=story.cast.by("lead"))
    assert [e.name for e in events_of(item)] == ["meetings.agenda_item.changed"]


def test_topics_are_moved_and_removed(story: Story, running: Meeting):
    by = story.cast.by("lead")
    first, second, *_ = running.agenda.all()
    services.move_agenda_item(second.pk, -1, by=by)
    assert list(running.agenda.values_list("pk", flat=True))[:2] == [second.pk, first.pk]
    services.move_agenda_item(second.pk, -1, by=by)
    services.remove_agenda_item(second.pk, by=by)
    assert running.agenda.first() == first
    assert "meetings.agenda_item.removed" in [e.name for e in events_of(second)]


def test_a_megabyte_of_text_and_an_empty_topic_are_refused_at_the_field(story: Story, running: Meeting):
    item, by = running.agenda.first(), story.cast.by("lead")
    for values, field in (({"points": "字" * 1_000_000}, "points"), ({"topic": " \n "}, "topic")):
        with pytest.raises(InvalidInput) as refusal:
            services.change_agenda_item(item.pk, 1, values, by=by)
        assert list(refusal.value.fields) == [field]
    with pytest.raises(InvalidInput):
        services.add_resolution(running.pk, {"text": "决" * 2001}, by=by)
    with pytest.raises(InvalidInput):
        services.add_resolution(running.pk, {"text": "决议", "due": date(9999, 1, 1)}, by=by)
    with pytest.raises(InvalidInput):
        services.add_resolution(running.pk, {"text": "决议", "department_id": story.cast.service.pk}, by=by)


def test_a_department_states_its_own_resources_and_not_anothers(story: Story, running: Meeting):
    product = story.cast.product.pk
    services.state_resources(
        running.pk, product, 1, {"offers": "2名库管", "needs": "5万元推广预算"}, by=story.cast.by("product_contact")
    )
    with pytest.raises(NotAllowed):
        services.state_resources(running.pk, product, 2, {"offers": "x"}, by=story.cast.by("sales_head"))
    with pytest.raises(NotFound):
        services.state_resources(running.pk, story.cast.service.pk, 0, {"offers": "x"}, by=story.cast.by("lead"))
    (row,) = queries.minutes_content(running)["resources"]
    assert (row["dept"], row["offers"], row["needs"]) == ("产品部", "2名库管", "5万元推广预算")


def test_a_statement_written_by_two_who_both_saw_it_empty_shows_both(story: Story, cast):
    weekly = story.plan("weekly")
    services.state_resources(weekly.pk, cast.product.pk, 0, {"offers": "甲"}, by=cast.by("lead"))
    with pytest.raises(StaleWrite):
        services.state_resources(weekly.pk, cast.product.pk, 0, {"offers": "乙"}, by=cast.by("product_head"))


def test_the_recorder_takes_down_commitments_without_running_the_project(story: Story, running: Meeting):
    by = story.cast.by("product_member")
    values = {"department_id": story.cast.product.pk, "action": "配合做好库存支持"}
    commitment = services.add_meeting_commitment(running.pk, values, by=by)
    assert commitment.source == f"meeting:{running.pk}"
    (line,) = queries.commitment_lines(running)
    assert line.is_from_here
    assert line.vague
    services.change_meeting_commitment(
        running.pk,
        commitment.pk,
        1,
        {
            "action": "6月1日前完成TOP10 SKU的库存盘点",
            "owner_id": story.cast.product_contact.pk,
            "quantity": Decimal(10),
            "unit": "个SKU",
            "due": date(2026, 6, 1),
        },
        by=by,
    )
    (line,) = queries.commitment_lines(running)
    assert line.vague == ()
    assert queries.minutes_content(running)["commitments"][0]["measure"] == "10 个SKU"
    with pytest.raises(NotAllowed):
        projects.add_commitment(story.project.pk, values, by=by)


def test_notes_of_one_project_do_not_reach_into_another(story: Story, running: Meeting, cast):
    other = projects.create_project(
        name="别的项目", scenario_id=cast.scenarios["launch"].pk, initiator_id=cast.marketing.pk, by=cast.by("lead")
    )
    foreign = projects.add_commitment(
        other.pk, {"department_id": cast.marketing.pk, "action": "做海报"}, by=cast.by("lead")
    )
    with pytest.raises(NotFound):
        services.change_meeting_commitment(running.pk, foreign.pk, 1, {"action": "x"}, by=cast.by("lead"))
    with pytest.raises(NotFound):
        services.withdraw_meeting_commitment(running.pk, foreign.pk, by=cast.by("lead"))


def test_commitments_rest_while_a_memorandum_holds_them(story: Story, running: Meeting):
    projects.freeze_goals(story.project.pk, by=story.cast.by("lead"))
    with pytest.raises(NotAllowed):
        services.add_meeting_commitment(
            running.pk, {"department_id": story.cast.product.pk, "action": "x"}, by=story.cast.by("product_member")
        )


def test_a_decision_becomes_a_commitment_without_typing_it_again(story: Story, running: Meeting):
    by = story.cast.by("product_member")
    resolution = services.add_resolution(
        running.pk,
        {
            "text": "技术部6月3日前完成压力测试，峰值5000次/秒",
            "department_id": story.cast.technology.pk,
            "owner_id": story.cast.technology_contact.pk,
            "due": date(2026, 6, 3),
        },
        by=by,
    )
    commitment = services.make_commitment(resolution.pk, by=by)
    assert (commitment.action, commitment.department, commitment.owner, commitment.due) == (
        "技术部6月3日前完成压力测试，峰值5000次/秒",
        story.cast.technology,
        story.cast.technology_contact,
        date(2026, 6, 3),
    )
    assert services.make_commitment(resolution.pk, by=by) == commitment
    assert Commitment.objects.count() == 1


def test_a_decision_without_department_asks_for_one(story: Story, running: Meeting):
    by = story.cast.by("lead")
    resolution = services.add_resolution(running.pk, {"text": "6月8日前发完物料"}, by=by)
    with pytest.raises(InvalidInput) as refusal:
        services.make_commitment(resolution.pk, by=by)
    assert list(refusal.value.fields) == ["department"]
    assert Commitment.objects.count() == 0
    commitment = services.make_commitment(resolution.pk, department_id=story.cast.sales.pk, by=by)
    resolution.refresh_from_db()
    assert (resolution.commitment, resolution.department) == (commitment, story.cast.sales)


def test_open_points_are_settled_by_who_owes_the_answer_also_later(story: Story, sent: Meeting, cast):
    services.rework_minutes(sent.pk, by=cast.by("lead"))
    point = services.add_open_point(
        sent.pk,
        {"text": "压测日期", "owner_id": cast.technology_contact.pk, "due": date(2026, 5, 18)},
        by=cast.by("lead"),
    )
    story.send(sent)
    with pytest.raises(NotAllowed):
        services.settle_open_point(point.pk, "6月3日", by=cast.by("sales_head"))
    services.settle_open_point(point.pk, "6月3日", by=cast.by("technology_contact"))
    with pytest.raises(TransitionNotAllowed):
        services.settle_open_point(point.pk, "6月4日", by=cast.by("lead"))


def test_closing_notes_refuse_what_lies_before_the_meeting(story: Story, running: Meeting):
    by = story.cast.by("lead")
    for values, field in (
        ({"first_sync_at": at("2026-05-12 15:00")}, "first_sync_at"),
        ({"started_at": at("2026-05-13 15:00"), "ended_at": at("2026-05-13 14:00")}, "ended_at"),
        ({"cc": "抄" * 301}, "cc"),
    ):
        with pytest.raises(InvalidInput) as refusal:
            services.note_closing(running.pk, running.version, values, by=by)
        assert field in refusal.value.fields


def test_every_note_reaches_the_open_pages_and_the_record(story: Story, running: Meeting):
    LiveSignal.objects.all().delete()
    services.change_agenda_item(running.agenda.first().pk, 1, {"points": "x"}, by=story.cast.by("lead"))
    topics = set(LiveSignal.objects.values_list("topic", flat=True))
    assert {f"meeting-{running.pk}", f"meeting-{running.pk}-agenda", f"project-{story.project.pk}"} <= topics
    assert list(chain_problems()) == []


def test_notes_are_closed_while_the_minutes_are_being_confirmed(story: Story, sent: Meeting):
    with pytest.raises(TransitionNotAllowed):
        services.change_agenda_item(sent.agenda.first().pk, None, {"points": "x"}, by=story.cast.by("lead"))
    with pytest.raises(TransitionNotAllowed):
        services.add_meeting_commitment(sent.pk, {"action": "x"}, by=story.cast.by("lead"))


def test_an_invited_replacement_is_shown_as_such_in_the_minutes(story: Story, running: Meeting, cast):
    services.invite(running.pk, cast.outsider.pk, instead_of_id=cast.sales_head.pk, by=cast.by("lead"))
    attendee = running.attendees.get(person=cast.outsider)
    services.check_attendance(running.pk, attendee.pk, Attendance.PRESENT, by=cast.by("lead"))
    assert "何静（代刘强）" in queries.minutes_content(running)["attendees"]
