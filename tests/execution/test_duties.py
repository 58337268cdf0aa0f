"""The desk: what is asked of whom, in a number of queries that does not grow with the projects."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongzhou.cadence.models import Rule
from tongzhou.execution import duties
from tongzhou.projects.models import Party, Project

pytestmark = pytest.mark.django_db
FINDERS = (duties.to_post_and_report, duties.posts_awaited, duties.to_call)


def another(project: Project, number: int) -> None:
    """The same once more, with its departments and rules."""
    parties, rules = list(project.parties.all()), list(Rule.objects.filter(project=project))
    copy = Project.objects.get(pk=project.pk)
    copy.pk, copy.code = None, f"P-COPY-{number}"
    copy._state.adding = True
    copy.save()
    for row in (*parties, *rules):
        row.pk, row.project = None, copy
        row._state.adding = True
    Party.objects.bulk_create(parties)
    Rule.objects.bulk_create(rules)


def asked(actor) -> tuple[int, int]:
    with CaptureQueriesContext(connection) as queries:
        found = [duty for finder in FINDERS for duty in finder(actor)]
    return len(found), len(queries)


@pytest.mark.parametrize("part", ["product_contact", "lead"])
def test_three_projects_cost_as_many_queries_as_one(cast, executed, stopped_clock, part):
    stopped_clock.at("2026-05-14 10:00")
    actor = cast.by(part)
    one = asked(actor)
    another(executed, 1)
    another(executed, 2)
    three = asked(actor)
    assert three == (one[0] * 3, one[1])


def test_where_there_is_no_contact_person_the_head_and_the_deputy_are_asked(cast, executed):
    heads = [duty.why for duty in duties.to_post_and_report(cast.by("technology_head"))]
    assert len(heads) == 1
    assert "技术部" in heads[0]
    assert not list(duties.to_post_and_report(cast.by("product_head")))


def test_the_lead_waits_for_those_who_have_not_posted(cast, executed):
    (waiting,) = duties.posts_awaited(cast.by("lead"))
    assert waiting.why == "产品部、销售部、技术部"
