"""Rounds of agreement. A decision over the API asks for a fresh login, which nobody in this table has."""

from __future__ import annotations

from typing import Any

from tests.cast import PASSWORD
from tests.signoff.authenticator import SoftPasskey
from tongzhou.alignment.models import Memorandum
from tongzhou.people.services import accept_signing_agreement
from tongzhou.signoff.models import Round, Signatory

from .table import INSIDERS, PERSONS, Row
from .world import World


def round_of(memorandum: Memorandum) -> Round:
    """The round in which the memorandum is being signed."""
    return Round.objects.get(subject_kind="memorandum", subject_id=memorandum.pk, state="open")


def own_round(world: World) -> dict[str, Any]:
    """The round of «own»."""
    return {"round_id": round_of(world.own_memorandum).pk}


def other_round(world: World) -> dict[str, Any]:
    """The round of «other»."""
    return {"round_id": round_of(world.other_memorandum).pk}


def own_place(world: World) -> dict[str, Any]:
    """The place of the product department, which ``head`` heads."""
    department = world.cast.departments["product"]
    return {"signatory_id": Signatory.objects.get(round=round_of(world.own_memorandum), department=department).pk}


def other_place(world: World) -> dict[str, Any]:
    """The place of the technology department in «other»."""
    department = world.cast.departments["technology"]
    return {"signatory_id": Signatory.objects.get(round=round_of(world.other_memorandum), department=department).pk}


def decision(world: World) -> dict[str, Any]:
    """A signature on exactly what is shown."""
    return {"verdict": "agree", "digest": round_of(world.own_memorandum).digest}


def signed(world: World) -> dict[str, Any]:
    """The same on the page, by everybody with their own password; the head has accepted the agreement before."""
    accept_signing_agreement(by=world.cast.by("product_head"))
    return {**decision(world), "password": PASSWORD}


def with_passkey(world: World) -> dict[str, Any]:
    """The decision that a passkey is to sign; the head has one, and has accepted the agreement before."""
    accept_signing_agreement(by=world.cast.by("product_head"))
    SoftPasskey(world.cast.product_head)
    return decision(world)


HEAD = frozenset({"head"})
NOBODY: frozenset[str] = frozenset()

ROWS = [
    Row("signoff:sign", INSIDERS, own=own_place, other=other_place),
    Row("signoff:sign", HEAD, "POST", own=own_place, other=other_place, data=signed),
    Row("signoff:passkey", HEAD, "POST", own=own_place, other=other_place, data=with_passkey),
    Row("signoff:round", INSIDERS, own=own_round, other=other_round),
    Row("signoff:agreement", PERSONS),
    Row("signoff:agreement", PERSONS, "POST"),
    Row("/api/v1/signoff/waiting", PERSONS),
    Row("/api/v1/signoff/rounds/{round_id}", INSIDERS, own=own_round, other=other_round),
    Row(
        "/api/v1/signoff/signatories/{signatory_id}/decision",
        NOBODY,
        "POST",
        own=own_place,
        other=other_place,
        data=decision,
    ),
    Row(
        "/api/v1/signoff/signatories/{signatory_id}/passkey",
        HEAD,
        "POST",
        own=own_place,
        other=other_place,
        data=with_passkey,
    ),
    Row("/api/v1/signoff/agreement", PERSONS, "POST"),
]
