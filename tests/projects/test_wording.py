"""SMART objectives and concrete commitments, as the gate and the pages judge them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.cast import Cast
from tests.projects.conftest import CONCRETE, SMART, VAGUE, objective
from tongzhou.core.errors import Conflict, InvalidInput, NotAllowed
from tongzhou.projects import services
from tongzhou.projects.models import Commitment, Objective, Project
from tongzhou.projects.queries import commitment_findings, objective_smart


def met(row: Objective) -> str:
    """The letters that are met."""
    return "".join(letter.letter for letter in objective_smart(row).letters if letter.met)


def promise(cast: Cast, project: Project, action: str = CONCRETE, **values: object) -> Commitment:
    """A commitment of the product department."""
    return services.add_commitment(
        project.pk, {"department_id": cast.product.pk, "action": action, **values}, by=cast.by("lead")
    )


def test_the_618_objective_is_smart(cast: Cast, project: Project) -> None:
    row = objective(cast, project)
    assert met(row) == "SMART"
    assert objective_smart(row).is_smart


@pytest.mark.parametrize(
    ("missing", "changes"),
    [
        ("R", {"company_goal": ""}),
        ("A", {"evidence": ""}),
        ("T", {"due": None, "text": "618大促活动销售额从1200万元增至1560万元"}),
        ("M", {"text": "6月20日前提升销售额", "baseline": None, "target": None, "metric": "", "unit": ""}),
    ],
)
def test_what_is_missing_is_named_letter_by_letter(
    cast: Cast, project: Project, missing: str, changes: dict[str, object]
) -> None:
    row = objective(cast, project, **changes)
    letters = objective_smart(row).missing
    assert missing in {letter.letter for letter in letters}
    assert all(letter.text for letter in letters)


def test_a_letter_overruled_with_a_reason_is_fine_and_the_reason_stays(cast: Cast, project: Project) -> None:
    row = objective(cast, project, company_goal="")
    services.overrule_smart(row.pk, "R", "董事会口头要求", by=cast.by("lead"))
    row.refresh_from_db()
    letter = objective_smart(row).letter("R")
    assert (letter.met, letter.is_fine, letter.overruled) == (False, True, "董事会口头要求")
    services.overrule_smart(row.pk, "R", " ", by=cast.by("lead"))
    row.refresh_from_db()
    assert not objective_smart(row).letter("R").is_fine


@pytest.mark.parametrize("letter", ["", "X", "SM", "s"])
def test_only_the_five_letters_can_be_overruled(cast: Cast, project: Project, letter: str) -> None:
    row = objective(cast, project)
    with pytest.raises(InvalidInput):
        services.overrule_smart(row.pk, letter, "因为", by=cast.by("lead"))


def test_a_reason_too_long_is_refused_not_cut(cast: Cast, project: Project) -> None:
    row = objective(cast, project)
    with pytest.raises(InvalidInput):
        services.overrule_smart(row.pk, "R", "长" * 501, by=cast.by("lead"))


def test_every_head_of_the_parties_together_make_it_achievable(cast: Cast, project: Project) -> None:
    row = objective(cast, project, evidence="")
    heads = {
        "marketing": "marketing_head",
        "product": "product_head",
        "sales": "sales_head",
        "technology": "technology_head",
    }
    for done, (department, head) in enumerate(heads.items()):
        assert objective_smart(row).letter("A").met is False, f"after {done} of {len(heads)}"
        services.back_objective(row.pk, cast.departments[department].pk, by=cast.by(head), version=row.version)
    assert objective_smart(row).letter("A").met


def test_a_changed_objective_has_to_be_backed_again(cast: Cast, project: Project) -> None:
    row = objective(cast, project, evidence="")
    services.back_objective(row.pk, cast.product.pk, by=cast.by("product_head"))
    services.change_objective(row.pk, row.version, {"target": Decimal(1800)}, by=cast.by("lead"))
    row.refresh_from_db()
    assert objective_smart(row).backed_by == frozenset()


def test_saving_an_objective_untouched_keeps_the_heads_word(cast: Cast, project: Project) -> None:
    row = objective(cast, project, evidence="")
    services.back_objective(row.pk, cast.product.pk, by=cast.by("product_head"))
    services.change_objective(row.pk, row.version, {**SMART, "evidence": ""}, by=cast.by("lead"))
    services.replace_objectives(project.pk, [{"id": row.pk, **SMART, "evidence": ""}], by=cast.by("lead"))
    row.refresh_from_db()
    assert objective_smart(row).backed_by == {cast.product.pk}


def test_a_head_backs_only_what_was_shown(cast: Cast, project: Project) -> None:
    row = objective(cast, project, evidence="")
    services.change_objective(row.pk, row.version, {"target": Decimal(1800)}, by=cast.by("lead"))
    with pytest.raises(Conflict):
        services.back_objective(row.pk, cast.product.pk, by=cast.by("product_head"), version=row.version)


@pytest.mark.parametrize("part", ["lead", "product_contact", "product_member", "sales_head", "pmo", "sponsor"])
def test_nobody_but_the_head_backs_for_a_department(cast: Cast, project: Project, part: str) -> None:
    row = objective(cast, project)
    with pytest.raises(NotAllowed):
        services.back_objective(row.pk, cast.product.pk, by=cast.by(part))


def test_the_two_sentences_of_the_process_are_told_apart(cast: Cast, project: Project) -> None:
    vague = commitment_findings(promise(cast, project, VAGUE))
    concrete = commitment_findings(promise(cast, project, CONCRETE))
    assert (vague.is_concrete, concrete.is_concrete) == (False, True)
    assert any(why for _words, why in vague.pieces)
    assert "".join(words for words, _why in vague.pieces) == VAGUE


def test_a_commitment_is_ready_with_owner_and_due(cast: Cast, project: Project) -> None:
    row = promise(cast, project)
    assert (commitment_findings(row).has_owner, commitment_findings(row).has_due) == (False, False)
    row = promise(cast, project, owner_id=cast.product_contact.pk, due=date(2026, 6, 1))
    assert commitment_findings(row).is_ready


def test_vague_words_accepted_with_a_reason_are_concrete_enough(cast: Cast, project: Project) -> None:
    row = promise(cast, project, VAGUE)
    services.overrule_vagueness(row.pk, "双方已签补充协议", by=cast.by("lead"))
    row.refresh_from_db()
    assert commitment_findings(row).is_concrete


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", "<script>alert(1)</script>", "٠١٢ مرحبا", "🎉" * 50, "\u202eabc", "a" * 2000]
)
def test_any_text_is_only_text(client: Client, cast: Cast, project: Project, text: str) -> None:
    objective(cast, project, text=text)
    promise(cast, project, text)
    client.force_login(cast.lead)
    for page in ("home", "objectives", "commitments", "history"):
        shown = client.get(reverse(f"projects:{page}", args=[project.pk])).content.decode()
        assert "<script>alert" not in shown


# -- hints while typing ---------------------------------------------------------------------------------------------------


def test_hints_explain_a_vague_commitment_and_offer_a_frame(client: Client, cast: Cast) -> None:
    client.force_login(cast.lead)
    page = client.post(reverse("projects:check_commitment"), {"text": VAGUE}).content.decode()
    assert "<mark>" in page
    assert "«动词»" in page
    assert "data-rewrite" in page


def test_hints_know_rows_of_a_table_by_the_end_of_their_names(client: Client, cast: Cast) -> None:
    client.force_login(cast.lead)
    typed = {"objectives-3-text": SMART["text"], "objectives-3-company_goal": "营收", "objectives-3-evidence": "去年"}
    answer = client.post(reverse("projects:check_objective"), typed, headers={"Accept": "application/json"}).json()
    assert {letter["letter"]: letter["met"] for letter in answer["letters"]}["R"] is True


def test_hints_speak_the_readers_language(client: Client, cast: Cast) -> None:
    cast.lead.language = "en"
    cast.lead.save()
    client.force_login(cast.lead)
    assert "verb" in client.post(reverse("projects:check_commitment"), {"text": VAGUE}).content.decode()
    with translation.override("en"):
        assert "no date" in client.post(reverse("projects:check_objective"), {"text": "多卖"}).content.decode().lower()


@pytest.mark.parametrize("text", ["", "\x00", "2月30日前完成", "=1+1", "长" * 200_000, "🎉", "\ud83d"])
@pytest.mark.parametrize("route", ["projects:check_objective", "projects:check_commitment"])
def test_hints_never_break(client: Client, cast: Cast, route: str, text: str) -> None:
    client.force_login(cast.lead)
    body = {"text": text.encode("utf-8", "replace").decode()}
    assert client.post(reverse(route), body).status_code == 200


def test_nobody_gets_hints_without_logging_in(client: Client, cast: Cast) -> None:
    assert client.post(reverse("projects:check_objective"), {"text": "x"}).status_code == 302
