"""An uploaded plan, read and held against the one that is there: for the page and for programs alike."""

from __future__ import annotations

from dataclasses import dataclass

from tongzhou.calendars.queries import company_calendar
from tongzhou.projects.models import Project

from . import queries
from .exchange.kept import keep
from .exchange.reading import read_plan

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """What becomes of a file, and what confirms it; ``token`` is empty where nothing is to write, or something wrong."""

    kind: str
    source: str
    found: queries.Incoming
    token: str


def check_plan_file(
    project: Project, data: bytes, name: str, *, as_new: bool = False, is_lenient: bool = False
) -> CheckedFile:
    """Reads a file at arm's length and looks through every row; writes nothing."""
    brought = read_plan(data, company_calendar(), project.code, as_new=as_new, is_lenient=is_lenient)
    # Looking names up writes into the rows; what waits is what the file says.
    packed = brought.packed()
    found = queries.look_through(project, brought)
    source = name[:LONGEST_NAME]
    token = keep(project.pk, found.plan_version, source, packed) if found.is_clean and found.to_do else ""
    return CheckedFile(brought.kind, source, found, token)
