"""Which hosts messages may go to, for administrators."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from tongzhou.core.api import Text, idempotent
from tongzhou.core.errors import require
from tongzhou.core.pages import actor_of

from .. import policies, queries, services
from ..models import AllowedHost

router = Router(tags=["messaging"])
MOST = 500


class AllowedHostOut(Schema):
    """A host messages may go to; port 0 stands for any."""

    id: int
    host: str
    port: int
    is_private: bool
    note: str
    added_at: datetime


class AllowedHostIn(Schema):
    """One more host; in a private network with its port."""

    host: Text
    port: Annotated[int, Field(ge=0, le=65535)] = 0
    is_private: bool = False
    note: Text


class AllowedHostGoneOut(Schema):
    """The host is off the list."""

    removed: bool = True


def _out(host: AllowedHost) -> AllowedHostOut:
    return AllowedHostOut.model_validate(host, from_attributes=True)


@router.get("/outgoing-hosts", response=list[AllowedHostOut])
def allowed_hosts(request: HttpRequest) -> list[AllowedHostOut]:
    """The hosts that administrators have allowed; those of the chat services are always."""
    actor = actor_of(request)
    require(policies.can_allow_hosts(actor))
    return [_out(host) for host in queries.allowed_hosts_for(actor)[:MOST]]


@router.post("/outgoing-hosts", response={201: AllowedHostOut})
@idempotent
def allow(request: HttpRequest, payload: AllowedHostIn) -> tuple[int, AllowedHostOut]:
    """Lets messages go to one more host."""
    return 201, _out(services.allow_host(payload.model_dump(), by=actor_of(request)))


@router.delete("/outgoing-hosts/{host_id}", response=AllowedHostGoneOut)
def disallow(request: HttpRequest, host_id: int) -> AllowedHostGoneOut:
    """Takes a host off the list."""
    services.disallow_host(host_id, by=actor_of(request))
    return AllowedHostGoneOut()
