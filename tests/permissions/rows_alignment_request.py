"""Who may use the routes of the request and its replies. Both projects of the world are submitted."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tongzhou.alignment.models import CollabRequest
from tongzhou.alignment.queries.collab_paper import attachment_slot
from tongzhou.alignment.services import start_collab
from tongzhou.documents.services import attach_file
from tongzhou.projects.models import Project

from .table import INSIDERS, PERSONS, Row
from .world import World

NOBODY: frozenset[str] = frozenset()
# Who belongs to a department; the PMO may begin for any.
STARTERS = frozenset({"outsider", "member", "contact", "head", "lead", "pmo"})
# Who does not belong to marketing, for which the request is begun here.
ELSEWHERE = frozenset({"outsider", "member", "contact", "head"})
RUN = frozenset({"lead", "pmo"})
# A draft of the product department is nobody else's business yet.
DRAFTERS = frozenset({"member", "contact", "head"})


def project(world: World) -> dict[str, Any]:
    return {"pk": world.own.pk}


def other_project(world: World) -> dict[str, Any]:
    return {"pk": world.other.pk}


def ask(world: World) -> dict[str, Any]:
    return {"ask_id": world.own_ask.pk}


def other_ask(world: World) -> dict[str, Any]:
    return {"ask_id": world.other_ask.pk}


def paper(world: World) -> dict[str, Any]:
    return {"pk": world.own.pk, "fmt": "docx"}


def other_paper(world: World) -> dict[str, Any]:
    return {"pk": world.other.pk, "fmt": "docx"}


def attachment(world: World, of: Project, lead: str) -> int:
    slot = attachment_slot(of.collab)  # type: ignore[attr-defined]
    return attach_file(of.pk, slot, "方案.pdf", b"%PDF-1.4\n%%EOF", by=world.cast.by(lead)).pk


def file(world: World) -> dict[str, Any]:
    return {"file_id": attachment(world, world.own, "lead")}


def other_file(world: World) -> dict[str, Any]:
    return {"file_id": attachment(world, world.other, "outsider")}


def project_file(world: World) -> dict[str, Any]:
    return {**project(world), **file(world)}


def other_project_file(world: World) -> dict[str, Any]:
    return {**other_project(world), **other_file(world)}


def swapped_file(world: World) -> dict[str, Any]:
    return {**project(world), **other_file(world)}


def api(facts: Any) -> Any:
    """The same address as the API calls its parts."""

    def named(world: World) -> dict[str, Any]:
        return {{"pk": "project_id"}.get(key, key): value for key, value in facts(world).items()}

    return named


def start_page(world: World) -> dict[str, Any]:
    return {
        "name": "新项目",
        "scenario": world.cast.scenarios["launch"].pk,
        "initiator": world.cast.departments["marketing"].pk,
    }


def start_api(world: World) -> dict[str, Any]:
    return {
        "name": "新项目",
        "scenario_id": world.cast.scenarios["launch"].pk,
        "initiator_id": world.cast.departments["marketing"].pk,
    }


def upload(world: World) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("方案.pdf", b"%PDF-1.4\n%%EOF")}


def uploads(world: World) -> dict[str, Any]:
    return {"files": upload(world)["file"]}


def drafted(world: World) -> dict[str, Any]:
    """A draft of the product department, begun by its contact person."""
    return {"pk": _draft(world, "product").project_id}


def other_drafted(world: World) -> dict[str, Any]:
    """A draft of the technology department."""
    return {"pk": _draft(world, "technology").project_id}


def _draft(world: World, department: str) -> CollabRequest:
    return start_collab(
        scenario_id=world.cast.scenarios["launch"].pk,
        name="会员日",
        initiator_id=world.cast.departments[department].pk,
        by=world.cast.by(f"{department}_contact"),
    )


def filled_workbook(world: World) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("登记表.xlsx", b"PK")}


def reason(world: World) -> dict[str, Any]:
    return {"reason": "活动取消"}


def opinion(world: World) -> dict[str, Any]:
    return {"opinion": "executive_opinion", "text": "同意"}


def head_opinion(world: World) -> dict[str, Any]:
    return {"opinion": "dept_head_opinion", "text": "同意"}


def draft_written(world: World) -> dict[str, Any]:
    return {"version": CollabRequest.objects.latest("pk").version, "risks": "仓位紧张"}


def reply(world: World) -> dict[str, Any]:
    return {"version": world.own_ask.version, "reply": "accept"}


def answer(world: World) -> dict[str, Any]:
    return {"version": world.own_ask.version, "answer": "ask_again", "note": "不含残次品"}


def written(world: World) -> dict[str, Any]:
    return {"version": world.own.collab.version, "risks": "新的风险"}  # type: ignore[attr-defined]


REQUEST = "/api/v1/projects/{project_id}/request"
ROWS = [
    Row("alignment:list", PERSONS),
    # a draft
    Row("projects:home", DRAFTERS, own=drafted, other=other_drafted),
    Row("alignment:collab", DRAFTERS, own=drafted, other=other_drafted),
    Row("alignment:collab", DRAFTERS, "POST", own=drafted, other=other_drafted, wrong_input=DRAFTERS),
    Row("alignment:collab_aside", DRAFTERS, own=drafted, other=other_drafted),
    Row(
        "alignment:collab_autosave",
        DRAFTERS,
        "POST",
        own=drafted,
        other=other_drafted,
        data=lambda world: {"risks": "仓位紧张"},
    ),
    Row("alignment:collab_opinion", frozenset({"head"}), "POST", own=drafted, other=other_drafted, data=head_opinion),
    Row("alignment:collab_withdraw", frozenset({"contact"}), "POST", own=drafted, other=other_drafted),
    Row(
        "alignment:collab_import",
        DRAFTERS,
        "POST",
        own=drafted,
        other=other_drafted,
        data=filled_workbook,
        wrong_input=DRAFTERS,
    ),
    Row("alignment:collab_attach", DRAFTERS, "POST", own=drafted, other=other_drafted, data=uploads),
    Row(REQUEST, DRAFTERS, own=api(drafted), other=api(other_drafted)),
    Row(REQUEST, DRAFTERS, "PATCH", own=api(drafted), other=api(other_drafted), data=draft_written),
    Row(
        f"{REQUEST}/submit",
        frozenset({"contact", "head"}),
        "POST",
        own=api(drafted),
        other=api(other_drafted),
        wrong_input=DRAFTERS - {"member"},
    ),
    Row(f"{REQUEST}/withdraw", frozenset({"contact"}), "POST", own=api(drafted), other=api(other_drafted), data=reason),
    Row(
        f"{REQUEST}/import",
        DRAFTERS,
        "POST",
        own=api(drafted),
        other=api(other_drafted),
        data=filled_workbook,
        wrong_input=DRAFTERS,
    ),
    # what was sent out
    Row("alignment:new", STARTERS),
    Row("alignment:new", STARTERS, "POST", data=start_page, wrong_input=ELSEWHERE),
    Row("alignment:collab", INSIDERS, own=project, other=other_project),
    Row("alignment:collab", NOBODY, "POST", own=project, other=other_project),
    Row("alignment:collab_amend", RUN, own=project, other=other_project),
    Row("alignment:collab_amend", RUN, "POST", own=project, other=other_project, wrong_input=RUN),
    Row("alignment:collab_aside", INSIDERS, own=project, other=other_project),
    Row("alignment:collab_opinion", frozenset({"sponsor"}), "POST", own=project, other=other_project, data=opinion),
    Row("alignment:collab_withdraw", RUN, "POST", own=project, other=other_project, data=reason),
    Row("alignment:collab_paper", INSIDERS, own=paper, other=other_paper),
    Row("alignment:collab_import", NOBODY, "POST", own=project, other=other_project),
    Row("alignment:collab_attach", RUN, "POST", own=project, other=other_project, data=uploads),
    Row("alignment:collab_detach", RUN, "POST", own=project_file, other=other_project_file, swapped=swapped_file),
    Row("documents:file", INSIDERS, own=file, other=other_file),
    Row("alignment:ask", INSIDERS, own=ask, other=other_ask),
    Row("alignment:ask_reply", frozenset({"head", "contact"}), "POST", own=ask, other=other_ask, data=reply),
    Row("alignment:ask_answer", RUN, "POST", own=ask, other=other_ask, data=answer),
    Row("/api/v1/requests/scenarios", PERSONS),
    Row("/api/v1/requests", PERSONS),
    Row("/api/v1/requests", STARTERS, "POST", data=start_api, wrong_input=ELSEWHERE),
    Row(REQUEST, INSIDERS, own=api(project), other=api(other_project)),
    Row(REQUEST, RUN, "PATCH", own=api(project), other=api(other_project), data=written),
    Row(f"{REQUEST}/submit", RUN, "POST", own=api(project), other=api(other_project)),
    Row(f"{REQUEST}/withdraw", RUN, "POST", own=api(project), other=api(other_project), data=reason),
    Row(
        f"{REQUEST}/opinion",
        frozenset({"sponsor"}),
        "POST",
        own=api(project),
        other=api(other_project),
        data=opinion,
    ),
    Row(f"{REQUEST}/paper/{{fmt}}", INSIDERS, own=api(paper), other=api(other_paper)),
    Row(f"{REQUEST}/import", NOBODY, "POST", own=api(project), other=api(other_project)),
    Row(f"{REQUEST}/files", RUN, "POST", own=api(project), other=api(other_project), data=upload),
    Row(
        f"{REQUEST}/files/{{file_id}}",
        RUN,
        "DELETE",
        own=api(project_file),
        other=api(other_project_file),
        swapped=api(swapped_file),
    ),
    Row("/api/v1/asks/{ask_id}", INSIDERS, own=ask, other=other_ask),
    Row("/api/v1/asks/{ask_id}/reply", frozenset({"head"}), "POST", own=ask, other=other_ask, data=reply),
    Row("/api/v1/asks/{ask_id}/prepare", frozenset({"contact"}), "POST", own=ask, other=other_ask, data=reply),
    Row("/api/v1/asks/{ask_id}/answer", RUN, "POST", own=ask, other=other_ask, data=answer),
]
