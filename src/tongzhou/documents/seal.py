"""The seal of a document: a PAdES signature of the server that common PDF readers verify.

It says that this file left this server unchanged; who agreed to the content is said by the signatures that the content
itself carries. The key is the server's own, made on first use, with a self-signed certificate: an internal record. A
company that has a licensed certificate puts its key and certificate in the place of ours.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import tempfile
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .render.pdf import Place

KEY_FILE = "seal-key.pem"
CERTIFICATE_FILE = "seal-certificate.pem"
YEARS_VALID = 20


@dataclass(frozen=True)
class SealKey:
    """The server's signing key and its certificate, as PEM."""

    key_pem: bytes = field(repr=False)
    certificate_pem: bytes

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the certificate, by which people tell that it is ours."""
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes

        return x509.load_pem_x509_certificate(self.certificate_pem).fingerprint(hashes.SHA256()).hex()


@dataclass(frozen=True)
class SealReport:
    """What a check of a PDF's seals found. `at` is what the server's clock said, which nobody else vouches for.

    `valid`: at least one seal, and every one of them holds. `intact`: no sealed byte was changed. `covers_whole`:
    nothing was added after the last seal. `trusted`: made with the key that was asked for.
    """

    valid: bool
    intact: bool
    covers_whole: bool
    trusted: bool
    signer: str
    at: dt.datetime | None
    seals: int
    problems: tuple[str, ...]


def load_or_make_key(folder: Path, organisation: str = "Tongzhou") -> SealKey:
    """The key in a folder, made there on first use; only the server's own user can read it.

    Two processes that start at once end up with one key: the first to put its certificate in place wins.
    """
    key_path, certificate_path = folder / KEY_FILE, folder / CERTIFICATE_FILE
    if not key_path.exists() or not certificate_path.exists():
        _make_key(folder, organisation)
    return SealKey(key_path.read_bytes(), certificate_path.read_bytes())


def _make_key(folder: Path, organisation: str) -> None:
    import fcntl

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.x509.oid import NameOID

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "seal.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        key_path, certificate_path = folder / KEY_FILE, folder / CERTIFICATE_FILE
        if key_path.exists() and certificate_path.exists():
            return
        key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
        name = x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64] or "Tongzhou"),
                x509.NameAttribute(NameOID.COMMON_NAME, "Tongzhou document seal"),
            ]
        )
        # The system's clock, not the movable one: readers compare the certificate with the real time.
        now = dt.datetime.now(dt.UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=365 * YEARS_VALID))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(
                x509.KeyUsage(
                    digital_signature=True,
                    content_commitment=True,
                    key_encipherment=False,
                    data_encipherment=False,
                    key_agreement=False,
                    key_cert_sign=False,
                    crl_sign=False,
                    encipher_only=False,
                    decipher_only=False,
                ),
                critical=True,
            )
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        _write_private(key_path, pem)
        _write_private(certificate_path, certificate.public_bytes(serialization.Encoding.PEM))


def _write_private(path: Path, data: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent)  # made with mode 0600
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(path)


def seal_pdf(
    pdf: bytes,
    key: SealKey,
    reason: str,
    location: str = "",
    field_name: str = "Seal1",
    *,
    place: Place | None = None,
    stamp: tuple[str, ...] = (),
) -> bytes:
    """Seals a PDF (PAdES B-B), leaving what is there as it is, so that further seals with other field names may follow.

    With a `place` (see render.pdf) the seal is seen on the page: a framed stamp with the lines of `stamp`.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers
    from pyhanko.stamp import StaticStampStyle

    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    spec = fields.SigFieldSpec(sig_field_name=field_name)
    style: Any = None
    with tempfile.TemporaryDirectory() as folder:
        if place is not None:
            from pyhanko.pdf_utils.layout import AxisAlignment, InnerScaling, Margins, SimpleBoxLayoutRule

            from .render.pdf import render_stamp

            filling = SimpleBoxLayoutRule(
                x_align=AxisAlignment.ALIGN_MIN,
                y_align=AxisAlignment.ALIGN_MIN,
                margins=Margins.uniform(0),
                inner_content_scaling=InnerScaling.STRETCH_FILL,
            )

            spec = fields.SigFieldSpec(
                sig_field_name=field_name,
                on_page=place.page - 1,
                box=(
                    round(place.x),
                    round(place.y),
                    round(place.x + place.width),
                    round(place.y + place.height),
                ),
            )
            drawing = Path(folder) / "stamp.pdf"
            drawing.write_bytes(render_stamp(stamp, place.width, place.height))
            style = StaticStampStyle.from_pdf_file(
                str(drawing), border_width=0, background_opacity=1.0, background_layout=filling
            )
        fields.append_signature_field(writer, spec)
        metadata = signers.PdfSignatureMetadata(
            field_name=field_name,
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            reason=reason or None,
            location=location or None,
        )
        signer = signers.PdfSigner(metadata, signer=_signer(key), stamp_style=style)
        sealed = signer.sign_pdf(writer, existing_fields_only=True)
        return bytes(sealed.getvalue())


