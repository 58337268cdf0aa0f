"""Standard form 《周进展表》: one department's week on paper, and the week of the whole project."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongzhou.documents.standard_forms import Choice, Field, Section, SignatureBlock, StandardForm

from .states import OverallStatus

WEEKLY_REPORT = StandardForm(
    key="weekly_report",
    title=_("Weekly Progress Report"),
    doc_prefix="XZ-ZB",
    sections=(
        Section(
            _("The week"),
            (
                Field("period", _("Period"), required=True),
                Field("dept", _("Department"), required=True),
                Field("reporter", pgettext_lazy("weekly report", "Reporter"), required=True),
                Field("submitted", _("Handed in")),
            ),
        ),
        Section(
            _("Progress"),
            (
                Field(
                    "overall_status",
                    _("Overall progress"),
                    required=True,
                    kind="choice",
                    choices=tuple(Choice(value, label) for value, label in OverallStatus.choices),
                    width="full",
                ),
                Field("progress", _("Percent complete")),
                Field("milestones", _("Milestones"), kind="prose"),
                Field("done", _("Done this week"), required=True, kind="prose"),
                Field("not_done", _("Not done, and why"), required=True, kind="prose"),
                Field("next_week", _("Plan for next week"), required=True, kind="prose"),
            ),
        ),
        Section(
            _("Problems and support"),
            (
                Field("issues", _("Risks and problems"), required=True, kind="prose"),
                Field("support_needed", _("Support needed"), required=True, kind="prose"),
            ),
        ),
        Section(
            _("Effort and variance"),
            (
                Field("staff", _("People at work")),
                Field("effort", _("Working hours spent")),
                Field("sv", _("Schedule variance SV (person-hours)")),
                Field("cv", _("Cost variance CV (person-hours)")),
            ),
        ),
    ),
    signature_block=SignatureBlock(
        key="signatures",
        title=_("Signature of the department"),
        statement=_("Only working days are counted; planned and earned hours come from the project's plan."),
        min_rows=1,
    ),
)
