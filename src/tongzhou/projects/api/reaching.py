"""What every endpoint begins with, and the schemas several share."""

from __future__ import annotations

from typing import Annotated

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from tongzhou.core.access import reach
from tongzhou.core.api import Text
from tongzhou.core.pages import actor_of
from tongzhou.people.models import Department, Person

from .. import queries
from ..models import Project

PAGE = 50
PageNumber = Annotated[int, Field(ge=1, le=100_000)]
Key = Annotated[int, Field(ge=1, le=2**63 - 1)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]


class PersonRef(Schema):
    """A person by key and name."""

    id: int
    name: str


class DepartmentRef(Schema):
    """A department by key and name."""

    id: int
    name: str


class ProjectReasonIn(Schema):
    """A reason that stays visible."""

    reason: Text = ""


class DoneOut(Schema):
    """The act was done."""

    done: bool = True


def person_ref(person: Person | None) -> PersonRef | None:
    """A person, or nobody."""
    return PersonRef(id=person.pk, name=person.name) if person else None


def department_ref(department: Department) -> DepartmentRef:
    """A department."""
    return DepartmentRef(id=department.pk, name=department.name)


def project_of(request: HttpRequest, project_id: int) -> Project:
    """The project, as far as the caller may see it."""
    return reach(_projects(request), project_id)


def _projects(request: HttpRequest) -> QuerySet[Project]:
    return queries.projects_for(actor_of(request)).select_related("scenario", "initiator", "lead", "sponsor")
