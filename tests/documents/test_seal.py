"""The seal holds, others can check it, and no byte of a sealed file can be changed unseen."""

from __future__ import annotations

import random
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.documents import campaign
from tongzhou.alignment.documents import MEMORANDUM
from tongzhou.documents.paper import Extras, SignatureEntry, lay_out
from tongzhou.documents.render.pdf import PdfResult, render_pdf
from tongzhou.documents.seal import KEY_FILE, SealKey, check_seal, load_or_make_key, seal_pdf


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SealKey:
    return load_or_make_key(tmp_path_factory.mktemp("seal"), "同舟商贸")


@pytest.fixture(scope="module")
def memorandum() -> PdfResult:
    extras = Extras(
        signatures=(SignatureEntry("市场部", "陈立新", "2026-05-13T10:02:11+08:00", "同意"),), digest="ab" * 32
    )
    return render_pdf(lay_out(MEMORANDUM, campaign.MEMORANDUM, campaign.HEAD, extras=extras))


@pytest.fixture(scope="module")
def sealed(memorandum: PdfResult, key: SealKey) -> bytes:
    stamp = ("同舟 电子签章", "XZ-BWL-2026-0007", "2026-05-14 09:12")
    return seal_pdf(memorandum.pdf, key, "全部签署", "杭州", place=memorandum.places["seal"], stamp=stamp)


def pdfsig(pdf: bytes, folder: Path) -> str:
    (folder / "x.pdf").write_bytes(pdf)
    return subprocess.run(["pdfsig", "-nocert", folder / "x.pdf"], capture_output=True, text=True, check=False).stdout


def test_a_sealed_pdf_is_valid_for_us_and_for_poppler(sealed: bytes, key: SealKey, tmp_path: Path) -> None:
    report = check_seal(sealed, key)
    assert report.problems == ()
    assert (report.valid, report.intact, report.covers_whole, report.trusted, report.seals) == (
        True,
        True,
        True,
        True,
        1,
    )
    assert report.at is not None
    words = pdfsig(sealed, tmp_path)
    assert "Signature is Valid." in words
    assert "Total document signed" in words
    assert "ETSI.CAdES.detached" in words


def test_the_sealed_pdf_begins_with_the_unsealed_one(memorandum: PdfResult, sealed: bytes) -> None:
    assert sealed.startswith(memorandum.pdf)


def test_a_second_seal_leaves_the_first_one_valid(sealed: bytes, key: SealKey, tmp_path: Path) -> None:
    twice = seal_pdf(sealed, key, "归档", field_name="Seal2")
    report = check_seal(twice, key)
    assert (report.valid, report.seals, report.problems) == (True, 2, ())
    assert pdfsig(twice, tmp_path).count("Signature is Valid.") == 2


def test_one_flipped_byte_is_found_wherever_it_is(sealed: bytes, key: SealKey, tmp_path: Path) -> None:
    assert check_seal(sealed, key).valid
    chance = random.Random(618)
    signature_at = sealed.index(b"/Contents <")
    positions = [chance.randrange(len(sealed)) for _ in range(40)]
    positions += [chance.randrange(signature_at + 12, signature_at + 5_000) for _ in range(10)]
    positions += [len(sealed) - 1, signature_at + 11]
    unseen = []
    for position in positions:
        changed = bytearray(sealed)
        changed[position] ^= 1 << chance.randrange(8)
        if check_seal(bytes(changed), key).valid:
            unseen.append(position)
    assert unseen == []


def test_poppler_finds_the_flipped_byte_too(sealed: bytes, tmp_path: Path) -> None:
    changed = bytearray(sealed)
    changed[len(sealed) // 3] ^= 1
    assert "Signature is Valid." not in pdfsig(bytes(changed), tmp_path)


def test_something_added_after_the_seal_is_found(sealed: bytes, key: SealKey) -> None:
    assert check_seal(sealed + b"\n% more", key).problems == ("something_was_added_after_the_last_seal",)


def test_a_seal_of_somebody_else_is_not_ours(memorandum: PdfResult, key: SealKey, tmp_path: Path) -> None:
    other = load_or_make_key(tmp_path / "other")
    report = check_seal(seal_pdf(memorandum.pdf, other, "x"), key)
    assert (report.valid, report.intact, report.trusted) == (False, True, False)
    assert report.problems == ("Seal1: other_certificate",)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"no pdf at all", b"%PDF-" + bytes(range(256)) * 20])
def test_what_is_no_sealed_pdf_is_reported_not_raised(data: bytes, key: SealKey) -> None:
    assert check_seal(data, key).valid is False


def test_an_unsealed_pdf_says_so(memorandum: PdfResult, key: SealKey) -> None:
    assert check_seal(memorandum.pdf, key).problems == ("no_seal",)


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(load_or_make_key, [folder] * 4))
    assert len({one.fingerprint for one in made}) == 1
    assert stat.S_IMODE((folder / KEY_FILE).stat().st_mode) == 0o600
    assert "PRIVATE" not in repr(made[0])
