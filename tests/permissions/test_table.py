"""Every route × role × own/other project × swapped ids; a route without a row fails."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse
from ninja.openapi.schema import get_schema

import tests.permissions as here
from tests.conftest import START
from tongzhou.config.api import api
from tongzhou.core import clock
from tongzhou.core.checks import FOREIGN, _module, routes

from .table import ROLES, SEES_OTHER, Facts, Row
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


@pytest.fixture(scope="module")
def doors(world: World) -> dict[str, str]:
    """Everybody's session, logged in once."""
    keys = {}
    for role, part in ROLES.items():
        if part is not None:
            client = Client()
            client.force_login(world.cast.persons[part])
            keys[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return keys


@pytest.fixture(scope="module")
def client() -> Client:
    """One for all: loading the middleware takes longer than most pages."""
    return Client(raise_request_exception=True)


Answers = dict[str, Any]


def ask(client: Client, row: Row, facts: Facts, sessions: dict[str, str | None], world: World) -> Answers:
    """What each role gets. What the row prepares is prepared once, and undone; what a request does is undone after it."""
    answers: Answers = {}
    with transaction.atomic():
        kwargs, data = facts(world), row.data(world)
        path = row.route.format(**kwargs) if row.is_api else reverse(row.route, kwargs=kwargs)
        for role, session in sessions.items():
            client.cookies.clear()
            if session is not None:
                client.cookies[settings.SESSION_COOKIE_NAME] = session
            with transaction.atomic():
                answers[role] = client.generic(row.method, path, **_sent(row, data))
                transaction.set_rollback(True)
        transaction.set_rollback(True)
    return answers


FORM = "application/x-www-form-urlencoded"


def _sent(row: Row, data: dict[str, Any]) -> dict[str, Any]:
    """Query, form, form with files, or JSON."""
    if row.method == "GET":
        return {"QUERY_STRING": urlencode(data, doseq=True)}
    for value in data.values():
        if hasattr(value, "seek"):
            value.seek(0)
    if any(hasattr(value, "read") for value in data.values()):
        return {"data": encode_multipart(BOUNDARY, data), "content_type": MULTIPART_CONTENT}
    if row.is_api:
        return {"data": json.dumps(data, default=str), "content_type": "application/json"}
    return {"data": urlencode(data, doseq=True), "content_type": FORM}


def is_refused(answer: Any) -> bool:
    """401, 403, 404, or sent to log in first."""
    to_login = answer.status_code in {302, 303} and "/accounts/login/?next=" in answer.headers.get("Location", "")
    return answer.status_code in REFUSED or to_login


@pytest.mark.django_db
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.route}")
def test_who_may_use_it(row: Row, world: World, client: Client, doors: dict[str, str]) -> None:
    wrong = []
    sessions = {role: doors.get(role) for role in ROLES}
    for role, own in ask(client, row, row.own, sessions, world).items():
        if own.status_code >= 500 or is_refused(own) == (role in row.allow):
            wrong.append(f"own as {role}: {own.status_code}")
        elif (own.status_code in {400, 422}) != (role in row.wrong_input):
            # Perhaps nobody was asked whether they may: the input was refused before.
            wrong.append(f"own as {role}, bad data: {own.status_code} {_why(own)}")
    if row.other is not None:
        strangers = {role: session for role, session in sessions.items() if role not in SEES_OTHER}
        for role, other in ask(client, row, row.other, strangers, world).items():
            if not is_refused(other) or (role != "anonymous" and other.status_code != 404):
                wrong.append(f"other as {role}: {other.status_code}")
    if row.swapped is not None:
        persons = {role: session for role, session in sessions.items() if session is not None}
        for role, swapped in ask(client, row, row.swapped, persons, world).items():
            if not is_refused(swapped):
                wrong.append(f"swapped as {role}: {swapped.status_code}")
    assert wrong == []


def _why(answer: Any) -> str:
    """The first error, to mend a row by."""
    if answer.headers["Content-Type"].startswith("application/problem"):
        return str(answer.content.decode()[:300])
    errors = re.findall(r'class="[^"]*error[^"]*"[^>]*>(.*?)</', answer.content.decode(), re.S)
    return " | ".join(re.sub(r"<[^>]+>|\s+", " ", text).strip() for text in errors[:4])


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
