"""The memorandum in the browser and over the API: the same rules, nobody's text lost, files as files."""

import io
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.alignment.memoranda import HEADS, amended, composed, log_in, place, resent, sent, sign, signed
from tests.cast import PASSWORD
from tongzhou.alignment import queries, services
from tongzhou.alignment.models import BreachClause, MemorandumEdition
from tongzhou.alignment.states import MemorandumState
from tongzhou.core import files
from tongzhou.people.models import ApiToken, Person
from tongzhou.signoff.models import Decision

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_cache(db):
    """Limits of earlier tests do not count."""
    from django.core.cache import cache

    cache.clear()


def url(name, memorandum, *args):
    """The address of a page of this memorandum."""
    return reverse(f"alignment:{name}", args=[memorandum.project_id, *args])


def form_of(client, memorandum):
    """The fields of the edit form as the browser would send them back."""
    page = client.get(url("memorandum_edit", memorandum))
    assert page.status_code == 200
    forms = page.context["form"]
    data = {}
    for part in forms.all:
        inner = getattr(part, "forms", None)
        for form in inner if inner is not None else [part]:
            for bound in form:
                value = bound.value()
                data[bound.html_name] = "" if value is None else ("on" if value is True else value)
        if inner is not None:
            for bound in part.management_form:
                data[bound.html_name] = bound.value()
    return {name: value for name, value in data.items() if value is not False}


def test_the_lead_composes_writes_and_sends(client, cast):
    memorandum = composed(cast)
    log_in(client, cast.lead)
    data = form_of(client, memorandum)
    answer = client.post(
        url("memorandum_edit", memorandum), {**data, "scope": "线上各渠道", "breach_clauses-0-ORDER": "1"}
    )
    assert answer.status_code == 302
    memorandum.refresh_from_db()
    assert memorandum.terms["scope"] == "线上各渠道"
    assert memorandum.terms["breach_clauses"][0]["key"] == "late-material"
    shown = client.get(url("memorandum", memorandum)).content.decode()
    assert "线上各渠道" in shown
    answer = client.post(url("memorandum_send", memorandum), {"version": memorandum.version})
    assert answer.status_code == 302
    memorandum.refresh_from_db()
    assert memorandum.state == MemorandumState.SIGNING


def test_composing_by_page(client, cast):
    from tests.alignment.memoranda import campaign

    project = campaign(cast)
    client.force_login(cast.lead)
    assert (
        "起草" in (page := client.get(reverse("alignment:memorandum", args=[project.pk])).content.decode())
        or "Compose" in page
    )
    assert client.post(reverse("alignment:memorandum_compose", args=[project.pk])).status_code == 302
    assert queries.memorandum_of(project) is not None


def test_autosave_keeps_the_version_and_says_when(client, cast):
    memorandum = composed(cast)
    client.force_login(cast.lead)
    data = form_of(client, memorandum)
    answer = client.post(url("memorandum_autosave", memorandum), {**data, "scope": "甲"})
    assert answer.json()["version"] == memorandum.version + 1
    assert answer.json()["saved_at"] == "09:30"


def test_autosave_of_the_same_part_by_two_answers_with_both_texts(client, cast):
    memorandum = composed(cast)
    client.force_login(cast.lead)
    data = form_of(client, memorandum)
    services.save_memorandum(memorandum.project_id, None, {"scope": "他人写的"}, by=cast.by("pmo"))
    answer = client.post(url("memorandum_autosave", memorandum), {**data, "scope": "我写的"}, HTTP_HX_REQUEST="true")
    assert answer.status_code == 409
    assert "他人写的" in answer.content.decode()
    assert "我写的" in answer.content.decode()


def test_bad_input_comes_back_at_its_field_with_the_typed_text(client, cast):
    memorandum = composed(cast)
    client.force_login(cast.lead)
    data = {**form_of(client, memorandum), "valid_from": "2026年2月30日", "scope": "我写的一大段"}
    answer = client.post(url("memorandum_edit", memorandum), data)
    assert answer.status_code == 422
    assert "valid_from" in answer.context["form"].errors()
    assert "我写的一大段" in answer.content.decode()
    answer = client.post(url("memorandum_autosave", memorandum), data)
    assert list(answer.json()["errors"]) == ["valid_from"]


