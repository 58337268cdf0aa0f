"""Beginning a plan: from the scenario's skeleton, and from lines pasted out of a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import Conflict, InvalidInput
from tongzhou.people.models import Department
from tongzhou.projects.models import Project

from ..models import Task
from ..models.tasks import LONGEST_DURATION
from ..predecessors import Predecessor
from .links import put_link
from .placing import place_for
from .raci import letters_from_skeleton
from .steps import Step, step
from .tasks import insert_tasks

MOST_PASTED = 500
_DAYS = re.compile(r"(\d{1,4})\s*(?:d|天|日|个?工作日)?", re.IGNORECASE)


def skeleton_of(project: Project) -> Sequence[Mapping[str, Any]]:
    """The tasks that the project's scenario proposes; see the migration ``builtin_skeletons`` for their shape."""
    rows = project.scenario.defaults.get("tasks", [])
    return rows if isinstance(rows, list) else []


@act
def tasks_from_scenario(project_id: int, *, by: Actor) -> list[Task]:
    """Begins an empty plan with the skeleton of the scenario: tasks, departments, durations, dependencies, letters."""
    with step(project_id, _("Tasks from the scenario"), by=by) as making:
        project = making.project
        if project.tasks.exists():
            raise Conflict(_("The plan holds tasks already; a skeleton only begins an empty one."))
        rows = skeleton_of(project)
        if not rows:
            raise InvalidInput({"__all__": _("This scenario has no tasks to begin with")})
        return _written(making, rows)


@act
def paste_tasks(project_id: int, text: str, *, by: Actor) -> list[Task]:
    """Adds a task of each line: title, then in any order working days, department, owner, apart by tabs. One step.

    Indented lines go under the one above (two blanks or a tab a level). ``InvalidInput`` on ``text`` names the line.
    """
    lines = [line for line in text.replace("\r", "").split("\n") if line.strip()]
    if not lines:
        raise InvalidInput({"text": _("There is nothing to paste")})
    if len(lines) > MOST_PASTED:
        raise InvalidInput({"text": _("At most %(limit)s rows at a time") % {"limit": MOST_PASTED}})
    label = ngettext("Paste %(count)s task", "Paste %(count)s tasks", len(lines)) % {"count": len(lines)}
    with step(project_id, label, by=by) as making:
        departments = {
            name: row.department_id
            for row in making.project.parties.filter(left_at__isnull=True).select_related("department")
            for name in (row.department.name, row.department.code)
        }
        problems: list[str] = []
        rows = []
        for number, line in enumerate(lines, start=1):
            try:
                rows.append(_read_line(line, departments))
            except ValueError as wrong:
                problems.append(_("line %(number)s: %(what)s") % {"number": number, "what": wrong})
        if problems:
            raise InvalidInput({"text": list(problems[:20])})
        _parent, rank = place_for(making.project, None, None)
        return insert_tasks(making, rows, None, rank)


def _read_line(line: str, departments: Mapping[str, int]) -> dict[str, Any]:
    cells = [cell.strip() for cell in line.split("\t")]
    cells = [cell for cell in cells if cell]
    values: dict[str, Any] = {"title": cells[0]}
    for cell in cells[1:]:
        if (days := _DAYS.fullmatch(cell)) is not None:
            if int(days[1]) > LONGEST_DURATION:
                raise ValueError(_("at most %(most)s working days") % {"most": LONGEST_DURATION})
            values["duration"] = int(days[1])
        elif cell in departments:
            values["department_id"] = departments[cell]
        else:
            raise ValueError(_("“%(cell)s” is neither working days nor a department taking part") % {"cell": cell[:40]})
    return values


def _written(making: Step, rows: Sequence[Mapping[str, Any]]) -> list[Task]:
    project = making.project
    parties = set(project.parties.filter(left_at__isnull=True).values_list("department_id", flat=True))
    codes = dict(Department.objects.filter(pk__in=parties).values_list("code", "pk"))
    english = (get_language() or "").startswith("en")
    made: list[Task] = []
    for row in rows:
        title = row["title"]["en" if english else "zh"]
        code = row.get("dept", "")
        under = row.get("under")
        parent = Task.objects.get(pk=made[under].pk) if under is not None else None
        place, rank = place_for(project, None, parent.pk if parent else None)
        values = {
            "title": title,
            "department_id": codes.get(code) if code else project.initiator_id,
            "is_milestone": bool(row.get("milestone")),
        }
        if not row.get("milestone"):
            values["duration"] = max(1, int(row.get("days") or 1))
        made += insert_tasks(making, [values], place, rank)
    for task, row in zip(made, rows, strict=True):
        for before in row.get("after", []):
            wait = Predecessor(made[before].number)
            put_link(making, Task.objects.get(pk=made[before].pk), Task.objects.get(pk=task.pk), wait.kind, wait.lag)
    letters_from_skeleton(making, made, rows, codes)
    return made
