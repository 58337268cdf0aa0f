"""People act at the same instant: never a signature on text that was not shown, never a round closed twice."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection

from tests.alignment.memoranda import HEADS, amended, place, resent, sent, sign
from tongzhou.alignment import queries, services
from tongzhou.alignment.models import MemorandumEdition
from tongzhou.alignment.states import MemorandumState
from tongzhou.core.errors import Conflict, DomainError, TransitionNotAllowed
from tongzhou.core.models import AuditEvent
from tongzhou.core.verify import chain_problems
from tongzhou.signoff.models import Decision, Round
from tongzhou.signoff.services import decide
from tongzhou.signoff.services.rounds import digest_of
from tongzhou.signoff.states import RoundState
from tongzhou.signoff.verification import signoff_problems

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.usefixtures("no_anchors_of_other_tests"),
]


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Runs the acts in threads that start together, each with its own connection; what each returned or refused."""
    results: list[Any] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(number: int) -> None:
        try:
            start.wait()
            results[number] = acts[number]()
        except DomainError as refusal:
            results[number] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_many_edits_and_signatures_at_once_none_signs_text_that_was_not_shown(cast):
    rounds = 67 if connection.vendor == "postgresql" else 14
    pairs = rounds * 3
    edition = sent(cast)
    lead = cast.by("lead")
    heads = {name: cast.by(f"{name}_head") for name in ("product", "sales", "technology")}
    outcomes: Counter[str] = Counter()
    for number in range(rounds):
        shown = edition.round.digest

        def edit(number: int = number) -> None:
            # Some edits come a blink later, so that either side wins often.
            time.sleep(number % 4 * 0.005)
            services.amend_memorandum(edition.memorandum.project_id, "修改", by=lead)
            terms = {"scope": f"第{number}次修改后的范围"}
            services.save_memorandum(edition.memorandum.project_id, None, terms, by=lead)

        def put_name(name: str, signatory: int, shown: str = shown) -> Decision:
            return decide(signatory, "agree", shown_digest=shown, identity="password", by=heads[name])

        places = {name: place(edition, cast, name).pk for name in heads}
        edited, *signed = at_once(edit, *(partial(put_name, name, pk) for name, pk in places.items()))
        assert edited is None
        for result in signed:
            outcomes["refused" if isinstance(result, DomainError) else "signed"] += 1
            assert isinstance(result, Decision | Conflict | TransitionNotAllowed)
        edition = resent(queries.memorandum_of(edition.memorandum.project), cast)
        # A signature that was meant for the old text does not reach the new one.
        with pytest.raises(DomainError):
            put_name("product", place(edition, cast, "product").pk)
    print(f"{pairs} pairs: {dict(outcomes)}")
    assert sum(outcomes.values()) == pairs
    assert Decision.objects.count() == outcomes["signed"]
    for decision in Decision.objects.select_related("round__memorandum_edition__pdf"):
        content = json.loads(decision.round.content)
        frozen = decision.round.memorandum_edition
        assert decision.digest == decision.round.digest == digest_of(decision.round.content)
        assert {key: content[key] for key in frozen.content} == frozen.content
        assert content["pdf_sha256"] == frozen.pdf.sha256
    assert list(signoff_problems()) == []
    assert list(chain_problems()) == []


def test_two_last_signers_at_once_close_the_round_once(cast):
    edition = sent(cast)
    memorandum = edition.memorandum
    rows = [{"stage": 1, "department": cast.departments[part.removesuffix("_head")].pk} for part in HEADS]
    for _ in range(6):
        amended(edition, cast)
        services.save_memorandum(memorandum.project_id, None, {}, stages=rows, by=cast.by("lead"))
        edition = resent(memorandum, cast)
        for part in HEADS[:2]:
            sign(edition, cast, part)
        results = at_once(*(lambda part=part: sign(edition, cast, part) for part in HEADS[2:]))
        assert all(isinstance(result, Decision) for result in results)
        round = Round.objects.get(pk=edition.round_id)
        assert round.state == RoundState.AGREED
        memorandum.refresh_from_db()
        assert memorandum.state == MemorandumState.SIGNED
        closed = AuditEvent.objects.filter(name="signoff.round.agreed", subject_id=round.pk)
        assert closed.count() == 1
        assert MemorandumEdition.objects.get(pk=edition.pk).sealed_pdf is not None


def test_one_place_signed_by_head_and_deputy_at_once_has_one_decision(cast):
    from tests.alignment.memoranda import deputy

    edition = sent(cast)
    deputy(cast, "product_head", "product_contact", ["memorandum"])
    results = at_once(
        lambda: sign(edition, cast, "product_head"), lambda: sign(edition, cast, "product_contact", "product")
    )
    assert sorted(isinstance(result, Decision) for result in results) == [False, True]
    assert Decision.objects.count() == 1


def test_two_who_send_at_once_open_one_round(cast):
    edition = sent(cast)
    memorandum = amended(edition, cast)
    version = queries.memorandum_of(memorandum.project).version
    results = at_once(
        *(
            lambda part=part: services.open_signing(memorandum.project_id, version, by=cast.by(part))
            for part in ("lead", "pmo")
        )
    )
    assert sorted(isinstance(result, MemorandumEdition) for result in results) == [False, True]
    assert Round.objects.filter(state=RoundState.OPEN).count() == 1


def test_two_who_write_different_parts_at_once_lose_no_word(cast):
    memorandum = amended(sent(cast), cast)
    project, terms = memorandum.project_id, dict(memorandum.terms)
    for number in range(10):
        version = queries.memorandum_of(memorandum.project).version
        fresh = queries.memorandum_of(memorandum.project).terms
        results = at_once(
            lambda: services.save_memorandum(project, version, {**fresh, "scope": f"甲{number}"}, by=cast.by("lead")),
            lambda: services.save_memorandum(
                project, version, {**fresh, "out_of_scope": f"乙{number}"}, by=cast.by("pmo")
            ),
        )
        assert not any(isinstance(result, DomainError) for result in results)
        terms = queries.memorandum_of(memorandum.project).terms
        assert (terms["scope"], terms["out_of_scope"]) == (f"甲{number}", f"乙{number}")
