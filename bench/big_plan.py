"""One very long plan for measuring: 5,000 tasks in 250 work packages, 7,500 links, letters, needs and bookings."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal

from bench.big_company import build
from django.utils import timezone

from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.people.models import Person
from tongzhou.people.queries import actor_for
from tongzhou.planning.models import Booking, Budget, Link, RaciAssignment, ResourceNeed, Task
from tongzhou.planning.services.steps import locked_plan, reschedule
from tongzhou.projects.models import Project
from tongzhou.projects.queries import projects_for
from tongzhou.projects.states import Phase

PACKAGE = 20
ACTS = ("盘点", "设计", "开发", "评审", "采购", "培训", "上架", "验收")
THINGS = ("库存", "活动页面", "渠道物料", "客服话术", "结算规则", "投放计划", "会员权益", "主推商品")


def long_project(tasks: int = 5_000, links: int = 7_500, needs: int = 600, seed: int = 618) -> Project:
    """Fills an empty database with a small company and returns its project with the long plan."""
    build(20, seed)
    dice = random.Random(seed)
    project = Project.objects.filter(phase=Phase.PLANNING).order_by("pk").first()
    if project is None:
        raise SystemExit("no project is being planned")
    project.starts_on, project.ends_on = date(2026, 1, 5), date(2027, 12, 31)
    project.save(update_fields=["starts_on", "ends_on"])
    departments = list(project.parties.order_by("position").values_list("department_id", flat=True))
    people = {
        pk: list(Person.objects.filter(memberships__department=pk).values_list("pk", flat=True)) for pk in departments
    }
    made = _tasks(project, tasks, departments, people, dice)
    _links(project, made, links, dice)
    _letters(project, made, departments, dice)
    _needs(project, made, needs, departments, people, dice)
    schedule(project.pk, by=actor_for(project.lead))
    return Project.objects.get(pk=project.pk)


@act
def schedule(project_id: int, *, by: Actor) -> None:
    """Dates the plan as the last line of every step does."""
    project = reach(projects_for(by), project_id, lock=True)
    plan = locked_plan(project)
    plan.next_number = project.tasks.count() + 1
    plan.version += 1
    reschedule(project, plan, by=by)
    plan.save()


def _tasks(
    project: Project, count: int, departments: list[int], people: dict[int, list[int]], dice: random.Random
) -> list[Task]:
    """Work packages of nineteen tasks each, every tenth with a milestone at its end; returns the tasks that are done."""
    parents, leaves, rank = [], [], 0
    for number in range(count // PACKAGE):
        rank += 1
        parent = Task(project=project, number=rank, rank=rank, depth=0, is_summary=True, title=f"工作包 {number + 1}")
        parents.append(parent)
        for place in range(PACKAGE - 1):
            rank += 1
            department = dice.choice(departments)
            last = place == PACKAGE - 2 and number % 10 == 9
            title = f"{dice.choice(THINGS)}{dice.choice(ACTS)}({rank})"
            leaves.append(
                (
                    number,
                    Task(
                        project=project,
                        number=rank,
                        rank=rank,
                        depth=1,
                        title=title,
                        department_id=department,
                        owner_id=dice.choice(people[department]) if people[department] else None,
                        duration=0 if last else dice.randint(1, 8),
                        is_milestone=last,
                        deliverable="盘点表" if place % 3 == 0 else "",
                    ),
                )
            )
    parents = Task.objects.bulk_create(parents, batch_size=1000)
    for number, task in leaves:
        task.parent = parents[number]
    return list(Task.objects.bulk_create([task for _number, task in leaves], batch_size=1000))


def _links(project: Project, tasks: list[Task], count: int, dice: random.Random) -> None:
    """Each task waits for one or two tasks shortly before it, so that there are long chains and no circle."""
    kinds = ("FS", "FS", "FS", "FS", "SS", "FF")
    pairs: dict[tuple[int, int], Link] = {}
    while len(pairs) < count:
        after = dice.randrange(1, len(tasks))
        before = max(0, after - dice.randint(1, 60))
        pair = (tasks[before].pk, tasks[after].pk)
        if before != after and pair not in pairs:
            pairs[pair] = Link(
                project=project,
                predecessor_id=pair[0],
                successor_id=pair[1],
                kind=dice.choice(kinds),
                lag=dice.choice((0, 0, 0, 1, 2)),
            )
    Link.objects.bulk_create(pairs.values(), batch_size=1000)


def _letters(project: Project, tasks: list[Task], departments: list[int], dice: random.Random) -> None:
    rows = []
    for task in tasks:
        others = [pk for pk in departments if pk != task.department_id]
        holders = [
            (task.department_id, "R"),
            (dice.choice(departments), "A"),
            *zip(dice.sample(others, 2), "CI", strict=True),
        ]
        rows += [
            RaciAssignment(project=project, task=task, department_id=pk, letter=letter)
            for pk, letter in dict.fromkeys(holders)
            if pk is not None
        ]
    RaciAssignment.objects.bulk_create(rows, batch_size=2000)


def _needs(
    project: Project,
    tasks: list[Task],
    count: int,
    departments: list[int],
    people: dict[int, list[int]],
    dice: random.Random,
) -> None:
    """Whole days of one person each, promised; now and then the same person twice, so that there are conflicts."""
    moment = timezone.now()
    Budget.objects.create(department_id=departments[0], account="推广费", amount=Decimal(500_000))
    needs = []
    for number, task in enumerate(dice.sample([task for task in tasks if task.duration], count), start=1):
        provider = dice.choice([pk for pk in departments if people[pk]])
        needs.append(
            ResourceNeed(
                project=project,
                number=number,
                task=task,
                department_id=departments[0],
                requester=project.lead,
                category="people",
                name="库存专员",
                provider_id=provider,
                purpose="值守库存",
                state="agreed",
                asked_at=moment,
            )
        )
    made = ResourceNeed.objects.bulk_create(needs, batch_size=500)
    Booking.objects.bulk_create(
        [Booking(need=need, project=project, person_id=dice.choice(people[need.provider_id])) for need in made],
        batch_size=500,
    )
