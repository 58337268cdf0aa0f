"""What a new meeting starts with: who comes, about what, when, and whether that time is a good one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.calendars.queries import company_calendar
from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.core.time_words import exactly
from tongzhou.people.models import Department, Membership, Person
from tongzhou.people.queries.actors import delegations_on
from tongzhou.projects.models import Party, Project
from tongzhou.projects.queries import head_ids

from ..models import Attendance, Attendee, Meeting
from ..states import AttendeeRole, MeetingKind, MeetingState
from .meetings import meetings_for

_MOST_OTHERS = 400

_AGENDAS: dict[MeetingKind, tuple[Promise, ...]] = {
    MeetingKind.KICKOFF: (
        gettext_lazy("Background and overall goal"),
        gettext_lazy("Core objectives: SMART check, agreed by every head"),
        gettext_lazy("What each department brings and needs"),
        gettext_lazy("Commitments of each department: who, what, how much, by when"),
        gettext_lazy("Communication and the first progress sync"),
    ),
    MeetingKind.WEEKLY: (
        gettext_lazy("Progress against the plan"),
        gettext_lazy("Problems and what is needed to solve them"),
        gettext_lazy("Plan for next week"),
    ),
    MeetingKind.HUDDLE: (
        gettext_lazy("New problems: priority, owner, deadline"),
        gettext_lazy("Support needed from other departments"),
    ),
    MeetingKind.EMERGENCY: (
        gettext_lazy("What has happened, and what it affects"),
        gettext_lazy("Solution: who does what by when"),
        gettext_lazy("Who tells whom"),
    ),
    MeetingKind.ACCEPTANCE: (
        gettext_lazy("Objectives: target, actual, evidence, verdict"),
        gettext_lazy("Commitments: kept, late, broken"),
        gettext_lazy("Remaining problems and breaches"),
        gettext_lazy("Acceptance conclusion"),
    ),
    MeetingKind.RETROSPECTIVE: (
        gettext_lazy("Review the objectives"),
        gettext_lazy("Evaluate the results"),
        gettext_lazy("Analyse the causes"),
        gettext_lazy("Conclude what to keep and what to change"),
    ),
}
_MINUTES = {
    MeetingKind.KICKOFF: 90,
    MeetingKind.WEEKLY: 60,
    MeetingKind.HUDDLE: 15,
    MeetingKind.EMERGENCY: 30,
    MeetingKind.ACCEPTANCE: 90,
    MeetingKind.RETROSPECTIVE: 120,
}
_WITH_HEADS = frozenset({MeetingKind.KICKOFF, MeetingKind.EMERGENCY, MeetingKind.ACCEPTANCE, MeetingKind.RETROSPECTIVE})
_WITH_SPONSOR = frozenset({MeetingKind.EMERGENCY, MeetingKind.ACCEPTANCE})
_FRIDAY = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be invited: for which department, as what, and whether the kind of meeting proposes it."""

    person: Person
    department: Department | None
    role: AttendeeRole
    is_proposed: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """A meeting as proposed, to be changed at will."""

    kind: MeetingKind
    title: str
    starts_at: datetime
    ends_at: datetime
    agenda: tuple[str, ...]
    chair: Person
    recorder: Person


@dataclass(frozen=True, slots=True)
class ScheduleWarning:
    """Why a time may be a bad one; it never stops anybody."""

    text: str
    person_id: int | None = None


def proposal(project: Project, kind: MeetingKind) -> Proposal:
    """What a meeting of the kind starts with in this project."""
    starts_at = _proposed_start(kind)
    contact = (
        Party.objects.filter(project=project, is_initiator=True, contact__is_active=True)
        .select_related("contact")
        .first()
    )
    return Proposal(
        kind=kind,
        title=(_("%(project)s: %(kind)s") % {"project": project.name, "kind": kind.label})[:160],
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=_MINUTES[kind]),
        agenda=proposed_agenda(kind),
        chair=project.lead,
        recorder=(contact.contact if contact else None) or project.lead,
    )


def proposed_agenda(kind: MeetingKind) -> tuple[str, ...]:
    """The usual topics of the kind."""
    return tuple(str(topic) for topic in _AGENDAS[kind])


def candidates(project: Project, kind: MeetingKind | None = None) -> list[Candidate]:
    """Heads and contact persons of every department taking part, lead and sponsor; then the members of the departments.

    Everybody once, in the most telling part. Proposed are, for a kickoff, heads, contact persons and the lead.
    """
    parties = list(project.parties.filter(left_at__isnull=True).select_related("department", "contact"))
    heads = head_ids({party.department_id for party in parties})
    people = Person.objects.in_bulk({pk for pk in (*heads.values(), project.lead_id, project.sponsor_id) if pk})
    found: dict[int, Candidate] = {}

    def add(person: Person | None, department: Department | None, role: AttendeeRole, proposed: bool) -> None:
        if person is not None and person.is_active and person.pk not in found:
            found[person.pk] = Candidate(person, department, role, proposed and kind is not None)

    initiator = next((party.department for party in parties if party.is_initiator), None)
    add(people.get(project.lead_id), initiator, AttendeeRole.LEAD, True)
    for party in parties:
        add(people.get(heads.get(party.department_id, 0)), party.department, AttendeeRole.HEAD, kind in _WITH_HEADS)
        add(party.contact, party.department, AttendeeRole.CONTACT, True)
    add(people.get(project.sponsor_id or 0), None, AttendeeRole.SPONSOR, kind in _WITH_SPONSOR)
    departments = {party.department_id: party.department for party in parties}
    members = (
        Membership.objects.filter(department__in=departments, person__is_active=True)
        .exclude(person__in=found)
        .select_related("person")
        .order_by("department__position", "person__name", "person_id")
    )
    for membership in members[:_MOST_OTHERS]:
        add(membership.person, departments[membership.department_id], AttendeeRole.MEMBER, False)
    return list(found.values())


