"""日常沟通: the day of a project, writing an update in a minute, the days gone by."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.errors import InvalidInput, StaleWrite, require
from tongzhou.core.pages import Who, actor_of, answer, page
from tongzhou.core.time_words import calendar_day
from tongzhou.people.models import Department
from tongzhou.planning.work_policies import may_report
from tongzhou.projects.models import Project

from .. import policies, queries, services
from ..duties import spoken_for
from ..forms import UpdateSheet
from ..models import DailyUpdate
from ..queries.drafts import Draft, DraftLine
from ..queries.messages import message_lines
from ..queries.rhythm import executing_since
from ..states import LineSection, RiskLevel
from .reaching import day_in, department_in, executed, spoken_in

STEPS = tuple(range(0, 100, 10))


@page(Who.PERSON)
def update(request: HttpRequest) -> HttpResponse:
    """The way from the phone's bar: the one update that waits for me, or the list of those I may write."""
    actor = actor_of(request)
    parties = list(spoken_for(actor))
    today = clock.today()
    posted = {
        (row.project_id, row.department_id)
        for row in DailyUpdate.objects.filter(project__in={party.project_id for party in parties}, day=today)
    }
    waiting = [party for party in parties if (party.project_id, party.department_id) not in posted]
    if len(waiting) == 1 and len(parties) == 1:
        return redirect("execution:daily_write", waiting[0].project_id, today.isoformat(), waiting[0].department_id)
    rows = [{"party": party, "posted": (party.project_id, party.department_id) in posted} for party in parties]
    return render(
        request,
        "execution/update.html",
        {"rows": rows, "day": today, "day_words": calendar_day(today, clock.local_now())},
    )


@page(Who.PERSON)
def today(request: HttpRequest, pk: int) -> HttpResponse:
    """The day that is written for now."""
    project, _context = executed(request, pk, "daily")
    return _day_page(request, pk, queries.open_day(queries.daily_rule(project.pk)))


@page(Who.PERSON)
def day(request: HttpRequest, pk: int, day: str) -> HttpResponse:
    """A day: every department's post, who has not, the message as it went out."""
    return _day_page(request, pk, day_in(day))


def _day_page(request: HttpRequest, pk: int, shown: date) -> HttpResponse:
    project, context = executed(request, pk, "daily")
    rule = queries.daily_rule(project.pk)
    posts = queries.posts_of(project, shown)
    before, after = queries.neighbours(rule, shown, executing_since(project))
    message = queries.message_of(project, shown)
    is_today = shown == clock.today()
    context |= {
        "day": shown,
        "day_words": calendar_day(shown, clock.local_now()),
        "is_today": is_today,
        "rule": rule,
        "due_at": queries.daily_deadline(rule, shown),
        "posts": posts,
        "mine": spoken_in(actor_of(request), project, [post.voice for post in posts]),
        "posted": sum(post.update is not None for post in posts),
        "before": before,
        "after": after,
        "message": message,
        "message_lines": message.body.splitlines() if message else [],
    }
    if message is None and is_today and policies.work_is_reported(project):
        facts = queries.facts_of_day(project, shown)
        context["preview"] = {"verdict": queries.verdict(facts), "lines": message_lines(facts)}
    return answer(request, "execution/day.html", context, partial="day")


@page(Who.PERSON)
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Day by day: how many posted, what the message said."""
    project, context = executed(request, pk, "archive")
    context |= {"days": queries.archive(project), "today": clock.today()}
    return render(request, "execution/archive.html", context)


@page(Who.PERSON, "GET", "POST")
def write(request: HttpRequest, pk: int, day: str, department_id: int) -> HttpResponse:
    """A department's update: prepared, looked through, confirmed."""
    project, context = executed(request, pk, "daily")
    department, contact_id = department_in(project, department_id)
    actor = actor_of(request)
    require(policies.can_report(actor, project, department.pk, contact_id))
    written = day_in(day)
    found = DailyUpdate.objects.filter(project=project, department=department, day=written).first()
    if request.method == "POST":
        sheet = UpdateSheet(request.POST)
        try:
            services.post_update(
                project.pk,
                department.pk,
                written,
                sheet.parts,
                note=sheet.note,
                delays=sheet.delays,
                percents=sheet.percents,
                version=sheet.version,
                by=actor,
            )
        except StaleWrite as clash:
            context |= _sheet(request, project, department, written, found, sheet) | {
                "clash": clash,
                "theirs": _read(clash.current),
                "version": clash.version,
            }
            return render(request, "execution/write.html", context, status=409)
        except InvalidInput as refusal:
            context |= _sheet(request, project, department, written, found, sheet)
            context["errors"] = {name: " ".join(map(str, texts)) for name, texts in refusal.fields.items()}
            return render(request, "execution/write.html", context, status=422)
        messages.success(request, _("Posted. Thank you!"))
        return redirect("execution:daily_day", project.pk, written.isoformat())
    context |= _sheet(request, project, department, written, found, None)
    return render(request, "execution/write.html", context)


def _sheet(
    request: HttpRequest,
    project: Project,
    department: Department,
    day: date,
    found: DailyUpdate | None,
    sheet: UpdateSheet | None,
) -> dict[str, Any]:
    draft = queries.draft_of(project, department.pk, day)
    actor = actor_of(request)
    if sheet is not None:
        parts, note, version = sheet.parts, sheet.note, sheet.version
    elif found is not None:
        parts, note, version = _read(found), found.note, found.version
    else:
        parts = {"done": list(draft.done), "next": list(draft.next), "blocked": list(draft.blocked)}
        note, version = "", None
    people = queries.people_of_tasks(draft.running)
    return {
        "department": department,
        "day": day,
        "day_words": calendar_day(day, clock.local_now()),
        "is_today": day == clock.today(),
        "due_at": queries.daily_deadline(queries.daily_rule(project.pk), day),
        "sections": [
            {"key": value, "label": label, "lines": parts[value], "error": value, "icon": icon}
            for (value, label), icon in zip(
                LineSection.choices, ("circle-check", "arrow-right", "hand-stop"), strict=True
            )
        ],
        "note": note,
        "version": version,
        "found": found,
        "danger": _asked(draft, sheet),
        "running": [
            {"task": task, "percent": sheet.percents.get(task.pk, task.percent) if sheet else task.percent,
             "steps": sorted({*STEPS, task.percent})}
            for task in draft.running
            if may_report(actor, task, people.get(task.pk))
        ],
        "risks": RiskLevel.choices,
        "errors": {},
    }  # fmt: skip


def _asked(draft: Draft, sheet: UpdateSheet | None) -> list[dict[str, Any]]:
    rows = []
    for row in draft.danger:
        risk, reason = row.risk, row.reason
        if sheet is not None and row.task.pk in sheet.delays:
            risk, reason = sheet.delays[row.task.pk]
        rows.append({"row": row, "risk": risk, "reason": reason})
    return rows


def _read(update: DailyUpdate) -> dict[str, list[DraftLine]]:
    found: dict[str, list[DraftLine]] = {section: [] for section in LineSection.values}
    for line in update.lines.all():
        found[line.section].append(DraftLine(line.text, line.task_id))
    return found
