"""A day of a project: who posted what, who has not, and what the message of the day says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, Prefetch, QuerySet

from tongzhou.cadence.models import Rule
from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.people.models import Department, Person
from tongzhou.projects.models import Party, Project
from tongzhou.projects.queries import head_ids, projects_for

from ..models import DailyLine, DailyMessage, DailyUpdate
from ..states import LineSection
from .rhythm import daily_deadline, daily_rule, days_until, executing_since

ARCHIVE_DAYS = 30
LONGEST_STREAK = 20


def daily_updates_for(actor: Actor) -> QuerySet[DailyUpdate]:
    """Updates of projects the actor may see."""
    return DailyUpdate.objects.filter(project__in=projects_for(actor)).select_related(
        "project__scenario", "department", "posted_by"
    )


@dataclass(frozen=True, slots=True)
class Voice:
    """A department taking part, and who speaks for it day by day."""

    department: Department
    contact: Person | None
    head_id: int | None

    @property
    def asked_id(self) -> int | None:
        """Who is asked: the contact person; where there is none, the head."""
        return self.contact.pk if self.contact is not None else self.head_id


@dataclass(frozen=True, slots=True)
class Post:
    """What a department posted on a day, or that it has not; ``streak``: days in a row without a word, this one included."""

    voice: Voice
    update: DailyUpdate | None
    parts: dict[str, list[DailyLine]] = field(default_factory=dict)
    streak: int = 0

    @property
    def department(self) -> Department:
        """The department."""
        return self.voice.department


@dataclass(frozen=True, slots=True)
class DaySummary:
    """A day of the archive in numbers."""

    day: date
    posted: int
    wanted: int
    late_posts: int
    message: DailyMessage | None


def voices_in(project: Project) -> list[Voice]:
    """The departments that take part, with their contact persons and heads."""
    parties = Party.objects.filter(project=project, left_at__isnull=True).select_related("department", "contact")
    rows = list(parties.order_by("position", "pk"))
    heads = head_ids({row.department_id for row in rows})
    return [
        Voice(
            row.department,
            row.contact if row.contact is not None and row.contact.is_active else None,
            heads.get(row.department_id),
        )
        for row in rows
    ]


def posts_of(project: Project, day: date) -> list[Post]:
    """Every department with its update of the day, in the order of the project."""
    voices = voices_in(project)
    lines = DailyLine.objects.select_related("task")
    rows = DailyUpdate.objects.filter(project=project, day=day).select_related("department", "posted_by")
    updates = {row.department_id: row for row in rows.prefetch_related(Prefetch("lines", lines))}
    streaks = silence(project, day, voices)
    found = []
    for voice in voices:
        pk = voice.department.pk
        update = updates.get(pk)
        parts: dict[str, list[DailyLine]] = {section: [] for section in LineSection.values}
        for line in update.lines.all() if update else ():
            parts[line.section].append(line)
        found.append(Post(voice, update, parts, streaks.get(pk, 0)))
    return found


def silent_on(project: Project, day: date, voices: Iterable[Voice] | None = None) -> list[Voice]:
    """Departments that have not posted on the day."""
    posted = set(DailyUpdate.objects.filter(project=project, day=day).values_list("department_id", flat=True))
    return [voice for voice in (voices_in(project) if voices is None else voices) if voice.department.pk not in posted]


def silence(project: Project, day: date, voices: Iterable[Voice]) -> dict[int, int]:
    """Department → on how many collected days in a row, up to this one, it has not posted. A day counts once it is due."""
    rule = daily_rule(project.pk)
    now, today = clock.now(), clock.today()
    days = [
        found
        for found in days_until(rule, min(day, today), LONGEST_STREAK, executing_since(project))
        if found < today or ((due := daily_deadline(rule, found)) is not None and due <= now)
    ]
    if not days:
        return {}
    posted: dict[int, set[date]] = {}
    rows = DailyUpdate.objects.filter(project=project, day__gte=days[-1], day__lte=day)
    for department, posted_on in rows.values_list("department_id", "day"):
        posted.setdefault(department, set()).add(posted_on)
    found_streaks = {}
    for voice in voices:
        there = posted.get(voice.department.pk, set())
        found_streaks[voice.department.pk] = next((n for n, one in enumerate(days) if one in there), len(days))
    return found_streaks


def message_of(project: Project, day: date) -> DailyMessage | None:
    """The message of the day, once it is composed."""
    return DailyMessage.objects.filter(project=project, day=day).first()


def archive(project: Project) -> list[DaySummary]:
    """The last days on which updates were collected, newest first; the number of queries does not grow with them."""
    rule = daily_rule(project.pk)
    today = clock.today()
    days = days_until(rule, today, ARCHIVE_DAYS, executing_since(project))
    if not days:
        return []
    wanted = Party.objects.filter(project=project, left_at__isnull=True).count()
    rows = (
        DailyUpdate.objects.filter(project=project, day__gte=days[-1]).values("day", "is_late").annotate(n=Count("pk"))
    )
    posted: dict[date, dict[bool, int]] = {}
    for row in rows.order_by("day"):
        posted.setdefault(row["day"], {})[row["is_late"]] = row["n"]
    messages = {row.day: row for row in DailyMessage.objects.filter(project=project, day__gte=days[-1])}
    return [
        DaySummary(day, sum(posted.get(day, {}).values()), wanted, posted.get(day, {}).get(True, 0), messages.get(day))
        for day in days
    ]


def neighbours(rule: Rule | None, day: date, first: date) -> tuple[date | None, date | None]:
    """The collected day before and the one after (not past today)."""
    before = days_until(rule, day - timedelta(days=1), 1, first)
    after = None
    for ahead in range(1, 15):
        other = day + timedelta(days=ahead)
        if other > clock.today():
            break
        if days_until(rule, other, 1, other):
            after = other
            break
    return (before[0] if before else None), after


def open_day(rule: Rule | None, now: datetime | None = None) -> date:
    """The day an update is written for now: today, or the last collected day when nothing is collected today."""
    today = (now or clock.now()).astimezone(clock.company_zone()).date()
    found = days_until(rule, today, 1)
    return found[0] if found else today