def parts_of(project: Project, person_ids: Collection[int]) -> dict[int, tuple[int | None, AttendeeRole]]:
    """For each person the department spoken for and the part played; somebody from outside the project is a guest."""
    known = {c.person.pk: (c.department.pk if c.department else None, c.role) for c in candidates(project)}
    strangers = [pk for pk in person_ids if pk not in known]
    homes = dict(
        Membership.objects.filter(person__in=strangers, is_main=True).values_list("person_id", "department_id")
    )
    return {pk: known.get(pk) or (homes.get(pk), AttendeeRole.GUEST) for pk in person_ids}


def schedule_warnings(
    starts_at: datetime, ends_at: datetime, person_ids: Collection[int], *, by: Actor, but: Meeting | None = None
) -> list[ScheduleWarning]:
    """Not a working day, outside working hours, holidays not known yet, somebody in another meeting then."""
    calendar, zone = company_calendar(), clock.company_zone()
    start, end = (moment.astimezone(zone).replace(tzinfo=None) for moment in (starts_at, ends_at))
    found: list[ScheduleWarning] = []
    if not calendar.is_workday(start.date()):
        found.append(ScheduleWarning(_("%(day)s is not a working day.") % {"day": exactly(start.date())}))
    elif calendar.working_minutes_between(start, end) * 60 < (end - start).total_seconds():
        found.append(ScheduleWarning(_("Part of the meeting lies outside working hours.")))
    if years := calendar.undeclared_years(start.date(), end.date()):
        text = _("The holidays and make-up workdays of %(year)s are not known yet.")
        found.append(ScheduleWarning(text % {"year": years[0]}))
    if starts_at < clock.now():
        found.append(ScheduleWarning(_("This time has passed.")))
    return found + list(_taken(starts_at, ends_at, person_ids, by, but))


def _taken(
    starts_at: datetime, ends_at: datetime, person_ids: Collection[int], by: Actor, but: Meeting | None
) -> Iterable[ScheduleWarning]:
    others = (
        Attendee.objects.filter(
            person__in=person_ids,
            meeting__state__in=(MeetingState.PLANNED, MeetingState.RUNNING),
            meeting__starts_at__lt=ends_at,
            meeting__ends_at__gt=starts_at,
        )
        .exclude(attendance=Attendance.DECLINED)
        .exclude(meeting=but)
        .select_related("person", "meeting")
        .order_by("person__name", "pk")
    )
    others = list(others[:50])  # type: ignore[assignment]
    visible = set(meetings_for(by).filter(pk__in={other.meeting_id for other in others}).values_list("pk", flat=True))
    for other in others:
        facts = {"person": other.person.name, "meeting": other.meeting.title}
        # What the other meeting is called is not for everybody's eyes.
        if other.meeting_id in visible:
            yield ScheduleWarning(_("%(person)s is in “%(meeting)s” then.") % facts, other.person_id)
        else:
            yield ScheduleWarning(_("%(person)s is in another meeting then.") % facts, other.person_id)


def _proposed_start(kind: MeetingKind) -> datetime:
    calendar, now = company_calendar(), clock.local_now()
    tomorrow = calendar.next_workday(now.date() + timedelta(days=1))
    if kind == MeetingKind.EMERGENCY:
        return (now + timedelta(minutes=10 - now.minute % 5)).replace(second=0, microsecond=0)
    if kind == MeetingKind.HUDDLE:
        noon = _local(now.date(), time(12))
        return noon if calendar.is_workday(now.date()) and noon > now else _local(tomorrow, time(12))
    if kind == MeetingKind.WEEKLY:
        friday = now.date() + timedelta(days=(_FRIDAY - now.isoweekday()) % 7)
        moment = _local(friday, time(15))
        return moment if moment > now else moment + timedelta(days=7)
    return _local(tomorrow, time(14))


def _local(day: date, at: time) -> datetime:
    return datetime.combine(day, at, clock.company_zone())


def people_in(meeting: Meeting) -> list[Candidate]:
    """Everybody who may own something that comes out of the meeting: who is invited, then who belongs to the project."""
    invited = {
        attendee.person_id: Candidate(attendee.person, attendee.department, AttendeeRole(attendee.role or "guest"))
        for attendee in meeting.attendees.select_related("person", "department")
        if attendee.person.is_active
    }
    return [*invited.values(), *(c for c in candidates(meeting.project) if c.person.pk not in invited)]


def stand_ins(meeting: Meeting, by: Actor) -> list[Candidate]:
    """Who may come instead of the actor: the deputies the actor has named, and the people of the actor's departments."""
    deputies = delegations_on(clock.today()).filter(head_id=by.pk, deputy__is_active=True).select_related("deputy")
    found = {d.deputy_id: Candidate(d.deputy, None, AttendeeRole.DEPUTY) for d in deputies}
    colleagues = Membership.objects.filter(
        department__in=by.department_ids | by.headed_ids, person__is_active=True
    ).exclude(person_id=by.pk)
    for membership in colleagues.select_related("person", "department")[:_MOST_OTHERS]:
        found.setdefault(membership.person_id, Candidate(membership.person, membership.department, AttendeeRole.MEMBER))
    return list(found.values())
