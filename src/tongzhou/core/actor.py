"""Who acts: the one argument every service takes, always as the keyword ``by``."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Role(StrEnum):
    """What a person is to the whole company, apart from any department or project."""

    ADMIN = "admin"
    PMO = "pmo"
    EXECUTIVE = "executive"


@dataclass(frozen=True, slots=True)
class StandIn:
    """授权代理: a head's dated permission for somebody else to sign for a department."""

    delegation_id: int
    department_id: int
    head_id: int
    head_name: str
    scopes: frozenset[str]
    until: date

    def covers(self, scope: str) -> bool:
        """True when this permission reaches the kind of act; an empty set of scopes reaches all."""
        return not self.scopes or scope in self.scopes


@dataclass(frozen=True, slots=True)
class Actor:
    """A person (or the system) with everything policies need to know, read once a request."""

    person_id: int | None
    name: str
    roles: frozenset[Role] = frozenset()
    department_ids: frozenset[int] = frozenset()
    headed_ids: frozenset[int] = frozenset()
    stand_ins: tuple[StandIn, ...] = ()
    language: str = "zh-hans"
    session_epoch: int = 0
    extra: dict[str, object] = field(default_factory=dict, compare=False, hash=False)

    @property
    def pk(self) -> int:
        """The person's key; 0, which is nobody's, for the system."""
        return self.person_id or 0

    @property
    def is_by_link(self) -> bool:
        """Acts by a link in a message: nobody has logged in, so nothing may be signed."""
        return "link" in self.extra

    @property
    def is_system(self) -> bool:
        """The system itself: clock, worker, set-up. It passes no gate and signs nothing."""
        return self.person_id is None

    @property
    def is_admin(self) -> bool:
        """Keeps people, calendars and settings."""
        return Role.ADMIN in self.roles

    @property
    def is_pmo(self) -> bool:
        """项目管理办公室: sees every project that is not confidential, keeps scenarios and templates."""
        return Role.PMO in self.roles

    @property
    def is_executive(self) -> bool:
        """Company leadership: may be sponsor (上级审批人)."""
        return Role.EXECUTIVE in self.roles

    def heads(self, department_id: int | None) -> bool:
        """True when this person is the head of the department."""
        return department_id in self.headed_ids

    def heads_any(self, department_ids: frozenset[int] | set[int] | list[int]) -> bool:
        """True when this person heads one of the departments."""
        return not self.headed_ids.isdisjoint(department_ids)

    def stand_in_for(self, department_id: int, scope: str) -> StandIn | None:
        """The permission under which this person may act for the head of the department, if any."""
        return next((s for s in self.stand_ins if s.department_id == department_id and s.covers(scope)), None)

    def speaks_for(self, department_id: int, scope: str) -> bool:
        """True for the head of the department and for the deputy that head has named for the scope."""
        return self.heads(department_id) or self.stand_in_for(department_id, scope) is not None


def system(name: str = "system") -> Actor:
    """The actor of what nobody's hand does: reminders, escalations, set-up."""
    return Actor(person_id=None, name=name)
