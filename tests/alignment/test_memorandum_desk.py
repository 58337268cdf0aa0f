"""What waits for whom, who is told, and what the clock does about signatures that do not come."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.alignment.memoranda import HEADS, amended, campaign, composed, deputy, sent, sign, signed
from tongzhou.alignment.hooks.memoranda import what_others_owe, what_waits
from tongzhou.alignment.models import CollabRequest
from tongzhou.cadence.models import Occasion, OccasionState
from tongzhou.cadence.services import fire_due
from tongzhou.core import clock
from tongzhou.meetings.models import Meeting
from tongzhou.messaging.models import Notification
from tongzhou.people.models import Department
from tongzhou.projects import services as projects
from tongzhou.projects.duties import DutyAct

pytestmark = pytest.mark.django_db


def waits_for(cast, part):
    """The acts that wait for the person."""
    return [duty.act for duty in what_waits(cast.by(part))]


def told(person, words=""):
    """How many messages the person got whose key begins so."""
    return Notification.objects.filter(person=person, unique_key__startswith=words).count()


def test_a_signature_waits_for_the_head_whose_turn_it_is(cast):
    edition = sent(cast)
    assert waits_for(cast, "product_head") == [DutyAct.SIGN]
    assert waits_for(cast, "marketing_head") == []
    for part in HEADS[:3]:
        sign(edition, cast, part)
    assert waits_for(cast, "product_head") == []
    assert waits_for(cast, "marketing_head") == [DutyAct.SIGN]


def test_a_signature_waits_for_the_deputy_too(cast):
    sent(cast)
    deputy(cast, "product_head", "product_contact", ["memorandum"])
    assert waits_for(cast, "product_contact") == [DutyAct.SIGN]


def test_nothing_waits_in_a_suspended_project(cast):
    edition = sent(cast)
    projects.suspend_project(edition.memorandum.project_id, "等待", by=cast.by("lead"))
    assert waits_for(cast, "product_head") == []


def test_the_lead_sees_whom_the_project_waits_for(cast):
    edition = sent(cast)
    assert [duty.why for duty in what_others_owe(cast.by("lead"))] == ["王磊", "刘强", "张伟"]
    sign(edition, cast, "product_head")
    assert len(list(what_others_owe(cast.by("lead")))) == 2


def test_the_lead_is_asked_to_send_once_everything_else_is_there(cast):
    project = campaign(cast)
    assert waits_for(cast, "lead") == []
    moment = clock.now()
    CollabRequest.objects.create(
        project=project,
        requester=cast.lead,
        request_date=moment.date(),
        state="accepted",
        created_at=moment,
        saved_at=moment,
    )
    facts = {"title": "启动会", "starts_at": moment, "ends_at": moment.replace(hour=5), "created_at": moment}
    Meeting.objects.create(
        project=project, kind="kickoff", chair=cast.lead, recorder=cast.lead, state="locked", **facts
    )
    assert waits_for(cast, "lead") == [DutyAct.COMPLETE]


def test_the_lead_is_asked_to_finish_an_amendment(cast):
    amended(sent(cast), cast)
    assert waits_for(cast, "lead") == [DutyAct.COMPLETE]


def test_the_desk_asks_the_database_as_often_for_one_signature_as_for_three(cast):
    sent(cast)

    def count():
        actor = cast.by("product_head")
        with CaptureQueriesContext(connection) as made:
            list(what_waits(actor))
        return len(made)

    one = count()
    sent(cast)
    sent(cast)
    assert count() == one


def test_heads_are_told_when_it_is_their_turn_and_only_once(cast):
    edition = sent(cast)
    assert told(cast.product_head, "memorandum-sign:") == 1
    assert told(cast.marketing_head, "memorandum-sign:") == 0
    for part in HEADS[:3]:
        sign(edition, cast, part)
    assert told(cast.marketing_head, "memorandum-sign:") == 1
    assert told(cast.product_head, "memorandum-sign:") == 1


def test_everybody_who_takes_part_is_told_when_it_is_in_force(cast):
    signed(cast)
    for part in ("lead", "sponsor", "product_head", "product_contact"):
        assert told(cast.persons[part], "memorandum-complete:") == 1
    assert told(cast.outsider) == 0


def test_who_signed_is_told_when_a_new_version_begins(cast):
    edition = sent(cast)
    sign(edition, cast, "product_head")
    amended(edition, cast)
    assert told(cast.product_head, "memorandum-amended:") == 1
    assert told(cast.sales_head, "memorandum-amended:") == 0


def test_the_lead_is_told_of_a_refusal(cast):
    edition = sent(cast)
    sign(edition, cast, "product_head", verdict="object", reason="时限太紧")
    assert Notification.objects.get(person=cast.lead, unique_key__startswith="memorandum-declined").is_urgent


def test_an_open_signature_is_reminded_then_escalated_up_the_line(cast, stopped_clock):
    above = Department.objects.create(name="运营中心", code="ops", position=9)
    above.headships.create(person=cast.outsider, since="2020-01-01")
    Department.objects.filter(pk=cast.product.pk).update(parent=above)
    edition = sent(cast)
    sign(edition, cast, "sales_head")
    stopped_clock.at("2026-05-13 09:31")
    fire_due()
    assert told(cast.product_head, "memorandum-remind:") == 1
    assert told(cast.sales_head, "memorandum-remind:") == 0
    stopped_clock.at("2026-05-14 09:31")
    fire_due()
    assert told(cast.outsider, "ladder:") == 1
    assert told(cast.product_head, "memorandum-overdue:") == 1
    assert told(cast.pmo, "ladder:") == 0
    stopped_clock.at("2026-05-15 09:32")
    fire_due()
    assert told(cast.sponsor, "ladder:") >= 1
    stopped_clock.at("2026-05-18 09:33")
    fire_due()
    assert told(cast.pmo, "ladder:") >= 1


def test_nothing_is_reminded_once_everybody_has_signed(cast, stopped_clock):
    signed(cast)
    assert not Occasion.objects.filter(state=OccasionState.WAITING).exists()
    stopped_clock.at("2026-05-20 09:31")
    fire_due()
    assert told(cast.product_head, "memorandum-remind:") == 0


def test_nothing_is_reminded_of_a_version_that_was_taken_back(cast, stopped_clock):
    amended(sent(cast), cast)
    stopped_clock.at("2026-05-20 09:31")
    fire_due()
    assert told(cast.product_head, "memorandum-remind:") == 0


def test_composing_alone_tells_nobody(cast):
    composed(cast)
    assert Notification.objects.filter(unique_key__startswith="memorandum").count() == 0
