"""Work of phase 1 that is done in the background."""

from __future__ import annotations

from django_tasks import task

from tongzhou.core.actor import system

from . import services


@task()  # type: ignore[untyped-decorator]
def seal_memorandum(edition_id: int) -> None:
    """Makes the sealed PDF of a version that everybody has signed; a second run finds it made."""
    services.seal_edition(edition_id, by=system("sealing"))
