"""The memorandum draws its text from the project, is written by lead or PMO, and loses nobody's words."""

import pytest

from tests.alignment.memoranda import campaign, composed, sent
from tongzhou.alignment import queries, services
from tongzhou.alignment.models import BreachClause
from tongzhou.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, StaleWrite, TransitionNotAllowed
from tongzhou.meetings.models import Meeting, ResourceStatement
from tongzhou.projects import services as projects
from tongzhou.projects.models import Commitment, Project

pytestmark = pytest.mark.django_db


def test_composing_draws_parties_goals_duties_and_usual_terms(cast, stopped_clock):
    memorandum = composed(cast)
    document = queries.document_of(memorandum, number=1, day=stopped_clock.moment.date())
    content = document["content"]
    assert document["head"]["doc_no"] == "XZ-BWL-2026-001"
    assert [row["dept"] for row in content["parties"]] == ["市场部", "产品部", "销售部", "技术部"]
    assert [row["head"] for row in content["parties"]] == ["林悦", "王磊", "刘强", "张伟"]
    assert [row["target"] for row in content["goals"]] == ["30%", "15%"]
    assert content["duties"][1]["duty"].startswith("完成TOP10 SKU库存盘点")
    assert "赵敏" in content["duties"][1]["duty"]
    assert content["duties"][1]["due"] == "2026-05-31"
    assert "17:00" in content["communication_plan"][0]["time"]
    assert "15:00" in content["communication_plan"][1]["time"]
    assert content["breach_clauses"][0]["arbiter"]
    assert content["valid_to"] == "2026-07-20"
    assert queries.missing_for_signing(memorandum) == []


def test_resources_said_at_the_kickoff_stand_in_the_memorandum(cast, stopped_clock):
    project = campaign(cast)
    meeting = Meeting.objects.create(
        project=project, kind="kickoff", title="启动会", starts_at=stopped_clock.moment, ends_at=stopped_clock.moment.replace(hour=11),
        chair=cast.lead, recorder=cast.lead, created_at=stopped_clock.moment,
    )  # fmt: skip
    ResourceStatement.objects.create(meeting=meeting, department=cast.product, offers="2名库管", needs="")
    BreachClause.objects.get_or_create(
        key="x", defaults={"name": "x", "condition": "x", "evidence": "x", "consequence": "x", "arbiter": "x"}
    )
    memorandum = services.create_memorandum(project.pk, by=cast.by("lead"))
    assert [(row["dept"], row["resource"]) for row in memorandum.terms["resource_commitments"]] == [
        ("产品部", "2名库管")
    ]


def test_a_project_has_one_memorandum(cast):
    memorandum = composed(cast)
    with pytest.raises(Conflict):
        services.create_memorandum(memorandum.project_id, by=cast.by("lead"))


@pytest.mark.parametrize("part", ["product_head", "product_contact", "sponsor"])
def test_only_lead_and_pmo_compose(cast, part):
    project = campaign(cast)
    with pytest.raises(NotAllowed):
        services.create_memorandum(project.pk, by=cast.by(part))


def test_who_does_not_see_the_project_finds_no_memorandum(cast):
    memorandum = composed(cast)
    with pytest.raises(NotFound):
        services.save_memorandum(memorandum.project_id, 1, {"scope": "x"}, by=cast.by("outsider"))


def test_saving_writes_what_is_given_and_keeps_the_rest(cast):
    memorandum = composed(cast)
    saved = services.save_memorandum(
        memorandum.project_id, memorandum.version, {"scope": "线上渠道"}, by=cast.by("lead")
    )
    assert saved.terms["scope"] == "线上渠道"
    assert saved.terms["force_majeure"] == memorandum.terms["force_majeure"]
    assert saved.version == memorandum.version + 1


def test_two_who_write_different_parts_at_once_both_keep_their_words(cast):
    memorandum = composed(cast)
    project, version, terms = memorandum.project_id, memorandum.version, dict(memorandum.terms)
    services.save_memorandum(project, version, {**terms, "scope": "线上渠道"}, by=cast.by("lead"))
    saved = services.save_memorandum(project, version, {**terms, "out_of_scope": "线下门店"}, by=cast.by("pmo"))
    assert (saved.terms["scope"], saved.terms["out_of_scope"]) == ("线上渠道", "线下门店")