def test_a_date_written_in_chinese_is_understood(client, cast):
    memorandum = composed(cast)
    client.force_login(cast.lead)
    client.post(url("memorandum_edit", memorandum), {**form_of(client, memorandum), "valid_from": "2026年6月1日"})
    memorandum.refresh_from_db()
    assert memorandum.terms["valid_from"] == "2026-06-01"


def test_a_clause_of_the_library_is_added_to_the_text(client, cast):
    memorandum = composed(cast)
    BreachClause.objects.get_or_create(
        key="leak", defaults={"name": "x", "condition": "泄密", "evidence": "x", "consequence": "x", "arbiter": "x"}
    )
    client.force_login(cast.lead)
    data = {**form_of(client, memorandum), "add_clause": "1", "clause": "leak"}
    assert client.post(url("memorandum_edit", memorandum), data).status_code == 302
    memorandum.refresh_from_db()
    assert memorandum.terms["breach_clauses"][-1]["key"] == "leak"


@pytest.mark.parametrize("part", ["product_head", "sponsor"])
def test_who_may_not_write_reads_only(client, cast, part):
    memorandum = composed(cast)
    client.force_login(cast.persons[part])
    assert client.get(url("memorandum", memorandum)).status_code == 200
    assert client.get(url("memorandum_edit", memorandum)).status_code == 403
    assert client.post(url("memorandum_send", memorandum), {"version": memorandum.version}).status_code == 403


@pytest.mark.parametrize(
    "name", ["memorandum", "memorandum_edit", "memorandum_paper", "memorandum_compare", "memorandum_amend"]
)
def test_outsiders_find_nothing(client, cast, name):
    memorandum = composed(cast)
    client.force_login(cast.outsider)
    assert client.get(url(name, memorandum)).status_code == 404


def test_the_head_signs_after_a_fresh_login(client, cast):
    edition = sent(cast)
    log_in(client, cast.product_head)
    address = reverse("signoff:sign", args=[place(edition, cast, "product").pk])
    page = client.get(address)
    text = page.content.decode()
    assert text.index("完成TOP10 SKU库存盘点") < text.index('class="paper')
    assert edition.pdf.sha256 in text
    assert "password" not in page.context["form"].fields
    answer = client.post(address, {"digest": edition.round.digest, "verdict": "agree", "reason": ""})
    assert answer.status_code == 302
    assert Decision.objects.get().identity == "password"


def test_an_old_session_types_the_password_in_place_and_keeps_the_opinion(client, cast):
    edition = sent(cast)
    client.force_login(cast.product_head)
    address = reverse("signoff:sign", args=[place(edition, cast, "product").pk])
    assert "password" in client.get(address).context["form"].fields
    data = {"digest": edition.round.digest, "verdict": "agree", "reason": "同意，已排期"}
    for password in ("", "wrong"):
        answer = client.post(address, {**data, "password": password})
        assert answer.status_code == 422
        assert "同意，已排期" in answer.content.decode()
    assert Decision.objects.count() == 0
    assert client.post(address, {**data, "password": PASSWORD}).status_code == 302
    assert Decision.objects.get().reason == "同意，已排期"


def test_the_agreement_comes_once_before_the_first_signature(client, cast):
    edition = sent(cast)
    Person.objects.filter(pk=cast.product_head.pk).update(signing_agreed_at=None)
    log_in(client, cast.product_head)
    address = reverse("signoff:sign", args=[place(edition, cast, "product").pk])
    assert client.get(address).context["needs_agreement"]
    answer = client.post(address, {"digest": edition.round.digest, "verdict": "agree", "reason": ""})
    assert answer.status_code == 403
    assert client.post(reverse("signoff:agreement"), {"next": address}).url == address
    assert client.post(reverse("signoff:agreement"), {"next": "https://evil.example/"}).url == reverse(
        "signoff:agreement"
    )
    assert not client.get(address).context["needs_agreement"]


