"""Work of phase 2 that is done in the background."""

from __future__ import annotations

from django_tasks import task

from tongzhou.core.actor import system

from . import services


@task()  # type: ignore[untyped-decorator]
def improve_leveling(remedy_id: int) -> None:
    """Looks for a smaller change than the first levelled plan; a second run finds the search ended."""
    services.improve_leveling(remedy_id, by=system("leveling"))
