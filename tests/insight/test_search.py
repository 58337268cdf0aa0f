"""Search finds what the person may see, in two Chinese characters, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Cast
from tests.projects.conftest import CONCRETE, begin, objective
from tongzhou.insight.queries import search
from tongzhou.projects import services


def found(cast: Cast, part: str, text: str) -> dict[str, int]:
    """Kind → how many."""
    return {group.kind.key: group.count for group in search(cast.by(part), text)}


@pytest.fixture
def campaign(cast: Cast) -> Any:
    """The 618 campaign with an objective and a commitment."""
    project = begin(cast)
    objective(cast, project)
    services.add_commitment(
        project.pk,
        {"department_id": cast.product.pk, "action": CONCRETE, "owner_id": cast.product_contact.pk},
        by=cast.by("lead"),
    )
    return project


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("大促", {"projects": 1, "objectives": 1}),
        ("618大促活动", {"projects": 1, "objectives": 1}),
        ("盘点", {"commitments": 1}),
        ("top10 sku", {"commitments": 1}),
        ("赵敏", {"people": 1, "commitments": 1}),
        ("产品部", {"people": 3, "commitments": 1}),
        ("zhao.min", {"people": 1}),
        ("大促 盘点", {}),
        ("没有这个词", {}),
        ("%", {"objectives": 1}),
        ("_", {}),
        ("", {}),
        ("   ", {}),
    ],
)
def test_what_is_found(cast: Cast, campaign: Any, text: str, kinds: dict[str, int]) -> None:
    assert found(cast, "lead", text) == kinds


def test_an_outsider_finds_people_but_no_project(cast: Cast, campaign: Any) -> None:
    assert found(cast, "outsider", "大促") == {}
    assert found(cast, "outsider", "盘点") == {}
    assert found(cast, "outsider", "赵敏") == {"people": 1}


def test_a_confidential_project_is_found_by_named_people_only(cast: Cast, campaign: Any) -> None:
    services.change_project(campaign.pk, None, {"is_confidential": True}, by=cast.by("lead"))
    assert found(cast, "product_head", "大促") == {"projects": 1, "objectives": 1}
    assert found(cast, "product_member", "大促") == {}
    assert found(cast, "pmo", "大促") == {}


def test_who_has_left_is_not_found(cast: Cast) -> None:
    cast.product_contact.is_active = False
    cast.product_contact.save()
    assert found(cast, "lead", "赵敏") == {}


@pytest.mark.parametrize(
    "query",
    [
        {"q": "\x00"},
        {"q": "长" * 5000},
        {"q": "'; DROP TABLE people_person; --"},
        {"q": "<script>alert(1)</script>"},
        {"q": "🎉"},
        {"q": "大促", "kind": "projects", "page": "999"},
        {"q": "大促", "kind": "nonsense"},
        {"q": "", "kind": "people"},
        {},
    ],
)
def test_nothing_typed_breaks_it(client: Client, cast: Cast, campaign: Any, query: dict[str, str]) -> None:
    client.force_login(cast.lead)
    response = client.get(reverse("insight:search"), query)
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


def test_one_kind_is_shown_page_by_page(client: Client, cast: Cast, campaign: Any) -> None:
    for number in range(60):
        objective(cast, campaign, text=f"大促目标{number}")
    client.force_login(cast.lead)
    page = client.get(reverse("insight:search"), {"q": "大促", "kind": "objectives", "page": 2})
    assert page.context["page"].paginator.count == 61
    assert len(page.context["hits"]) == 11


def test_searching_costs_the_same_with_few_and_with_many_hits(client: Client, cast: Cast, campaign: Any) -> None:
    client.force_login(cast.lead)
    client.get(reverse("insight:search"), {"q": "大促"})
    counts = []
    for number in (1, 50):
        for place in range(number):
            objective(cast, campaign, text=f"大促目标{number}-{place}")
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("insight:search"), {"q": "大促"})
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_api_finds_the_same(client: Client, cast: Cast, campaign: Any) -> None:
    client.force_login(cast.lead)
    groups = client.get("/api/v1/search", {"q": "大促"}).json()["groups"]
    assert {group["kind"]: group["count"] for group in groups} == {"projects": 1, "objectives": 1}
    assert client.get("/api/v1/search", {"q": "大促", "kind": "projects", "page": 0}).status_code == 422
