"""The words for what the outlook has computed, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from ..risk_rules import Reason, ReasonKind


def reason_words(reasons: Iterable[Reason]) -> str:
    """前置任务迟3天，仅有1天浮动，4个工作日无更新"""
    return pgettext("between reasons", ", ").join(_reason(reason) for reason in reasons)


def _reason(reason: Reason) -> str:
    days = {"days": reason.days}
    match reason.kind:
        case ReasonKind.LATE:
            return ngettext("%(days)s day late", "%(days)s days late", reason.days) % days
        case ReasonKind.PREDECESSOR_LATE:
            return ngettext("predecessor %(days)s day late", "predecessor %(days)s days late", reason.days) % days
        case ReasonKind.FORECAST_LATE:
            return (
                ngettext("forecast %(days)s day past the plan", "forecast %(days)s days past the plan", reason.days)
                % days
            )
        case ReasonKind.FLOAT:
            if not reason.days:
                return _("no float")
            return ngettext("%(days)s day of float", "%(days)s days of float", reason.days) % days
        case ReasonKind.BLOCKED:
            return _("blocked")
        case ReasonKind.SILENT:
            return (
                ngettext("no update for %(days)s working day", "no update for %(days)s working days", reason.days)
                % days
            )
