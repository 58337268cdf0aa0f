"""Memorandum, breach clauses, public verification."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tongzhou.alignment.models import BreachClause, Memorandum
from tongzhou.alignment.queries import signing_order
from tongzhou.alignment.queries.memoranda import TABLES

from .table import EVERYBODY, INSIDERS, PERSONS, Facts, Row
from .world import World

RUNS = frozenset({"lead", "pmo"})
KEEPS = frozenset({"pmo", "admin"})
WORDS = {"name": "新", "condition": "a", "evidence": "b", "consequence": "c", "arbiter": "d"}


def project(pick: Callable[[World], Memorandum], **more: Any) -> Facts:
    """The arguments of a page below the project."""
    return lambda world: {"project_id": pick(world).project_id, **more}


def own(world: World) -> Memorandum:
    """The memorandum of «own»."""
    return world.own_memorandum


def other(world: World) -> Memorandum:
    """The memorandum of «other»."""
    return world.other_memorandum


def below(route: str, allow: frozenset[str], method: str = "GET", data: Facts | None = None, **more: Any) -> Row:
    """A row for a page or operation below a project's memorandum."""
    facts: dict[str, Any] = {"data": data} if data else {}
    return Row(route, allow, method, project(own, **more), project(other, **more), **facts)


def version(world: World) -> dict[str, Any]:
    """The version of the text."""
    return {"version": Memorandum.objects.get(pk=world.own_memorandum.pk).version}


def written(world: World) -> dict[str, Any]:
    """The form as a browser sends it, without rows; the text is out for signing, so that nobody's is written."""
    tables = {f"{table}-{count}_FORMS": 0 for table in TABLES for count in ("TOTAL", "INITIAL")}
    places = signing_order(Memorandum.objects.get(pk=world.own_memorandum.pk))
    stages = {f"stage-{place.department.pk}": place.stage for place in places if place.department}
    return {**version(world), **tables, **stages}


def clause(world: World) -> dict[str, Any]:
    """A clause of the library."""
    found, _ = BreachClause.objects.get_or_create(key="row", defaults=WORDS)
    return {"clause_id": found.pk}


def changed(world: World) -> dict[str, Any]:
    """New words over the version that is there."""
    return {**WORDS, "version": BreachClause.objects.get(key="row").version}


def code(world: World) -> dict[str, Any]:
    """The public address of a version."""
    return {"code": world.own_memorandum.editions.get(number=1).verify_code}


def some_pdf(world: World) -> dict[str, Any]:
    """A file that somebody wants to have verified."""
    return {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.4\n%%EOF")}


REASON: Facts = lambda world: {"reason": "目标调整"}  # noqa: E731
API = "/api/v1/projects/{project_id}/memorandum"

ROWS = [
    below("alignment:memorandum", INSIDERS),
    below("alignment:memorandum_compose", RUNS, "POST"),
    below("alignment:memorandum_edit", RUNS),
    below("alignment:memorandum_edit", RUNS, "POST", version),
    below("alignment:memorandum_autosave", RUNS, "POST", written),
    below("alignment:memorandum_paper", INSIDERS),
    below("alignment:memorandum_send", RUNS, "POST", version),
    below("alignment:memorandum_amend", RUNS),
    below("alignment:memorandum_amend", RUNS, "POST", REASON),
    below("alignment:memorandum_compare", INSIDERS),
    below("alignment:memorandum_file", INSIDERS, fmt="pdf"),
    below("alignment:memorandum_edition", INSIDERS, number=1),
    below("alignment:memorandum_seal", INSIDERS, number=1),
    below("alignment:memorandum_seal", RUNS, "POST", number=1),
    below("alignment:memorandum_edition_file", INSIDERS, number=1, fmt="exact"),
    Row("alignment:clauses", KEEPS),
    Row("alignment:clause_new", KEEPS),
    Row("alignment:clause_new", KEEPS, "POST", data=lambda world: WORDS),
    Row("alignment:clause_edit", KEEPS, own=clause),
    Row("alignment:clause_edit", KEEPS, "POST", own=clause, data=changed),
    Row("alignment:clause_retire", KEEPS, "POST", own=clause),
    Row("alignment:verify", EVERYBODY, own=code),
    Row(
        "alignment:verify",
        EVERYBODY,
        "POST",
        own=code,
        data=some_pdf,
    ),
    below(API, INSIDERS),
    below(API, RUNS, "POST"),
    below(API, RUNS, "PATCH", lambda world: {**version(world), "scope": "线上"}),
    below(f"{API}/resources", RUNS, "POST", version),
    below(f"{API}/send", RUNS, "POST", version),
    below(f"{API}/amend", RUNS, "POST", REASON),
    below(f"{API}/editions/{{number}}", INSIDERS, number=1),
    below(f"{API}/editions/{{number}}/seal", RUNS, "POST", number=1),
    below(f"{API}/differences", INSIDERS),
    Row("/api/v1/breach-clauses", PERSONS),
    Row("/api/v1/breach-clauses", KEEPS, "POST", data=lambda world: WORDS),
    Row("/api/v1/breach-clauses/{clause_id}", KEEPS, "PUT", own=clause, data=changed),
    below(f"{API}/file/{{fmt}}", INSIDERS, fmt="xlsx"),
    below(f"{API}/editions/{{number}}/file/{{fmt}}", INSIDERS, number=1, fmt="exact"),
    Row("/api/v1/verify/{code}", EVERYBODY, own=code),
    Row("/api/v1/verify/{code}", EVERYBODY, "POST", own=code, data=some_pdf),
]
