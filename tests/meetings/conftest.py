"""The 618 campaign up to its kickoff: three departments asked, two objectives, contact persons named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tests.cast import Cast
from tongzhou.meetings import queries, services
from tongzhou.meetings.models import Meeting, MinutesEdition
from tongzhou.projects import services as projects
from tongzhou.projects.models import Project

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    """A moment in the company's zone."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@dataclass
class Story:
    """The campaign and its people, with the steps tests take again and again."""

    cast: Cast
    project: Project

    def plan(self, kind: str = "kickoff", **values: object) -> Meeting:
        """Plans a meeting on 13 May, 14:00, with all heads and contact persons."""
        facts = {
            "title": "618大促活动启动会",
            "starts_at": at("2026-05-13 14:00"),
            "ends_at": at("2026-05-13 15:30"),
            "location": "3楼同舟会议室",
            "chair_id": self.cast.lead.pk,
            "recorder_id": self.cast.product_member.pk,
        }
        people = [c.person.pk for c in queries.candidates(self.project, None) if c.role in {"head", "contact", "lead"}]
        return services.plan_meeting(
            self.project.pk, kind, {**facts, **values}, attendee_ids=people, by=self.cast.by("lead")
        )

    def hold(self, clock: object, *, absent: tuple[str, ...] = (), **values: object) -> Meeting:
        """Plans and holds the kickoff: attendance, a commitment a department, the first sync; ready to be sent."""
        meeting = self.plan(**values)
        by = self.cast.by("lead")
        clock.at("2026-05-13 14:00")
        services.start_meeting(meeting.pk, by=by)
        for part in absent:
            attendee = meeting.attendees.get(person=self.cast.persons[part])
            services.check_attendance(meeting.pk, attendee.pk, "absent", reason="出差", by=by)
        services.check_everybody_in(meeting.pk, by=by)
        services.add_meeting_commitment(
            meeting.pk,
            {
                "department_id": self.cast.product.pk,
                "owner_id": self.cast.product_contact.pk,
                "action": "6月1日前完成TOP10 SKU的库存盘点，保障活动期间不断货",
                "deliverable": "盘点报告",
                "quantity": Decimal(10),
                "unit": "个SKU",
                "due": date(2026, 6, 1),
                "acceptance": "盘点准确率100%",
            },
            by=by,
        )
        services.note_closing(meeting.pk, None, {"first_sync_at": at("2026-05-15 15:00")}, by=by)
        clock.at("2026-05-13 15:40")
        services.end_meeting(meeting.pk, by=by)
        meeting.refresh_from_db()
        return meeting

    def send(self, meeting: Meeting) -> MinutesEdition:
        """Sends the minutes as they stand."""
        draft = queries.draft_minutes(Meeting.objects.get(pk=meeting.pk))
        return services.send_minutes(meeting.pk, shown_digest=draft.digest, by=self.cast.by("lead"))

    def answer(self, meeting: Meeting, part: str, verdict: str = "agree", reason: str = "") -> None:
        """A person answers for the department they belong to."""
        edition = meeting.editions.order_by("-number").first()
        department = self.cast.persons[part].memberships.get().department_id
        services.answer_minutes(
            meeting.pk, department, verdict, reason=reason, shown_digest=edition.digest, by=self.cast.by(part)
        )


HEADS = ("marketing_head", "product_head", "sales_head", "technology_head")


@pytest.fixture
def story(cast: Cast) -> Story:
    """The campaign, aligning."""
    lead = cast.by("lead")
    project = projects.create_project(
        name="618大促活动", scenario_id=cast.scenarios["launch"].pk, initiator_id=cast.marketing.pk, by=lead
    )
    projects.set_parties(
        project.pk,
        [
            (cast.product.pk, cast.product_contact.pk),
            (cast.sales.pk, cast.sales_contact.pk),
            (cast.technology.pk, cast.technology_contact.pk),
        ],
        by=lead,
    )
    projects.change_project(project.pk, None, {"sponsor_id": cast.sponsor.pk}, by=lead)
    for text, metric, target in (
        ("活动期销售额同比提升30%", "销售额", 30),
        ("活动期用户转化率提升15%", "用户转化率", 15),
    ):
        projects.add_objective(
            project.pk,
            {"text": text, "metric": metric, "unit": "%", "target": Decimal(target), "due": date(2026, 6, 20)},
            by=lead,
        )
    projects.open_project(project.pk, by=lead)
    return Story(cast, Project.objects.get(pk=project.pk))


@pytest.fixture
def kickoff(story: Story) -> Meeting:
    """A kickoff that is planned."""
    return story.plan()


@pytest.fixture
def held(story: Story, stopped_clock: object) -> Meeting:
    """A kickoff whose minutes are ready to be sent."""
    return story.hold(stopped_clock)


@pytest.fixture
def sent(story: Story, held: Meeting) -> Meeting:
    """A kickoff whose minutes wait for confirmation since 13 May, 15:40."""
    story.send(held)
    held.refresh_from_db()
    return held


@pytest.fixture
def actor(cast: Cast) -> Callable[[str], object]:
    """The actor of a part."""
    return cast.by
