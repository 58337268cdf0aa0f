"""The planning app."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    """Phase 2: tasks and dependencies, RACI, resources, communication mechanism, baseline."""

    name = "tongzhou.planning"
    label = "planning"

    def ready(self) -> None:
        from tongzhou.projects import gates

        from . import services

        gates.when_passed(2, services.baseline_at_gate)
