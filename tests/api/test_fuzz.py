"""Every operation that the API's own description names, with good and bad input made from it: never a 5xx, and every
answer as it is described.

``TONGZHOU_FUZZ_EXAMPLES`` gives the number of requests for each operation, kind of input and person (3 in a usual run).
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.conftest import START
from tests.permissions.world import World, build_world
from tongzhou.config.api import api
from tongzhou.core import clock
from tongzhou.people import services

EXAMPLES = int(os.environ.get("TONGZHOU_FUZZ_EXAMPLES", "3"))
PARTS = ("pmo", "lead")
load_all_checks()
DESCRIPTION = schemathesis.openapi.from_dict(
    api.get_openapi_schema(path_prefix="/api/v1/"), config=SchemathesisConfig()
)
DESCRIPTION.app = get_wsgi_application()
OPERATIONS = {found.ok().label: found.ok() for found in DESCRIPTION.get_all_operations()}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Built once; every request is rolled back to it."""
    # As Django's own test client does: the connection outlives the request.
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    with django_db_blocker.unblock(), transaction.atomic():
        with clock.frozen_at(START):
            built = build_world()
        yield built
        transaction.set_rollback(True)
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def secrets(world: World) -> dict[str, str]:
    """A token of the PMO and of a lead."""
    with clock.frozen_at(START):
        return {part: services.create_api_token("程序", 30, by=world.cast.by(part))[1] for part in PARTS}


@pytest.fixture(scope="module")
def keys(world: World) -> dict[str, Any]:
    """Keys of things that are there: with made-up ones alone nearly everything ends at a 404."""
    return {
        "project_id": world.own.pk,
        "ask_id": world.own_ask.pk,
        "meeting_id": world.own_meeting.pk,
        "objective_id": world.own_objective.pk,
        "commitment_id": world.own_commitment.pk,
        "department_id": world.cast.departments["product"].pk,
        "person_id": world.cast.persons["product_contact"].pk,
        "calendar_id": 1,
        "clause_id": 1,
        "number": 1,
        "gate": 1,
        "year": 2026,
        "day": "2026-06-18",
        "fmt": "docx",
    }


@pytest.mark.django_db
@pytest.mark.parametrize("label", OPERATIONS)
def test_nothing_breaks_and_every_answer_is_as_described(
    label: str, world: World, secrets: dict[str, str], keys: dict[str, Any]
) -> None:
    operation = OPERATIONS[label]

    def check(case: schemathesis.Case) -> None:
        # Three of four go to something that is there; the odd one out keeps what was made up.
        if zlib.crc32(repr((case.path_parameters, case.body)).encode()) % 4:
            case.path_parameters = {
                **case.path_parameters,
                **{k: v for k, v in keys.items() if k in case.path_parameters},
            }
        for part in PARTS:
            with transaction.atomic():
                answer = case.call(headers={"Authorization": f"Bearer {secrets[part]}"})
                transaction.set_rollback(True)
            assert answer.status_code < 500, f"{case.as_curl_command()}\n{answer.text[:500]}"
            case.validate_response(
                answer, checks=[status_code_conformance, content_type_conformance, response_schema_conformance]
            )
            if answer.status_code >= 400:
                assert answer.headers["content-type"][0] == "application/problem+json"
                assert answer.json()["status"] == answer.status_code

    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        limited = settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        try:
            seed(618)(limited(given(case=operation.as_strategy(generation_mode=mode))(lambda case: check(case))))()
        except Unsatisfiable:
            # An operation without any input has no bad input.
            assert mode is GenerationMode.NEGATIVE
