"""Helpers to tell what people of the demo company did, and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from tongzhou.alignment import services as alignment
from tongzhou.alignment.models import Ask
from tongzhou.cadence.services import fire_due
from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.meetings import queries as meeting_queries
from tongzhou.meetings import services as meetings
from tongzhou.meetings.models import Attendee, Meeting
from tongzhou.people.models import Department, Person
from tongzhou.people.queries import actor_for
from tongzhou.projects.models import Project, Scenario
from tongzhou.signoff import services as signoff
from tongzhou.signoff.models import Signatory

ZONE = ZoneInfo("Asia/Shanghai")


class Story:
    """Who acts by login name, departments by code, moments as the company's local time."""

    @contextmanager
    def at(self, moment: str) -> Iterator[None]:
        """Everything inside happens at the moment, e.g. ``2026-05-11 14:00``; what fell due before has fired."""
        with clock.frozen_at(self.moment(moment)):
            fire_due()
            yield

    def moment(self, text: str) -> datetime:
        """A local time as an aware moment."""
        return datetime.fromisoformat(text).replace(tzinfo=ZONE)

    @cached_property
    def departments(self) -> dict[str, int]:
        """Keys of the departments by code."""
        return dict(Department.objects.values_list("code", "pk"))

    @cached_property
    def persons(self) -> dict[str, int]:
        """Keys of the persons by login name."""
        return dict(Person.objects.values_list("username", "pk"))

    def by(self, username: str) -> Actor:
        """The person as actor, now."""
        return actor_for(Person.objects.get(username=username))

    def scenario(self, key: str) -> int:
        """The key of a scenario."""
        return Scenario.objects.get(key=key).pk

    def reply(self, project: Project, department: str, reply: str, by: str, **facts: Any) -> Ask:
        """A department answers the request."""
        ask = Ask.objects.get(collab__project=project, department_id=self.departments[department])
        return alignment.reply_to_ask(ask.pk, ask.version, reply, by=self.by(by), **facts)

    def answer(self, project: Project, department: str, answer: str, by: str, **facts: Any) -> Ask:
        """The initiator answers a department."""
        ask = Ask.objects.get(collab__project=project, department_id=self.departments[department])
        return alignment.answer_ask(ask.pk, ask.version, answer, by=self.by(by), **facts)

    def everybody_present(self, meeting: Meeting, absent: dict[str, str], by: str) -> None:
        """The attendance check; ``absent`` gives the reasons of those who did not come."""
        for attendee in Attendee.objects.filter(meeting=meeting).select_related("person"):
            reason = absent.get(attendee.person.username, "")
            attendance = "absent" if reason else "present"
            meetings.check_attendance(meeting.pk, attendee.pk, attendance, by=self.by(by), reason=reason)

    def write_agenda(self, meeting: Meeting, rows: Sequence[dict[str, str]], by: str) -> None:
        """Points and conclusions of the topics, in order."""
        for item, row in zip(list(meeting.agenda.all()), rows, strict=False):
            meetings.change_agenda_item(item.pk, item.version, row, by=self.by(by))

    def send_minutes(self, meeting: Meeting, by: str) -> None:
        """The recorder reads the preview and sends it."""
        draft = meeting_queries.draft_minutes(Meeting.objects.get(pk=meeting.pk))
        meetings.send_minutes(meeting.pk, by=self.by(by), shown_digest=draft.digest)

    def confirm_minutes(
        self, meeting: Meeting, department: str, by: str, verdict: str = "agree", reason: str = ""
    ) -> None:
        """A department confirms the minutes or objects."""
        digest = meeting.editions.order_by("-number")[0].digest
        meetings.answer_minutes(
            meeting.pk, self.departments[department], verdict, shown_digest=digest, by=self.by(by), reason=reason
        )

    def sign(self, project: Project, department: str, by: str, reason: str = "") -> None:
        """A head, or the deputy, signs the memorandum."""
        signatory = Signatory.objects.get(
            round__project_id=project.pk,
            round__subject_kind="memorandum",
            round__state="open",
            department_id=self.departments[department],
        )
        signoff.decide(
            signatory.pk, "agree", shown_digest=signatory.round.digest, by=self.by(by), reason=reason, identity="demo"
        )
