"""Who is who in the tests: a small company around the 618 campaign (618大促活动)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from tongzhou.core.actor import Actor
from tongzhou.people.models import Department, Headship, Membership, Person
from tongzhou.people.queries import actor_for
from tongzhou.projects.models import Scenario

PASSWORD = "tongzhou-test-word"


@dataclass
class Cast:
    """Departments and persons by the part they play; ``cast.lead`` is a Person, ``cast.by("lead")`` the actor."""

    departments: dict[str, Department] = field(default_factory=dict)
    persons: dict[str, Person] = field(default_factory=dict)
    scenarios: dict[str, Scenario] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Department | Person:
        for table in (self.__dict__.get("persons", {}), self.__dict__.get("departments", {})):
            if name in table:
                return table[name]
        raise AttributeError(name)

    def by(self, part: str) -> Actor:
        """The actor of the person who plays the part, as a fresh request would have it."""
        return actor_for(Person.objects.get(pk=self.persons[part].pk))


DEPARTMENTS = {
    "marketing": "市场部",
    "product": "产品部",
    "sales": "销售部",
    "technology": "技术部",
    "service": "客服部",
}
# part: (login name, name, department, what they are)
PERSONS = {
    "lead": ("chen.chen", "陈晨", "marketing", {}),
    "marketing_head": ("lin.yue", "林悦", "marketing", {"head": True}),
    "product_head": ("wang.lei", "王磊", "product", {"head": True}),
    "product_contact": ("zhao.min", "赵敏", "product", {}),
    "product_member": ("qian.duo", "钱多", "product", {}),
    "sales_head": ("liu.qiang", "刘强", "sales", {"head": True}),
    "sales_contact": ("sun.li", "孙丽", "sales", {}),
    "technology_head": ("zhang.wei", "张伟", "technology", {"head": True}),
    "technology_contact": ("li.na", "李娜", "technology", {}),
    "outsider": ("he.jing", "何静", "service", {"head": True}),
    "sponsor": ("gao.yuan", "高远", None, {"is_executive": True}),
    "pmo": ("mei.lan", "梅兰", None, {"is_pmo": True}),
    "admin": ("admin", "管理员", None, {"is_admin": True}),
}


def build_cast() -> Cast:
    """Puts the cast into the database."""
    cast = Cast()
    for position, (key, name) in enumerate(DEPARTMENTS.items()):
        cast.departments[key] = Department.objects.create(name=name, code=key, position=position)
    for part, (username, name, department, facts) in PERSONS.items():
        roles = {key: value for key, value in facts.items() if key != "head"}
        person = Person(username=username, name=name, email=f"{username}@example.com", **roles)
        person.set_password(PASSWORD)
        person.save()
        cast.persons[part] = person
        if department:
            Membership.objects.create(person=person, department=cast.departments[department])
        if facts.get("head"):
            Headship.objects.create(person=person, department=cast.departments[department], since=date(2020, 1, 1))
    cast.scenarios = {scenario.key: scenario for scenario in Scenario.objects.all()}
    return cast
