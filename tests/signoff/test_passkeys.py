"""A passkey signs the decision itself: what it proves, how it is kept, and everything that is refused."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.alignment.memoranda import HEADS, amended, place, resent, sent, sign, signed
from tests.alignment.test_memorandum_seal import run
from tests.cast import Cast
from tests.conftest import Clock
from tests.signoff.authenticator import SoftPasskey
from tongzhou.alignment import queries as alignment
from tongzhou.alignment.models import MemorandumEdition
from tongzhou.core.errors import Conflict, IdentityNotFresh, InvalidInput, NotAllowed, TransitionNotAllowed
from tongzhou.people.models import Person
from tongzhou.people.passkeys import Site, decoded
from tongzhou.signoff.models import Decision, PasskeyChallenge, PasskeyProof, Signatory
from tongzhou.signoff.queries import picture_of
from tongzhou.signoff.services import PasskeyAnswer, ask_passkey, decide
from tongzhou.signoff.verification import signoff_problems

SITE = Site("testserver", frozenset({"http://testserver"}))


@pytest.fixture
def edition(cast: Cast) -> MemorandumEdition:
    """The campaign's memorandum, out for signing."""
    return sent(cast)


@pytest.fixture
def passkey(edition: MemorandumEdition, cast: Cast) -> SoftPasskey:
    """The passkey of the head of the product department."""
    return SoftPasskey(cast.product_head)


@pytest.fixture
def asked(edition: MemorandumEdition, passkey: SoftPasskey, cast: Cast) -> PasskeyChallenge:
    """What the passkey of the head has to sign to agree, with a word beside it."""
    return asking(edition, cast)


def asking(
    edition: MemorandumEdition, cast: Cast, part: str = "product_head", reason: str = "已排期"
) -> PasskeyChallenge:
    where = place(edition, cast, part.removesuffix("_head"))
    return ask_passkey(where.pk, "agree", shown_digest=edition.round.digest, reason=reason, site=SITE, by=cast.by(part))


def given(
    asked: PasskeyChallenge, answer: dict[str, Any], cast: Cast, part: str = "product_head", **changed: Any
) -> Decision:
    """The person decides with what the passkey answered."""
    facts = {
        "verdict": "agree",
        "shown_digest": asked.signatory.round.digest,
        "reason": "已排期",
        "site": SITE,
    } | changed
    passkey = PasskeyAnswer(asked.pk, answer, facts.pop("site"))
    signatory = facts.pop("signatory", asked.signatory)
    return decide(signatory.pk, facts.pop("verdict"), passkey=passkey, by=cast.by(part), **facts)


def test_a_passkey_signs_exactly_this_decision_at_the_strong_level(asked, passkey, cast):
    decision = given(asked, passkey.sign(asked.challenge), cast)
    assert (decision.identity, decision.level) == ("passkey", "strong")
    proof = PasskeyProof.objects.get(decision=decision)
    facts = json.loads(proof.facts)
    assert facts["digest"] == decision.round.digest
    assert (facts["round"], facts["person"]) == (str(decision.round_id), str(cast.product_head.pk))
    assert (facts["verdict"], facts["reason"]) == ("agree", "已排期")
    assert decoded(proof.credential_id) == passkey.credential_id
    assert list(signoff_problems()) == []


def test_a_passkey_is_enough_without_a_fresh_login(asked, passkey, cast):
    with pytest.raises(IdentityNotFresh):
        decide(asked.signatory_id, "agree", shown_digest=asked.signatory.round.digest, by=cast.by("product_head"))
    given(asked, passkey.sign(asked.challenge), cast)


def test_nobody_may_only_claim_that_a_passkey_signed(edition, cast):
    with pytest.raises(IdentityNotFresh):
        sign(edition, cast, "product_head", identity="passkey")


def test_the_proof_holds_after_the_passkey_is_gone(asked, passkey, cast):
    decision = given(asked, passkey.sign(asked.challenge), cast)
    passkey.stored.delete()
    levels = {item.signatory.department.name: item.level for item in picture_of(decision.round).places}
    assert levels["产品部"] == "strong"
    assert list(signoff_problems()) == []


# -- refused ---------------------------------------------------------------------------------------------------------------


def refused(asked: PasskeyChallenge, answer: Any, cast: Cast, **changed: Any) -> str:
    """Why the service refuses the passkey; nothing is kept of it."""
    with pytest.raises(InvalidInput) as refusal:
        given(asked, answer, cast, **changed)
    assert not Decision.objects.exists()
    assert not PasskeyProof.objects.exists()
    return str(refusal.value.fields["passkey"][0])


def test_an_answer_is_good_once(asked, passkey, cast):
    answer = passkey.sign(asked.challenge)
    given(asked, answer, cast)
    with pytest.raises(TransitionNotAllowed):
        given(asked, answer, cast)


def test_a_used_asking_is_not_answered_again(asked, passkey, cast):
    PasskeyChallenge.objects.update(used_at=asked.expires_at - timedelta(minutes=1))
    assert "再用通行密钥签署一次" in refused(asked, passkey.sign(asked.challenge), cast)