def test_a_page_opened_before_a_new_version_cannot_sign_it(client, cast):
    edition = sent(cast)
    log_in(client, cast.product_head)
    address = reverse("signoff:sign", args=[place(edition, cast, "product").pk])
    client.get(address)
    new = resent(amended(edition, cast), cast)
    answer = client.post(address, {"digest": edition.round.digest, "verdict": "agree", "reason": ""})
    assert answer.status_code == 409
    newer = reverse("signoff:sign", args=[place(new, cast, "product").pk])
    answer = client.post(newer, {"digest": edition.round.digest, "verdict": "agree", "reason": ""})
    assert answer.status_code == 409
    assert Decision.objects.count() == 0
    assert client.get(address).status_code == 200


def test_the_sign_page_is_for_signatories(client, cast):
    edition = sent(cast)
    address = reverse("signoff:sign", args=[place(edition, cast, "product").pk])
    client.force_login(cast.outsider)
    assert client.get(address).status_code == 404
    client.force_login(cast.sales_head)
    assert "<form" not in client.get(address).context["shown"].template
    assert not client.get(address).context["may_decide"]
    answer = client.post(
        address, {"digest": edition.round.digest, "verdict": "agree", "reason": "", "password": PASSWORD}
    )
    assert answer.status_code == 403
    assert client.get(reverse("signoff:sign", args=[10**18])).status_code == 404


def test_declining_without_a_reason_comes_back_to_the_page(client, cast):
    edition = sent(cast)
    log_in(client, cast.product_head)
    address = reverse("signoff:sign", args=[place(edition, cast, "product").pk])
    answer = client.post(address, {"digest": edition.round.digest, "verdict": "object", "reason": " "})
    assert answer.status_code == 422
    assert answer.context["form"].errors["reason"]


def test_hostile_words_are_shown_as_words(client, cast):
    memorandum = composed(cast)
    text = "<script>alert(1)</script>"
    memorandum = services.save_memorandum(memorandum.project_id, None, {"scope": text}, by=cast.by("lead"))
    edition = sent_from(memorandum, cast)
    log_in(client, cast.product_head)
    signing = place(edition, cast, "product").pk
    addresses = [
        url("memorandum", memorandum),
        url("memorandum_edition", memorandum, 1),
        reverse("signoff:sign", args=[signing]),
    ]
    for address in addresses:
        page = client.get(address).content.decode()
        assert text not in page
        assert "&lt;script&gt;" in page


def sent_from(memorandum, cast):
    """The memorandum out for signing with all agreements accepted."""
    from tongzhou.people.services import accept_signing_agreement

    for part in cast.persons:
        accept_signing_agreement(by=cast.by(part))
    return resent(memorandum, cast)


def test_downloads_come_as_word_excel_and_pdf(client, cast):
    edition = signed(cast)
    client.force_login(cast.product_contact)
    starts = {"docx": b"PK", "xlsx": b"PK", "pdf": b"%PDF"}
    for fmt, start in starts.items():
        answer = client.get(url("memorandum_file", edition.memorandum, fmt))
        assert answer.status_code == 200
        assert answer.content.startswith(start)
        assert answer["X-Content-Type-Options"] == "nosniff"
    assert client.get(url("memorandum_file", edition.memorandum, "pdf")).content == files.fetch(edition.sealed_pdf.key)
    exact = client.get(url("memorandum_edition_file", edition.memorandum, 1, "exact"))
    assert exact.content == files.fetch(edition.pdf.key)
    assert client.get(url("memorandum_file", edition.memorandum, "exe")).status_code == 404
    assert client.get(url("memorandum_edition", edition.memorandum, 9)).status_code == 404


def test_the_page_shows_the_seal_when_it_is_there_and_offers_to_try_again_when_it_failed(client, cast):
    edition = signed(cast)
    client.force_login(cast.lead)
    address = url("memorandum_seal", edition.memorandum, 1)
    assert client.get(address).context["seal"]["done"]
    MemorandumEdition.objects.filter(pk=edition.pk).update(sealed_pdf=None, sealed_at=None, seal_problem="Full: disk")
    page = client.get(address)
    assert page.context["seal"]["failed"]
    assert "Full: disk" in page.content.decode()
    assert client.post(address).status_code == 302
    assert MemorandumEdition.objects.get(pk=edition.pk).sealed_pdf is not None
    client.force_login(cast.product_head)
    assert client.post(address).status_code == 403


