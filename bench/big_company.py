"""A big company for measuring: departments, persons, many projects at all points of phase 1, made with bulk inserts.

One project among them, ``campaign``, is taken through the services up to the signing of its memorandum, so that its pages
show exactly what a company's would.
"""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from tongzhou.alignment import services as alignment
from tongzhou.alignment.models import Ask, CollabRequest, Memorandum, MemorandumEdition, Milestone, Reply
from tongzhou.alignment.states import AskState, CollabState, MemorandumState
from tongzhou.core import clock
from tongzhou.core.actor import system
from tongzhou.core.acts import act
from tongzhou.core.events import record
from tongzhou.documents.models import StoredFile
from tongzhou.meetings import queries as meeting_queries
from tongzhou.meetings import services as meetings
from tongzhou.meetings.models import Attendance, Attendee, Meeting, MinutesEdition
from tongzhou.meetings.states import MeetingKind, MeetingState
from tongzhou.messaging.models import Notification
from tongzhou.people.models import Department, Headship, Membership, Person
from tongzhou.people.queries import actor_for
from tongzhou.projects.models import Commitment, Objective, Party, Project, Scenario
from tongzhou.projects.states import Phase
from tongzhou.signoff.models import Round, Signatory
from tongzhou.signoff.states import RoundState

DEPARTMENTS, PERSONS, PROJECTS = 40, 400, 1000


def build(projects: int = PROJECTS, seed: int = 618) -> Person:
    """Fills an empty database and returns a person who takes part in very much: a head with many projects."""
    dice = random.Random(seed)
    moment, today = timezone.now(), date(2026, 5, 11)
    departments = [
        Department.objects.create(name=f"部门{n:02d}", code=f"d{n:02d}", position=n) for n in range(DEPARTMENTS)
    ]
    persons = Person.objects.bulk_create(
        Person(username=f"p{n:03d}", name=f"员工{n:03d}", password="!", email=f"p{n:03d}@example.com")
        for n in range(PERSONS)
    )
    homes = {person.pk: departments[n % DEPARTMENTS] for n, person in enumerate(persons)}
    Membership.objects.bulk_create(Membership(person=person, department=homes[person.pk]) for person in persons)
    Headship.objects.bulk_create(
        Headship(person=persons[n], department=departments[n], since=date(2020, 1, 1)) for n in range(DEPARTMENTS)
    )
    scenario = Scenario.objects.order_by("position").first() or Scenario.objects.create(
        key="launch", kind="launch", name="上市"
    )
    made = Project.objects.bulk_create(
        Project(
            code=f"B{n:05d}",
            name=f"跨部门项目 {n} 号",
            scenario=scenario,
            phase=dice.choice([Phase.ALIGNING, Phase.ALIGNING, Phase.PLANNING, Phase.CLOSED]),
            initiator=departments[n % DEPARTMENTS],
            lead=persons[(n * 7) % PERSONS],
            starts_on=today,
            ends_on=today + timedelta(days=dice.randrange(20, 200)),
            created_at=moment,
            changed_at=moment - timedelta(minutes=n),
        )
        for n in range(projects)
    )
    parties, objectives, commitments = [], [], []
    for n, project in enumerate(made):
        others = dice.sample([d for d in departments if d.pk != project.initiator_id], 4)
        # The first department takes part in half of everything: its head has a long desk.
        if n % 2 == 0 and departments[0] not in others and project.initiator_id != departments[0].pk:
            others[0] = departments[0]
        for position, department in enumerate([project.initiator, *others]):
            parties.append(
                Party(
                    project=project,
                    department=department,
                    position=position,
                    is_initiator=position == 0,
                    contact=dice.choice(persons),
                )
            )
        for position in range(3):
            objectives.append(
                Objective(
                    project=project,
                    position=position,
                    text=f"活动期销售额提升{10 + position * 10}%",
                    metric="销售额",
                    unit="%",
                    baseline=0,
                    target=10 + position * 10,
                    due=project.ends_on,
                )
            )
        for number in range(1, 7):
            commitments.append(
                Commitment(
                    project=project,
                    number=number,
                    department=others[number % 4],
                    owner=dice.choice(persons),
                    action=f"6月{number}日前完成第{number}批20款商品的库存盘点,确保活动期间无断货",
                    due=project.ends_on,
                    acceptance="盘点表经双方确认",
                )
            )
    Party.objects.bulk_create(parties, batch_size=2000)
    Objective.objects.bulk_create(objectives, batch_size=2000)
    Commitment.objects.bulk_create(commitments, batch_size=2000)
    running = [project for project in made if project.phase in {Phase.ALIGNING, Phase.PLANNING}]
    _requests(made, dice, moment)
    _meetings(running, persons, moment)
    _memoranda(running, moment)
    _messages(persons[0], made, moment)
    _history(made)
    return persons[0]


