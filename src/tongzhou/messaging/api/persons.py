"""How the caller wants to be told."""

from __future__ import annotations

from datetime import time
from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from tongzhou.core.api import Text
from tongzhou.core.pages import actor_of

from .. import queries, services
from ..models import MailWish

router = Router(tags=["messaging"])


class PreferenceOut(Schema):
    """Mail, quiet hours, and the names in the chats."""

    version: int
    mail: MailWish
    digest_at: time | None
    quiet_from: time | None
    quiet_until: time | None
    chat_names: dict[str, str]


class PreferencePatch(Schema):
    """What is changed; left out stays as it is."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    mail: MailWish | None = None
    digest_at: time | None = None
    quiet_from: time | None = None
    quiet_until: time | None = None
    chat_names: dict[Text, Text] | None = None


def _out(request: HttpRequest) -> PreferenceOut:
    actor = actor_of(request)
    wish = queries.preference_of(actor)
    plain = {name: getattr(wish, name) for name in PreferenceOut.model_fields if name != "chat_names"}
    return PreferenceOut(**plain, chat_names=queries.chat_names_of(actor))


@router.get("/me/notifications", response=PreferenceOut)
def preferences(request: HttpRequest) -> PreferenceOut:
    """How I want to be told."""
    return _out(request)


@router.patch("/me/notifications", response=PreferenceOut)
def set_preferences(request: HttpRequest, payload: PreferencePatch) -> PreferenceOut:
    """Changes it; a stale version answers 409."""
    values = payload.model_dump(exclude_unset=True)
    version, names = values.pop("version", None), values.pop("chat_names", None)
    if values:
        services.set_preference(version, values, by=actor_of(request))
    if names is not None:
        services.set_chat_names(names, by=actor_of(request))
    return _out(request)
