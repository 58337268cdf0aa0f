"""The planning app."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    """Phase 2: tasks and dependencies, RACI, resources, communication mechanism, baseline."""

    name = "tongzhou.planning"
    label = "planning"
