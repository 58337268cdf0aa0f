"""One search over everything the person may see: projects, people, objectives, commitments."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.core.actor import Actor
from tongzhou.core.navigation import url_if_there
from tongzhou.people.models import Membership, Person
from tongzhou.projects.models import Commitment, Objective, Project
from tongzhou.projects.queries import commitments_for, objectives_for, projects_for

LONGEST_QUERY = 200
MOST_WORDS = 8
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: what it is called, where it belongs, where it is."""

    title: str
    note: str
    url: str
    state: str = ""
    state_label: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing that is searched: which rows fit, and how one is shown."""

    key: str
    label: str | Promise
    icon: str
    rows: Callable[[Actor, list[str]], QuerySet[Any]]
    hits: Callable[[Iterable[Any]], list[Hit]]


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind: the first few, and how many in all."""

    kind: Kind
    hits: tuple[Hit, ...]
    count: int


def search(actor: Actor, text: str) -> list[Group]:
    """The first hits of each kind that has any."""
    words = _words(text)
    groups = []
    for kind in GROUPS.values() if words else ():
        rows = kind.rows(actor, words)
        # The keys alone say how many there are and which come first; looking a second time costs as much as the first.
        keys = list(rows.values_list("pk", flat=True))
        if keys:
            groups.append(Group(kind, tuple(kind.hits(rows.filter(pk__in=keys[:SHOWN]))), len(keys)))
    return groups


def search_group(actor: Actor, text: str, key: str) -> tuple[Kind, QuerySet[Any]]:
    """All rows of one kind, for a list in pages."""
    kind = GROUPS[key]
    words = _words(text)
    rows = kind.rows(actor, words)
    return kind, rows if words else rows.none()


def _words(text: str) -> list[str]:
    """The words looked for; each must be found. Every database holds them: no NUL, not endless."""
    return text.replace("\x00", " ")[:LONGEST_QUERY].split()[:MOST_WORDS]


def _fits(words: list[str], *columns: str) -> Q:
    """Every word stands in one of the columns; case does not matter, two Chinese characters are enough."""
    found = Q()
    for word in words:
        anywhere = Q()
        for column in columns:
            anywhere |= Q(**{f"{column}__icontains": word})
        found &= anywhere
    return found


def _projects(actor: Actor, words: list[str]) -> QuerySet[Project]:
    return (
        projects_for(actor)
        .filter(_fits(words, "name", "code", "initiator__name", "lead__name"))
        .select_related("initiator", "lead")
    )


def _project_hits(rows: Iterable[Project]) -> list[Hit]:
    return [
        Hit(
            row.name,
            f"{row.code} · {row.initiator.name} · {row.lead.name}",
            row.get_absolute_url(),
            row.phase,
            row.get_phase_display(),
        )
        for row in rows
    ]


def _people(actor: Actor, words: list[str]) -> QuerySet[Person]:
    columns = ("name", "pinyin", "username", "title", "memberships__department__name")
    fitting = Person.objects.filter(_fits(words, *columns), is_active=True)
    return Person.objects.filter(pk__in=fitting.values("pk")).order_by("name", "pk")


def _people_hits(rows: Iterable[Person]) -> list[Hit]:
    people = list(rows)
    departments: dict[int, list[str]] = {}
    for row in Membership.objects.filter(person__in=people).select_related("department").order_by("-is_main", "pk"):
        departments.setdefault(row.person_id, []).append(row.department.name)
    return [
        Hit(
            person.name,
            " · ".join(part for part in (person.title, _(", ").join(departments.get(person.pk, []))) if part),
            url_if_there("people:person", person.pk) or url_if_there("people:directory"),
        )
        for person in people
    ]


def _objectives(actor: Actor, words: list[str]) -> QuerySet[Objective]:
    return (
        objectives_for(actor).filter(_fits(words, "text", "metric", "company_goal")).order_by("-project_id", "position")
    )


def _objective_hits(rows: Iterable[Objective]) -> list[Hit]:
    return [
        Hit(row.text, row.project.name, f"{reverse('projects:objectives', args=[row.project_id])}#objective-{row.pk}")
        for row in rows
    ]


def _commitments(actor: Actor, words: list[str]) -> QuerySet[Commitment]:
    columns = ("action", "deliverable", "owner__name", "department__name")
    return commitments_for(actor).filter(_fits(words, *columns)).order_by("-project_id", "number")


def _commitment_hits(rows: Iterable[Commitment]) -> list[Hit]:
    return [
        Hit(
            row.action,
            f"{row.project.name} · {row.department.name}",
            f"{reverse('projects:commitments', args=[row.project_id])}#commitment-{row.pk}",
            row.state,
            row.get_state_display(),
        )
        for row in rows
    ]


GROUPS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind("projects", gettext_lazy("Projects"), "folders", _projects, _project_hits),
        Kind("people", gettext_lazy("People"), "users", _people, _people_hits),
        Kind("objectives", gettext_lazy("Objectives"), "target", _objectives, _objective_hits),
        Kind("commitments", gettext_lazy("Commitments"), "link", _commitments, _commitment_hits),
    )
}