def test_after_five_minutes_it_is_asked_anew(asked, passkey, cast, stopped_clock: Clock):
    stopped_clock.moment += timedelta(minutes=5)
    assert "五分钟" in refused(asked, passkey.sign(asked.challenge), cast)


@pytest.mark.parametrize("changed", [{"verdict": "object"}, {"reason": "另有条件"}])
def test_another_decision_than_the_one_signed_is_refused(asked, passkey, cast, changed):
    assert "另一个决定" in refused(asked, passkey.sign(asked.challenge), cast, **changed)


def test_the_answer_to_one_asking_does_not_answer_another(edition, asked, passkey, cast):
    earlier = passkey.sign(asked.challenge)
    assert "不是您的通行密钥" in refused(asking(edition, cast), earlier, cast)


def test_the_asking_of_another_person_is_refused(edition, asked, cast):
    own = SoftPasskey(cast.sales_head)
    where = place(edition, cast, "sales")
    refused(asked, own.sign(asked.challenge), cast, part="sales_head", signatory=where)


def test_the_passkey_of_another_person_is_refused(asked, cast):
    refused(asked, SoftPasskey(cast.sales_head).sign(asked.challenge), cast)


def test_a_signature_for_an_older_version_is_refused(edition, asked, passkey, cast):
    answer = passkey.sign(asked.challenge)
    new = resent(amended(edition, cast), cast)
    with pytest.raises(TransitionNotAllowed):
        given(asked, answer, cast)
    there = place(new, cast, "product")
    with pytest.raises(InvalidInput):
        given(asked, answer, cast, signatory=there, shown_digest=new.round.digest)
    with pytest.raises(Conflict):
        given(asked, answer, cast, signatory=there, shown_digest=edition.round.digest)


def test_a_text_exchanged_under_the_asking_is_refused(edition, asked, passkey, cast):
    round = asked.signatory.round
    type(round).objects.filter(pk=round.pk).update(digest="0" * 64)
    assert "另一个决定" in refused(asked, passkey.sign(asked.challenge), cast, shown_digest="0" * 64)


@pytest.mark.parametrize(
    "bent",
    [
        {"flags": 0x01},
        {"flags": 0x04},
        {"type": "webauthn.create"},
        {"origin": "https://evil.example"},
        {"crossOrigin": True},
    ],
)
def test_what_is_not_a_signature_of_a_present_person_on_this_site_is_refused(asked, passkey, cast, bent):
    refused(asked, passkey.sign(asked.challenge, **bent), cast)


def test_a_passkey_of_another_site_is_refused(asked, cast):
    refused(asked, SoftPasskey(cast.product_head, rp_id="evil.example").sign(asked.challenge), cast)
    elsewhere = Site("tongzhou.example", frozenset({"http://testserver"}))
    refused(asked, SoftPasskey(cast.product_head).sign(asked.challenge), cast, site=elsewhere)


@pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature"])
def test_a_changed_answer_is_refused(asked, passkey, cast, part):
    answer = passkey.sign(asked.challenge)
    for bad in ("", "AAAA", "x", "不是", None, [], answer["response"][part][:-6] + "AAAAAA", "A" * 20_000):
        answer["response"][part] = bad
        refused(asked, answer, cast)


@pytest.mark.parametrize(
    "answer", [{}, {"rawId": "AA"}, {"rawId": "AA", "response": []}, {"rawId": {}, "response": {}}]
)
def test_an_answer_of_another_form_is_refused(asked, cast, answer):
    refused(asked, answer, cast)


def test_whoever_may_not_sign_is_asked_nothing(edition, passkey, cast):
    where = place(edition, cast, "product")
    facts = {"shown_digest": edition.round.digest, "site": SITE}
    with pytest.raises(NotAllowed):
        ask_passkey(where.pk, "agree", by=cast.by("product_contact"), **facts)
    with pytest.raises(InvalidInput):
        ask_passkey(place(edition, cast, "sales").pk, "agree", by=cast.by("sales_head"), **facts)
    with pytest.raises(Conflict):
        ask_passkey(where.pk, "agree", by=cast.by("product_head"), site=SITE, shown_digest="0" * 64)
    Person.objects.filter(pk=cast.product_head.pk).update(signing_agreed_at=None)
    with pytest.raises(NotAllowed):
        ask_passkey(where.pk, "agree", by=cast.by("product_head"), **facts)
    assert not PasskeyChallenge.objects.exists()


# -- checked again later ---------------------------------------------------------------------------------------------------


@pytest.mark.database
@pytest.mark.parametrize("verb", ["UPDATE signoff_passkeyproof SET facts = ''", "DELETE FROM signoff_passkeyproof"])
def test_a_proof_is_neither_changed_nor_deleted(asked, passkey, cast, verb):
    given(asked, passkey.sign(asked.challenge), cast)
    with pytest.raises(Exception, match="insert-only"), connection.cursor() as cursor:
        cursor.execute(verb)


