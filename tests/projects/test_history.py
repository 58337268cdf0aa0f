"""The history in words, and what is new since a person last looked."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Cast
from tests.conftest import Clock
from tests.projects.conftest import CONCRETE, objective
from tongzhou.projects import services
from tongzhou.projects.history_words import WORDS
from tongzhou.projects.models import LastLook, Project
from tongzhou.projects.queries import deeds, events_for, news_for
from tongzhou.projects.queries.history import KINDS

SOURCE = Path(__file__).resolve().parents[2] / "src" / "tongzhou"
# Names of the same form that are no events of a project.
OTHERS = {"alignment.memorandum.remind"}
NOT_OF_A_PROJECT = ("alignment.clause.",)


def test_every_event_of_a_project_has_words() -> None:
    names: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        if path.name != "history_words.py":
            found = re.findall(
                r'"((?:projects|alignment|meetings|signoff)\.[a-z_]+\.[a-z_]+)"', path.read_text("utf-8")
            )
            names |= set(found)
    assert sorted(n for n in names - OTHERS - set(WORDS) if not n.startswith(NOT_OF_A_PROJECT)) == []


def newest(project: Project) -> object:
    """The newest event in words."""
    return deeds(list(events_for(project)[:1]))[0]


def test_a_change_is_told_with_before_and_after_in_words(cast: Cast, project: Project) -> None:
    row = services.add_commitment(
        project.pk, {"department_id": cast.product.pk, "action": CONCRETE, "due": date(2026, 6, 1)}, by=cast.by("lead")
    )
    services.change_commitment(
        row.pk, row.version, {"due": date(2026, 6, 3), "owner_id": cast.product_contact.pk}, by=cast.by("lead")
    )
    deed = newest(project)
    changes = {change.label: (change.before, change.after) for change in deed.changes}
    assert changes["责任人"] == ("", "赵敏")
    assert changes["期限"] == ("2026年6月1日", "2026年6月3日")
    assert deed.who == "陈晨"
    assert CONCRETE in deed.text


def test_parties_and_phases_are_told_by_name(cast: Cast, project: Project) -> None:
    services.set_parties(project.pk, [(cast.product.pk, cast.product_contact.pk)], by=cast.by("lead"))
    change = newest(project).changes[0]
    assert change.before == "产品部（赵敏）、销售部（孙丽）、技术部"
    assert change.after == "产品部（赵敏）"


def test_a_conditional_pass_says_so_with_its_reason(cast: Cast, project: Project) -> None:
    services.pass_gate(project.pk, 1, reason="时间紧", by=cast.by("sponsor"))
    deed = newest(project)
    assert (deed.tone, deed.note) == ("warn", "时间紧")
    assert "带条件通过" in deed.text


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_history_can_be_narrowed(client: Client, cast: Cast, project: Project, kind: str) -> None:
    objective(cast, project)
    client.force_login(cast.lead)
    page = client.get(reverse("projects:history", args=[project.pk]), {"kind": kind})
    assert page.status_code == 200
    shown = [event.name for event in page.context["page"].object_list]
    assert all(name.startswith(KINDS[kind][1]) for name in shown)


def test_odd_filters_and_pages_show_what_there_is(client: Client, cast: Cast, project: Project) -> None:
    client.force_login(cast.lead)
    for query in ({"kind": "'; DROP TABLE"}, {"page": "999999"}, {"page": "x"}, {"kind": "\x00"}):
        assert client.get(reverse("projects:history", args=[project.pk]), query).status_code == 200


def test_the_history_costs_the_same_with_few_and_with_many_events(client: Client, cast: Cast, project: Project) -> None:
    client.force_login(cast.lead)
    client.get(reverse("projects:history", args=[project.pk]))
    counts = []
    for number in (1, 40):
        for _ in range(number):
            services.add_commitment(
                project.pk,
                {"department_id": cast.product.pk, "action": CONCRETE, "owner_id": cast.product_contact.pk},
                by=cast.by("lead"),
            )
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("projects:history", args=[project.pk]))
        counts.append(len(queries))
    assert counts[0] == counts[1]


# -- since I last looked --------------------------------------------------------------------------------------------------


def news(cast: Cast, project: Project, part: str) -> int:
    """How many things are new to the person who looks now."""
    actor = cast.by(part)
    return news_for(project, services.note_look(project, by=actor), actor)[1]


def test_what_others_did_is_new_until_the_next_look(cast: Cast, project: Project, stopped_clock: Clock) -> None:
    assert news(cast, project, "product_head") > 0, "at first everything is new"
    stopped_clock.moment += timedelta(hours=2)
    assert news(cast, project, "product_head") == 0
    objective(cast, project)
    assert news(cast, project, "product_head") == 1
    stopped_clock.moment += timedelta(minutes=10)
    assert news(cast, project, "product_head") == 1, "a reload does not make it old"
    stopped_clock.moment += timedelta(minutes=25)
    assert news(cast, project, "product_head") == 0


def test_ones_own_doing_is_no_news(cast: Cast, project: Project, stopped_clock: Clock) -> None:
    news(cast, project, "lead")
    stopped_clock.moment += timedelta(hours=1)
    objective(cast, project)
    assert news(cast, project, "lead") == 0


def test_looking_at_what_has_not_changed_writes_nothing(cast: Cast, project: Project) -> None:
    news(cast, project, "lead")
    before = LastLook.objects.values().get()
    with CaptureQueriesContext(connection) as queries:
        services.note_look(project, by=cast.by("lead"))
    assert not [q for q in queries if q["sql"].startswith(("UPDATE", "INSERT"))]
    assert LastLook.objects.values().get() == before
