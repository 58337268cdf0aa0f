"""Two people at the same moment: a way out is carried out once."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import Cast, build_cast
from tests.planning.resourcing import another_project, lend, need_people
from tests.planning.test_resource_races import at_once
from tongzhou.core.errors import DomainError
from tongzhou.planning import services
from tongzhou.planning.models import PlanStep, Remedy, Task

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return build_cast()


def test_two_who_carry_it_out_at_once_make_one_step(cast: Cast) -> None:
    project, task = another_project(cast)
    second = services.add_task(project.pk, {"title": "补货", "duration": 2}, by=cast.by("lead"))
    for row in (task, second):
        need = need_people(cast, Task.objects.get(pk=row.pk), quantity=1)
        lend(cast, need, "product_member", knowingly=True)
    remedy = services.start_leveling(project.pk, by=cast.by("lead"))
    services.propose_remedy(remedy.pk, by=cast.by("pmo"))
    for consent in remedy.consents.all():
        # The tasks have no department, so the initiating one answers: its project lead.
        services.answer_remedy(consent.pk, "accepted", by=cast.by("lead"))
    steps = PlanStep.objects.count()
    answers = at_once(
        [lambda part=part: services.apply_remedy(remedy.pk, by=cast.by(part)) for part in ("lead", "pmo")]
    )
    assert sum(isinstance(answer, DomainError) for answer in answers) == 1
    assert PlanStep.objects.count() == steps + 1
    assert Remedy.objects.get(pk=remedy.pk).state == "applied"
    starts = sorted(Task.objects.filter(project=project).values_list("start", flat=True))
    assert starts[0] == date(2026, 5, 11)
    assert starts[1] > starts[0]
