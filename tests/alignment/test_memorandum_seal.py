"""The sealed PDF and the verification of everything: what is altered is found and named."""

import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.alignment.memoranda import amended, deputy, resent, sent, sign, signed
from tongzhou.alignment import queries, services
from tongzhou.alignment.models import MemorandumEdition
from tongzhou.alignment.queries import verification
from tongzhou.config.verification import problems
from tongzhou.core import files
from tongzhou.core.actor import system
from tongzhou.core.errors import TransitionNotAllowed
from tongzhou.documents.models import StoredFile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_anchors_of_other_tests")]


def pdfsig(path: Path) -> str:
    """What a common PDF reader's own checker says of the seal."""
    return subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False).stdout


@pytest.fixture(scope="module")
def flipped():
    """A copy of the bytes with one changed in the middle of the text."""

    def flip(data: bytes) -> bytes:
        at = len(data) // 3
        return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]

    return flip


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="needs Debian's poppler-utils")
def test_a_common_reader_says_the_seal_is_valid_and_finds_one_flipped_byte(cast, tmp_path, flipped):
    edition = signed(cast)
    data = files.fetch(edition.sealed_pdf.key)
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    good.write_bytes(data)
    bad.write_bytes(flipped(data))
    assert "Signature is Valid" in pdfsig(good)
    assert "Signature is Valid" not in pdfsig(bad)
    assert list(problems(str(good))) == []
    found = list(problems(str(bad)))
    assert any("altered" in sentence for sentence in found)
    assert any("seal" in sentence for sentence in found)


def test_the_sealed_pdf_names_everybody_who_signed_and_for_whom(cast, tmp_path):
    edition = sent(cast)
    deputy(cast, "product_head", "product_contact", ["memorandum"])
    sign(edition, cast, "product_contact", "product", reason="同意，备货已排期")
    for part in ("sales_head", "technology_head", "marketing_head"):
        sign(edition, cast, part)
    edition.refresh_from_db()
    path = tmp_path / "signed.pdf"
    path.write_bytes(files.fetch(edition.sealed_pdf.key))
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout
    for words in ("赵敏", "王磊", "刘强", "张伟", "林悦", "同意，备货已排期", "618大促活动", "XZ-BWL-2026-001"):
        assert words in text
    assert edition.digest[:16] in text.replace(" ", "").replace("\n", "")


def test_sealing_twice_makes_one_file(cast):
    edition = signed(cast)
    again = services.seal_edition(edition.pk, by=system("sealing"))
    assert again.sealed_pdf_id == edition.sealed_pdf_id
    assert StoredFile.objects.filter(slot=f"memorandum:{edition.memorandum_id}").count() == 2


def test_a_version_that_is_not_signed_by_all_is_not_sealed(cast):
    edition = sent(cast)
    sign(edition, cast, "product_head")
    with pytest.raises(TransitionNotAllowed):
        services.seal_edition(edition.pk, by=system("sealing"))


def test_a_failed_seal_is_noted_and_can_be_made_again(cast, monkeypatch):
    monkeypatch.setattr(settings, "TONGZHOU_COMPANY_NAME", "\ue123 cannot be printed")
    edition = sent_in_another_name(cast, monkeypatch)
    assert edition.sealed_pdf is None
    assert "MissingGlyph" in edition.seal_problem
    monkeypatch.setattr(settings, "TONGZHOU_COMPANY_NAME", "同舟示范公司")
    again = services.seal_edition(edition.pk, by=system("sealing"))
    assert again.sealed_pdf is not None
    assert again.seal_problem == ""


def sent_in_another_name(cast, monkeypatch):
    """Signed by all, while the company's name cannot be printed at the moment of sealing."""
    broken = settings.TONGZHOU_COMPANY_NAME
    monkeypatch.setattr(settings, "TONGZHOU_COMPANY_NAME", "同舟示范公司")
    edition = sent(cast)
    monkeypatch.setattr(settings, "TONGZHOU_COMPANY_NAME", broken)
    for part in ("product_head", "sales_head", "technology_head", "marketing_head"):
        sign(edition, cast, part)
    edition.refresh_from_db()
    return edition


