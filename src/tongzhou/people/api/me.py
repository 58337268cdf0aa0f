"""Endpoints about the asking person."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from tongzhou.core.api import idempotent
from tongzhou.core.pages import actor_of

from .. import queries, services
from ..models import Person
from .schemas import MeChange, MeOut, NewTokenOut, TokenIn, TokenOut, full_facts, token_facts

router = Router()


@router.get("/me", response=MeOut, summary="Who I am")
def me(request: HttpRequest) -> MeOut:
    """The person whose session or token this is."""
    return _me(actor_of(request).pk)


@router.patch("/me", response=MeOut, summary="Change my language, mobile number or e-mail address")
def change(request: HttpRequest, payload: MeChange) -> MeOut:
    """What everybody keeps of themselves."""
    actor = actor_of(request)
    values = payload.model_dump(exclude_unset=True, exclude={"version"})
    services.change_profile(
        payload.version, {key: value for key, value in values.items() if value is not None}, by=actor
    )
    return _me(actor.pk)


@router.get("/me/tokens", response=list[TokenOut], summary="My API tokens")
def tokens(request: HttpRequest) -> list[TokenOut]:
    """The latest first, at most 100."""
    return [TokenOut(**token_facts(token)) for token in queries.tokens_of(actor_of(request).pk)[:100]]


@router.post("/me/tokens", response={201: NewTokenOut}, summary="Make an API token")
@idempotent
def create_token(request: HttpRequest, payload: TokenIn) -> tuple[int, NewTokenOut]:
    """Acts with my rights until it expires, is revoked, or I leave."""
    token, plain = services.create_api_token(payload.label, payload.days, by=actor_of(request))
    return 201, NewTokenOut(**token_facts(token), token=plain)


@router.delete("/me/tokens/{token_id}", response=TokenOut, summary="Revoke an API token")
def revoke_token(request: HttpRequest, token_id: int) -> TokenOut:
    """It stops working at once."""
    return TokenOut(**token_facts(services.revoke_api_token(token_id, by=actor_of(request))))


def _me(person_id: int) -> MeOut:
    person = Person.objects.get(pk=person_id)
    return MeOut(**full_facts(person), language=person.language, signing_agreed_at=person.signing_agreed_at)
