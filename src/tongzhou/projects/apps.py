"""The projects app."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """Projects, objectives, commitments, gates."""

    name = "tongzhou.projects"
    label = "projects"

    def ready(self) -> None:
        from . import ties

        ties.register()
