"""The weekly report as its standard form has it."""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tongzhou.core.time_words import exactly
from tongzhou.planning.queries.raci_paper import form_file, form_html

from ..models import WeeklyReport
from ..weekly_form import WEEKLY_REPORT


def report_file(report: WeeklyReport, fmt: str) -> tuple[str, bytes]:
    """The report as a file in the reader's language: name and bytes."""
    name, data = form_file(WEEKLY_REPORT, report_content(report), report.project, fmt, report_head(report))
    stem, dot, ending = name.rpartition(".")
    return f"{stem} {report.department.name} {report.ends_on:%Y-%m-%d}{dot}{ending}", data


def report_html(report: WeeklyReport) -> str:
    """The report as it comes out on paper."""
    return form_html(WEEKLY_REPORT, report_content(report), report.project, report_head(report))


def report_head(report: WeeklyReport) -> dict[str, Any]:
    """A number and a version of its own, and the person who wrote it."""
    code = report.project.code.removeprefix("P")
    return {
        "doc_no": f"{WEEKLY_REPORT.doc_prefix}-{code}-{report.department_id}-{report.ends_on:%m%d}",
        "version": f"V{report.version}",
        "author": report.reporter.name,
    }


def report_content(report: WeeklyReport) -> dict[str, Any]:
    """The filled form; what the form requires and the department left empty reads 无."""
    none = _("none")
    return {
        "period": f"{date_format(report.starts_on, 'Y-m-d')} – {date_format(report.ends_on, 'Y-m-d')}",
        "dept": report.department.name,
        "reporter": report.reporter.name
        + (f" ({_('for %(head)s') % {'head': report.on_behalf_of}})" if report.on_behalf_of else ""),
        "submitted": exactly(report.submitted_at) if report.submitted_at else "",
        "overall_status": report.overall_status,
        "progress": f"{report.progress} %",
        "milestones": report.milestones,
        "done": report.done or none,
        "not_done": report.not_done or none,
        "next_week": report.next_week or none,
        "issues": report.issues or none,
        "support_needed": report.support_needed or none,
        "staff": "" if report.staff is None else str(report.staff),
        "effort": "" if report.effort_hours is None else f"{report.effort_hours}",
        "sv": "" if report.sv is None else f"{report.sv:+}",
        "cv": "" if report.cv is None else f"{report.cv:+}",
    }
