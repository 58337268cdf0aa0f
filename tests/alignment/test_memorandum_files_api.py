"""The memorandum's files and their verification over the API: the same bytes and words as on the pages."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.alignment.memoranda import composed, sent, signed
from tests.cast import Cast
from tongzhou.core import files


def test_a_version_and_its_stored_files_come_byte_for_byte(client: Client, cast: Cast) -> None:
    edition = signed(cast)
    client.force_login(cast.product_head)
    root = f"/api/v1/projects/{edition.memorandum.project_id}/memorandum/editions/{edition.number}/file"
    kept = {"exact": files.fetch(edition.pdf.key), "pdf": files.fetch(edition.sealed_pdf.key)}
    assert client.get(f"{root}/exact").content == kept["exact"]
    assert client.get(f"{root}/pdf").content == kept["pdf"]
    assert client.get(f"/api/v1/files/{edition.sealed_pdf_id}").content == kept["pdf"]
    assert client.get(f"{root}/docx").content.startswith(b"PK")
    assert client.get(f"{root}/exe").status_code == 404
    assert client.get("/api/v1/files/99999999999999999999").status_code == 404


def test_the_text_as_it_stands_comes_as_a_file(client: Client, cast: Cast) -> None:
    memorandum = composed(cast)
    client.force_login(cast.lead)
    answer = client.get(f"/api/v1/projects/{memorandum.project_id}/memorandum/file/xlsx")
    assert (answer.status_code, answer.content[:2]) == (200, b"PK")
    client.force_login(cast.outsider)
    refused = client.get(f"/api/v1/projects/{memorandum.project_id}/memorandum/file/xlsx")
    assert (refused.status_code, refused.headers["Content-Type"]) == (404, "application/problem+json")


def test_anybody_with_the_code_learns_what_a_file_is(client: Client, cast: Cast) -> None:
    first = signed(cast)
    sealed = files.fetch(first.sealed_pdf.key)
    address = f"/api/v1/verify/{first.verify_code}"

    def judged(data: bytes) -> dict[str, object]:
        return client.post(address, {"file": SimpleUploadedFile("a.pdf", data)}).json()

    assert judged(sealed)["kind"] == "intact"
    assert judged(sealed + b"\n%%EOF")["kind"] == "added_to"
    assert judged(b"%PDF-1.7 another")["kind"] == "altered"
    assert list(judged(b"PK not a pdf")["fields"]) == ["file"]
    assert client.post(address).status_code == 422


def test_an_upload_takes_an_idempotency_key(client: Client, cast: Cast) -> None:
    edition = sent(cast)
    client.force_login(cast.lead)
    address = f"/api/v1/verify/{edition.verify_code}"

    def post(data: bytes) -> int:
        body = {"file": SimpleUploadedFile("a.pdf", data)}
        return client.post(address, body, headers={"Idempotency-Key": "once"}).status_code

    assert [post(b"%PDF-1.7"), post(b"%PDF-1.7"), post(b"%PDF-1.4")] == [200, 200, 409]
