"""The communication plan as its standard form has it."""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from tongzhou.projects.models import Project

from ..communication_form import COMMUNICATION_PLAN
from ..models import CommunicationLine
from ..states import Frequency
from .communication import communication_of
from .raci_paper import form_file, form_html


def communication_file(project: Project, fmt: str) -> tuple[str, bytes]:
    """The plan as a file in the reader's language: name and bytes."""
    return form_file(COMMUNICATION_PLAN, communication_content(project), project, fmt)


def communication_html(project: Project) -> str:
    """The plan as it comes out on paper."""
    return form_html(COMMUNICATION_PLAN, communication_content(project), project)


def communication_content(project: Project) -> dict[str, Any]:
    """The filled form."""
    return {
        "lines": [
            {
                "kind": line.get_kind_display(),
                "purpose": line.purpose,
                "frequency": line.get_frequency_display(),
                "time": time_words(line),
                "form": line.get_form_display(),
                "place": line.place,
                "channel": line.channel or _("project group"),
                "owner": line.owner.name if line.owner else "",
                "audience": line.audience,
                "input": line.input,
                "output": line.output,
                "non_workday_rule": (
                    "" if line.frequency == Frequency.AS_NEEDED else line.get_non_workday_rule_display()
                ),
                "response_time": clock_words(line),
                "escalation": line.escalation,
            }
            for line in communication_of(project)
        ]
    }


def time_words(line: CommunicationLine) -> str:
    """When, in words: 星期五 15:00."""
    if line.frequency == Frequency.AS_NEEDED:
        return _("any time")
    parts = []
    if line.frequency == Frequency.WEEK:
        parts.append(line.get_weekday_display())
    if line.frequency == Frequency.ONCE and line.on:
        parts.append(date_format(line.on, "Y-m-d"))
    if line.at:
        parts.append(time_format(line.at, "H:i"))
    return " ".join(str(part) for part in parts)


def clock_words(line: CommunicationLine) -> str:
    """The clocks that run: 2 小时内响应，15 分钟内决定."""
    parts = []
    if line.response_minutes:
        parts.append(_("response within %(time)s") % {"time": _minutes(line.response_minutes)})
    if line.decision_minutes:
        parts.append(_("decision within %(time)s") % {"time": _minutes(line.decision_minutes)})
    return _(", ").join(parts)


def _minutes(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return _("%(count)s h") % {"count": hours} if hours and not rest else _("%(count)s min") % {"count": minutes}
