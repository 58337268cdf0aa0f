"""The planning app."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    """Phase 2: tasks and dependencies, RACI, resources, communication mechanism, baseline."""

    name = "tongzhou.planning"
    label = "planning"

    def ready(self) -> None:
        """Registers what lower packages ask of this one: forms, conditions and followers of gates, duties, sign-off."""
        from tongzhou.documents import standard_forms
        from tongzhou.projects import gates

        from . import plan_gate, raci_duties, resource_hooks, services, work_hooks
        from .communication_form import COMMUNICATION_PLAN
        from .raci_form import RACI_MATRIX

        standard_forms.register(RACI_MATRIX)
        standard_forms.register(COMMUNICATION_PLAN)
        plan_gate.register_conditions()
        raci_duties.register_finders()
        gates.when_passed(2, services.baseline_at_gate)
        resource_hooks.register()
        work_hooks.register()
