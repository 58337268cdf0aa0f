"""What falls due and what failed, for those who keep the system."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Cast
from tests.projects.conftest import begin
from tongzhou.cadence.models import Occasion, OccasionState
from tongzhou.cadence.occasions import handlers
from tongzhou.core import clock
from tongzhou.insight.queries.due import KINDS
from tongzhou.projects import services


def occasion(cast: Cast, minutes: int, project_id: int | None = None, state: str = "waiting") -> Occasion:
    """Something that falls due some minutes from now."""
    return Occasion.objects.create(
        kind="alignment.reply_reminder",
        subject_type="people.person",
        subject_id=cast.lead.pk,
        project_id=project_id,
        due_at=clock.now() + timedelta(minutes=minutes),
        state=state,
    )


def test_every_kind_of_occasion_has_words() -> None:
    assert {kind for kind, _handler in handlers.items() if not kind.startswith("tests.")} - set(KINDS) == set()


def test_coming_overdue_and_given_up_stand_apart(client: Client, cast: Cast) -> None:
    rows = occasion(cast, 5), occasion(cast, -60), occasion(cast, -90, state="failed")
    client.force_login(cast.admin)
    context = client.get(reverse("insight:due")).context
    assert [row.occasion for key in ("coming", "overdue", "failed") for row in context[key]] == list(rows)


def test_a_project_the_keeper_may_not_see_stays_unnamed(client: Client, cast: Cast) -> None:
    project = begin(cast, "秘密收购")
    services.change_project(project.pk, None, {"is_confidential": True}, by=cast.by("lead"))
    occasion(cast, 5, project.pk)
    client.force_login(cast.pmo)
    assert "秘密收购" not in client.get(reverse("insight:due")).content.decode()
    assert client.get("/api/v1/due").json()["coming"][0]["project_id"] is None


def test_what_was_given_up_is_tried_again_with_one_click(client: Client, cast: Cast) -> None:
    row = occasion(cast, -90, state="failed")
    client.force_login(cast.admin)
    assert client.post(reverse("insight:due_again", args=[row.pk])).status_code == 302
    row.refresh_from_db()
    assert row.state == OccasionState.WAITING
    assert client.post(reverse("insight:due_again", args=[row.pk])).status_code == 409


def test_the_page_costs_the_same_with_few_and_with_many(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    client.get(reverse("insight:due"))
    counts = []
    for number in (1, 50):
        for minute in range(number):
            occasion(cast, 10 * number + minute)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("insight:due"))
        counts.append(len(queries))
    assert counts[0] == counts[1]
