"""The pages of projects, as the people of the 618 campaign open and use them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Cast
from tests.projects.conftest import CONCRETE, VAGUE, begin, objective
from tongzhou.people.models import Person
from tongzhou.projects import services
from tongzhou.projects.models import Commitment, Objective, Project, Scenario, Stakeholder
from tongzhou.projects.states import Phase

PAGES = ["home", "objectives", "commitments", "people", "history"]


def address(project: Project, page: str = "home", **more: int) -> str:
    """The address of a page of the project."""
    return reverse(f"projects:{page}", kwargs={"pk": project.pk, **more})


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("part", ["lead", "product_head", "product_member", "sponsor", "pmo"])
def test_everybody_who_takes_part_can_open_every_page(
    client: Client, cast: Cast, project: Project, page: str, part: str
) -> None:
    objective(cast, project)
    services.add_commitment(project.pk, {"department_id": cast.product.pk, "action": VAGUE}, by=cast.by("lead"))
    services.add_commitment(project.pk, {"department_id": cast.product.pk, "action": CONCRETE}, by=cast.by("lead"))
    client.force_login(cast.persons[part])
    response = client.get(address(project, page))
    assert response.status_code == 200
    assert project.name in response.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_an_outsider_finds_nothing_there(client: Client, cast: Cast, project: Project, page: str) -> None:
    client.force_login(cast.outsider)
    assert client.get(address(project, page)).status_code == 404
    assert client.get(f"/projects/{2**70}/").status_code == 404


@pytest.mark.parametrize("phase", [phase.value for phase in Phase])
def test_the_home_opens_in_every_phase(client: Client, cast: Cast, project: Project, phase: str) -> None:
    Project.objects.update(phase=phase, phase_before="planning" if phase in {"suspended", "cancelled"} else "")
    client.force_login(cast.lead)
    assert client.get(address(project)).status_code == 200


def test_the_home_says_what_comes_next_and_where(client: Client, cast: Cast, project: Project) -> None:
    client.force_login(cast.lead)
    response = client.get(address(project))
    assert response.context["next"].url
    assert response.context["card"].total == 6


def test_a_conditional_pass_stays_visible_on_the_home(client: Client, cast: Cast, project: Project) -> None:
    services.pass_gate(project.pk, 1, reason="供应商排期不等人", by=cast.by("sponsor"))
    client.force_login(cast.product_member)
    page = client.get(address(project)).content.decode()
    assert "供应商排期不等人" in page


def test_an_incident_says_that_its_papers_are_to_be_completed(client: Client, cast: Cast) -> None:
    incident = begin(cast, "渠道投诉升级", "incident")
    client.force_login(cast.lead)
    assert "事后补签" in client.get(address(incident)).content.decode()


def test_the_home_is_fetched_again_as_cards_only(client: Client, cast: Cast, project: Project) -> None:
    client.force_login(cast.lead)
    whole = client.get(address(project)).content.decode()
    part = client.get(address(project), headers={"HX-Request": "true"}).content.decode()
    assert f"live:project-{project.pk} from:body" in whole
    assert part.strip().startswith('<div id="project-cards"')
    assert "<html" not in part


def test_only_who_may_pass_sees_the_button(client: Client, cast: Cast, project: Project) -> None:
    shown = {}
    for part in ("lead", "sponsor", "product_head"):
        client.force_login(cast.persons[part])
        shown[part] = "/gates/1/#pass" in client.get(address(project)).content.decode()
    assert shown == {"lead": False, "sponsor": True, "product_head": False}


def test_passing_with_a_reason_works_as_a_plain_form(client: Client, cast: Cast, project: Project) -> None:
    client.force_login(cast.sponsor)
    empty = client.post(address(project, "gate", number=1), {"reason": ""})
    assert empty.status_code == 422
    assert client.post(address(project, "gate", number=1), {"reason": "先行规划"}).status_code == 302
    assert Project.objects.get().phase == Phase.PLANNING


# -- objectives -----------------------------------------------------------------------------------------------------------

TYPED = {
    "text": "转化率由3.2%提高到3.68%,6月20日前达成",
    "metric": "转化率",
    "unit": "%",
    "baseline": "3.2",
    "target": "3.68",
    "due": "2026-06-20",
    "company_goal": "营收",
    "evidence": "A/B测试",
}


def test_an_objective_is_written_down_and_changed(client: Client, cast: Cast, project: Project) -> None:
    client.force_login(cast.lead)
    assert client.post(address(project, "objectives"), TYPED).status_code == 302
    row = Objective.objects.get()
    assert (str(row.target), row.due) == ("3.6800", date(2026, 6, 20))
    changed = {**TYPED, "target": "4", "version": row.version}
    assert client.post(address(project, "objective", objective_id=row.pk), changed).status_code == 302
    row.refresh_from_db()
    assert (row.target_text, row.version) == ("4", 2)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", ""),
        ("text", "长" * 2001),
        ("text", "a\x00b"),
        ("target", "很多"),
        ("target", "NaN"),
        ("target", "1e400"),
        ("target", "1" * 40),
        ("due", "2026-02-30"),
        ("due", "明天"),
        ("starts_on", "2026-06-21"),
    ],
)
def test_bad_input_is_said_at_its_field_and_nothing_typed_is_lost(
    client: Client, cast: Cast, project: Project, field: str, value: str
) -> None:
    client.force_login(cast.lead)
    response = client.post(address(project, "objectives"), {**TYPED, field: value})
    assert response.status_code == 422
    assert set(response.context["form"].errors) <= {field, "due"}
    assert response.context["form"].errors
    assert TYPED["evidence"] in response.content.decode()
    assert not Objective.objects.exists()


def test_the_second_writer_gets_both_versions_with_their_own_text_in_the_form(
    client: Client, cast: Cast, project: Project
) -> None:
    row = objective(cast, project)
    services.change_objective(row.pk, 1, {"text": "甲写的目标"}, by=cast.by("pmo"))
    client.force_login(cast.lead)
    mine = {**TYPED, "text": "乙写的目标", "version": 1}
    response = client.post(address(project, "objective", objective_id=row.pk), mine)
    page = response.content.decode()
    assert response.status_code == 409
    assert "甲写的目标" in page
    assert "乙写的目标" in page
    again = {**mine, "version": response.context["form"]["version"].value()}
    assert client.post(address(project, "objective", objective_id=row.pk), again).status_code == 302
    assert Objective.objects.get().text == "乙写的目标"


def test_a_head_backs_with_one_click(client: Client, cast: Cast, project: Project) -> None:
    row = objective(cast, project, evidence="")
    client.force_login(cast.product_head)
    data = {"department": cast.product.pk, "version": row.version}
    assert client.post(address(project, "objective_back", objective_id=row.pk), data).status_code == 302
    assert row.backings.get().person == cast.product_head
    for odd in ("", "x", "-1", "9" * 40):
        response = client.post(address(project, "objective_back", objective_id=row.pk), {"department": odd})
        assert response.status_code == 403


def test_what_stands_in_the_memorandum_cannot_be_edited(client: Client, cast: Cast, project: Project) -> None:
    row = objective(cast, project)
    services.freeze_goals(project.pk, by=cast.by("lead"))
    client.force_login(cast.lead)
    assert client.get(address(project, "objective", objective_id=row.pk)).status_code == 403
    assert client.post(address(project, "objectives"), TYPED).status_code == 403


# -- commitments ----------------------------------------------------------------------------------------------------------


def typed_promise(cast: Cast, **changes: Any) -> dict[str, Any]:
    """The commitment form as the lead fills it in."""
    return {
        "department": cast.product.pk,
        "action": CONCRETE,
        "deliverable": "盘点表",
        "quantity": "10",
        "unit": "个SKU",
        "due": "2026-06-01",
        "owner": "赵敏 (zhao.min)",
        "acceptance": "差异率不超过1%",
        "objective": "",
    } | changes


def test_a_commitment_is_taken_down_changed_owned_and_withdrawn(client: Client, cast: Cast, project: Project) -> None:
    client.force_login(cast.lead)
    assert client.post(address(project, "commitments"), typed_promise(cast)).status_code == 302
    row = Commitment.objects.get()
    assert (row.number, row.owner, row.quantity_text) == (1, cast.product_contact, "10 个SKU")
    place = {"commitment_id": row.pk}
    changed = typed_promise(cast, quantity="12", version=row.version)
    assert client.post(address(project, "commitment", **place), changed).status_code == 302
    client.force_login(cast.product_head)
    assert client.get(address(project, "commitment_owner", **place)).status_code == 200
    owner = {"owner": "钱多"}
    assert client.post(address(project, "commitment_owner", **place), owner).status_code == 302
    client.force_login(cast.lead)
    assert client.post(address(project, "commitment_withdraw", **place)).status_code == 302
    row.refresh_from_db()
    assert (row.quantity_text, row.owner, row.state) == ("12 个SKU", cast.product_member, "withdrawn")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("action", ""),
        ("department", ""),
        ("quantity", "-1"),
        ("quantity", "x"),
        ("due", "2026-06-31"),
        ("owner", "999"),
    ],
)
def test_a_bad_commitment_is_refused_at_its_field(
    client: Client, cast: Cast, project: Project, field: str, value: str
) -> None:
    client.force_login(cast.lead)
    response = client.post(address(project, "commitments"), typed_promise(cast, **{field: value}))
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field}
    assert not Commitment.objects.exists()


def test_only_departments_taking_part_can_promise(client: Client, cast: Cast, project: Project) -> None:
    client.force_login(cast.lead)
    response = client.post(address(project, "commitments"), typed_promise(cast, department=cast.service.pk))
    assert response.status_code == 422


def test_two_versions_of_a_commitment_are_told_by_name(client: Client, cast: Cast, project: Project) -> None:
    client.force_login(cast.lead)
    client.post(address(project, "commitments"), typed_promise(cast))
    row = Commitment.objects.get()
    services.change_commitment(row.pk, 1, {"owner_id": cast.product_head.pk}, by=cast.by("pmo"))
    mine = typed_promise(cast, owner="qian.duo", version=1)
    response = client.post(address(project, "commitment", commitment_id=row.pk), mine)
    assert response.status_code == 409
    assert (response.context["failure"].mine, response.context["failure"].theirs) == (
        {"owner": "钱多"},
        {"owner": "王磊"},
    )


def test_vague_words_are_marked_in_the_text(client: Client, cast: Cast, project: Project) -> None:
    services.add_commitment(project.pk, {"department_id": cast.product.pk, "action": VAGUE}, by=cast.by("lead"))
    client.force_login(cast.product_member)
    assert '<mark class="vague"' in client.get(address(project, "commitments")).content.decode()


# -- people ---------------------------------------------------------------------------------------------------------------


def facts(cast: Cast, project: Project, **changes: Any) -> dict[str, Any]:
    """The facts form as it stands."""
    project.refresh_from_db()
    return {
        "version": project.version,
        "name": project.name,
        "lead": project.lead.username,
        "sponsor": project.sponsor.username if project.sponsor else "",
        "starts_on": "2026-05-11",
        "ends_on": "2026-06-30",
        "tailoring": "standard",
    } | changes


def test_a_lead_who_hides_the_project_from_themselves_lands_in_the_list(
    client: Client, cast: Cast, project: Project
) -> None:
    client.force_login(cast.pmo)
    response = client.post(address(project, "facts"), facts(cast, project, is_confidential="on"))
    assert response.headers["Location"] == reverse("projects:list")
    assert client.get(address(project)).status_code == 404


def test_the_end_before_the_start_is_refused_in_place(client: Client, cast: Cast, project: Project) -> None:
    client.force_login(cast.lead)
    response = client.post(address(project, "facts"), facts(cast, project, ends_on="2026-05-01"))
    assert response.status_code == 422
    assert "ends_on" in response.context["facts_form"].errors


def test_a_stale_facts_form_shows_both(client: Client, cast: Cast, project: Project) -> None:
    client.force_login(cast.lead)
    mine = facts(cast, project, name="618大促(我的)")
    services.change_project(project.pk, None, {"name": "618大促(别人的)"}, by=cast.by("pmo"))
    response = client.post(address(project, "facts"), mine)
    page = response.content.decode()
    assert response.status_code == 409
    assert "618大促(我的)" in page
    assert "618大促(别人的)" in page


def test_members_are_added_and_taken_out(client: Client, cast: Cast, project: Project) -> None:
    client.force_login(cast.lead)
    person = {"person": cast.outsider.username, "role": "observer"}
    assert client.post(address(project, "stakeholder_add"), person).status_code == 302
    assert client.post(address(project, "stakeholder_add"), {"person": "x", "role": "king"}).status_code == 422
    assert client.post(address(project, "stakeholder_remove", person_id=cast.outsider.pk)).status_code == 302
    assert not Stakeholder.objects.exists()
    assert client.post(address(project, "stakeholder_remove", person_id=2**70)).status_code == 404


def test_stopping_without_a_reason_keeps_the_form_open(client: Client, cast: Cast, project: Project) -> None:
    client.force_login(cast.lead)
    response = client.post(address(project, "suspend"), {"reason": ""})
    assert response.status_code == 422
    assert response.context["suspend_form"].errors
    assert client.post(address(project, "suspend"), {"reason": "等待"}).status_code == 302
    assert client.post(address(project, "resume")).status_code == 302
    assert client.post(address(project, "back"), {"reason": "x"}).status_code == 409


# -- the list -------------------------------------------------------------------------------------------------------------


def listed(client: Client, **query: Any) -> list[str]:
    """The names in the list."""
    return [row["project"].name for row in client.get(reverse("projects:list"), query).context["rows"]]


def test_the_list_knows_mine_all_and_over(client: Client, cast: Cast, project: Project) -> None:
    other = begin(cast, "会员日")
    services.cancel_project(other.pk, "不做了", by=cast.by("lead"))
    client.force_login(cast.product_member)
    assert listed(client) == []
    assert listed(client, scope="all") == ["618大促活动"]
    assert listed(client, scope="over") == ["会员日"]
    client.force_login(cast.product_head)
    assert listed(client) == ["618大促活动"]
    client.force_login(cast.outsider)
    assert listed(client, scope="all") == []


def test_the_list_is_narrowed_by_phase_department_and_name(client: Client, cast: Cast, project: Project) -> None:
    begin(cast, "渠道投诉升级", "incident")
    client.force_login(cast.pmo)
    assert listed(client, phase="executing") == ["渠道投诉升级"]
    assert listed(client, q="大促") == ["618大促活动"]
    assert listed(client, q=project.code.lower()) == ["618大促活动"]
    assert listed(client, q="大促 投诉") == []
    assert listed(client, department=cast.service.pk) == []
    assert len(listed(client, department=cast.product.pk)) == 2
    for odd in ({"phase": "x"}, {"department": "x"}, {"q": "\x00"}, {"scope": "none"}, {"page": "-1"}, {"q": "%_"}):
        assert client.get(reverse("projects:list"), odd).status_code == 200


def many_projects(cast: Cast, number: int) -> None:
    """Projects in one go, each with three departments."""
    some = Project.objects.order_by("pk").first()
    assert some is not None
    scenario = Scenario.objects.get(key="launch")
    rows = Project.objects.bulk_create(
        Project(
            code=f"X-{number}-{place}",
            name=f"项目{place}",
            scenario=scenario,
            initiator=cast.marketing,
            lead=cast.lead,
            phase=Phase.ALIGNING,
            created_at=some.created_at,
            changed_at=some.created_at,
        )
        for place in range(number)
    )
    party = type(some.parties.get(is_initiator=True))
    party.objects.bulk_create(
        party(project=row, department=department)
        for row in rows
        for department in (cast.marketing, cast.product, cast.sales)
    )


@pytest.mark.parametrize("route", ["projects:list", "insight:desk"])
def test_lists_cost_the_same_with_one_and_with_a_thousand_projects(
    client: Client, cast: Cast, project: Project, route: str
) -> None:
    client.force_login(cast.lead)
    client.get(reverse(route))
    counts = []
    for number in (1, 999):
        many_projects(cast, number)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(route), {"scope": "all"}).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    # The desk asks once or twice for every kind of thing that can wait for somebody.
    assert counts[0] <= {"projects:list": 40, "insight:desk": 70}[route]


@pytest.mark.parametrize("page", ["home", "objectives", "commitments"])
def test_pages_cost_the_same_with_one_and_with_fifty_rows(
    client: Client, cast: Cast, project: Project, page: str
) -> None:
    client.force_login(cast.product_head)
    counts = []
    for number in (1, 49):
        for _ in range(number):
            row = objective(cast, project, evidence="")
            services.back_objective(row.pk, cast.product.pk, by=cast.by("product_head"))
            services.add_commitment(
                project.pk,
                {"department_id": cast.product.pk, "action": VAGUE, "owner_id": cast.product_contact.pk},
                by=cast.by("lead"),
            )
        client.get(address(project, page))
        with CaptureQueriesContext(connection) as queries:
            client.get(address(project, page))
        counts.append(len(queries))
    assert counts[0] == counts[1]


# -- choosing a person -----------------------------------------------------------------------------------------------------


def test_no_page_of_a_project_lists_the_company(client: Client, cast: Cast, project: Project) -> None:
    Person.objects.bulk_create(Person(username=f"many{number}", name=f"路人{number}") for number in range(200))
    client.force_login(cast.lead)
    for name in ("people", "commitments"):
        page = client.get(address(project, name)).content.decode()
        assert "路人" not in page
        assert 'data-island="person-picker"' in page


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("没有这个人", "在职人员中没有此人"),
        ("吴桐", "此处不能选择此人"),
        ("", "这个字段是必填项"),
    ],
)
def test_a_person_who_cannot_be_chosen_is_refused_at_the_field(
    client: Client, cast: Cast, project: Project, typed: str, why: str
) -> None:
    Person.objects.filter(pk=cast.outsider.pk).update(name="吴桐")
    row = services.add_commitment(
        project.pk, {"department_id": cast.product.pk, "action": CONCRETE}, by=cast.by("lead")
    )
    client.force_login(cast.product_head)
    response = client.post(address(project, "commitment_owner", commitment_id=row.pk), {"owner": typed})
    assert response.status_code == 422
    assert why in str(response.context["form"].errors["owner"])


def test_namesakes_are_told_apart_by_login_name(client: Client, cast: Cast, project: Project) -> None:
    Person.objects.filter(pk=cast.product_member.pk).update(name="赵敏")
    client.force_login(cast.lead)
    refused = client.post(address(project, "commitments"), typed_promise(cast, owner="赵敏"))
    assert "zhao.min" in str(refused.context["form"].errors["owner"])
    assert client.post(address(project, "commitments"), typed_promise(cast, owner="赵敏 (qian.duo)")).status_code == 302
    assert Commitment.objects.get().owner == cast.product_member