@lru_cache(maxsize=2)
def _signer(key: SealKey) -> Any:
    from asn1crypto import pem
    from asn1crypto.keys import PrivateKeyInfo
    from asn1crypto.x509 import Certificate
    from pyhanko.sign import signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    _name, _headers, certificate = pem.unarmor(key.certificate_pem)
    _name, _headers, private = pem.unarmor(key.key_pem)
    return signers.SimpleSigner(
        signing_cert=Certificate.load(certificate),
        signing_key=PrivateKeyInfo.load(private),
        cert_registry=SimpleCertificateStore(),
    )


def check_seal(pdf: bytes, trusted: SealKey | bytes | None = None) -> SealReport:
    """Checks every seal of a PDF. Never raises over the file: what cannot be read is a problem in the report.

    `trusted` is the key, or the PEM of the certificate, that the seals must have been made with.
    """
    try:
        return _check(pdf, trusted)
    except Exception as error:
        # A forged file may break the reader anywhere; that is a finding, not a failure.
        return SealReport(False, False, False, False, "", None, 0, (f"unreadable: {type(error).__name__}",))


def _is_whole(pdf: bytes, byte_range: list[int]) -> bool:
    """Whether the one stretch of the file that no signature can cover, the signature itself, is as a seal leaves it.

    Readers pass over the zeros behind the signature and over the case of its digits; we do not, so that every single
    byte of a sealed file is vouched for.
    """
    first, second = int(byte_range[0] + byte_range[1]), int(byte_range[2])
    gap = pdf[first:second]
    if gap[:1] != b"<" or gap[-1:] != b">" or gap != gap.upper():
        return False
    try:
        signature = bytes.fromhex(gap[1:-1].decode("ascii"))
    except ValueError:
        return False
    if signature[:1] != b"\x30" or len(signature) < 4 or signature[1] != 0x82:
        return False
    return not any(signature[4 + int.from_bytes(signature[2:4], "big") :])


def _check(pdf: bytes, trusted: SealKey | bytes | None) -> SealReport:
    from asn1crypto import pem
    from asn1crypto.x509 import Certificate
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    wanted = trusted.certificate_pem if isinstance(trusted, SealKey) else trusted
    root = Certificate.load(pem.unarmor(wanted)[2]) if wanted else None
    signatures = PdfFileReader(io.BytesIO(pdf), strict=False).embedded_regular_signatures
    if not signatures:
        return SealReport(False, False, False, False, "", None, 0, ("no_seal",))
    problems: list[str] = []
    intact = sound = ours = True
    signer, at, covers_whole = "", None, False
    for number, signature in enumerate(signatures, start=1):
        name = signature.field_name
        certificate = signature.signer_cert
        # Whether it is our certificate is compared below, byte by byte; a self-signed one has no chain to follow.
        context = ValidationContext(trust_roots=[certificate], allow_fetching=False)
        status = validate_pdf_signature(signature, context, skip_diff=False)
        signer = str(certificate.subject.native.get("common_name", ""))
        at = signature.self_reported_timestamp
        if not status.intact or not _is_whole(pdf, signature.byte_range):
            intact = False
            problems.append(f"{name}: changed_after_sealing")
        elif not status.valid:
            sound = False
            problems.append(f"{name}: signature_does_not_match")
        if root is not None and certificate.dump() != root.dump():
            ours = False
            problems.append(f"{name}: other_certificate")
        covers_whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
        if number < len(signatures) and not status.bottom_line and status.intact and status.valid:
            sound = False
            problems.append(f"{name}: changed_between_seals")
    if not covers_whole:
        problems.append("something_was_added_after_the_last_seal")
    return SealReport(
        valid=intact and sound and covers_whole and ours,
        intact=intact,
        covers_whole=covers_whole,
        trusted=ours and root is not None,
        signer=signer,
        at=at,
        seals=len(signatures),
        problems=tuple(problems),
    )
