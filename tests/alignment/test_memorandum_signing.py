"""Signing: in stages, by head or deputy, exactly what was shown, and every other attempt refused by the server."""

import pytest

from tests.alignment.memoranda import HEADS, amended, composed, deputy, place, resent, sent, sign, signed
from tongzhou.alignment import services
from tongzhou.alignment.models import MemorandumEdition
from tongzhou.alignment.states import MemorandumState
from tongzhou.core.errors import (
    Conflict,
    IdentityNotFresh,
    InvalidInput,
    NotAllowed,
    NotFound,
    TransitionNotAllowed,
)
from tongzhou.core.events import events_of
from tongzhou.documents.canonical import digest
from tongzhou.people.models import Person
from tongzhou.projects import services as projects
from tongzhou.projects.gates import ConditionResult, conditions
from tongzhou.projects.models import Project
from tongzhou.projects.states import CommitmentState
from tongzhou.signoff.models import Decision
from tongzhou.signoff.services import decide
from tongzhou.signoff.states import RoundState

pytestmark = pytest.mark.django_db


def gate(project):
    """What the gate says of the memorandum."""
    condition = conditions.get("memorandum_signed")
    return ConditionResult(condition.key, condition.label, tuple(condition.check(project)))


def test_sending_freezes_goals_text_and_pdf(cast):
    edition = sent(cast)
    project = Project.objects.get(pk=edition.memorandum.project_id)
    assert project.goals_frozen_at is not None
    assert edition.digest == digest(edition.content)
    assert edition.round.pdf_digest == edition.pdf.sha256
    edition.memorandum.refresh_from_db()
    assert edition.memorandum.state == MemorandumState.SIGNING
    with pytest.raises(NotAllowed):
        projects.change_commitment(project.commitments.first().pk, None, {"action": "x"}, by=cast.by("lead"))


def test_all_heads_sign_and_the_memorandum_is_in_force(cast):
    edition = signed(cast)
    memorandum = edition.memorandum
    assert memorandum.state == MemorandumState.SIGNED
    assert edition.round.state == RoundState.AGREED
    assert set(memorandum.project.commitments.values_list("state", flat=True)) == {CommitmentState.AGREED}
    assert gate(memorandum.project).is_met
    assert edition.sealed_pdf is not None
    assert edition.seal_problem == ""


def test_who_comes_in_a_later_stage_cannot_sign_first(cast):
    edition = sent(cast)
    with pytest.raises(NotAllowed):
        sign(edition, cast, "marketing_head")
    for part in HEADS[:3]:
        sign(edition, cast, part)
    sign(edition, cast, "marketing_head")


def test_a_signature_is_not_given_twice(cast):
    edition = sent(cast)
    sign(edition, cast, "product_head")
    with pytest.raises(TransitionNotAllowed):
        sign(edition, cast, "product_head")
    assert Decision.objects.count() == 1


def test_a_signature_on_other_text_than_the_one_shown_is_refused(cast):
    edition = sent(cast)
    with pytest.raises(Conflict):
        sign(edition, cast, "product_head", shown_digest="0" * 64)


def test_a_signature_on_an_old_version_is_refused(cast):
    old = sent(cast)
    new = resent(amended(old, cast), cast)
    with pytest.raises(TransitionNotAllowed):
        sign(old, cast, "product_head")
    with pytest.raises(Conflict):
        sign(new, cast, "product_head", shown_digest=old.round.digest)


@pytest.mark.parametrize("part", ["product_contact", "sales_head", "lead", "pmo", "sponsor"])
def test_nobody_signs_for_another_department(cast, part):
    edition = sent(cast)
    with pytest.raises(NotAllowed):
        sign(edition, cast, part, "product")


def test_who_does_not_see_the_project_finds_nothing_to_sign(cast):
    edition = sent(cast)
    with pytest.raises(NotFound):
        sign(edition, cast, "outsider", "product")


def test_a_deputy_signs_for_the_head_and_it_shows(cast):
    edition = sent(cast)
    deputy(cast, "product_head", "product_contact", ["memorandum"])
    decision = sign(edition, cast, "product_contact", "product")
    assert (decision.person_name, decision.on_behalf_of) == ("赵敏", "王磊")


def test_a_deputy_for_something_else_cannot_sign(cast):
    edition = sent(cast)
    deputy(cast, "product_head", "product_contact", ["reply"])
    with pytest.raises(NotAllowed):
        sign(edition, cast, "product_contact", "product")


