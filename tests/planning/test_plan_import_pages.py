"""Plans that come in through the page and the API: looked through, confirmed, and refused when somebody was faster."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.planning.test_plan_mspdi import BILLION, OTHER_PROGRAM
from tests.planning.test_plan_table import HEAD, sheet
from tongzhou.core.errors import Conflict
from tongzhou.planning.exchange.kept import opened
from tongzhou.planning.models import Plan, Task
from tongzhou.projects.models import Project

pytestmark = pytest.mark.django_db
GOOD = ["", 1, "渠道推广", "销售部", "孙丽", 4, "", "", ""]


@pytest.fixture
def lead(cast, client: Client) -> Client:
    client.force_login(cast.lead)
    return client


def uploaded(client: Client, project: Project, data: bytes, name: str = "计划.xlsx", **fields: str):
    upload = {"file": SimpleUploadedFile(name, data), **fields}
    return client.post(reverse("planning:plan_import", args=[project.pk]), upload)


def confirmed(client: Client, project: Project, token: str):
    return client.post(reverse("planning:plan_import_confirm", args=[project.pk]), {"kept": token})


def test_an_upload_is_shown_then_taken_whole_and_undone_whole(lead, project, add):
    add("已有任务")
    page = uploaded(lead, project, sheet(HEAD, GOOD))
    assert (page.status_code, Task.objects.count()) == (200, 1)
    assert "渠道推广" in page.content.decode()
    answer = confirmed(lead, project, page.context["kept"])
    assert answer.headers["Location"] == reverse("planning:plan", args=[project.pk])
    assert list(Task.objects.order_by("rank").values_list("title", flat=True)) == ["已有任务", "渠道推广"]
    step = Plan.objects.get().steps.first()
    lead.post(reverse("planning:undo", args=[project.pk]), {"step": step.number})
    assert Task.objects.get().title == "已有任务"


def test_a_file_with_an_error_cannot_be_confirmed_and_names_row_and_column(lead, project):
    page = uploaded(lead, project, sheet(HEAD, GOOD, ["", 1, "培训", "财务部", "", 2, "", "", ""]))
    text = page.content.decode()
    assert "财务部" in text
    assert "责任部门" in text
    assert page.context["kept"] == ""
    assert confirmed(lead, project, "").status_code == 409


def test_microsoft_project_xml_comes_in_through_the_same_page(lead, project):
    page = uploaded(lead, project, OTHER_PROGRAM, "campaign.xml")
    assert "2026-05-20" in page.content.decode()
    assert confirmed(lead, project, page.context["kept"]).status_code == 302
    assert Task.objects.count() == 5


@pytest.mark.parametrize("data", [BILLION, b"PK\x03\x04 not really", b"<Project>", b"", b"\x00\x01", b"a,b\n1,2"])
def test_what_cannot_be_read_is_refused_in_words_at_the_field(lead, project, data):
    page = uploaded(lead, project, data)
    assert page.status_code == 422
    assert page.context["form"].errors["file"]


def test_who_confirms_after_somebody_else_has_planned_gets_a_conflict(lead, project, add):
    token = uploaded(lead, project, sheet(HEAD, GOOD)).context["kept"]
    add("插队任务")
    assert confirmed(lead, project, token).status_code == 409
    assert Task.objects.count() == 1


def test_the_same_confirmation_twice_adds_nothing_twice(lead, project):
    token = uploaded(lead, project, sheet(HEAD, GOOD)).context["kept"]
    assert confirmed(lead, project, token).status_code == 302
    assert confirmed(lead, project, token).status_code == 409
    assert Task.objects.count() == 1


def test_a_department_that_has_left_since_is_named_and_nothing_is_written(cast, lead, project):
    token = uploaded(lead, project, sheet(HEAD, GOOD)).context["kept"]
    project.parties.filter(department=cast.sales).update(left_at="2026-05-11T00:00:00Z")
    page = confirmed(lead, project, token)
    assert page.status_code == 422
    assert "销售部" in page.content.decode()
    assert not Task.objects.exists()


def test_what_waits_for_another_project_or_was_forged_is_refused(cast, lead, project):
    token = uploaded(lead, project, sheet(HEAD, GOOD)).context["kept"]
    assert confirmed(lead, project, token[:-3] + "abc").status_code == 409
    with pytest.raises(Conflict):
        opened(token, project.pk + 1)


@pytest.mark.parametrize("fmt", ["xlsx", "xml"])
def test_the_plan_goes_out_as_a_file_with_its_name(lead, project, add, fmt):
    add("甲")
    answer = lead.get(reverse("planning:plan_file", args=[project.pk, fmt]))
    assert answer.status_code == 200
    assert fmt in answer.headers["Content-Disposition"]
    assert lead.get(reverse("planning:plan_file", args=[project.pk, "exe"])).status_code == 404


def test_an_empty_plan_goes_out_too(lead, project):
    for fmt in ("xlsx", "xml"):
        assert lead.get(reverse("planning:plan_file", args=[project.pk, fmt])).status_code == 200


def test_the_menu_of_the_plan_leads_to_import_and_export(cast, lead, project, add):
    add("甲")
    text = lead.get(reverse("planning:plan", args=[project.pk])).content.decode()
    for name, arguments in (("plan_import", []), ("plan_file", ["xlsx"]), ("plan_file", ["xml"])):
        assert reverse(f"planning:{name}", args=[project.pk, *arguments]) in text
    lead.force_login(cast.product_member)
    text = lead.get(reverse("planning:plan", args=[project.pk])).content.decode()
    assert reverse("planning:plan_import", args=[project.pk]) not in text
    assert reverse("planning:plan_file", args=[project.pk, "xlsx"]) in text


def test_programs_check_and_confirm_with_a_token(lead, project, add):
    add("已有任务")
    base = f"/api/v1/projects/{project.pk}/plan"
    wrong = sheet(HEAD, ["", 1, "培训", "财务部", "", 2, "", "", ""])
    told = lead.post(f"{base}/import/check", {"file": SimpleUploadedFile("a.xlsx", wrong)}).json()
    assert (told["token"], told["wrong"], told["rows"][0]["errors"][0]["column"]) == ("", 1, "责任部门")
    told = lead.post(f"{base}/import/check?lenient=true", {"file": SimpleUploadedFile("a.xlsx", wrong)}).json()
    assert (told["added"], told["wrong"]) == (1, 0)
    body = json.dumps({"token": told["token"]})
    answer = lead.post(f"{base}/import", body, content_type="application/json")
    assert (answer.status_code, answer.json()["added"]) == (200, 1)
    # Confirmed once more, the plan is another one.
    assert lead.post(f"{base}/import", body, content_type="application/json").status_code == 409
    assert lead.get(f"{base}/file/xml").status_code == 200
    assert lead.post(f"{base}/import/check").status_code == 422


def test_a_fixed_plan_takes_nothing_in(cast, lead, project, add):
    add("甲")
    token = uploaded(lead, project, sheet(HEAD, GOOD)).context["kept"]
    Project.objects.filter(pk=project.pk).update(phase="executing")
    assert uploaded(lead, project, sheet(HEAD, GOOD)).status_code == 403
    assert confirmed(lead, project, token).status_code == 403
    assert Task.objects.count() == 1


def test_the_preview_says_what_each_new_task_will_say(lead, project, add):
    first = add("先行")
    page = uploaded(lead, project, sheet(HEAD, ["", 1, "渠道推广", "销售部", "孙丽", 4, str(first.number), "", ""]))
    facts = dict(page.context["shown"][0].facts)
    assert facts == {"责任部门": "销售部", "负责人": "孙丽", "工期（工作日）": "4", "前置任务": str(first.number)}
