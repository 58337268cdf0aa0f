"""The projects app."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """Projects, objectives, commitments, gates."""

    name = "tongzhou.projects"
    label = "projects"

    def ready(self) -> None:
        from . import channel_owner, notifications, ties  # noqa: F401 - importing notifications registers the listeners
        from .goals_gate import register_conditions
        from .project_duties import register_finders

        ties.register()
        channel_owner.register_owner()
        register_conditions()
        register_finders()