def test_versions_are_compared_with_marks_that_need_no_colour(client, cast):
    edition = signed(cast)
    memorandum = amended(edition, cast)
    services.save_memorandum(memorandum.project_id, None, {"scope": "线上渠道"}, by=cast.by("lead"))
    client.force_login(cast.product_head)
    page = client.get(url("memorandum_compare", memorandum)).content.decode()
    assert "<ins>线上渠道</ins>" in page
    page = client.get(url("memorandum_compare", memorandum) + "?from=<b>&to=7").content.decode()
    assert "<ins>线上渠道</ins>" in page


def test_the_public_page_needs_no_login_and_judges_a_file(client, cast):
    edition = signed(cast)
    address = reverse("alignment:verify", args=[edition.verify_code])
    page = client.get(address).content.decode()
    for words in ("XZ-BWL-2026-001", "618大促活动", "王磊", "林悦", edition.digest, edition.sealed_pdf.sha256):
        assert words in page
    sealed = files.fetch(edition.sealed_pdf.key)
    for data, kind in ((sealed, "intact"), (sealed[:-9] + b"x" + sealed[-8:], "altered"), (sealed + b" ", "added_to")):
        answer = client.post(address, {"file": io.BytesIO(data)})
        assert answer.context["judgement"].kind == kind
    refused = client.post(address, {"file": io.BytesIO(b"MZ not a pdf")})
    assert (refused.status_code, refused.context["judgement"]) == (422, None)
    assert client.get(reverse("alignment:verify", args=["x" * 32])).status_code == 404


def test_the_public_page_slows_down_who_asks_too_often(client, cast):
    edition = signed(cast)
    address = reverse("alignment:verify", args=[edition.verify_code])
    statuses = {client.post(address, {}).status_code for _ in range(22)}
    assert statuses == {422, 429}


def test_reading_the_page_asks_the_database_as_often_with_many_rows(client, cast):
    memorandum = composed(cast)
    client.force_login(cast.product_head)

    def count():
        with CaptureQueriesContext(connection) as made:
            assert client.get(url("memorandum", memorandum)).status_code == 200
        return len(made)

    count()
    few = count()
    from tongzhou.projects.services import add_commitment

    for number in range(8):
        facts = {
            "department_id": cast.sales.pk,
            "owner_id": cast.sales_contact.pk,
            "action": f"事项{number}",
            "due": "2026-06-01",
        }
        add_commitment(memorandum.project_id, facts, by=cast.by("lead"))
    assert count() == few


def test_a_page_that_hears_of_a_change_gets_everything_that_became_untrue(client, cast):
    edition = sent(cast)
    client.force_login(cast.lead)
    for part in HEADS:
        sign(edition, cast, part)
    answer = client.get(url("memorandum", edition.memorandum) + "?state").content.decode()
    assert answer.count('hx-swap-oob="true"') == 4
    for words in ("memorandum-status", "memorandum-lead", "memorandum-actions", "memorandum-shown", "林悦"):
        assert words in answer
    assert "<html" not in answer


def test_only_pmo_keeps_the_library(client, cast):
    clause = BreachClause.objects.create(key="k", name="n", condition="c", evidence="e", consequence="q", arbiter="a")
    client.force_login(cast.lead)
    assert client.get(reverse("alignment:clauses")).status_code == 403
    client.force_login(cast.pmo)
    assert client.get(reverse("alignment:clauses")).status_code == 200
    data = {
        "name": "新",
        "condition": "c",
        "evidence": "e",
        "consequence": "q",
        "arbiter": "a",
        "version": clause.version,
    }
    assert client.post(reverse("alignment:clause_edit", args=[clause.pk]), data).status_code == 302
    assert client.post(reverse("alignment:clause_edit", args=[clause.pk]), {**data, "name": "又"}).status_code == 409
    assert client.post(reverse("alignment:clause_new"), {**data, "arbiter": ""}).status_code == 422
    assert client.post(reverse("alignment:clause_new"), data).status_code == 302
    client.post(reverse("alignment:clause_retire", args=[clause.pk]))
    clause.refresh_from_db()
    assert not clause.is_active


# ---------------------------------------------------------------- over the API


