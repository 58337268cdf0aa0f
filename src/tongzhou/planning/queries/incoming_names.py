"""Who and what the names in a brought plan mean: departments taking part, persons, objectives, commitments."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from tongzhou.people.models import Membership, Person
from tongzhou.projects.models import Project

from ..exchange.rows import Brought

_AT_ONCE = 500
_NUMBERED = re.compile(r"\s*[#＃]?\s*(\d{1,5})(?:\s*[.、:：]|\s|$)")


class Unknown(ValueError):
    """A name that means nothing here, or more than one thing; its text says so."""


class Names:
    """Everything the rows of a file may call by name, fetched in a fixed number of queries."""

    def __init__(self, project: Project, brought: Brought) -> None:
        parties = project.parties.filter(left_at__isnull=True).select_related("department")
        self.departments = {
            word.strip().casefold(): party.department
            for party in parties
            for word in (party.department.code, party.department.name)
            if word.strip()
        }
        self.department_names = {party.department_id: party.department.name for party in parties}
        self._persons: dict[str, dict[int, Person]] = {}
        self._members: dict[int, set[int]] = {}
        self._fetch_persons(_spellings(brought))
        self.objectives = list(project.objectives.all())
        self.commitments = list(project.commitments.all())
        self.person_names = {pk: person.name for found in self._persons.values() for pk, person in found.items()}

    def department(self, name: str) -> int | None:
        """The key of a department that takes part."""
        if not name.strip():
            return None
        found = self.departments.get(name.strip().casefold())
        if found is None:
            raise Unknown(_("No department called “%(name)s” takes part in the project") % {"name": name.strip()[:40]})
        return found.pk

    def person(self, spellings: Iterable[str], department_id: int | None) -> int:
        """The key of an active person: by login name or e-mail, or by a name that is theirs alone where it matters."""
        written = [spelling.strip() for spelling in spellings if spelling.strip()]
        for spelling in written:
            found = self._persons.get(spelling.casefold(), {})
            if not found:
                continue
            near = [pk for pk in found if department_id in self._members.get(pk, ())]
            inside = [pk for pk in found if self._members.get(pk, set()) & set(self.department_names)]
            for some in (list(found), inside, near):
                if len(some) == 1:
                    return some[0]
            text = _("Several persons are called “%(name)s”; write the login name")
            raise Unknown(text % {"name": spelling[:40]})
        raise Unknown(_("Nobody is called “%(name)s”") % {"name": (written or [""])[0][:40]})

    def objective(self, text: str) -> int | None:
        """An objective by its words, its metric, or its place: 1 is the first."""
        wanted = " ".join(text.split())
        if not wanted:
            return None
        for row in self.objectives:
            if wanted in {" ".join(row.text.split()), " ".join(str(row).split()), row.metric.strip()}:
                return row.pk
        if wanted.isdecimal() and 0 < int(wanted[:6]) <= len(self.objectives):
            return self.objectives[int(wanted) - 1].pk
        raise Unknown(_("There is no objective “%(text)s” in this project") % {"text": wanted[:40]})

    def commitment(self, text: str) -> int | None:
        """A commitment by its number or its words."""
        wanted = " ".join(text.split())
        if not wanted:
            return None
        for row in self.commitments:
            if wanted == " ".join(row.action.split()):
                return row.pk
        if numbered := _NUMBERED.match(wanted):
            for row in self.commitments:
                if row.number == int(numbered[1]):
                    return row.pk
        raise Unknown(_("There is no commitment “%(text)s” in this project") % {"text": wanted[:40]})

    def _fetch_persons(self, spellings: set[str]) -> None:
        wanted = sorted(spellings)
        for first in range(0, len(wanted), _AT_ONCE):
            some = wanted[first : first + _AT_ONCE]
            rows = Person.objects.filter(is_active=True).annotate(
                login_lower=Lower("username"), mail_lower=Lower("email"), name_lower=Lower("name")
            )
            asked = Q(login_lower__in=some) | Q(mail_lower__in=some) | Q(name_lower__in=some)
            for person in rows.filter(asked):
                for word in {person.username, person.email, person.name}:
                    if word:
                        self._persons.setdefault(word.casefold(), {})[person.pk] = person
        keys = {pk for found in self._persons.values() for pk in found}
        for first in range(0, len(keys), _AT_ONCE):
            some_keys = sorted(keys)[first : first + _AT_ONCE]
            for person_id, department in Membership.objects.filter(person__in=some_keys).values_list(
                "person_id", "department_id"
            ):
                self._members.setdefault(person_id, set()).add(department)


def commitment_words(commitment: Any) -> str:
    """How a commitment is written in a file: its number and how it begins."""
    return f"{commitment.number}. {' '.join(commitment.action.split())[:60]}"


def _spellings(brought: Brought) -> set[str]:
    return {
        spelling.strip().casefold()
        for row in brought.rows
        for person in row.values.get("owner", [])
        for spelling in person
        if spelling.strip()
    }
