"""The part of letters and promises in the desk, the clock, the file store and in messages."""

from __future__ import annotations

from tongzhou.cadence import occasions
from tongzhou.core.actor import Actor
from tongzhou.documents import file_slots
from tongzhou.documents.models import StoredFile
from tongzhou.projects.queries import projects_for

from . import work_duties
from .models import DoneReport
from .services import digests, questions
from .work_states import ReportState


def register() -> None:
    """Makes all of it known; called from ``AppConfig.ready()``."""
    from . import notifications  # noqa: F401 - importing registers the listeners

    work_duties.register_finders()
    occasions.register(questions.REMINDER, questions.remind_of_question)
    occasions.register(digests.DIGEST, digests.tell_informed)
    file_slots.register("done", EVIDENCE)


def _report(slot: str) -> DoneReport | None:
    key = slot.partition(":")[2]
    return DoneReport.objects.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 19 else None


def _may_read(actor: Actor, file: StoredFile) -> bool:
    """Whoever sees the project sees by what a task was shown to be done."""
    return file.project_id is not None and projects_for(actor).filter(pk=file.project_id).exists()


def _may_change(actor: Actor, project_id: int | None, slot: str) -> bool:
    """Evidence belongs to the report it came with; once somebody has decided it stays as it was."""
    report = _report(slot)
    return (
        report is not None
        and report.project_id == project_id
        and report.reported_by_id == actor.pk
        and report.state == ReportState.WAITING
    )


EVIDENCE = file_slots.FileSlot(may_read=_may_read, may_change=_may_change, most=10)
