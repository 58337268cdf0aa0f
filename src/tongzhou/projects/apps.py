"""The projects app."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """Projects, objectives, commitments, gates."""

    name = "tongzhou.projects"
    label = "projects"

    def ready(self) -> None:
        from . import notifications  # noqa: F401
        from .goals_gate import register_conditions
        from .project_duties import register_finders

        register_conditions()
        register_finders()
