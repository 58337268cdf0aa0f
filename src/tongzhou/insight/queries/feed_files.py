"""What a calendar program fetches from a secret address: iCalendar (RFC 5545), the same bytes as long as nothing changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from tongzhou.cadence.models import CalendarFeed, Rhythm
from tongzhou.cadence.queries import rhythm_of
from tongzhou.cadence.states import RuleKind
from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.meetings.models import Attendee
from tongzhou.meetings.queries.meetings import my_meetings
from tongzhou.meetings.states import MeetingState
from tongzhou.people.queries import actor_for
from tongzhou.planning.models import Task
from tongzhou.projects.duties import duties_of
from tongzhou.projects.models import Commitment, Party, Project
from tongzhou.projects.queries import projects_for
from tongzhou.projects.states import OPEN

from .diary import Entry, commitment_entries, diary_of, rule_entries

WEEKS_BACK, WEEKS_AHEAD = 2, 8
# Reminders come by message; a calendar holds what is due.
NOT_IN_CALENDARS = {RuleKind.DAILY_REMINDER, RuleKind.REPORT_ASKED}
BRIEF = timedelta(minutes=15)


def feed_file(feed: CalendarFeed) -> tuple[bytes, str]:
    """The calendar of the feed as its person may see it today, with its ETag. ``NotFound`` when the project is not seen."""
    with translation.override(feed.person.language):
        actor = actor_for(feed.person)
        today = clock.today()
        first, last = today - timedelta(weeks=WEEKS_BACK), today + timedelta(weeks=WEEKS_AHEAD)
        if feed.project_id is not None:
            project = reach(projects_for(actor), feed.project_id)
            entries = diary_of(project, actor, first, last, rhythm_of(project))
            name = project.name
        else:
            entries = my_entries(actor, first, last)
            name = _("Tongzhou: %(name)s") % {"name": feed.person.name}
        kept = [entry for entry in entries if not entry.is_left_out and entry.kind not in NOT_IN_CALENDARS]
        if feed.is_busy_only:
            kept = [_hidden(entry) for entry in kept if entry.takes_time]
        data = _calendar(name, kept, feed)
    return data, f'"{sha256(data).hexdigest()[:32]}"'


def address_of(secret: str) -> str:
    """The whole address, as a calendar program wants it."""
    return f"{settings.TONGZHOU_PUBLIC_URL}{reverse('insight:feed_file', args=[secret])}"


def my_entries(actor: Actor, first: date, last: date) -> list[Entry]:
    """What is due for a person: meetings, rules of the projects the person answers in, deadlines, promises and tasks."""
    projects = list(_answered_in(actor))
    rhythms = {row.project_id: row for row in Rhythm.objects.filter(project__in=projects)}
    found = [
        *_meetings(actor, first, last),
        *_together(rule_entries(projects, first, last, rhythms, running_only=True)),
        *commitment_entries(
            Commitment.objects.filter(owner_id=actor.pk, project__in=projects_for(actor).filter(phase__in=OPEN)),
            first,
            last,
        ),
        *_tasks(actor, first, last),
        *_duties(actor, first, last),
    ]
    return sorted(found, key=lambda entry: (entry.day, entry.key))


def _answered_in(actor: Actor) -> Iterable[Project]:
    """Projects under way that the person leads, or in which the person is contact or head of a department taking part."""
    parties = Party.objects.filter(project=OuterRef("pk"), left_at__isnull=True)
    mine = Q(lead_id=actor.pk) | Exists(parties.filter(Q(contact_id=actor.pk) | Q(department_id__in=actor.headed_ids)))
    return projects_for(actor).filter(mine, phase__in=OPEN).order_by("pk")


def _together(entries: list[Entry]) -> Iterable[Entry]:
    """The same deadline in many projects is one entry that names them: not twenty at 17:00 each day."""
    groups: dict[tuple[str, datetime | None], list[Entry]] = {}
    for entry in entries:
        alone = entry.takes_time or entry.is_left_out
        groups.setdefault((entry.key if alone else entry.kind, entry.at), []).append(entry)
    for (kind, at), group in groups.items():
        first = group[0]
        names = [entry.project.name for entry in group if entry.project]
        if len(group) == 1:
            yield replace(first, title=_("%(what)s: %(project)s") % {"what": first.title, "project": names[0]})
            continue
        title = _("%(what)s (%(count)s projects)") % {"what": first.title, "count": len(group)}
        key = f"rules-{kind}-{at:%Y%m%dT%H%M}" if at else first.key
        yield replace(first, key=key, title=title, place="", reason="\n".join(names), project=None)


def _meetings(actor: Actor, first: date, last: date) -> Iterable[Entry]:
    zone = clock.company_zone()
    from_moment = datetime.combine(first, datetime.min.time(), zone)
    rows = my_meetings(actor).filter(starts_at__gte=from_moment, starts_at__lt=from_moment + (last - first))
    invited = Attendee.objects.filter(meeting=OuterRef("pk"), person_id=actor.pk)
    mine = Exists(invited.exclude(attendance="declined")) | Q(chair_id=actor.pk) | Q(recorder_id=actor.pk)
    for meeting in rows.filter(mine).exclude(state=MeetingState.CANCELLED).order_by("starts_at", "pk"):
        at = meeting.starts_at.astimezone(zone)
        yield Entry(
            key=f"meeting-{meeting.pk}", kind="meeting", title=meeting.title, day=at.date(), at=at,
            until=meeting.ends_at.astimezone(zone), owner=meeting.chair, takes_time=True, place=meeting.location,
            link=meeting.get_absolute_url(), project=meeting.project,
        )  # fmt: skip


def _tasks(actor: Actor, first: date, last: date) -> Iterable[Entry]:
    rows = Task.objects.filter(
        owner_id=actor.pk, is_summary=False, finish__range=(first, last), project__in=projects_for(actor)
    )
    for task in rows.filter(project__phase__in=OPEN).select_related("project").order_by("finish", "pk"):
        yield Entry(
            key=f"task-{task.pk}", kind="task", title=task.title, day=task.finish or first, project=task.project,
            link=task.project.get_absolute_url(),
        )  # fmt: skip


def _duties(actor: Actor, first: date, last: date) -> Iterable[Entry]:
    zone = clock.company_zone()
    for duty in duties_of(actor):
        if duty.due_at is None or not first <= (at := duty.due_at.astimezone(zone)).date() <= last:
            continue
        mark = sha256(f"{duty.act} {duty.link} {duty.project_id}".encode()).hexdigest()[:16]
        yield Entry(
            key=f"duty-{mark}", kind="duty", title=f"{duty.title} · {duty.project_name}", day=at.date(), at=at,
            until=at + BRIEF, link=str(duty.link), reason=str(duty.why),
        )  # fmt: skip


def _hidden(entry: Entry) -> Entry:
    return replace(entry, title=_("Busy"), reason="", place="", link="", owner=None, project=None)


def _calendar(name: str, entries: list[Entry], feed: CalendarFeed) -> bytes:
    # Imported here: it takes a while to load, and few requests need it.
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//Tongzhou//Feeds//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", str(clock.company_zone()))
    calendar.add("x-published-ttl", "PT30M")
    host = urlsplit(settings.TONGZHOU_PUBLIC_URL).hostname or "tongzhou"
    for entry in entries:
        event = Event()
        event.add("uid", _uid(entry, host, hidden=feed.is_busy_only))
        # The time of the feed itself: another stamp with each reading would make every answer a new one.
        event.add("dtstamp", feed.created_at.astimezone(UTC))
        if entry.at is not None:
            event.add("dtstart", entry.at.astimezone(UTC))
            event.add("dtend", (entry.until or entry.at + BRIEF).astimezone(UTC))
        else:
            event.add("dtstart", entry.day)
            event.add("dtend", entry.day + timedelta(days=1))
        event.add("summary", entry.title)
        event.add("transp", "OPAQUE" if entry.takes_time else "TRANSPARENT")
        if entry.place:
            event.add("location", entry.place)
        if description := _description(entry):
            event.add("description", description)
        if entry.link:
            event.add("url", settings.TONGZHOU_PUBLIC_URL + entry.link)
        if feed.is_busy_only:
            event.add("class", "PRIVATE")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _uid(entry: Entry, host: str, *, hidden: bool) -> str:
    # The invitation that came by mail and the subscribed calendar name a meeting alike.
    if entry.kind == "meeting" and not hidden:
        return f"{entry.key}@{host}"
    return f"feed-{entry.key}@{host}"


def _description(entry: Entry) -> str:
    lines = [
        entry.project.name if entry.project else "",
        _("Owner: %(name)s") % {"name": entry.owner.name} if entry.owner else "",
        entry.reason,
    ]
    return "\n".join(line for line in lines if line)