def _members(project: Project) -> list[Party]:
    return list(project.parties.select_related("department").order_by("position"))


def _requests(projects: list[Project], dice: random.Random, moment: datetime) -> None:
    """A request for each project; in those that are aligning, departments still owe their answers."""
    collabs = CollabRequest.objects.bulk_create(
        CollabRequest(
            project=project,
            requester=project.lead,
            request_date=project.starts_on,
            type="launch",
            background="上半年最重要的节点,去年活动期间断货两次。",
            deliverables="活动方案、备货、页面、客服话术。",
            state=CollabState.SUBMITTED if project.phase == Phase.ALIGNING else CollabState.ACCEPTED,
            edition=1,
            created_at=moment,
            saved_at=moment,
            submitted_at=moment,
        )
        for project in projects
    )
    parties: dict[int, list[Party]] = {}
    for party in Party.objects.filter(is_initiator=False).order_by("position"):
        parties.setdefault(party.project_id, []).append(party)
    asks, milestones = [], []
    for collab in collabs:
        aligning = collab.state == CollabState.SUBMITTED
        for position, party in enumerate(parties[collab.project_id]):
            asks.append(
                Ask(
                    collab=collab,
                    department_id=party.department_id,
                    position=position,
                    request_item=f"6月{position + 1}日前完成第{position + 1}批20款商品的库存盘点",
                    due=collab.project.ends_on,
                    contact_person_id=party.contact_id,
                    state=dice.choice([AskState.WAITING, AskState.ACCEPTED]) if aligning else AskState.ACCEPTED,
                    reply_due_at=moment + timedelta(hours=dice.randrange(-20, 60)),
                )
            )
        milestones += [
            Milestone(collab=collab, position=n, name=f"里程碑{n}", date=collab.project.ends_on) for n in range(3)
        ]
    made = Ask.objects.bulk_create(asks, batch_size=2000)
    Milestone.objects.bulk_create(milestones, batch_size=2000)
    leads = {collab.pk: collab.requester_id for collab in collabs}
    Reply.objects.bulk_create(
        (
            Reply(
                ask=ask,
                move="ask",
                is_initiator=True,
                asked=ask.request_item,
                person_id=leads[ask.collab_id],
                at=moment,
            )
            for ask in made
        ),
        batch_size=2000,
    )


