"""Standard form 《跨部门项目进度看板》: every task with its state, lateness, risk and what it touches."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongzhou.documents.standard_forms import Choice, Column, Field, Section, StandardForm, Table
from tongzhou.planning.work_states import TaskStatus

from .states import RiskLevel

LATE = "late"
# Late is no state that anybody sets; on the board it stands in the place of one.
STATES = (*(Choice(value, label) for value, label in TaskStatus.choices), Choice(LATE, pgettext_lazy("task", "late")))
RISKS = tuple(Choice(value, label) for value, label in RiskLevel.choices)

PROGRESS_BOARD = StandardForm(
    key="progress_board",
    title=_("Progress Board"),
    doc_prefix="XZ-KB",
    landscape=True,
    sections=(
        Section(
            _("Where the project stands"),
            (
                Field("day", _("As of"), required=True),
                Field("verdict", pgettext_lazy("of a day", "Verdict"), required=True),
                Field("progress", _("Tasks done")),
                Field("period", _("From – to")),
            ),
        ),
        Section(
            _("Tasks"),
            (
                Table(
                    "tasks",
                    _("Progress of the tasks"),
                    (
                        Column("task_no", _("Task no."), weight=2),
                        Column("task", _("Task"), required=True, weight=6),
                        Column("dept", _("Responsible department"), required=True, weight=4),
                        Column("owner", _("Owner"), required=True, weight=3),
                        Column("plan_start", _("Planned start"), kind="date", required=True, weight=4),
                        Column("plan_due", _("Planned finish"), kind="date", required=True, weight=4),
                        Column("actual", _("Actual or expected finish"), weight=5),
                        Column("percent", pgettext_lazy("short", "Complete"), weight=3),
                        Column(
                            "status",
                            pgettext_lazy("of a task", "State"),
                            required=True,
                            kind="choice",
                            choices=STATES,
                            weight=4,
                        ),
                        Column("delay_days", _("Days late"), weight=3),
                        Column("delay_reason", _("Reason"), weight=5),
                        Column("risk_level", _("Risk"), kind="choice", choices=RISKS, weight=3),
                        Column("predecessors", _("Waits for"), weight=3),
                        Column("affected", _("Affects"), weight=3),
                        Column("updated", _("Last told by, at"), weight=4),
                    ),
                    required=True,
                    min_rows=6,
                ),
            ),
        ),
    ),
)