def test_a_deputy_whose_time_is_over_cannot_sign(cast, stopped_clock):
    edition = sent(cast)
    deputy(cast, "product_head", "product_contact", ["memorandum"])
    stopped_clock.at("2026-06-01 09:00")
    with pytest.raises(NotAllowed):
        sign(edition, cast, "product_contact", "product")


def test_who_has_left_cannot_sign_even_with_an_open_page(cast):
    edition = sent(cast)
    actor = cast.by("product_head")
    Person.objects.filter(pk=actor.pk).update(is_active=False)
    with pytest.raises(NotAllowed):
        decide(
            place(edition, cast, "product").pk,
            "agree",
            shown_digest=edition.round.digest,
            identity="password",
            by=actor,
        )


def test_who_is_no_longer_head_cannot_sign_even_with_an_open_page(cast):
    edition = sent(cast)
    actor = cast.by("product_head")
    cast.product.headships.update(until="2026-05-10")
    with pytest.raises(NotAllowed):
        decide(
            place(edition, cast, "product").pk,
            "agree",
            shown_digest=edition.round.digest,
            identity="password",
            by=actor,
        )


def test_the_new_head_signs_what_the_old_one_left_open(cast):
    edition = sent(cast)
    cast.product.headships.update(until="2026-05-10")
    cast.product.headships.create(person=cast.product_contact, since="2026-05-11")
    assert sign(edition, cast, "product_contact", "product").on_behalf_of == ""


@pytest.mark.parametrize("identity", ["", "session", "token"])
def test_a_signature_asks_for_a_fresh_identity(cast, identity):
    edition = sent(cast)
    with pytest.raises(IdentityNotFresh):
        sign(edition, cast, "product_head", identity=identity)


def test_a_signature_asks_for_the_signing_agreement(cast):
    edition = sent(cast)
    Person.objects.filter(pk=cast.product_head.pk).update(signing_agreed_at=None)
    with pytest.raises(NotAllowed):
        sign(edition, cast, "product_head")


def test_nothing_is_signed_in_a_suspended_project(cast):
    edition = sent(cast)
    projects.suspend_project(edition.memorandum.project_id, "等待预算", by=cast.by("lead"))
    with pytest.raises(TransitionNotAllowed):
        sign(edition, cast, "product_head")
    projects.resume_project(edition.memorandum.project_id, by=cast.by("lead"))
    sign(edition, cast, "product_head")


def test_declining_needs_a_reason_and_puts_the_text_back(cast):
    edition = sent(cast)
    sign(edition, cast, "sales_head")
    with pytest.raises(InvalidInput):
        sign(edition, cast, "product_head", verdict="object")
    sign(edition, cast, "product_head", verdict="object", reason="时限太紧")
    memorandum = MemorandumEdition.objects.get(pk=edition.pk).memorandum
    assert memorandum.state == MemorandumState.DRAFT
    assert "时限太紧" in memorandum.amend_reason
    assert Project.objects.get(pk=memorandum.project_id).goals_frozen_at is None
    with pytest.raises(TransitionNotAllowed):
        sign(edition, cast, "technology_head")
    again = resent(memorandum, cast)
    assert (again.number, again.reason) == (2, memorandum.amend_reason)


def test_a_memorandum_is_signed_or_declined_not_signed_with_conditions(cast):
    edition = sent(cast)
    with pytest.raises(InvalidInput):
        sign(edition, cast, "product_head", verdict="conditional", reason="如果")


def test_an_opinion_that_cannot_be_printed_is_refused(cast):
    edition = sent(cast)
    with pytest.raises(InvalidInput):
        sign(edition, cast, "product_head", reason="同意\ue123")
    assert Decision.objects.count() == 0


def test_a_lead_who_heads_the_initiating_department_signs_as_head(cast):
    edition = sent(cast)
    cast.marketing.headships.update(until="2026-05-10")
    cast.marketing.headships.create(person=cast.lead, since="2026-05-11")
    for part in HEADS[:3]:
        sign(edition, cast, part)
    assert sign(edition, cast, "lead", "marketing").person_id == cast.lead.pk


def test_the_sponsor_signs_in_person(cast):
    memorandum = composed(cast)
    services.save_memorandum(
        memorandum.project_id, None, {}, stages=[{"stage": 3, "sponsor": True}], by=cast.by("lead")
    )
    from tongzhou.people.services import accept_signing_agreement

    for part in cast.persons:
        accept_signing_agreement(by=cast.by(part))
    edition = resent(memorandum, cast)
    for part in HEADS:
        sign(edition, cast, part)
    last = edition.round.signatories.get(person=cast.sponsor)
    facts = {"shown_digest": edition.round.digest, "identity": "webauthn"}
    with pytest.raises(NotAllowed):
        decide(last.pk, "agree", by=cast.by("pmo"), **facts)
    decide(last.pk, "agree", by=cast.by("sponsor"), **facts)
    edition.round.refresh_from_db()
    assert edition.round.state == RoundState.AGREED


