"""The consolidated request to the sponsor and its paper, for programs."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from tongzhou.core.access import reach
from tongzhou.core.api import Text, idempotent
from tongzhou.core.errors import NotFound
from tongzhou.core.pages import actor_of, as_download
from tongzhou.documents.render import CONTENT_TYPES
from tongzhou.projects.api.reaching import (
    DoneOut,
    Key,
    PersonRef,
    person_ref,
    project_of,
)

from .. import queries, services
from ..models import ResourceRequest
from .resource_shapes import PLAN, Money

router = Router()
FORMATS = ("docx", "xlsx", "pdf")


class RowIn(Schema):
    """What the sponsor lets stand of a need; left out as asked."""

    need_id: Key
    quantity: Annotated[int, Field(ge=0, le=10_000)] | None = None
    amount: Money | None = None
    reason: Text = ""


class DecideIn(Schema):
    """The sponsor's decision on exactly the list with this digest; rows that are not named are approved as asked."""

    digest: Text
    rows: Annotated[list[RowIn], Field(max_length=2000)] = []
    reason: Text = ""


class RequestOut(Schema):
    """A consolidated request: the frozen list and where it stands."""

    id: int
    number: int
    state: str
    digest: str
    round_id: int | None
    sent_by: PersonRef | None
    need_ids: list[int]
    content: dict[str, Any]


@router.get(f"{PLAN}/paper/{{fmt}}")
def needs_paper(request: HttpRequest, project_id: int, fmt: str) -> HttpResponse:
    """The form as it stands now: docx, xlsx or pdf."""
    project = project_of(request, project_id)
    if fmt not in FORMATS:
        raise NotFound
    name, data = queries.resource_file(project, None, fmt, actor_of(request).name)
    return as_download(data, name, CONTENT_TYPES[fmt])  # type: ignore[index]


@router.post(f"{PLAN}/none-needed", response=DoneOut)
@idempotent
def none_needed(request: HttpRequest, project_id: int) -> DoneOut:
    """States that the project needs no further resources."""
    services.state_none_needed(project_of(request, project_id).pk, by=actor_of(request))
    return DoneOut()


@router.get(f"{PLAN}/requests", response=list[RequestOut])
def requests(request: HttpRequest, project_id: int) -> list[RequestOut]:
    """The consolidated requests of the project, newest first."""
    project = project_of(request, project_id)
    rows = queries.requests_for(actor_of(request)).filter(project=project).prefetch_related("needs")
    return [_request(row) for row in rows]


@router.post(f"{PLAN}/requests", response={201: RequestOut})
@idempotent
def send_request(request: HttpRequest, project_id: int) -> tuple[int, RequestOut]:
    """Freezes the list and asks the sponsor."""
    sent = services.send_request(project_of(request, project_id).pk, by=actor_of(request))
    return 201, _request(sent)


@router.post(f"{PLAN}/requests/{{request_id}}/call-back", response=RequestOut)
@idempotent
def call_back(request: HttpRequest, project_id: int, request_id: int) -> RequestOut:
    """Takes the list back before it is decided."""
    return _request(services.call_request_back(_request_key(request, project_id, request_id), by=actor_of(request)))


@router.post(f"{PLAN}/requests/{{request_id}}/decide", response=RequestOut)
@idempotent
def decide_request(request: HttpRequest, project_id: int, request_id: int, payload: DecideIn) -> RequestOut:
    """The sponsor decides row by row."""
    verdicts = {
        row.need_id: services.RowVerdict(quantity=row.quantity, amount=row.amount, reason=row.reason)
        for row in payload.rows
    }
    key = _request_key(request, project_id, request_id)
    done = services.decide_request(
        key, verdicts, shown_digest=payload.digest, reason=payload.reason, by=actor_of(request)
    )
    return _request(done)


def _request(row: ResourceRequest) -> RequestOut:
    return RequestOut(
        id=row.pk,
        number=row.number,
        state=row.state,
        digest=row.round.digest if row.round else "",
        round_id=row.round.pk if row.round else None,
        sent_by=person_ref(row.sent_by),
        need_ids=[need.pk for need in row.needs.all()],
        content=row.content,
    )


def _request_key(request: HttpRequest, project_id: int, request_id: int) -> int:
    rows = queries.requests_for(actor_of(request)).filter(project=project_of(request, project_id))
    return reach(rows, request_id).pk
