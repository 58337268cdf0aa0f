"""What the one message of a day says: facts first, then the words, in the order people need them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongzhou.core import clock
from tongzhou.core.time_words import calendar_day
from tongzhou.projects.models import Project

from ..models import DailyMessage, DailyUpdate
from ..states import RiskLevel
from .daily import silence, silent_on, voices_in
from .lateness import danger_in

# A chat message is read in one look; the page holds the rest.
MOST_TOLD = 12


def facts_of_day(project: Project, day: date) -> dict[str, Any]:
    """What is late, what is risky, who has not posted, and what came late since the last message."""
    voices = voices_in(project)
    streaks = silence(project, day, voices)
    last = DailyMessage.objects.filter(project=project, day__lt=day).order_by("-day").first()
    late_posts = DailyUpdate.objects.filter(project=project, is_late=True, day__lt=day)
    if last is not None:
        late_posts = late_posts.filter(posted_at__gt=last.composed_at)
    return {
        "project": project.name,
        "day": day.isoformat(),
        "work": facts_of_work(project, day),
        "silent": [
            {
                "department": voice.department.name,
                "department_id": voice.department.pk,
                "days": streaks.get(voice.department.pk, 1),
            }
            for voice in silent_on(project, day, voices)
        ],
        "late_posts": [
            {"department": row.department.name, "day": row.day.isoformat()}
            for row in late_posts.select_related("department").order_by("day", "pk")
        ],
    }


def facts_of_work(project: Project, day: date) -> list[dict[str, Any]]:
    """What is late or in danger on that day, the latest first."""
    return [
        {
            "task": row.task.pk,
            "title": row.task.title,
            "days": row.days,
            "risk": row.risk,
            "reason": row.reason,
            "department": row.task.department.name if row.task.department else "",
            "owner": row.task.owner.name if row.task.owner else "",
            "blocked": row.task.status == "blocked",
        }
        for row in danger_in(project, day)
    ]


def verdict(facts: dict[str, Any]) -> str:
    """按期, or 有 2 项延期, 1 项有风险."""
    late = sum(row["days"] > 0 for row in facts["work"])
    risky = len(facts["work"]) - late
    words = []
    if late:
        words.append(ngettext("%(count)s task late", "%(count)s tasks late", late) % {"count": late})
    if risky:
        words.append(ngettext("%(count)s task at risk", "%(count)s tasks at risk", risky) % {"count": risky})
    return _(", ").join(words) or _("On schedule")


def message_title(facts: dict[str, Any], *, is_late: bool = False) -> str:
    """The first line: project, day, verdict; a message that goes out late says so."""
    words = {"project": facts["project"], "day": _day(facts["day"]), "verdict": verdict(facts)}
    title = _("%(project)s, %(day)s: %(verdict)s") % words
    return (_("[late] %(title)s") % {"title": title} if is_late else title)[:300]


def message_lines(facts: dict[str, Any]) -> list[str]:
    """Late and risky work as the process says it, then who has not posted, then what came late."""
    lines = [work_line(row, facts["day"]) for row in facts["work"][:MOST_TOLD]]
    if more := len(facts["work"]) - MOST_TOLD if len(facts["work"]) > MOST_TOLD else 0:
        lines.append(ngettext("%(count)s more on the page", "%(count)s more on the page", more) % {"count": more})
    if facts["silent"]:
        lines.append(_("Not posted: %(who)s") % {"who": _(", ").join(_silent(row) for row in facts["silent"])})
    else:
        lines.append(_("All departments have posted."))
    if facts["late_posts"]:
        told = [f"{row['department']} {_day(row['day'])}" for row in facts["late_posts"]]
        lines.append(_("Posted late: %(who)s") % {"who": _(", ").join(told)})
    return lines


def work_line(row: dict[str, Any], day: str) -> str:
    """6月3日 「活动页面设计」延期1天 风险:中 原因:设计素材未到位 责任人:市场部 唐浩"""
    facts = {
        "day": _day(day),
        "task": row["title"],
        "risk": RiskLevel(row["risk"]).label if row["risk"] else _("not stated"),
        "reason": " ".join(row["reason"].split()) or _("not stated"),
        "owner": " ".join(part for part in (row["department"], row["owner"]) if part) or _("nobody yet"),
    }
    if row["days"]:
        words = ngettext(
            "%(day)s “%(task)s” %(days)s day late, risk: %(risk)s, reason: %(reason)s, owner: %(owner)s",
            "%(day)s “%(task)s” %(days)s days late, risk: %(risk)s, reason: %(reason)s, owner: %(owner)s",
            row["days"],
        )
        return words % {**facts, "days": row["days"]}
    if row["blocked"]:
        return _("%(day)s “%(task)s” blocked, risk: %(risk)s, reason: %(reason)s, owner: %(owner)s") % facts
    return _("%(day)s “%(task)s” at risk: %(risk)s, reason: %(reason)s, owner: %(owner)s") % facts


def _silent(row: dict[str, Any]) -> str:
    if row["days"] > 1:
        return _("%(department)s (%(days)s days in a row)") % row
    return str(row["department"])


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return calendar_day(day, datetime(day.year, 1, 1, tzinfo=clock.company_zone()))
