"""Today's desk: what waits, for whom I wait, how my projects stand."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Cast
from tests.conftest import Clock
from tests.projects.conftest import CONCRETE, begin, objective
from tongzhou.insight.queries import desk_of
from tongzhou.projects import services
from tongzhou.projects.duties import DutyAct


def test_an_empty_desk_is_a_good_day_and_says_so(client: Client, cast: Cast) -> None:
    client.force_login(cast.outsider)
    page = client.get("/").content.decode()
    assert "没有等待您的事项" in page


def test_the_desk_needs_a_login(client: Client, cast: Cast) -> None:
    assert client.get("/").status_code == 302


def test_duties_stand_in_groups_with_project_why_and_one_button(client: Client, cast: Cast) -> None:
    project = begin(cast)
    objective(cast, project, evidence="")
    client.force_login(cast.technology_head)
    response = client.get("/")
    acts = [group.act for group in response.context["desk"].groups]
    assert acts == sorted(acts, key=list(DutyAct).index)
    page = response.content.decode()
    for group in response.context["desk"].groups:
        for duty in group.duties:
            assert str(duty.link) in page
            assert str(duty.why) in page
    assert project.name in page


def test_below_stands_what_others_owe_me(cast: Cast) -> None:
    project = begin(cast)
    objective(cast, project, evidence="")
    assert len(desk_of(cast.by("lead")).awaited) >= 3
    assert desk_of(cast.by("outsider")).awaited == ()


def test_a_confidential_project_is_on_nobody_elses_desk(cast: Cast) -> None:
    project = begin(cast)
    services.change_project(project.pk, None, {"is_confidential": True}, by=cast.by("lead"))
    assert [p.pk for p, _health in desk_of(cast.by("lead")).projects] == [project.pk]
    assert desk_of(cast.by("product_member")).projects == ()


def test_my_projects_show_that_something_is_overdue(cast: Cast, stopped_clock: Clock) -> None:
    from datetime import date

    project = begin(cast)
    services.add_commitment(
        project.pk,
        {"department_id": cast.product.pk, "action": CONCRETE, "due": date(2026, 5, 20)},
        by=cast.by("lead"),
    )
    assert desk_of(cast.by("lead")).projects[0][1].state == "on_track"
    stopped_clock.at("2026-05-21 09:00")
    assert desk_of(cast.by("lead")).projects[0][1].state == "late"


def test_the_desk_listens_to_me_and_to_my_projects(client: Client, cast: Cast) -> None:
    project = begin(cast)
    client.force_login(cast.lead)
    page = client.get("/").content.decode()
    assert f"live:person-{cast.lead.pk} from:body, live:project-{project.pk} from:body" in page
    part = client.get("/", headers={"HX-Request": "true"}).content.decode()
    assert part.strip().startswith('<div id="desk"')


@pytest.mark.parametrize("part", ["lead", "product_head", "product_contact"])
def test_the_desk_costs_the_same_with_one_and_with_many_duties(client: Client, cast: Cast, part: str) -> None:
    client.force_login(cast.persons[part])
    counts = []
    for number in (1, 12):
        for place in range(number):
            project = begin(cast, f"项目{number}-{place}")
            objective(cast, project, evidence="")
            services.add_commitment(
                project.pk, {"department_id": cast.product.pk, "action": CONCRETE}, by=cast.by("lead")
            )
        client.get(reverse("insight:desk"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("insight:desk"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_api_gives_the_same_desk(client: Client, cast: Cast) -> None:
    project = begin(cast)
    objective(cast, project, evidence="")
    client.force_login(cast.product_head)
    found = client.get("/api/v1/desk").json()
    assert [duty["link"] for duty in found["duties"]] == [f"/projects/{project.pk}/objectives/"]
    assert found["projects"][0]["health"] == "on_track"
