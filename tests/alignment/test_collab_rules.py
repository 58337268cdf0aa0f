"""Filing a request: defaults, writing together, submitting, amending, withdrawing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.alignment.filing import accepted, ask_of, asks, filled, started, submitted
from tests.cast import Cast
from tongzhou.alignment.models import Ask, CollabRequest
from tongzhou.alignment.services import (
    CollabDraft,
    give_opinion,
    reply_to_ask,
    save_collab,
    submit_collab,
    withdraw_collab,
)
from tongzhou.alignment.services.places import base_of
from tongzhou.core.errors import InvalidInput, NotAllowed, NotFound, StaleWrite, TransitionNotAllowed
from tongzhou.core.events import events_of
from tongzhou.core.models import AuditEvent
from tongzhou.messaging.models import Notification
from tongzhou.projects.gates import gate_state
from tongzhou.projects.models import Objective
from tongzhou.projects.services import freeze_goals


def save(collab: CollabRequest, cast: Cast, by: str = "lead", **fields: Any) -> CollabRequest:
    return save_collab(collab.project_id, CollabDraft(fields), by=cast.by(by)).collab


# ---------------------------------------------------------------- beginning


def test_a_scenario_fills_in_departments_asks_milestones_and_dates_of_working_days(cast: Cast) -> None:
    collab = started(cast)

    asked = {ask.department.code: ask for ask in collab.asks.select_related("department")}
    assert set(asked) == {"product", "sales", "technology", "service"}
    assert "盘点" in asked["product"].request_item
    # 12 working days from Monday 11 May.
    assert asked["product"].due == date(2026, 5, 27)
    assert next(row.name for row in collab.milestones.all()) == "启动会召开，备忘录签署"
    assert (collab.type, collab.project.tailoring, collab.project.starts_on) == (
        "launch",
        "standard",
        date(2026, 5, 18),
    )
    assert collab.contact == "chen.chen@example.com"


def test_a_scenario_speaks_the_language_of_whoever_begins(cast: Cast) -> None:
    cast.lead.language = "en"
    cast.lead.save()

    assert "stock report" in ask_of_started(started(cast), "product").request_item


def ask_of_started(collab: CollabRequest, code: str) -> Ask:
    return collab.asks.get(department__code=code)


def test_beginning_for_a_department_of_others_is_refused(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refusal:
        started(cast, by="product_head")
    assert "initiator" in refusal.value.fields


def test_a_draft_is_not_there_for_the_departments_that_will_be_asked(cast: Cast) -> None:
    collab = filled(cast)
    for part in ("product_head", "outsider", "pmo", "sponsor"):
        with pytest.raises(NotFound):
            save(collab, cast, by=part, background="x")


# ---------------------------------------------------------------- writing together


def test_two_writers_of_different_fields_lose_nothing(cast: Cast) -> None:
    collab = filled(cast)
    read = base_of(collab)
    old = {"background": collab.background, "deliverables": collab.deliverables}

    save_collab(collab.project_id, CollabDraft({**old, "background": "甲写的"}, base=read), by=cast.by("lead"))
    second = save_collab(
        collab.project_id, CollabDraft({**old, "deliverables": "乙写的"}, base=read), by=cast.by("marketing_head")
    )

    collab.refresh_from_db()
    assert (collab.background, collab.deliverables) == ("甲写的", "乙写的")
    assert second.fresh == {"background": "甲写的"}


def test_two_writers_of_one_field_get_both_texts_and_nothing_is_overwritten(cast: Cast) -> None:
    collab = filled(cast)
    read = base_of(collab)
    save_collab(collab.project_id, CollabDraft({"background": "甲写的"}, base=read), by=cast.by("lead"))

    with pytest.raises(StaleWrite) as clash:
        save_collab(
            collab.project_id,
            CollabDraft({"background": "乙写的", "risks": "乙的风险"}, base=read),
            by=cast.by("marketing_head"),
        )

    assert (clash.value.mine, clash.value.theirs) == ({"background": "乙写的"}, {"background": "甲写的"})
    collab.refresh_from_db()
    assert (collab.background, collab.risks.count("乙")) == ("甲写的", 0)


def test_rows_added_by_two_writers_are_both_kept(cast: Cast) -> None:
    collab = filled(cast, "product")
    read = base_of(collab)
    one = asks(cast, "product")

    save_collab(collab.project_id, CollabDraft(asks=one + asks(cast, "sales"), base=read), by=cast.by("lead"))
    second = save_collab(
        collab.project_id, CollabDraft(asks=one + asks(cast, "technology"), base=read), by=cast.by("marketing_head")
    )

    assert set(collab.asks.values_list("department__code", flat=True)) == {"product", "sales", "technology"}
    assert second.rows_differ


def test_a_row_that_somebody_changed_is_not_removed_by_a_writer_who_did_not_see_it(cast: Cast) -> None:
    collab = filled(cast, "product", "sales")
    read = base_of(collab)
    product, sales = asks(cast, "product", "sales")
    changed = [{**product, "request_item": "改过的要求"}, sales]

    save_collab(collab.project_id, CollabDraft(asks=changed, base=read), by=cast.by("lead"))
    save_collab(collab.project_id, CollabDraft(asks=[], base=read), by=cast.by("marketing_head"))

    assert [ask.request_item for ask in collab.asks.all()] == ["改过的要求"]


def test_a_row_removed_by_another_comes_back_only_if_it_was_edited_meanwhile(cast: Cast) -> None:
    collab = filled(cast, "product", "sales")
    read, both = base_of(collab), asks(cast, "product", "sales")
    save_collab(collab.project_id, CollabDraft(asks=both[:1], base=read), by=cast.by("lead"))

    untouched = save_collab(collab.project_id, CollabDraft(asks=both, base=read), by=cast.by("marketing_head"))
    assert collab.asks.count() == 1
    assert untouched.keys["asks"] == [cast.departments["product"].pk, None]

    edited = [both[0], {**both[1], "request_item": "渠道排期表"}]
    save_collab(collab.project_id, CollabDraft(asks=edited, base=read), by=cast.by("marketing_head"))
    assert collab.asks.count() == 2


def test_saving_the_same_words_again_changes_nothing(cast: Cast) -> None:
    collab = filled(cast)
    before = AuditEvent.objects.count()
    versions = list(Objective.objects.values_list("version", flat=True))

    again = save_collab(
        collab.project_id, CollabDraft({"background": collab.background}, asks=asks(cast)), by=cast.by("lead")
    )

    assert not again.changed
    assert AuditEvent.objects.count() == before
    assert list(Objective.objects.values_list("version", flat=True)) == versions


def test_an_old_version_without_what_was_read_is_refused_with_both_texts(cast: Cast) -> None:
    collab = filled(cast)
    old = collab.version
    save(collab, cast, background="新的")
    with pytest.raises(StaleWrite) as clash:
        save_collab(collab.project_id, CollabDraft({"background": "旧的"}, version=old), by=cast.by("lead"))
    assert clash.value.theirs == {"background": "新的"}


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"name": " "}, "name"),
        ({"background": "字" * 20001}, "background"),
        ({"urgency": "soon"}, "urgency"),
        ({"type": "party"}, "type"),
        ({"ends_on": date(2026, 5, 1)}, "ends_on"),
        ({"request_date": None}, "request_date"),
    ],
)
def test_what_breaks_a_rule_is_refused_at_its_field(cast: Cast, fields: dict[str, Any], place: str) -> None:
    collab = filled(cast)
    with pytest.raises(InvalidInput) as refusal:
        save(collab, cast, **fields)
    assert place in refusal.value.fields


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ({"department_id": None}, "asks.0.department_id"),
        ({"department_id": 10**12}, "asks.0.department_id"),
        ({"department_id": "marketing"}, "asks.0.department_id"),
        ({"contact_person_id": "sales_contact"}, "asks.0.contact_person_id"),
        ({"request_item": "字" * 2001}, "asks.0.request_item"),
    ],
)
def test_a_row_that_breaks_a_rule_is_refused_at_its_cell(cast: Cast, row: dict[str, Any], place: str) -> None:
    collab = started(cast)
    keys = {"marketing": cast.departments["marketing"].pk, "sales_contact": cast.persons["sales_contact"].pk}
    wanted = {cell: keys.get(value, value) for cell, value in row.items()}
    with pytest.raises(InvalidInput) as refusal:
        save_collab(collab.project_id, CollabDraft(asks=[{**asks(cast, "product")[0], **wanted}]), by=cast.by("lead"))
    assert list(refusal.value.fields) == [place]


def test_a_row_of_another_project_cannot_be_reached_through_its_key(cast: Cast) -> None:
    theirs = filled(cast)
    stolen = Objective.objects.filter(project=theirs.project).first()
    assert stolen is not None
    mine = started(cast)

    save_collab(mine.project_id, CollabDraft(objectives=[{"id": stolen.pk, "text": "改掉别人的"}]), by=cast.by("lead"))

    stolen.refresh_from_db()
    assert stolen.text.startswith("活动期间")
    assert mine.project.objectives.get().pk != stolen.pk


# ---------------------------------------------------------------- submitting


def test_submitting_starts_clocks_opens_the_project_and_tells_heads_and_contacts(cast: Cast) -> None:
    collab = submitted(cast)

    collab.project.refresh_from_db()
    assert (collab.state, collab.edition, collab.project.phase) == ("submitted", 1, "aligning")
    assert {party.department.code for party in collab.project.parties.all()} == {
        "marketing",
        "product",
        "sales",
        "technology",
    }
    ask = ask_of(cast, "product")
    assert f"{ask.reply_due_at:%Y-%m-%d %H:%M}" == "2026-05-13 01:30"  # Wednesday 09:30 in Shanghai
    told = set(Notification.objects.filter(link=f"/asks/{ask.pk}/").values_list("person__username", flat=True))
    assert told == {"wang.lei", "zhao.min"}
    assert [event.name for event in events_of(collab)][-1] == "alignment.collab_request.submitted"


def test_an_empty_draft_is_told_all_it_lacks_at_once(cast: Cast) -> None:
    collab = started(cast)
    with pytest.raises(InvalidInput) as refusal:
        submit_collab(collab.project_id, by=cast.by("lead"))
    assert {"background", "objectives", "dept_head_opinion"} <= set(refusal.value.fields)
    collab.refresh_from_db()
    assert collab.state == "draft"


def test_a_request_that_asks_nobody_is_not_sent(cast: Cast) -> None:
    collab = filled(cast)
    with pytest.raises(InvalidInput) as refusal:
        submit_collab(collab.project_id, by=cast.by("lead"), draft=CollabDraft(asks=[]))
    assert "asks" in refusal.value.fields


def test_dates_out_of_order_are_refused_at_their_cells(cast: Cast) -> None:
    collab = filled(cast)
    late = [{**row, "due": date(2026, 7, 1)} for row in asks(cast)]
    with pytest.raises(InvalidInput) as refusal:
        submit_collab(collab.project_id, by=cast.by("lead"), draft=CollabDraft(asks=late))
    assert set(refusal.value.fields) == {f"asks.{number}.due" for number in range(3)}


def test_a_department_without_a_head_cannot_be_asked(cast: Cast) -> None:
    collab = filled(cast)
    cast.departments["sales"].headships.all().delete()
    with pytest.raises(InvalidInput) as refusal:
        submit_collab(collab.project_id, by=cast.by("lead"))
    assert list(refusal.value.fields) == ["asks.1.department_id"]


def test_only_the_lead_or_who_speaks_for_the_department_submits(cast: Cast) -> None:
    collab = filled(cast)
    with pytest.raises(NotFound):
        submit_collab(collab.project_id, by=cast.by("product_head"))
    assert submit_collab(collab.project_id, by=cast.by("marketing_head")).state == "submitted"


def test_submitting_twice_is_refused(cast: Cast) -> None:
    collab = submitted(cast)
    with pytest.raises(TransitionNotAllowed):
        submit_collab(collab.project_id, by=cast.by("lead"))


def test_an_incident_starts_in_execution_with_less_and_the_gate_says_what_is_missing(cast: Cast) -> None:
    collab = started(cast, "incident")
    save_collab(
        collab.project_id,
        CollabDraft({"background": "主要供应商停产"}, asks=[{**asks(cast, "product")[0], "due": date(2026, 5, 13)}]),
        by=cast.by("lead"),
    )

    collab = submit_collab(collab.project_id, by=cast.by("lead"))

    collab.project.refresh_from_db()
    assert collab.project.phase == "executing"
    gate = {result.key: result for result in gate_state(collab.project, 1)}
    assert not gate["request_complete"].is_met
    save_collab(
        collab.project_id,
        CollabDraft(
            {"dept_head_opinion": "同意"},
            objectives=[{"id": None, "text": "3天内恢复供货", "metric": "恢复天数", "due": date(2026, 5, 14)}],
        ),
        by=cast.by("lead"),
    )
    assert {r.key: r for r in gate_state(collab.project, 1)}["request_complete"].is_met


def test_the_head_signs_an_opinion_and_others_only_write_it_down(cast: Cast) -> None:
    collab = filled(cast)
    assert collab.opinion_signs["dept_head_opinion"]["as"] == "record"

    give_opinion(collab.project_id, "dept_head_opinion", "同意，请各部门支持。", by=cast.by("marketing_head"))

    collab.refresh_from_db()
    assert collab.opinion_signs["dept_head_opinion"]["as"] == "head"
    assert collab.opinion_signs["dept_head_opinion"]["name"] == "林悦"
    with pytest.raises(NotAllowed):
        give_opinion(collab.project_id, "executive_opinion", "同意", by=cast.by("lead"))


# ---------------------------------------------------------------- after it was sent


def test_changing_what_is_asked_puts_the_department_back_to_waiting_with_a_new_clock(
    cast: Cast, stopped_clock: Any
) -> None:
    collab = accepted(cast)
    assert collab.state == "accepted"
    stopped_clock.at("2026-05-20 10:00")
    changed = asks(cast)
    changed[0]["due"] = date(2026, 5, 30)

    save_collab(collab.project_id, CollabDraft(asks=changed), by=cast.by("lead"))

    collab.refresh_from_db()
    product, sales = ask_of(cast, "product"), ask_of(cast, "sales")
    assert (collab.state, collab.edition) == ("submitted", 2)
    assert (product.state, sales.state) == ("waiting", "accepted")
    assert f"{product.reply_due_at:%m-%d %H:%M}" == "05-22 02:00"
    assert [reply.move for reply in product.replies.all()] == ["ask", "accept", "change"]


def test_amending_adds_and_drops_departments(cast: Cast) -> None:
    collab = accepted(cast, "product", "sales")

    save_collab(collab.project_id, CollabDraft(asks=asks(cast, "product", "technology")), by=cast.by("lead"))

    collab.refresh_from_db()
    states = dict(collab.asks.values_list("department__code", "state"))
    assert states == {"product": "accepted", "sales": "withdrawn", "technology": "waiting"}
    assert collab.state == "submitted"
    here = collab.project.parties.filter(left_at__isnull=True)
    assert set(here.values_list("department__code", flat=True)) == {"marketing", "product", "technology"}

    save_collab(collab.project_id, CollabDraft(asks=asks(cast, "product", "sales")), by=cast.by("lead"))
    assert ask_of(cast, "sales").state == "waiting"


def test_members_of_the_department_no_longer_write_once_it_was_sent(cast: Cast) -> None:
    collab = submitted(cast)
    with pytest.raises(NotAllowed):
        save(collab, cast, by="marketing_head", background="x")


def test_what_is_asked_stays_while_the_memorandum_stands(cast: Cast) -> None:
    collab = accepted(cast)
    freeze_goals(collab.project_id, by=cast.by("lead"))
    changed = asks(cast)
    changed[0]["request_item"] = "别的"
    with pytest.raises(NotAllowed):
        save_collab(collab.project_id, CollabDraft(asks=changed), by=cast.by("lead"))
    assert save(collab, cast, risks="新的风险").risks == "新的风险"


def test_withdrawing_ends_the_project_and_calls_the_clocks_off(cast: Cast) -> None:
    collab = submitted(cast)
    with pytest.raises(InvalidInput):
        withdraw_collab(collab.project_id, " ", by=cast.by("lead"))

    withdraw_collab(collab.project_id, "活动取消", by=cast.by("lead"))

    collab.refresh_from_db()
    assert (collab.state, collab.project.phase) == ("withdrawn", "cancelled")
    assert ask_of(cast, "product").reply_due_at is None
    with pytest.raises(NotAllowed):
        reply_to_ask(ask_of(cast, "product").pk, None, "accept", by=cast.by("product_head"))


def test_the_log_of_an_amendment_holds_before_and_after(cast: Cast) -> None:
    collab = submitted(cast)
    save(collab, cast, background="改过的背景")
    event = events_of(collab).last()
    assert event is not None
    assert event.name == "alignment.collab_request.amended"
    assert '"after":{"background":"改过的背景"}' in event.payload
    assert "618是公司上半年最重要的销售节点" in event.payload
