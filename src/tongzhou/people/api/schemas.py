"""What the API says about people, and what it takes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Field, Schema

from tongzhou.core import clock
from tongzhou.core.api import Text

from .. import queries
from ..models import ApiToken, Delegation, Department, Headship, Person


class MemberOut(Schema):
    """A department somebody belongs to."""

    department_id: int
    department: str
    is_main: bool


class PersonOut(Schema):
    """What colleagues may know of a person."""

    id: int
    username: str
    name: str
    title: str
    email: str
    mobile: str
    employee_no: str
    is_active: bool
    main_department_id: int | None


class PersonFullOut(PersonOut):
    """A person with departments and offices; ``version`` goes back with a change."""

    version: int
    departments: list[MemberOut]
    heads: list[int] = Field(description="Departments headed today")
    is_admin: bool
    is_pmo: bool
    is_executive: bool
    joined_on: date | None
    left_on: date | None


class PersonPage(Schema):
    """One page of persons."""

    items: list[PersonOut]
    total: int
    page: int


class MeOut(PersonFullOut):
    """The asking person."""

    language: str
    signing_agreed_at: datetime | None


class DepartmentOut(Schema):
    """A department in the tree, with its head today."""

    id: int
    parent_id: int | None
    name: str
    path: str
    code: str
    colour: str
    position: int
    is_active: bool
    version: int
    head_id: int | None
    members: int
    people: int


class HeadshipOut(Schema):
    """Who headed a department, from when until when."""

    id: int
    department_id: int
    person_id: int
    person: str
    since: date
    until: date | None


class DelegationOut(Schema):
    """Who acts for which head, for which acts (none: all), from when until when."""

    id: int
    department_id: int
    head_id: int
    head: str
    deputy_id: int
    deputy: str
    scopes: list[str]
    since: date
    until: date
    reason: str
    revoked_at: datetime | None


class TokenOut(Schema):
    """A token, known by its label and last four characters."""

    id: int
    label: str
    hint: str
    created_at: datetime
    expires_at: datetime
    last_used_on: date | None
    revoked_at: datetime | None


class NewTokenOut(TokenOut):
    """A token that was just made: ``token`` is said this once."""

    token: str


class LinkOut(Schema):
    """A login link, said this once."""

    url: str
    days: int


class TieOut(Schema):
    """Something that holds a person."""

    kind: str
    text: str
    ends: bool


class PersonIn(Schema):
    """A new person."""

    username: Text
    name: Text
    employee_no: Text = ""
    email: Text = ""
    mobile: Text = ""
    title: Text = ""
    language: Text = "zh-hans"
    joined_on: date | None = None
    is_admin: bool = False
    is_pmo: bool = False
    is_executive: bool = False
    department_id: int | None = None


class PersonChange(Schema):
    """What is corrected of a person; what is left out stays."""

    version: int = Field(ge=1, le=2**31 - 1)
    username: Text | None = None
    name: Text | None = None
    employee_no: Text | None = None
    email: Text | None = None
    mobile: Text | None = None
    title: Text | None = None
    language: Text | None = None
    joined_on: date | None = None
    is_admin: bool | None = None
    is_pmo: bool | None = None
    is_executive: bool | None = None


class MeChange(Schema):
    """What everybody changes of themselves; what is left out stays."""

    version: int = Field(ge=1, le=2**31 - 1)
    language: Text | None = None
    mobile: Text | None = None
    email: Text | None = None


class LeaveIn(Schema):
    """Leaving the company."""

    left_on: date | None = None


class JoinIn(Schema):
    """Joining a department; as the main one it takes the place of the present main one, unless that is kept."""

    department_id: int
    as_main: bool = False
    keep_former: bool = False


class DepartmentIn(Schema):
    """A new department."""

    name: Text
    parent_id: int | None = None
    code: Text = ""
    colour: Text = ""


class DepartmentChange(Schema):
    """What is changed of a department; what is left out stays."""

    version: int = Field(ge=1, le=2**31 - 1)
    name: Text | None = None
    code: Text | None = None
    colour: Text | None = None
    position: int | None = None


class PeopleMoveIn(Schema):
    """Below which department another shall hang; null for the top."""

    parent_id: int | None
    version: int = Field(ge=1, le=2**31 - 1)


class HeadIn(Schema):
    """Who becomes head. ``former_id`` is the head that is replaced (null: there is none); anybody else in office: 409."""

    person_id: int
    since: date | None = None
    former_id: int | None


class DelegationIn(Schema):
    """Whom a head lets act for a department."""

    department_id: int
    deputy_id: int
    scopes: list[Text] = []
    since: date
    until: date
    reason: Text = ""


class TokenIn(Schema):
    """A token to be made."""

    label: Text
    days: int = 90


class ImportIn(Schema):
    """Rows as the table has them, by column key; ``dry_run`` only checks."""

    rows: list[dict[str, Text]] = Field(max_length=20_000)
    create_departments: bool = False
    dry_run: bool = False


class ImportRow(Schema):
    """What becomes of one row (add, change, same, error), and what is wrong at which column."""

    row: int
    verdict: str
    errors: dict[str, str]


class ImportOut(Schema):
    """What an import did or would do; with an error in any row nothing is written."""

    written: bool
    added: int
    changed: int
    unchanged: int
    wrong: int
    departments: int
    rows: list[ImportRow] = Field(description="Rows with errors; of a dry run all rows")


def person_facts(person: Person) -> dict[str, Any]:
    """The facts of a person that a list shows."""
    return {
        "id": person.pk,
        "username": person.username,
        "name": person.name,
        "title": person.title,
        "email": person.email,
        "mobile": person.mobile,
        "employee_no": person.employee_no,
        "is_active": person.is_active,
        "main_department_id": getattr(person, "main_department_id", None),
    }


def full_facts(person: Person) -> dict[str, Any]:
    """Everything colleagues may know of one person."""
    memberships = list(person.memberships.select_related("department").order_by("-is_main", "pk"))
    main = next((membership.department_id for membership in memberships if membership.is_main), None)
    heads = queries.headships_on(clock.today()).filter(person=person).values_list("department_id", flat=True)
    return person_facts(person) | {
        "main_department_id": main,
        "version": person.version,
        "departments": [
            MemberOut(department_id=m.department_id, department=m.department.name, is_main=m.is_main)
            for m in memberships
        ],
        "heads": sorted(heads),
        "is_admin": person.is_admin,
        "is_pmo": person.is_pmo,
        "is_executive": person.is_executive,
        "joined_on": person.joined_on,
        "left_on": person.left_on,
    }


def department_out(branch: queries.Branch) -> DepartmentOut:
    """A branch of the tree."""
    department: Department = branch.department
    return DepartmentOut(
        id=department.pk,
        parent_id=department.parent_id,
        name=department.name,
        path=branch.path,
        code=department.code,
        colour=department.colour,
        position=department.position,
        is_active=department.is_active,
        version=department.version,
        head_id=branch.head.pk if branch.head else None,
        members=branch.members,
        people=branch.people,
    )


def headship_out(headship: Headship) -> HeadshipOut:
    """A headship."""
    return HeadshipOut(
        id=headship.pk,
        department_id=headship.department_id,
        person_id=headship.person_id,
        person=headship.person.name,
        since=headship.since,
        until=headship.until,
    )


def delegation_out(delegation: Delegation) -> DelegationOut:
    """A delegation."""
    return DelegationOut(
        id=delegation.pk,
        department_id=delegation.department_id,
        head_id=delegation.head_id,
        head=delegation.head.name,
        deputy_id=delegation.deputy_id,
        deputy=delegation.deputy.name,
        scopes=list(delegation.scopes),
        since=delegation.since,
        until=delegation.until,
        reason=delegation.reason,
        revoked_at=delegation.revoked_at,
    )


def token_facts(token: ApiToken) -> dict[str, Any]:
    """A token without its secret, which nobody has."""
    return {
        "id": token.pk,
        "label": token.label,
        "hint": token.hint,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "last_used_on": token.last_used_on,
        "revoked_at": token.revoked_at,
    }