def test_two_who_write_the_same_part_at_once_are_shown_both_texts(cast):
    memorandum = composed(cast)
    project, version, terms = memorandum.project_id, memorandum.version, dict(memorandum.terms)
    services.save_memorandum(project, version, {**terms, "scope": "线上渠道"}, by=cast.by("lead"))
    with pytest.raises(StaleWrite) as refusal:
        services.save_memorandum(project, version, {**terms, "scope": "全渠道"}, by=cast.by("pmo"))
    assert (refusal.value.mine, refusal.value.theirs) == ({"scope": "全渠道"}, {"scope": "线上渠道"})
    assert refusal.value.version == version + 1
    assert refusal.value.labels["scope"]


def test_a_clash_in_a_row_names_the_row_and_column(cast):
    memorandum = composed(cast)
    project, version = memorandum.project_id, memorandum.version
    theirs = [{**memorandum.terms["breach_clauses"][0], "consequence": "承担损失的5%"}]
    mine = [{**memorandum.terms["breach_clauses"][0], "consequence": "承担损失的20%"}]
    services.save_memorandum(project, version, {"breach_clauses": theirs}, by=cast.by("lead"))
    with pytest.raises(StaleWrite) as refusal:
        services.save_memorandum(project, version, {"breach_clauses": mine}, by=cast.by("pmo"))
    assert refusal.value.mine == {"breach_clauses-0-consequence": "承担损失的20%"}


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"valid_from": "2026-02-30"}, "valid_from"),
        ({"valid_from": "2026-06-02", "valid_to": "2026-06-01"}, "valid_to"),
        ({"scope": "长" * 20_001}, "scope"),
        ({"breach_clauses": "all"}, "breach_clauses"),
        ({"breach_clauses": [{"condition": "长" * 2_001}]}, "breach_clauses-0-condition"),
        ({"communication_plan": [{"kind": "x"}] * 61}, "communication_plan"),
    ],
)
def test_bad_terms_are_refused_at_their_place_and_write_nothing(cast, terms, field):
    memorandum = composed(cast)
    with pytest.raises(InvalidInput) as refusal:
        services.save_memorandum(memorandum.project_id, memorandum.version, terms, by=cast.by("lead"))
    assert field in refusal.value.fields
    memorandum.refresh_from_db()
    assert memorandum.version == 1


def test_any_text_is_kept_as_it_is(cast):
    memorandum = composed(cast)
    text = "<script>alert(1)</script> =cmd|' /C calc'!A0 😀 𠮷 עברית {{ 7*7 }}"
    saved = services.save_memorandum(memorandum.project_id, None, {"scope": text}, by=cast.by("lead"))
    assert saved.terms["scope"] == text


@pytest.mark.parametrize(
    ("stages", "order"),
    [
        ([], [["产品部", "销售部", "技术部"], ["市场部"]]),
        (
            [("product", 2), ("sales", 1), ("technology", 1), ("marketing", 9)],
            [["销售部", "技术部"], ["产品部"], ["市场部"]],
        ),
        (
            [("product", 1), ("sales", 1), ("technology", 1), ("marketing", 1)],
            [["产品部", "销售部", "技术部", "市场部"]],
        ),
    ],
)
def test_the_order_of_signing_is_all_at_once_then_the_initiator_unless_changed(cast, stages, order):
    memorandum = composed(cast)
    rows = [{"stage": stage, "department": cast.departments[key].pk} for key, stage in stages]
    memorandum = services.save_memorandum(memorandum.project_id, None, {}, stages=rows, by=cast.by("lead"))
    found: dict[int, list[str]] = {}
    for place in queries.signing_order(memorandum):
        found.setdefault(place.stage, []).append(place.name)
    assert list(found.values()) == order


def test_the_sponsor_can_sign_last(cast):
    memorandum = composed(cast)
    memorandum = services.save_memorandum(
        memorandum.project_id, None, {}, stages=[{"stage": 1, "sponsor": True}], by=cast.by("lead")
    )
    last = queries.signing_order(memorandum)[-1]
    assert (last.name, last.stage) == ("高远", 2)


@pytest.mark.parametrize("stage", [0, 21, "1"])
def test_an_impossible_stage_is_refused(cast, stage):
    memorandum = composed(cast)
    rows = [{"stage": stage, "department": cast.product.pk}]
    with pytest.raises(InvalidInput):
        services.save_memorandum(memorandum.project_id, None, {}, stages=rows, by=cast.by("lead"))


