"""Programs look a plan through again and again with one key; no file is opened while others wait for the database."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from tests.planning.test_plan_table import HEAD, sheet
from tongzhou.core.models import KeptAnswer
from tongzhou.planning.models import Task

pytestmark = pytest.mark.django_db(transaction=True)
ROW = ["", 1, "库存盘点", "产品部", "", 3, "", "", ""]


@pytest.fixture
def check(cast, project):
    """Looks a table through for the lead's program."""
    lead = Client()
    lead.force_login(cast.lead)

    files: dict[str, bytes] = {}

    def send(*rows: list[Any], key: str = "a1", query: str = "") -> Any:
        # A workbook written again holds another moment, so each is written once.
        data = files.setdefault(repr(rows), sheet(HEAD, *rows))
        address = f"/api/v1/projects/{project.pk}/plan/import/check{query}"
        return lead.post(address, {"file": SimpleUploadedFile("计划.xlsx", data)}, headers={"Idempotency-Key": key})

    return send


def test_a_file_is_looked_through_before_the_transaction_that_keeps_the_answer(check):
    seen: list[tuple[str, bool]] = []

    def note(execute, sql, params, many, context):
        seen.append((sql, connection.in_atomic_block))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        assert check(ROW).status_code == 200
    looking = [inside for sql, inside in seen if 'FROM "planning_task"' in sql]
    keeping = [inside for sql, inside in seen if sql.startswith('INSERT INTO "core_keptanswer"')]
    assert (set(looking), set(keeping)) == ({False}, {True})


def test_the_same_key_gives_the_same_answer_and_another_file_or_choice_is_a_conflict(check):
    first, again = check(ROW), check(ROW)
    assert (first.json(), first.json()["added"]) == (again.json(), 1)
    assert check([*ROW[:2], "别的", *ROW[3:]]).status_code == 409
    assert check(ROW, query="?as_new=true").status_code == 409
    assert not Task.objects.exists()


def test_a_refused_file_is_not_kept_and_the_key_is_free_again(check):
    assert check(["", 1, "", "", "", "", "", "", ""], key="a2").json()["wrong"] == 1
    assert check(key="a3").status_code == 422
    assert not KeptAnswer.objects.filter(key="a3").exists()
    assert check(ROW, key="a3").status_code == 200
