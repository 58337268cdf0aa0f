"""A big company for measuring: departments, persons, many projects at all points of phase 1, made with bulk inserts."""

from __future__ import annotations

import random
from datetime import date, timedelta

from django.utils import timezone

from tongzhou.people.models import Department, Headship, Membership, Person
from tongzhou.projects.models import Commitment, Objective, Party, Project, Scenario
from tongzhou.projects.states import Phase

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
    return persons[0]