def _meetings(projects: list[Project], persons: list[Person], moment: datetime) -> None:
    """A kickoff for each running project: one in three to come, one being confirmed, one locked; six invited."""
    states = [MeetingState.PLANNED, MeetingState.CONFIRMING, MeetingState.LOCKED]
    made = Meeting.objects.bulk_create(
        Meeting(
            project=project,
            kind=MeetingKind.KICKOFF,
            title=f"{project.name}启动会",
            starts_at=moment + timedelta(days=1 + n % 9 if n % 3 == 0 else -(n % 9), hours=n % 8),
            ends_at=moment + timedelta(days=1 + n % 9 if n % 3 == 0 else -(n % 9), hours=n % 8 + 1),
            location="大会议室",
            chair_id=project.lead_id,
            recorder_id=project.lead_id,
            state=states[n % 3],
            created_at=moment,
        )
        for n, project in enumerate(projects)
    )
    head_of = dict(Headship.objects.values_list("department_id", "person_id"))
    attendees, rounds, editions = [], [], []
    for n, meeting in enumerate(made):
        attendance = Attendance.INVITED if n % 3 == 0 else Attendance.PRESENT
        invited = {meeting.chair_id, *(head_of[party.department_id] for party in _members(meeting.project))}
        attendees += [Attendee(meeting=meeting, person_id=pk, attendance=attendance) for pk in sorted(invited)]
        if n % 3:
            editions.append(MinutesEdition(meeting=meeting, number=1, content={}, digest="0" * 64, at=moment))
        if meeting.state == MeetingState.CONFIRMING:
            rounds.append(_round("minutes", meeting.pk, meeting.project, moment))
    Attendee.objects.bulk_create(attendees, batch_size=2000)
    MinutesEdition.objects.bulk_create(editions, batch_size=2000)
    _asked(Round.objects.bulk_create(rounds, batch_size=2000))


def _memoranda(projects: list[Project], moment: datetime) -> None:
    """A memorandum for each project in planning: out for signing."""
    planning = [project for project in projects if project.phase == Phase.PLANNING]
    file = StoredFile.objects.create(
        slot="memorandum:0",
        name="a.pdf",
        media_type="application/pdf",
        size=1,
        sha256="0" * 64,
        key="0",
        added_at=moment,
    )
    made = Memorandum.objects.bulk_create(
        Memorandum(project=project, state=MemorandumState.SIGNING, edition_number=1, created_at=moment, saved_at=moment)
        for project in planning
    )
    rounds = Round.objects.bulk_create(
        [_round("memorandum", memorandum.pk, memorandum.project, moment) for memorandum in made], batch_size=2000
    )
    MemorandumEdition.objects.bulk_create(
        (
            MemorandumEdition(
                memorandum=memorandum,
                number=1,
                content={},
                digest="0" * 64,
                pdf=file,
                round=round,
                verify_code=f"bench-{memorandum.pk}",
                at=moment,
            )
            for memorandum, round in zip(made, rounds, strict=True)
        ),
        batch_size=2000,
    )
    _asked(rounds)


def _round(kind: str, subject_id: int, project: Project, moment: datetime) -> Round:
    return Round(
        subject_kind=kind,
        subject_id=subject_id,
        project_id=project.pk,
        title=project.name,
        content="{}",
        digest="0" * 64,
        scope=kind,
        needs_fresh_identity=kind == "memorandum",
        state=RoundState.OPEN,
        opened_at=moment,
        due_at=moment + timedelta(days=2),
    )


def _asked(rounds: list[Round]) -> None:
    """Every department of the project is asked."""
    parties: dict[int, list[int]] = {}
    for project_id, department_id in Party.objects.values_list("project_id", "department_id"):
        parties.setdefault(project_id, []).append(department_id)
    Signatory.objects.bulk_create(
        (
            Signatory(round=round, department_id=department_id)
            for round in rounds
            for department_id in parties[round.project_id or 0]
        ),
        batch_size=2000,
    )


def _messages(person: Person, projects: list[Project], moment: datetime) -> None:
    """2,000 things that one person was told, a tenth of them unread."""
    Notification.objects.bulk_create(
        (
            Notification(
                person=person,
                unique_key=f"bench-{n}",
                title=f"{projects[n % len(projects)].name}:请回复协作需求",
                body="产品部需在两个工作日内答复。",
                link="/",
                project_id=projects[n % len(projects)].pk,
                at=moment - timedelta(minutes=n),
                read_at=None if n % 10 == 0 else moment,
            )
            for n in range(2000)
        ),
        batch_size=2000,
    )


@act
def _history(projects: list[Project]) -> None:
    """Three events a project, through the real log."""
    by = system("bench")
    for project in projects:
        for name in ("projects.project.started", "alignment.collab.submitted", "projects.project.changed"):
            record(by, name, project, after={"name": project.name})


