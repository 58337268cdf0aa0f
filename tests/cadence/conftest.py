"""The 618 campaign while it is executed, with the usual communication mechanism."""

from __future__ import annotations

from datetime import time

import pytest

from tests.cast import Cast
from tests.projects.conftest import begin
from tongzhou.cadence.deriving import Channel
from tongzhou.cadence.services import keep_rules
from tongzhou.projects.models import Project
from tongzhou.projects.states import Phase


def channels(**changes: Channel | None) -> dict[str, Channel]:
    """Daily 17:00, Friday 15:00 (a holiday moves it before), huddle 12:00; ``changes`` replace or leave out."""
    usual: dict[str, Channel | None] = {
        "daily": Channel("workday", time(17)),
        "weekly": Channel("week", time(15), weekday=4, shift="before"),
        "huddle": Channel("workday", time(12)),
    } | changes
    return {kind: channel for kind, channel in usual.items() if channel is not None}


@pytest.fixture
def project(cast: Cast) -> Project:
    """The campaign in phase 3."""
    project = begin(cast)
    Project.objects.filter(pk=project.pk).update(phase=Phase.EXECUTING)
    return Project.objects.get(pk=project.pk)


@pytest.fixture
def ruled(cast: Cast, project: Project) -> Project:
    """The campaign with its rules kept."""
    keep_rules(project.pk, channels(), by=cast.by("lead"))
    return project
