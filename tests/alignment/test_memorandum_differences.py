"""What changed between two versions is said part by part, row by row, word by word."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.alignment.memoranda import amended, composed, resent, sent
from tongzhou.alignment import queries, services
from tongzhou.alignment.documents import MEMORANDUM
from tongzhou.documents.differences import IN, OUT, SAME, differences, pieces
from tongzhou.projects import services as projects


def told(change):
    """The pieces of one text as marks: +in+ -out- same."""
    marks = {IN: "+{}+", OUT: "-{}-", SAME: "{}"}
    return "".join(marks[piece.kind].format(piece.text) for piece in change)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("承担损失的10%", "承担损失的15%", "承担损失的-10-+15+%"),
        ("due on 1 June", "due on 3 June", "due on -1-+3+ June"),
        ("", "新增", "+新增+"),
        ("删去", "", "-删去-"),
        ("不变", "不变", "不变"),
        ("1,860万元", "2,418万元", "-1,860-+2,418+万元"),
    ],
)
def test_words_that_came_and_went_are_marked(old, new, said):
    assert told(pieces(old, new)) == said


@given(st.text(max_size=80), st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_the_pieces_always_make_up_both_texts(old, new):
    found = pieces(old, new)
    assert "".join(piece.text for piece in found if piece.kind != IN) == old
    assert "".join(piece.text for piece in found if piece.kind != OUT) == new


def test_very_long_texts_are_compared_by_sentence():
    old = "第一句。" * 2000
    found = pieces(old, old + "最后一句。")
    assert [piece.kind for piece in found] == [SAME, IN]


@pytest.mark.django_db
def test_rows_added_removed_and_changed_are_told_apart(cast):
    first = sent(cast)
    memorandum = amended(first, cast)
    lead = cast.by("lead")
    duties = list(memorandum.project.commitments.order_by("number"))
    projects.change_commitment(duties[1].pk, None, {"action": "完成TOP10 SKU库存盘点"}, by=lead)
    projects.withdraw_commitment(duties[3].pk, by=lead)
    facts = {"department_id": cast.technology.pk, "owner_id": cast.technology_contact.pk, "due": "2026-06-10"}
    projects.add_commitment(
        memorandum.project_id, {**facts, "action": "活动期7×24小时值守", "acceptance": "零宕机"}, by=lead
    )
    services.save_memorandum(memorandum.project_id, None, {"scope": "线上渠道"}, by=lead)
    second = resent(memorandum, cast)
    changes = {change.key: change for change in differences(MEMORANDUM, first.content, second.content, "zh-hans")}
    assert set(changes) == {"scope", "duties"}
    assert told(changes["scope"].pieces) == "+线上渠道+"
    kinds = [row.kind for row in changes["duties"].rows]
    assert sorted(kinds) == [IN, OUT, SAME]
    changed = next(row for row in changes["duties"].rows if row.kind == SAME)
    assert "-并补足备货，活动期零断货-" in told(changed.cells[1].pieces)
    assert not changed.cells[0].is_changed


@pytest.mark.django_db
def test_two_equal_versions_have_no_difference(cast):
    first = sent(cast)
    second = resent(amended(first, cast), cast)
    assert differences(MEMORANDUM, first.content, second.content, "zh-hans") == ()


@pytest.mark.django_db
def test_rows_that_only_moved_are_no_difference(cast):
    memorandum = composed(cast)
    old = queries.document_of(memorandum, number=1, day=memorandum.created_at.date())
    rows = list(reversed(memorandum.terms["communication_plan"]))
    new = {**old, "content": {**old["content"], "communication_plan": rows}}
    assert differences(MEMORANDUM, old, new, "zh-hans") == ()
