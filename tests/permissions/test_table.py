"""Every route × role × own/other project × swapped ids; a route without a row fails."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from ninja.openapi.schema import get_schema

import tests.permissions as here
from tests.conftest import START
from tongzhou.config.api import api
from tongzhou.core import clock
from tongzhou.core.checks import FOREIGN, _module, routes

from .table import ROLES, SEES_OTHER, Row
from .world import World, build_world

ROWS: list[Row] = [
    row
    for module in pkgutil.iter_modules(here.__path__)
    if module.name.startswith("rows_")
    for row in importlib.import_module(f"{here.__name__}.{module.name}").ROWS
]
REFUSED = {401, 403, 404}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Built once; every check is rolled back to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        # Older than the fixture that stops the clock for each test, so it stops its own.
        with clock.frozen_at(START):
            built = build_world()
        yield built
        transaction.set_rollback(True)


def call(row: Row, kwargs: dict[str, Any], person: Any, world: World) -> Any:
    """Sends the row's request as the person, and undoes what it did."""
    client = Client(raise_request_exception=True)
    with transaction.atomic():
        if person is not None:
            client.force_login(person)
        data = {key: value for key, value in row.data(world).items()}
        if row.is_api:
            body = json.dumps(data, default=str) if row.method != "GET" else None
            answer = client.generic(row.method, row.route.format(**kwargs), body or "", content_type="application/json")
        else:
            answer = client.generic(
                row.method,
                reverse(row.route, kwargs=kwargs),
                **(
                    {"data": _form(data), "content_type": FORM}
                    if row.method != "GET"
                    else {"QUERY_STRING": _form(data)}
                ),
            )
        transaction.set_rollback(True)
    return answer


FORM = "application/x-www-form-urlencoded"


def _form(data: dict[str, Any]) -> str:
    from urllib.parse import urlencode

    return urlencode(data, doseq=True)


def is_refused(answer: Any) -> bool:
    """401, 403, 404, or sent to the login page."""
    to_login = answer.status_code in {302, 303} and "/accounts/login" in answer.headers.get("Location", "")
    return answer.status_code in REFUSED or to_login


@pytest.mark.django_db
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.route}")
def test_who_may_use_it(row: Row, world: World) -> None:
    wrong = []
    for role, part in ROLES.items():
        person = world.cast.persons[part] if part else None
        own = call(row, row.own(world), person, world)
        if own.status_code >= 500 or is_refused(own) == (role in row.allow):
            wrong.append(f"own as {role}: {own.status_code}")
        if row.other is not None and role not in SEES_OTHER:
            other = call(row, row.other(world), person, world)
            if not is_refused(other) or (person is not None and other.status_code != 404):
                wrong.append(f"other as {role}: {other.status_code}")
        if row.swapped is not None and person is not None:
            swapped = call(row, row.swapped(world), person, world)
            if not is_refused(swapped):
                wrong.append(f"swapped as {role}: {swapped.status_code}")
    assert wrong == []


def test_every_page_has_a_row() -> None:
    rows = {(row.route, row.method) for row in ROWS}
    wanted = {
        (name, method)
        for _pattern, name, view in routes()
        if not _module(view).startswith(FOREIGN)
        for method in view.methods
        if name != "styleguide"
    }
    assert sorted(wanted - rows) == []


def test_every_operation_of_the_api_has_a_row() -> None:
    rows = {(row.route, row.method) for row in ROWS}
    paths = get_schema(api, path_prefix="/api/v1/")["paths"]
    wanted = {(path, method.upper()) for path, operations in paths.items() for method in operations}
    assert sorted(wanted - rows) == []


def test_every_post_of_the_api_takes_an_idempotency_key() -> None:
    missing = []
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                if "POST" in operation.methods and not hasattr(operation.view_func, "idempotent"):
                    missing.append(f"{prefix}{path}")
    assert missing == []
