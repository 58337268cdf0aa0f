"""Minutes: composed, sent, confirmed or objected to, reworked, locked; silence shown as silence."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connection

from tests.meetings.conftest import HEADS, Story
from tongzhou.cadence.services import fire_due
from tongzhou.core import clock, files
from tongzhou.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, TransitionNotAllowed
from tongzhou.core.events import events_of
from tongzhou.core.verify import chain_problems
from tongzhou.documents.canonical import digest, file_digest
from tongzhou.documents.differences import differences
from tongzhou.meetings import queries, services
from tongzhou.meetings.documents import MEETING_MINUTES
from tongzhou.meetings.models import Meeting, MinutesEdition
from tongzhou.meetings.states import MeetingState
from tongzhou.meetings.verification import minutes_problems
from tongzhou.messaging.models import Notification
from tongzhou.people.models import Delegation
from tongzhou.projects import services as projects
from tongzhou.projects.duties import awaited_by, duties_of
from tongzhou.projects.gates import conditions
from tongzhou.projects.queries import deeds, events_for
from tongzhou.signoff.models import Decision, Round
from tongzhou.signoff.services import decide


def gate_of(story: Story) -> list[str]:
    """What the kickoff condition of gate 1 misses."""
    return [str(lack.text) for lack in conditions.get("kickoff_confirmed").check(story.project)]


def state_of(meeting: Meeting) -> str:
    meeting.refresh_from_db()
    return meeting.state


def standing_of(meeting: Meeting) -> dict[str, str]:
    edition = meeting.editions.order_by("-number").first()
    standing = queries.minutes_standing(meeting, edition)
    return {item.department.name: item.state for item in standing.confirmations}


def test_the_minutes_hold_everything_that_was_noted(story: Story, held: Meeting, cast):
    content = queries.minutes_content(held)
    assert content["title"] == "618大促活动启动会"
    assert content["type"] == ["kickoff"]
    assert (content["starts_at"], content["ends_at"]) == ("2026-05-13T14:00:00+08:00", "2026-05-13T15:40:00+08:00")
    assert [goal["target"] for goal in content["goals"]] == ["30%", "15%"]
    (commitment,) = content["commitments"]
    assert commitment == {
        "dept": "产品部",
        "department_id": cast.product.pk,
        "action": "6月1日前完成TOP10 SKU的库存盘点，保障活动期间不断货",
        "measure": "盘点报告；10 个SKU；盘点准确率100%",
        "owner": "赵敏",
        "due": "2026-06-01",
    }
    assert content["first_sync_at"] == "2026-05-15T15:00:00+08:00"
    assert len(content["agenda_items"]) == 5


def test_sending_freezes_content_and_pdf_and_asks_every_department(story: Story, sent: Meeting):
    edition = sent.editions.get()
    round = Round.objects.get(subject_kind="minutes")
    assert edition.digest == digest(edition.content) == round.digest
    assert file_digest(files.fetch(edition.pdf.key)) == round.pdf_digest == edition.pdf.sha256
    assert files.fetch(edition.pdf.key).startswith(b"%PDF")
    assert standing_of(sent) == dict.fromkeys(["市场部", "产品部", "销售部", "技术部"], "unanswered")
    assert f"{round.due_at.astimezone(clock.company_zone()):%Y-%m-%d %H:%M}" == "2026-05-15 15:40"


def test_the_first_sync_is_asked_for_before_a_kickoff_is_sent(story: Story, held: Meeting):
    services.note_closing(held.pk, None, {"first_sync_at": None}, by=story.cast.by("lead"))
    with pytest.raises(InvalidInput) as refusal:
        story.send(held)
    assert len(refusal.value.fields["__all__"]) == 1
    assert state_of(held) == MeetingState.MINUTES
    assert MinutesEdition.objects.count() == 0


def test_nothing_is_sent_that_was_not_shown(story: Story, held: Meeting):
    shown = queries.draft_minutes(held).digest
    services.change_agenda_item(
        held.agenda.first().pk, None, {"points": "后来改的"}, by=story.cast.by("product_member")
    )
    with pytest.raises(Conflict):
        services.send_minutes(held.pk, shown_digest=shown, by=story.cast.by("lead"))
    assert MinutesEdition.objects.count() == 0


def test_minutes_are_locked_when_every_department_has_confirmed(story: Story, sent: Meeting):
    assert len(gate_of(story)) == 4
    for part in HEADS:
        assert state_of(sent) == MeetingState.CONFIRMING
        story.answer(sent, part)
    assert state_of(sent) == MeetingState.LOCKED
    assert sent.editions.get().locked_at == clock.now()
    assert gate_of(story) == []
    assert story.project.commitments.get().state == "proposed"
    assert list(chain_problems()) == []


def test_the_gate_names_the_next_step(story: Story, stopped_clock):
    assert gate_of(story) == ["尚未安排启动会"]
    meeting = story.hold(stopped_clock)
    assert gate_of(story) == ["启动会纪要尚未送各部门确认"]
    story.send(meeting)
    story.answer(meeting, "product_head")
    assert gate_of(story) == ["市场部尚未确认纪要", "销售部尚未确认纪要", "技术部尚未确认纪要"]
    story.answer(meeting, "sales_head", "object", "口径不对")
    assert "销售部对纪要有异议" in gate_of(story)


def test_a_cancelled_kickoff_counts_for_nothing(story: Story, kickoff: Meeting):
    assert gate_of(story) == ["启动会尚未召开"]
    services.cancel_meeting(kickoff.pk, "改期", by=story.cast.by("lead"))
    assert gate_of(story) == ["尚未安排启动会"]


def test_the_contact_person_who_was_there_may_confirm_and_one_who_was_not_may_not(story: Story, stopped_clock):
    meeting = story.hold(stopped_clock, absent=("sales_contact",))
    story.send(meeting)
    story.answer(meeting, "product_contact")
    assert Decision.objects.get().person == story.cast.product_contact
    with pytest.raises(NotAllowed):
        story.answer(meeting, "sales_contact")
    with pytest.raises(NotAllowed):
        story.answer(meeting, "product_member")


def test_the_sign_off_itself_holds_the_same_rule(story: Story, stopped_clock, cast):
    meeting = story.hold(stopped_clock, absent=("sales_contact",))
    edition = story.send(meeting)
    by_department = {s.department_id: s for s in Round.objects.get(subject_kind="minutes").signatories.all()}
    with pytest.raises(NotAllowed):
        decide(by_department[cast.sales.pk].pk, "agree", shown_digest=edition.digest, by=cast.by("sales_contact"))
    decide(by_department[cast.product.pk].pk, "agree", shown_digest=edition.digest, by=cast.by("product_contact"))


def test_a_deputy_confirms_for_the_head_and_it_shows(story: Story, sent: Meeting, cast):
    Delegation.objects.create(
        department=cast.sales,
        head=cast.sales_head,
        deputy=cast.product_member,
        scopes=["minutes"],
        since=date(2026, 5, 1),
        until=date(2026, 5, 31),
    )
    edition = sent.editions.get()
    services.answer_minutes(sent.pk, cast.sales.pk, "agree", shown_digest=edition.digest, by=cast.by("product_member"))
    assert Decision.objects.get().on_behalf_of == "刘强"


@pytest.mark.parametrize("part", ["outsider", "sponsor", "pmo", "sales_head"])
def test_nobody_confirms_for_another_department(story: Story, sent: Meeting, cast, part: str):
    with pytest.raises((NotAllowed, NotFound)):
        services.answer_minutes(
            sent.pk, cast.product.pk, "agree", shown_digest=sent.editions.get().digest, by=cast.by(part)
        )
    assert Decision.objects.count() == 0


def test_an_objection_needs_a_reason_and_conditions_are_no_answer(story: Story, sent: Meeting):
    for verdict, field in (("object", "reason"), ("conditional", "verdict"), ("yes", "verdict")):
        with pytest.raises(InvalidInput) as refusal:
            story.answer(sent, "product_head", verdict)
        assert list(refusal.value.fields) == [field]


def test_an_answer_is_given_once(story: Story, sent: Meeting):
    story.answer(sent, "product_head")
    with pytest.raises(TransitionNotAllowed):
        story.answer(sent, "product_contact", "object", "等等")


def test_an_objection_leads_to_a_new_edition_and_the_old_one_stays_readable(story: Story, sent: Meeting, cast):
    first = sent.editions.get()
    story.answer(sent, "sales_head", "object", "销售额只统计线上渠道")
    told = Notification.objects.filter(title__contains="销售部").values_list("person__name", flat=True)
    assert {"陈晨", "钱多"} <= set(told)
    story.answer(sent, "product_head")
    assert state_of(sent) == MeetingState.CONFIRMING

    services.rework_minutes(sent.pk, by=cast.by("product_member"))
    item = sent.agenda.first()
    services.change_agenda_item(item.pk, None, {"conclusion": "只统计线上渠道"}, by=cast.by("product_member"))
    story.send(sent)

    second = sent.editions.get(number=2)
    assert MinutesEdition.objects.get(pk=first.pk).content == first.content
    assert second.content["head"]["version"] == "V2.0"
    (change,) = differences(MEETING_MINUTES, first.content, second.content, "zh-hans")
    assert change.key == "agenda_items"
    (changed,) = [cell for cell in change.rows[0].cells if cell.is_changed]
    assert [(piece.kind, piece.text) for piece in changed.pieces] == [("in", "只统计线上渠道")]
    assert standing_of(sent) == dict.fromkeys(["市场部", "产品部", "销售部", "技术部"], "unanswered")
    for part in HEADS:
        story.answer(sent, part)
    assert state_of(sent) == MeetingState.LOCKED


def test_an_old_edition_cannot_be_confirmed(story: Story, sent: Meeting, cast):
    old = sent.editions.get().digest
    services.rework_minutes(sent.pk, by=cast.by("lead"))
    with pytest.raises(Conflict):
        services.answer_minutes(sent.pk, cast.product.pk, "agree", shown_digest=old, by=cast.by("product_head"))
    services.change_agenda_item(sent.agenda.first().pk, None, {"points": "改"}, by=cast.by("lead"))
    story.send(sent)
    with pytest.raises(Conflict):
        services.answer_minutes(sent.pk, cast.product.pk, "agree", shown_digest=old, by=cast.by("product_head"))
    assert Decision.objects.count() == 0


def test_silence_is_shown_and_locked_only_by_chair_or_lead_after_the_deadline(
    story: Story, sent: Meeting, stopped_clock, cast
):
    shown = sent.editions.get().digest
    story.answer(sent, "product_head")
    story.answer(sent, "marketing_head")
    stopped_clock.at("2026-05-14 15:39")
    assert fire_due() == 0
    stopped_clock.at("2026-05-14 15:41")
    assert fire_due() == 1
    reminded = set(Notification.objects.filter(title__startswith="仍待确认").values_list("person__name", flat=True))
    assert reminded == {"刘强", "孙丽", "张伟", "李娜"}
    with pytest.raises(TransitionNotAllowed):
        services.lock_with_silence(sent.pk, shown_digest=shown, by=cast.by("lead"))

    stopped_clock.at("2026-05-15 15:41")
    assert fire_due() == 1
    assert fire_due() == 0
    assert standing_of(sent) == {"市场部": "confirmed", "产品部": "confirmed", "销售部": "silent", "技术部": "silent"}
    assert state_of(sent) == MeetingState.CONFIRMING
    assert "销售部" in Notification.objects.filter(person=cast.lead).latest("pk").body
    with pytest.raises(NotAllowed):
        services.lock_with_silence(sent.pk, shown_digest=shown, by=cast.by("product_member"))
    with pytest.raises(Conflict):
        services.lock_with_silence(sent.pk, shown_digest="0" * 64, by=cast.by("lead"))
    services.lock_with_silence(sent.pk, shown_digest=shown, by=cast.by("lead"))
    assert state_of(sent) == MeetingState.LOCKED
    assert standing_of(sent)["销售部"] == "silent"
    assert '"silent":["销售部","技术部"]' in events_of(sent).get(name="meetings.minutes.locked").payload
    with pytest.raises(TransitionNotAllowed):
        story.answer(sent, "sales_head")
    assert gate_of(story) == []


def test_a_silent_department_may_still_answer_until_the_minutes_are_locked(story: Story, sent: Meeting, stopped_clock):
    stopped_clock.at("2026-05-20 09:00")
    fire_due()
    for part in HEADS:
        story.answer(sent, part)
    assert state_of(sent) == MeetingState.LOCKED


def test_minutes_with_an_objection_are_not_locked_by_silence(story: Story, sent: Meeting, stopped_clock, cast):
    story.answer(sent, "sales_head", "object", "口径不对")
    stopped_clock.at("2026-05-18 09:00")
    with pytest.raises(TransitionNotAllowed):
        services.lock_with_silence(sent.pk, shown_digest=sent.editions.get().digest, by=cast.by("lead"))


def test_the_clock_says_nothing_about_an_edition_that_was_reworked(story: Story, sent: Meeting, stopped_clock, cast):
    services.rework_minutes(sent.pk, by=cast.by("lead"))
    Notification.objects.all().delete()
    stopped_clock.at("2026-05-20 09:00")
    assert fire_due() == 0
    assert Notification.objects.count() == 0


def test_when_all_have_answered_with_an_objection_nothing_is_locked(story: Story, sent: Meeting, cast):
    story.answer(sent, "sales_head", "object", "口径不对")
    for part in ("marketing_head", "product_head", "technology_head"):
        story.answer(sent, part)
    assert state_of(sent) == MeetingState.CONFIRMING
    services.rework_minutes(sent.pk, by=cast.by("lead"))
    assert state_of(sent) == MeetingState.MINUTES


def test_a_department_that_leaves_is_no_longer_waited_for(story: Story, sent: Meeting, cast):
    for part in ("marketing_head", "product_head", "technology_head"):
        story.answer(sent, part)
    projects.remove_party(story.project.pk, cast.sales.pk, "不再参与", by=cast.by("lead"))
    assert state_of(sent) == MeetingState.LOCKED


def test_a_department_that_leaves_does_not_hide_an_objection(story: Story, sent: Meeting, cast):
    story.answer(sent, "product_head", "object", "不对")
    for part in ("marketing_head", "technology_head"):
        story.answer(sent, part)
    projects.remove_party(story.project.pk, cast.sales.pk, "不再参与", by=cast.by("lead"))
    assert state_of(sent) == MeetingState.CONFIRMING
    assert Round.objects.get(subject_kind="minutes").state == "refused"


def test_altered_minutes_are_found_and_named(story: Story, sent: Meeting):
    assert list(minutes_problems()) == []
    edition = sent.editions.get()
    edition.content["content"]["commitments"][0]["due"] = "2026-07-01"
    edition.save()
    first, second = minutes_problems()
    assert "digest" in first
    assert "shown for confirmation" in second


def test_duties_go_to_who_can_do_them(story: Story, kickoff: Meeting, stopped_clock, cast):
    def acts(part: str) -> list[str]:
        return [str(duty.act) for duty in duties_of(cast.by(part)) if duty.title == kickoff.title]

    assert acts("product_head") == []
    stopped_clock.at("2026-05-12 09:00")
    assert acts("product_head") == ["join"]
    services.answer_invitation(kickoff.pk, "declined", reason="出差", by=cast.by("product_head"))
    assert acts("product_head") == []
    services.cancel_meeting(kickoff.pk, "改期", by=cast.by("lead"))
    assert acts("sales_head") == []


def test_duties_of_the_minutes(story: Story, held: Meeting, stopped_clock, cast):
    def acts(part: str) -> list[str]:
        return [str(duty.act) for duty in duties_of(cast.by(part)) if duty.title == held.title]

    assert acts("product_member") == ["complete"]
    story.send(held)
    assert acts("product_member") == []
    assert [acts(part) for part in (*HEADS, "product_contact", "sales_contact", "outsider", "pmo")] == [
        ["confirm"], ["confirm"], ["confirm"], ["confirm"], ["confirm"], ["confirm"], [], [],
    ]  # fmt: skip
    assert [str(duty.act) for duty in awaited_by(cast.by("lead")) if duty.title == held.title] == ["confirm"]
    story.answer(held, "product_contact")
    assert acts("product_head") == []
    stopped_clock.at("2026-05-18 09:00")
    assert sorted(acts("lead")) == ["confirm", "decide"]
    story.answer(held, "sales_head", "object", "口径不对")
    assert sorted(acts("lead")) == ["confirm", "decide"]
    assert acts("product_member") == ["decide"]


def test_a_reason_that_cannot_be_printed_is_refused_at_the_field(story: Story, sent: Meeting):
    with pytest.raises(InvalidInput) as refusal:
        story.answer(sent, "product_head", "object", "看不懂 \U000e0101\U0001d173 \U00012000")
    assert list(refusal.value.fields) == ["reason"]
    assert Decision.objects.count() == 0


def test_minutes_of_a_weekly_sync_are_confirmed_by_who_was_invited(story: Story, stopped_clock, cast):
    by = cast.by("lead")
    values = {
        "title": "周例会",
        "starts_at": story.plan().starts_at,
        "ends_at": story.plan().ends_at,
        "chair_id": cast.lead.pk,
        "recorder_id": cast.lead.pk,
    }
    weekly = services.plan_meeting(
        story.project.pk, "weekly", values, attendee_ids=[cast.product_contact.pk, cast.outsider.pk], by=by
    )
    stopped_clock.at("2026-05-13 14:00")
    services.start_meeting(weekly.pk, by=by)
    services.check_everybody_in(weekly.pk, by=by)
    services.end_meeting(weekly.pk, by=by)
    story.send(weekly)
    assert set(standing_of(weekly)) == {"市场部", "产品部"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_two_who_confirm_for_one_department_at_once_leave_one_answer(story: Story, sent: Meeting, cast):
    actors = [cast.by("product_head"), cast.by("product_contact")]
    shown = sent.editions.get().digest
    outcomes: list[str] = []

    def answer(by) -> None:
        try:
            services.answer_minutes(sent.pk, cast.product.pk, "agree", shown_digest=shown, by=by)
            outcomes.append("confirmed")
        except TransitionNotAllowed:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=answer, args=(by,)) for by in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["confirmed", "refused"]
    assert Decision.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_a_confirmation_never_lands_on_reworked_minutes(story: Story, sent: Meeting, cast):
    shown = sent.editions.get().digest
    for _ in range(5):
        outcomes: list[str] = []

        def answer(outcomes=outcomes, shown=shown) -> None:
            try:
                services.answer_minutes(
                    sent.pk, cast.product.pk, "agree", shown_digest=shown, by=cast.by("product_head")
                )
                outcomes.append("confirmed")
            except Conflict:
                outcomes.append("too late")
            finally:
                connection.close()

        def rework() -> None:
            try:
                services.rework_minutes(sent.pk, by=cast.by("lead"))
            finally:
                connection.close()

        threads = [threading.Thread(target=answer), threading.Thread(target=rework)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        open_rounds = Round.objects.filter(subject_kind="minutes", state="open")
        assert not open_rounds.exists()
        answered = Decision.objects.filter(digest=shown).exists()
        assert outcomes == (["confirmed"] if answered else ["too late"])
        services.change_agenda_item(sent.agenda.first().pk, None, {"points": f"{shown}"}, by=cast.by("lead"))
        shown = story.send(sent).digest


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_many_recorders_at_once_lose_no_word(story: Story, held: Meeting, cast):
    """Each of four writers adds a topic and fills it, all at once; every word is there afterwards."""
    by = cast.by("lead")

    def write(number: int) -> None:
        try:
            item = services.add_agenda_item(held.pk, {"topic": f"议题{number}"}, by=by)
            for step in range(3):
                services.change_agenda_item(item.pk, item.version + step, {"points": f"{number}" * (step + 1)}, by=by)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    written = dict(held.agenda.filter(topic__startswith="议题").values_list("topic", "points"))
    assert written == {f"议题{n}": str(n) * 3 for n in range(4)}
    assert list(chain_problems()) == []


def test_the_history_tells_each_step_of_the_minutes_once(story: Story, sent: Meeting):
    for part in HEADS:
        story.answer(sent, part)
    told = [deed.text for deed in deeds(list(events_for(story.project, "meetings")))]
    everything = [deed.text for deed in deeds(list(events_for(story.project)))]
    confirmed = "确认了“618大促活动启动会”的纪要"
    assert told.count(confirmed) == len(HEADS)
    named = [text for text in everything if "纪要" in text]
    assert len(named) == len(HEADS) + 2, "sent, confirmed by each, locked; nothing beside"