@pytest.mark.database
@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("DELETE FROM signoff_passkeyproof", "was removed"),
        ("UPDATE signoff_passkeyproof SET signature = 'AAAA'", "does not fit the decision"),
        ("UPDATE signoff_passkeyproof SET rp_id = 'evil.example'", "does not fit the decision"),
        ("UPDATE signoff_passkeyproof SET nonce = 'zz'", "does not fit the decision"),
        ("UPDATE signoff_passkeyproof SET seal = ''", "does not fit the decision"),
    ],
)
def test_whatever_happens_to_a_proof_in_the_database_is_found(asked, passkey, cast, statement, finding):
    decision = given(asked, passkey.sign(asked.challenge), cast)
    run(statement, "signoff_passkeyproof")
    assert any(finding in sentence for sentence in signoff_problems())
    levels = {item.signatory.pk: item.level for item in picture_of(decision.round).places}
    assert levels[decision.signatory_id] == "broken"


# -- pages, API, paper -----------------------------------------------------------------------------------------------------


def page_of(signatory: Signatory) -> str:
    return reverse("signoff:sign", args=[signatory.pk])


def test_the_page_offers_the_passkey_only_to_who_has_one(client: Client, edition, cast):
    client.force_login(cast.product_head)
    address = page_of(place(edition, cast, "product"))
    offered = 'data-island="passkey"'
    assert offered not in client.get(address).content.decode()
    SoftPasskey(cast.product_head)
    assert offered in client.get(address, headers={"host": "localhost:8000"}).content.decode()
    at_a_number = client.get(address, headers={"host": "127.0.0.1:8000"}).content.decode()
    assert offered not in at_a_number
    assert "通行密钥绑定在名称上" in at_a_number


def test_the_page_takes_the_signature_without_a_password(client: Client, edition, passkey, cast):
    client.force_login(cast.product_head)
    address = page_of(place(edition, cast, "product"))
    sent_form = {"digest": edition.round.digest, "verdict": "agree", "reason": "第一行\r\n第二行"}
    told = client.post(f"{address}passkey/", sent_form).json()
    assert told["options"]["rpId"] == "testserver"
    assertion = passkey.sign(decoded(told["options"]["challenge"]))
    form = {**sent_form, "challenge": told["challenge_id"], "assertion": json.dumps(assertion)}
    assert client.post(address, {**form, "reason": "另有条件"}).status_code == 422
    assert client.post(address, {**form, "assertion": "{"}).status_code == 422
    assert client.post(address, form).status_code == 302
    assert Decision.objects.get().level == "strong"


@pytest.mark.parametrize("missing", ["digest", "verdict"])
def test_an_incomplete_asking_is_refused_in_words(client: Client, edition, passkey, cast, missing):
    client.force_login(cast.product_head)
    form = {"digest": edition.round.digest, "verdict": "agree"}
    form.pop(missing)
    answer = client.post(f"{page_of(place(edition, cast, 'product'))}passkey/", form)
    assert answer.status_code == 422
    assert missing in answer.json()["errors"]


def test_the_api_asks_and_takes_the_signature(client: Client, edition, passkey, cast):
    client.force_login(cast.product_head)
    root = f"/api/v1/signoff/signatories/{place(edition, cast, 'product').pk}"
    body = {"verdict": "agree", "digest": edition.round.digest, "reason": "同意"}

    def post(path: str, body: dict[str, Any]) -> Any:
        return client.post(f"{root}/{path}", json.dumps(body), content_type="application/json")

    told = post("passkey", body).json()
    assertion = passkey.sign(decoded(told["options"]["challenge"]))
    proven = {"passkey": {"challenge_id": told["challenge_id"], "assertion": assertion}}
    wrong = post("decision", {**body, "reason": "不同意", **proven})
    assert (wrong.status_code, list(wrong.json()["fields"])) == (422, ["passkey"])
    answer = post("decision", {**body, **proven})
    assert answer.status_code == 200
    levels = [item["decision"]["level"] for item in answer.json()["places"] if item["decision"]]
    assert levels == ["strong"]


def test_the_verification_page_and_the_paper_say_how_each_signed(client: Client, edition, asked, passkey, cast):
    given(asked, passkey.sign(asked.challenge), cast)
    for part in HEADS[1:]:
        sign(edition, cast, part)
    page = client.get(reverse("alignment:verify", args=[edition.verify_code])).content.decode()
    assert (page.count("强：通行密钥签署本决定"), page.count("基本：密码或公司登录")) == (1, 3)
    levels = [entry.level for entry in alignment.signature_entries(edition.round)]
    assert sorted(levels) == ["基本：密码或公司登录"] * 3 + ["强：通行密钥签署本决定"]
    run("UPDATE signoff_passkeyproof SET signature = 'AAAA'", "signoff_passkeyproof")
    assert (
        "通行密钥的签名不成立" in client.get(reverse("alignment:verify", args=[edition.verify_code])).content.decode()
    )


def test_without_passkeys_everything_is_as_before(cast):
    edition = signed(cast)
    assert {decision.level for decision in edition.round.decisions.all()} == {"basic"}
    assert list(signoff_problems()) == []