def test_the_public_page_judges_files_byte_by_byte(cast, flipped):
    first = signed(cast)
    second = resent(amended(first, cast), cast)
    sealed, exact = files.fetch(first.sealed_pdf.key), files.fetch(first.pdf.key)
    first = queries.edition_by_code(first.verify_code)
    assert verification.judge(first, sealed).kind == verification.INTACT
    assert verification.judge(first, exact).kind == verification.UNSIGNED
    assert verification.judge(first, sealed + b"\n%%EOF").kind == verification.ADDED_TO
    altered = verification.judge(first, flipped(sealed))
    assert (altered.kind, altered.first_difference) == (verification.ALTERED, len(sealed) // 3)
    other = verification.judge(second, sealed)
    assert (other.kind, other.other.number) == (verification.OTHER_VERSION, 1)
    assert verification.judge(second, b"%PDF-1.7 something else").kind == verification.ALTERED


def test_the_standing_of_a_version_says_who_signed_and_what_came_after(cast):
    edition = signed(cast)
    standing = verification.standing_of(queries.edition_by_code(edition.verify_code))
    assert (standing.is_newest, standing.is_complete, standing.sealed_holds) == (True, True, True)
    assert [decision.person_name for decision in standing.signed] == ["王磊", "刘强", "张伟", "林悦"]
    resent(amended(edition, cast), cast)
    assert not verification.standing_of(queries.edition_by_code(edition.verify_code)).is_newest


def run(statement: str, table: str) -> None:
    """What somebody with the database's password could do: take the guards off, change a row."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name=%s", [table])
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement)


@pytest.mark.database
@pytest.mark.parametrize(
    ("table", "statement", "finding"),
    [
        ("signoff_decision", "UPDATE signoff_decision SET verdict = 'object'", "altered, or not sealed"),
        ("signoff_decision", "UPDATE signoff_decision SET person_name = '别人'", "altered, or not sealed"),
        ("signoff_decision", "UPDATE signoff_decision SET on_behalf_of = '别人'", "altered, or not sealed"),
        ("signoff_decision", "UPDATE signoff_decision SET identity = 'passkey'", "altered, or not sealed"),
        ("signoff_decision", "DELETE FROM signoff_decision", "removed"),
        ("signoff_round", "UPDATE signoff_round SET content = '{}'", "does not fit its digest"),
        ("signoff_round", "UPDATE signoff_round SET pdf_digest = 'x'", "differ from those in the event log"),
        (
            "alignment_memorandumedition",
            'UPDATE alignment_memorandumedition SET content = \'{"form": "memorandum"}\'',
            "does not fit its digest",
        ),
        ("documents_storedfile", "UPDATE documents_storedfile SET sha256 = 'x'", "differs from that in the event log"),
    ],
)
def test_whatever_is_changed_in_the_database_is_found(cast, table, statement, finding):
    signed(cast)
    assert list(problems()) == []
    run(statement, table)
    assert any(finding in sentence for sentence in problems())


def test_a_file_changed_or_lost_in_the_store_is_found(cast):
    edition = signed(cast)
    path = Path(settings.TONGZHOU_FILES) / edition.sealed_pdf.key
    kept = path.read_bytes()
    try:
        path.write_bytes(kept[:-1] + b"x")
        assert any("altered in the file store" in sentence for sentence in problems())
        assert not verification.standing_of(queries.edition_by_code(edition.verify_code)).sealed_holds
        path.unlink()
        assert any("gone from the file store" in sentence for sentence in problems())
    finally:
        path.write_bytes(kept)


def test_an_older_version_brought_to_verify_is_called_old(cast, tmp_path):
    edition = signed(cast)
    second = resent(amended(edition, cast), cast)
    path = tmp_path / "v1.pdf"
    path.write_bytes(files.fetch(edition.sealed_pdf.key))
    assert any("older version" in sentence for sentence in problems(str(path)))
    assert MemorandumEdition.objects.get(pk=second.pk).sealed_pdf is None