def test_amending_opens_all_signatures_again_and_keeps_the_old_ones_readable(cast):
    edition = signed(cast)
    memorandum = amended(edition, cast, "增加客服部")
    assert memorandum.state == MemorandumState.DRAFT
    edition.round.refresh_from_db()
    assert edition.round.state == RoundState.OUTDATED
    assert edition.round.decisions.count() == 4
    project = Project.objects.get(pk=memorandum.project_id)
    assert project.goals_frozen_at is None
    assert set(project.commitments.values_list("state", flat=True)) == {CommitmentState.PROPOSED}
    new = resent(memorandum, cast)
    assert (new.number, new.reason, new.round.decisions.count()) == (2, "增加客服部", 0)
    assert not gate(project).is_met
    for part in HEADS:
        sign(new, cast, part)
    assert gate(project).is_met


def test_amending_needs_a_reason_and_the_right(cast):
    edition = sent(cast)
    with pytest.raises(InvalidInput):
        amended(edition, cast, "  ")
    with pytest.raises(NotAllowed):
        services.amend_memorandum(edition.memorandum.project_id, "x", by=cast.by("product_head"))
    amended(edition, cast)
    with pytest.raises(TransitionNotAllowed):
        amended(edition, cast)


def test_a_department_that_leaves_is_no_longer_waited_for(cast):
    edition = sent(cast)
    sign(edition, cast, "product_head")
    sign(edition, cast, "technology_head")
    projects.remove_party(edition.memorandum.project_id, cast.sales.pk, "不再参与", by=cast.by("lead"))
    assert edition.round.signatories.filter(department=cast.sales).count() == 0
    sign(edition, cast, "marketing_head")
    edition.round.refresh_from_db()
    assert edition.round.state == RoundState.AGREED


def test_the_last_open_department_leaving_completes_the_memorandum(cast):
    memorandum = composed(cast)
    rows = [{"stage": 1, "department": cast.marketing.pk}, {"stage": 2, "department": cast.sales.pk}]
    services.save_memorandum(memorandum.project_id, None, {}, stages=rows, by=cast.by("lead"))
    from tongzhou.people.services import accept_signing_agreement

    for part in HEADS:
        accept_signing_agreement(by=cast.by(part))
    edition = resent(memorandum, cast)
    for part in ("marketing_head", "product_head", "technology_head"):
        sign(edition, cast, part)
    projects.remove_party(memorandum.project_id, cast.sales.pk, "不再参与", by=cast.by("lead"))
    memorandum.refresh_from_db()
    assert memorandum.state == MemorandumState.SIGNED


def test_the_gate_says_what_is_missing_step_by_step(cast):
    memorandum = composed(cast)
    project = memorandum.project
    assert len(gate(project).missing) == 1
    edition = sent_again(memorandum, cast)
    assert len(gate(project).missing) == 4
    sign(edition, cast, "product_head")
    assert len(gate(project).missing) == 3
    cast.sales.headships.update(until="2026-05-10")
    assert any("销售部" in str(lack.text) and "刘强" not in str(lack.text) for lack in gate(project).missing)


def sent_again(memorandum, cast):
    """The memorandum out for signing, agreements accepted."""
    from tongzhou.people.services import accept_signing_agreement

    for part in cast.persons:
        accept_signing_agreement(by=cast.by(part))
    return resent(memorandum, cast)


def test_the_gate_without_memorandum_says_so(cast):
    from tests.alignment.memoranda import campaign

    assert len(gate(campaign(cast)).missing) == 1


def test_a_department_that_joins_after_signing_opens_the_gate_condition(cast):
    edition = signed(cast)
    project = edition.memorandum.project
    project.parties.create(department=cast.service, position=9)
    assert any("客服部" in str(lack.text) for lack in gate(project).missing)


def test_everything_is_recorded(cast):
    edition = signed(cast)
    names = set(events_of(edition.memorandum).values_list("name", flat=True))
    assert {
        "alignment.memorandum.composed",
        "alignment.memorandum.opened_for_signing",
        "alignment.memorandum.completed",
        "alignment.memorandum.sealed",
    } <= names
