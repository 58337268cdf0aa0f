"""A communication mechanism that was set before the clock kept it gets its rules when the system is brought up to date."""

from __future__ import annotations

from datetime import time
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from tests.cast import Cast
from tongzhou.cadence.models import Occasion, Rhythm, Rule
from tongzhou.cadence.services import plan_ahead
from tongzhou.cadence.services.rules import FACTS
from tongzhou.planning import services
from tongzhou.planning.models import CommunicationLine
from tongzhou.projects.models import Project
from tongzhou.projects.states import Phase

pytestmark = pytest.mark.django_db


def bring_up_to_date() -> None:
    """What the migration does with the data."""
    import_module("tongzhou.planning.migrations.0011_rules_of_earlier_communication_lines").derive_rules(apps, None)


def rules(project: Project) -> dict[str, dict[str, Any]]:
    return {row["kind"]: row for row in Rule.objects.filter(project=project).values("kind", *FACTS, "removed_at")}


def set_before_there_were_rules(project: Project, cast: Cast) -> dict[str, dict[str, Any]]:
    """A mechanism as it was saved then; returns the rules that saving it today makes."""
    services.set_default_communication(project.pk, by=cast.by("lead"))
    today = rules(project)
    Occasion.objects.all().delete()
    Rule.objects.all().delete()
    Rhythm.objects.all().delete()
    return today


def test_it_gets_the_very_rules_that_saving_it_makes(cast: Cast, project: Project) -> None:
    wanted = set_before_there_were_rules(project, cast)
    bring_up_to_date()
    assert rules(project) == wanted
    assert {"daily", "daily_reminder", "report_asked", "report_reminder", "report_due", "weekly", "huddle"} == set(
        wanted
    )


@pytest.mark.parametrize("at", ["09:30", "12:30", "13:00", "00:15"])
def test_whatever_hour_it_was_set_to(at: str, cast: Cast, project: Project) -> None:
    services.set_default_communication(project.pk, by=cast.by("lead"))
    for line in CommunicationLine.objects.filter(kind__in=("daily", "weekly")):
        services.change_communication(line.pk, line.version, {"at": time.fromisoformat(at)}, by=cast.by("lead"))
    wanted = rules(project)
    Occasion.objects.all().delete()
    Rule.objects.all().delete()
    bring_up_to_date()
    assert rules(project) == wanted


def test_the_next_clock_plans_them(cast: Cast, project: Project) -> None:
    set_before_there_were_rules(project, cast)
    Project.objects.filter(pk=project.pk).update(phase=Phase.EXECUTING)
    bring_up_to_date()
    plan_ahead()
    assert Occasion.objects.exists()


def test_a_project_that_has_rules_keeps_them_and_a_second_time_changes_nothing(cast: Cast, project: Project) -> None:
    services.set_default_communication(project.pk, by=cast.by("lead"))
    Rule.objects.filter(kind="huddle").delete()
    before = rules(project)
    bring_up_to_date()
    bring_up_to_date()
    assert rules(project) == before


def test_an_emergency_line_with_an_hour_makes_no_rule_and_no_error(cast: Cast, project: Project) -> None:
    services.set_default_communication(project.pk, by=cast.by("lead"))
    line = CommunicationLine.objects.get(kind="emergency")
    services.change_communication(line.pk, line.version, {"frequency": "workday", "at": time(9)}, by=cast.by("lead"))
    assert "emergency" not in rules(project)