def api(client, method, path, body=None, **headers):
    """One call as a browser session makes it."""
    return getattr(client, method)(
        f"/api/v1{path}", json.dumps(body) if body is not None else None, content_type="application/json", **headers
    )


def test_the_api_walks_the_same_way(client, cast):
    memorandum = composed(cast)
    for part in cast.persons:
        from tongzhou.people.services import accept_signing_agreement

        accept_signing_agreement(by=cast.by(part))
    client.force_login(cast.lead)
    base = f"/projects/{memorandum.project_id}/memorandum"
    found = api(client, "get", base).json()
    assert (found["state"], found["missing"]) == ("draft", [])
    written = api(client, "patch", base, {"version": found["version"], "scope": "线上"}).json()
    assert written["content"]["scope"] == "线上"
    stale = api(client, "patch", base, {"version": found["version"], "scope": "线下"})
    assert (stale.status_code, stale.json()["theirs"]["scope"]) == (409, "线上")
    sent_answer = api(client, "post", f"{base}/send", {"version": written["version"]}, HTTP_IDEMPOTENCY_KEY="k1")
    assert sent_answer.status_code == 200
    again = api(client, "post", f"{base}/send", {"version": written["version"]}, HTTP_IDEMPOTENCY_KEY="k1")
    assert again.json() == sent_answer.json()
    round_id = sent_answer.json()["round_id"]
    for part in HEADS:
        client.logout()
        log_in(client, cast.persons[part])
        waiting = api(client, "get", "/signoff/waiting").json()
        body = {"verdict": "agree", "digest": waiting[0]["digest"]}
        answer = api(client, "post", f"/signoff/signatories/{waiting[0]['signatory_id']}/decision", body)
        assert answer.status_code == 200
    client.logout()
    log_in(client, cast.lead)
    assert api(client, "get", f"/signoff/rounds/{round_id}").json()["state"] == "agreed"
    edition = api(client, "get", f"{base}/editions/1").json()
    assert edition["sealed_sha256"]
    amended_answer = api(client, "post", f"{base}/amend", {"reason": "x"})
    assert amended_answer.json()["state"] == "draft"
    assert api(client, "get", f"{base}/differences?old=1").json() == []
    code = MemorandumEdition.objects.get().verify_code
    client.logout()
    public = client.get(f"/api/v1/verify/{code}").json()
    assert [signature["name"] for signature in public["signatures"]] == ["王磊", "刘强", "张伟", "林悦"]


def test_a_program_with_a_token_cannot_sign(client, cast, stopped_clock):
    import hashlib

    edition = sent(cast)
    moment = stopped_clock.moment
    ApiToken.objects.create(
        person=cast.product_head, label="x", digest=hashlib.sha256(b"secret").hexdigest(), hint="cret",
        created_at=moment, expires_at=moment.replace(year=2027),
    )  # fmt: skip
    body = {"verdict": "agree", "digest": edition.round.digest}
    answer = api(
        client, "post", f"/signoff/signatories/{place(edition, cast, 'product').pk}/decision", body,
        HTTP_AUTHORIZATION="Bearer secret",
    )  # fmt: skip
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:tongzhou:problem:identity_not_fresh")
    answer = api(client, "post", "/signoff/agreement", {}, HTTP_AUTHORIZATION="Bearer secret")
    assert answer.status_code == 403
    assert Decision.objects.count() == 0


def test_an_old_session_cannot_sign_over_the_api(client, cast):
    edition = sent(cast)
    client.force_login(cast.product_head)
    body = {"verdict": "agree", "digest": edition.round.digest}
    answer = api(client, "post", f"/signoff/signatories/{place(edition, cast, 'product').pk}/decision", body)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:tongzhou:problem:identity_not_fresh")


def test_the_api_hides_what_the_asker_may_not_see(client, cast):
    edition = sent(cast)
    sign(edition, cast, "product_head")
    client.force_login(cast.outsider)
    base = f"/projects/{edition.memorandum.project_id}/memorandum"
    for path in (base, f"{base}/editions/1", f"{base}/differences?old=1", f"/signoff/rounds/{edition.round_id}"):
        assert api(client, "get", path).status_code == 404
    assert api(client, "get", "/signoff/waiting").json() == []
