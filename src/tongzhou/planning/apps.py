"""The planning app."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    """Phase 2: tasks and dependencies, RACI, resources, communication mechanism, baseline."""

    name = "tongzhou.planning"
    label = "planning"

    def ready(self) -> None:
        """Registers what lower packages ask of this one: forms, gate conditions, duties, sign-off subjects."""
        from tongzhou.projects import gates

        from . import resource_hooks, services

        gates.when_passed(2, services.baseline_at_gate)
        resource_hooks.register()