def test_what_is_out_for_signing_cannot_be_written_in(cast):
    edition = sent(cast)
    with pytest.raises(TransitionNotAllowed):
        services.save_memorandum(edition.memorandum.project_id, None, {"scope": "x"}, by=cast.by("lead"))


@pytest.mark.parametrize("lacking", ["commitments", "due", "owner", "objectives", "clauses", "validity"])
def test_what_is_incomplete_is_not_sent(cast, lacking):
    memorandum = composed(cast)
    project = memorandum.project
    match lacking:
        case "commitments":
            for commitment in project.commitments.all():
                projects.withdraw_commitment(commitment.pk, by=cast.by("lead"))
        case "due" | "owner":
            Commitment.objects.filter(project=project, department=cast.sales).update(**{lacking: None})
        case "objectives":
            for objective in project.objectives.all():
                projects.remove_objective(objective.pk, by=cast.by("lead"))
        case "clauses":
            services.save_memorandum(project.pk, None, {"breach_clauses": []}, by=cast.by("lead"))
        case "validity":
            services.save_memorandum(project.pk, None, {"valid_to": ""}, by=cast.by("lead"))
    memorandum.refresh_from_db()
    assert queries.missing_for_signing(memorandum)
    with pytest.raises(InvalidInput):
        services.open_signing(project.pk, memorandum.version, by=cast.by("lead"))
    assert memorandum.editions.count() == 0
    assert Project.objects.get(pk=project.pk).goals_frozen_at is None


def test_a_department_without_head_is_named_before_sending(cast):
    memorandum = composed(cast)
    cast.sales.headships.update(until="2026-05-01")
    assert any("销售部" in str(lack.text) for lack in queries.missing_for_signing(memorandum))


def test_text_that_no_font_can_print_is_refused_before_anybody_signs(cast):
    memorandum = composed(cast)
    memorandum = services.save_memorandum(
        memorandum.project_id, None, {"scope": "線上\U000e0fff\ue123"}, by=cast.by("lead")
    )
    with pytest.raises(InvalidInput):
        services.open_signing(memorandum.project_id, memorandum.version, by=cast.by("lead"))


def test_sending_text_that_somebody_changed_meanwhile_is_refused(cast):
    memorandum = composed(cast)
    services.save_memorandum(memorandum.project_id, None, {"scope": "全渠道"}, by=cast.by("pmo"))
    with pytest.raises(Conflict):
        services.open_signing(memorandum.project_id, memorandum.version, by=cast.by("lead"))


def test_drawing_a_memorandum_takes_as_many_queries_for_many_rows_as_for_few(cast, django_assert_max_num_queries):
    memorandum = composed(cast)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries_made:
            fresh = queries.reach_memorandum(cast.by("lead"), memorandum.project_id)
            queries.document_of(fresh, number=1, day=memorandum.created_at.date())
        return len(queries_made)

    few = count()
    for _ in range(5):
        facts = {"department_id": cast.product.pk, "owner_id": cast.product_contact.pk, "action": "x"}
        projects.add_commitment(memorandum.project_id, facts, by=cast.by("lead"))
    assert count() == few


def test_the_library_is_kept_by_the_pmo_and_touches_no_memorandum(cast):
    memorandum = composed(cast)
    clause = BreachClause.objects.get(key="late-material")
    values = {"name": "延期", "condition": "a", "evidence": "b", "consequence": "c", "arbiter": "d"}
    with pytest.raises(NotAllowed):
        services.change_clause(clause.pk, clause.version, values, by=cast.by("lead"))
    services.change_clause(clause.pk, clause.version, values, by=cast.by("pmo"))
    memorandum.refresh_from_db()
    assert memorandum.terms["breach_clauses"][0]["condition"] != "a"
    with pytest.raises(StaleWrite):
        services.change_clause(clause.pk, clause.version, {**values, "name": "又"}, by=cast.by("pmo"))
    with pytest.raises(InvalidInput):
        services.add_clause({**values, "evidence": " "}, by=cast.by("pmo"))


def test_the_library_begins_with_clauses(db):
    assert BreachClause.objects.filter(is_active=True).count() >= 8
    assert "10%" in BreachClause.objects.get(key="late-material").consequence
