"""The pages of projects, as the people of the 618 campaign open and use them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.projects.conftest import CONCRETE, VAGUE, objective
from tongzhou.projects import services
from tongzhou.projects.models import Project


@pytest.mark.parametrize("page", ["home", "objectives", "commitments", "people", "history"])
@pytest.mark.parametrize("part", ["lead", "product_head", "product_member", "sponsor", "pmo"])
def test_everybody_who_takes_part_can_open_every_page(
    client: Client, cast: Cast, project: Project, page: str, part: str
) -> None:
    row = objective(cast, project)
    services.add_commitment(project.pk, {"department_id": cast.product.pk, "action": VAGUE}, by=cast.by("lead"))
    services.add_commitment(project.pk, {"department_id": cast.product.pk, "action": CONCRETE}, by=cast.by("lead"))
    client.force_login(cast.persons[part])
    response = client.get(reverse(f"projects:{page}", args=[project.pk]))
    assert response.status_code == 200
    assert project.name in response.content.decode()
    assert row.pk
