"""A company's own Word template: looked into at arm's length, used from then on, taken away again."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document

from tongzhou.core.errors import InvalidInput, NotAllowed
from tongzhou.documents import queries, services, standard_forms
from tongzhou.documents.hostile import FileRefused
from tongzhou.documents.paper import lay_out

pytestmark = pytest.mark.django_db


def template(*lines: str) -> bytes:
    """A Word document with these paragraphs."""
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def words(data: bytes) -> str:
    """The text of a Word document."""
    return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(data)).paragraphs)


def paper():
    """A memorandum with nothing but its head and scope."""
    form = standard_forms.get("memorandum")
    return lay_out(form, {"scope": "线上渠道"}, {"project_name": "618大促活动", "doc_no": "XZ-1"})


def test_the_word_version_goes_out_in_the_companys_template(cast):
    data = template("某某集团 红头文件", "项目：{{project_name}}", "范围：{{scope}}")
    services.add_letterhead("memorandum", "红头.docx", data, by=cast.by("pmo"))
    text = words(queries.word_version(paper()))
    assert "红头文件" in text
    assert "项目：618大促活动" in text
    assert "范围：线上渠道" in text


def test_the_newest_template_counts_and_taking_it_away_gives_the_one_before(cast, stopped_clock):
    first = services.add_letterhead("memorandum", "a.docx", template("甲{{scope}}"), by=cast.by("pmo"))
    stopped_clock.at("2026-05-12 09:00")
    second = services.add_letterhead("memorandum", "b.docx", template("乙{{scope}}"), by=cast.by("pmo"))
    assert "乙线上渠道" in words(queries.word_version(paper()))
    services.deactivate_letterhead(second.pk, by=cast.by("pmo"))
    assert "甲线上渠道" in words(queries.word_version(paper()))
    services.deactivate_letterhead(first.pk, by=cast.by("admin"))
    assert queries.active_letterhead("memorandum") is None
    assert "跨部门协作" in words(queries.word_version(paper())) or "Memorandum" in words(queries.word_version(paper()))


def test_only_pmo_and_administrators_put_templates_in_place(cast, client):
    with pytest.raises(NotAllowed):
        services.add_letterhead("memorandum", "a.docx", template("{{scope}}"), by=cast.by("lead"))
    client.force_login(cast.lead)
    assert client.get(reverse("documents:letterheads")).status_code == 403


def test_what_is_no_template_is_refused_with_the_reason(cast):
    by = cast.by("pmo")
    with pytest.raises(InvalidInput):
        services.add_letterhead("memorandum", "a.docx", template("nothing to fill"), by=by)
    with pytest.raises(InvalidInput):
        services.add_letterhead("no_such_form", "a.docx", template("{{scope}}"), by=by)
    with pytest.raises(InvalidInput):
        services.add_letterhead("memorandum", "a.pdf", b"%PDF-1.7 x", by=by)
    with pytest.raises(FileRefused):
        services.add_letterhead("memorandum", "a.docx", b"", by=by)
    assert not queries.letterheads().exists()


def test_the_page_takes_an_upload_shows_it_and_stops_using_it(cast, client):
    client.force_login(cast.pmo)
    address = reverse("documents:letterheads")
    assert "{{project_name}}" in client.get(address).content.decode()
    upload = SimpleUploadedFile("../../红头.docx", template("{{project_name}}"))
    assert client.post(address, {"form_key": "memorandum", "file": upload}).status_code == 302
    letterhead = queries.active_letterhead("memorandum")
    assert "红头.docx" in client.get(address).content.decode()
    fetched = client.get(reverse("documents:letterhead_file", args=[letterhead.pk]))
    assert fetched.content.startswith(b"PK")
    assert client.post(reverse("documents:letterhead_deactivate", args=[letterhead.pk])).status_code == 302
    assert queries.active_letterhead("memorandum") is None
    wrong = SimpleUploadedFile("a.docx", b"PK\x03\x04 broken")
    answer = client.post(address, {"form_key": "memorandum", "file": wrong})
    assert (answer.status_code, bool(answer.context["form"].errors["file"])) == (422, True)


def test_a_template_comes_over_the_api_as_well(cast, client):
    client.force_login(cast.pmo)
    upload = SimpleUploadedFile("红头.docx", template("{{project_name}}"))
    answer = client.post("/api/v1/letterheads", {"form_key": "memorandum", "file": upload})
    assert (answer.status_code, answer.json()["form_key"]) == (200, "memorandum")
    assert client.get("/api/v1/letterheads").json()[0]["is_active"]
    assert client.post("/api/v1/letterheads", {"form_key": "memorandum"}).status_code == 422
    gone = client.post(f"/api/v1/letterheads/{answer.json()['id']}/deactivate")
    assert gone.json()["is_active"] is False
