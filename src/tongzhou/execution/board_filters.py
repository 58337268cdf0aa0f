"""Which tasks the board shows and how: read from an address, written back into one. The same for page, data and API."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import urlencode

from django.db import models
from django.http import QueryDict
from django.utils.translation import pgettext_lazy

from tongzhou.core.access import LARGEST_KEY
from tongzhou.planning.work_states import TaskStatus

from .states import RiskLevel

LATE = "late"
NO_RISK = "none"
LONGEST_TEXT = 100
STATUSES = (*TaskStatus.values, LATE)
RISKS = (*RiskLevel.values, NO_RISK)


class Look(models.TextChoices):
    """The four views of the one board."""

    KANBAN = "kanban", pgettext_lazy("view of the board", "Kanban")
    TABLE = "table", pgettext_lazy("view of the board", "Table")
    CALENDAR = "calendar", pgettext_lazy("view of the board", "Calendar")
    GANTT = "gantt", pgettext_lazy("view of the board", "Gantt")


class Group(models.TextChoices):
    """By what columns and sections are made."""

    STATUS = "status", pgettext_lazy("grouping of the board", "Status")
    DEPARTMENT = "department", pgettext_lazy("grouping of the board", "Department")
    OWNER = "owner", pgettext_lazy("grouping of the board", "Owner")
    OBJECTIVE = "objective", pgettext_lazy("grouping of the board", "Objective")


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """What is looked for: several values of one kind are alternatives, kinds narrow each other."""

    departments: tuple[int, ...] = ()
    owners: tuple[int, ...] = ()
    objectives: tuple[int, ...] = ()
    statuses: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    late: bool = False
    mine: bool = False
    text: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        """Out of an address; what makes no sense there is passed over."""
        return cls(
            departments=_keys(query.getlist("department")),
            owners=_keys(query.getlist("owner")),
            objectives=_keys(query.getlist("objective")),
            statuses=_known(query.getlist("status"), STATUSES),
            risks=_known(query.getlist("risk"), RISKS),
            late=query.get("late") == "1",
            mine=query.get("mine") == "1",
            text=" ".join(query.get("q", "").replace("\x00", "").split())[:LONGEST_TEXT],
        )

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """As it stands in an address."""
        found = [("department", str(pk)) for pk in self.departments]
        found += [("owner", str(pk)) for pk in self.owners]
        found += [("objective", str(pk)) for pk in self.objectives]
        found += [("status", status) for status in self.statuses]
        found += [("risk", risk) for risk in self.risks]
        found += [(name, "1") for name in ("late", "mine") if getattr(self, name)]
        return [*found, ("q", self.text)] if self.text else found


@dataclass(frozen=True, slots=True)
class BoardLook:
    """A view of the board with its grouping and filters."""

    look: str = Look.KANBAN
    group: str = Group.STATUS
    wanted: BoardFilter = BoardFilter()

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        """Out of an address; what makes no sense there is passed over."""
        look, group = query.get("view", ""), query.get("group", "")
        return cls(
            look if look in Look.values else Look.KANBAN,
            group if group in Group.values else Group.STATUS,
            BoardFilter.read(query),
        )

    @property
    def query(self) -> str:
        """As it stands in an address; what is usual is left out."""
        found = [("view", str(self.look))] if self.look != Look.KANBAN else []
        found += [("group", str(self.group))] if self.group != Group.STATUS else []
        return urlencode([*found, *self.wanted.pairs])

    def seen_as(self, look: str) -> str:
        """The address of another view with the same filters."""
        return replace(self, look=look).query


def _keys(texts: Iterable[str]) -> tuple[int, ...]:
    numbers = (int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 20)
    return tuple(dict.fromkeys(number for number in numbers if 0 < number <= LARGEST_KEY))[:50]


def _known(texts: Iterable[str], values: Iterable[str]) -> tuple[str, ...]:
    allowed = set(values)
    return tuple(dict.fromkeys(text for text in texts if text in allowed))