def campaign(head: Person, promises: int = 20) -> Project:
    """618大促: the second department asks the first and four others; memorandum out for signing.

    There are ``promises`` commitments, and at least one of each department: nobody signs who promises nothing.
    """
    head_of = dict(Headship.objects.order_by("pk").values_list("department_id", "person_id"))
    departments = [Headship.objects.get(person=head).department_id, *sorted(head_of)[2:6]]
    initiator = sorted(head_of)[1]
    lead = Person.objects.filter(memberships__department=initiator).exclude(pk=head_of[initiator]).order_by("pk")[0]
    by = actor_for(lead)
    scenario = Scenario.objects.order_by("position")[0]
    collab = alignment.start_collab(scenario_id=scenario.pk, name="618大促活动", initiator_id=initiator, by=by)
    today = clock.today()
    due = today + timedelta(days=40)
    contacts = {pk: Person.objects.filter(memberships__department=pk).order_by("-pk")[0].pk for pk in departments}
    action = f"{today + timedelta(days=20):%-m月%-d日}前完成TOP10 SKU库存盘点"
    draft = alignment.CollabDraft(
        {
            "type": "launch",
            "urgency": "urgent",
            "background": "上半年最重要的节点。" * 12,
            "deliverables": "方案、备货、页面。" * 8,
            "starts_on": today,
            "ends_on": due + timedelta(days=10),
            "dept_head_opinion": "同意。",
        },
        objectives=[
            {
                "id": None,
                "text": f"618活动期间线上销售额较去年同期提升{30 + n}%",
                "metric": "销售额",
                "unit": "万元",
                "baseline": Decimal(1000),
                "target": Decimal(1300 + n),
                "due": due,
                "source": "ERP",
                "company_goal": "上半年营收",
                "evidence": "去年增长22%",
            }
            for n in range(max(1, promises // 4))
        ],
        asks=[
            {"department_id": pk, "request_item": action, "due": due, "contact_person_id": contacts[pk]}
            for pk in departments
        ],
        milestones=[{"id": None, "name": f"节点{n}", "date": due, "department_id": None} for n in range(4)],
        version=collab.version,
    )
    project = alignment.submit_collab(collab.project_id, by=by, draft=draft).project
    start = clock.local_now() + timedelta(hours=1)
    meeting = meetings.plan_meeting(
        project.pk,
        "kickoff",
        {
            "title": "618大促活动启动会",
            "starts_at": start,
            "ends_at": start + timedelta(hours=1),
            "location": "大会议室",
            "chair_id": by.pk,
            "recorder_id": by.pk,
        },
        by=by,
        attendee_ids=sorted({head_of[pk] for pk in departments} | set(contacts.values())),
    )
    meetings.start_meeting(meeting.pk, by=by)
    meetings.check_everybody_in(meeting.pk, by=by)
    for n in range(max(promises, len(departments))):
        pk = departments[n % len(departments)]
        meetings.add_meeting_commitment(
            meeting.pk,
            {
                "department_id": pk,
                "owner_id": contacts[pk],
                "action": f"{action},第{n + 1}批",
                "deliverable": "盘点报告",
                "quantity": Decimal(10),
                "unit": "个SKU",
                "due": due,
                "acceptance": "差异率不超过1%",
            },
            by=by,
        )
    meeting.refresh_from_db()
    meetings.note_closing(meeting.pk, meeting.version, {"first_sync_at": start + timedelta(days=3)}, by=by)
    meetings.end_meeting(meeting.pk, by=by)
    digest = meeting_queries.draft_minutes(Meeting.objects.get(pk=meeting.pk)).digest
    meetings.send_minutes(meeting.pk, by=by, shown_digest=digest)
    memorandum = alignment.create_memorandum(project.pk, by=by)
    alignment.open_signing(project.pk, memorandum.version, by=by)
    return Project.objects.get(pk=project.pk)
