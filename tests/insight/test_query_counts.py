"""What a page asks of the database does not grow with what stands on it: a dozen projects cost as much as a hundred."""

from __future__ import annotations

import pytest
from bench.big_company import build, campaign
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.conftest import START
from tongzhou.core import clock
from tongzhou.people.models import Person

PAGES = {
    "desk": "/",
    "everything of one act": "/?all=answer",
    "my projects": "/projects/?scope=mine",
    "all projects": "/projects/?scope=all",
    "project home": "/projects/{project}/",
    "history": "/projects/{project}/history/",
    "commitments": "/projects/{project}/commitments/",
    "people of a project": "/projects/{project}/people/",
    "requests received": "/requests/?view=received",
    "request": "/projects/{project}/request/",
    "meetings": "/meetings/",
    "all meetings": "/meetings/?all=1",
    "meetings of a project": "/projects/{project}/meetings/",
    "memorandum": "/projects/{project}/memorandum/",
    "inbox": "/messages/",
    "search": "/search/?q=%E9%A1%B9%E7%9B%AE",
    "directory": "/people/",
    "API: desk": "/api/v1/desk",
    "API: projects": "/api/v1/projects",
    "API: requests": "/api/v1/requests?view=received",
    "API: inbox": "/api/v1/inbox",
}
FEW, MANY = 12, 100


@pytest.fixture(scope="module")
def counts(django_db_setup: None, django_db_blocker: object) -> dict[int, dict[str, int]]:
    """Queries a page, in a company of few and of many projects."""
    found: dict[int, dict[str, int]] = {}
    with django_db_blocker.unblock(), clock.frozen_at(START):  # type: ignore[attr-defined]
        for size in (FEW, MANY):
            with transaction.atomic():
                found[size] = _counted(size)
                transaction.set_rollback(True)
    return found


def _counted(size: int) -> dict[str, int]:
    head: Person = build(size)
    project = campaign(head, promises=size // 5)
    client = Client()
    client.force_login(head)
    counted = {}
    for name, address in PAGES.items():
        address = address.format(project=project.pk)
        assert client.get(address).status_code == 200, address
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        counted[name] = len(asked)
    return counted


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_asks_does_not_grow(page: str, counts: dict[int, dict[str, int]]) -> None:
    assert counts[MANY][page] == counts[FEW][page]
    assert counts[MANY][page] <= 60
