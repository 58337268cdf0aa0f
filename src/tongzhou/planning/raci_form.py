"""Standard form 《RACI责任矩阵》: on paper each department taking part has a column of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tongzhou.documents.standard_forms import Column, Section, SignatureBlock, StandardForm, Table

if TYPE_CHECKING:
    from tongzhou.people.models import Department

KEY = "raci_matrix"
# More columns than these no sheet of paper holds.
MOST_COLUMNS = 12
_TASK = (
    Column("wbs_no", _("WBS no."), weight=2),
    Column("task", _("Task"), required=True, weight=7),
    Column("deliverable", _("Deliverable"), weight=4),
    Column("start", _("Planned start"), kind="date", required=True, weight=4),
    Column("due", _("Planned finish"), kind="date", required=True, weight=4),
)
_CHECK = Column("check", _("Check"), weight=4)
# What a company's own template may name, however many departments take part.
_LETTERS = (
    Column("r", _("Responsible (R)"), required=True, weight=4),
    Column("a", _("Accountable (A)"), required=True, weight=4),
    Column("c", _("Consulted (C)"), weight=4),
    Column("i", _("Informed (I)"), weight=4),
)
_SIGNATURES = SignatureBlock(
    key="confirmed_by",
    title=_("Confirmed by the departments"),
    statement=_("R does the task, A approves it and answers for it, C is asked before, I is told."),
    min_rows=3,
)


def _form(middle: Iterable[Column]) -> StandardForm:
    return StandardForm(
        key=KEY,
        title=_("RACI Responsibility Matrix"),
        doc_prefix="XZ-RACI",
        landscape=True,
        sections=(
            Section(
                _("Tasks and responsibilities"),
                (Table("cells", _("RACI matrix"), (*_TASK, *middle, _CHECK), required=True, min_rows=8),),
            ),
        ),
        signature_block=_SIGNATURES,
    )


RACI_MATRIX = _form(_LETTERS)


def raci_form(departments: Iterable[Department]) -> StandardForm:
    """The form of a project: a column for each of its departments; with very many, a column for each letter."""
    departments = list(departments)
    if len(departments) > MOST_COLUMNS:
        return RACI_MATRIX
    return _form(Column(f"d{department.pk}", department.name, weight=3) for department in departments)
