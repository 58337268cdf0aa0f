"""A round as people want to see it: stages in order, who has decided, who for whom, what is awaited."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.people.models import Department, Person
from tongzhou.people.queries.actors import delegations_on, headships_on

from ..models import Decision, Round, Signatory
from ..states import RoundState
from ..subjects import subjects
from .passkeys import proven_level
from .rounds import waiting_for


@dataclass(frozen=True, slots=True)
class Place:
    """One signatory: who is asked, who speaks for them today, what was said."""

    signatory: Signatory
    department: Department | None
    speaker: Person | None
    deputies: tuple[Person, ...]
    decision: Decision | None
    is_awaited: bool
    is_mine: bool

    @property
    def has_nobody(self) -> bool:
        """True when a department is asked that has no head today: nobody can decide for it."""
        return self.decision is None and self.speaker is None

    @property
    def persons(self) -> list[Person]:
        """Everybody who may decide here today: the head (or the person asked), then the deputies."""
        return [*([self.speaker] if self.speaker else []), *self.deputies]

    @property
    def level(self) -> str:
        """How surely it is known who decided, proven anew: strong, basic, broken, or empty where a session was enough."""
        if self.decision is None:
            return ""
        self.decision.signatory, self.decision.round = self.signatory, self.signatory.round
        return proven_level(self.decision)

    @property
    def verdict_words(self) -> str:
        """The word of the subject for what was said."""
        if self.decision is None:
            return ""
        words = subjects.get(self.signatory.round.subject_kind).words
        return str(words.get(f"past:{self.decision.verdict}") or self.decision.get_verdict_display())


@dataclass(frozen=True, slots=True)
class Stage:
    """Signatories that are asked at the same time."""

    number: int
    places: tuple[Place, ...]
    is_current: bool

    @property
    def is_done(self) -> bool:
        """True when everybody in the stage has decided."""
        return all(place.decision for place in self.places)


@dataclass(frozen=True, slots=True)
class Picture:
    """A round with its stages."""

    round: Round
    stages: tuple[Stage, ...]

    @property
    def places(self) -> list[Place]:
        """All signatories in order."""
        return [place for stage in self.stages for place in stage.places]

    @property
    def decided(self) -> int:
        """How many have decided."""
        return sum(1 for place in self.places if place.decision)

    @property
    def awaited(self) -> list[Place]:
        """Whose turn it is now."""
        return [place for place in self.places if place.is_awaited]

    @property
    def mine(self) -> Place | None:
        """The place in which the actor may decide now."""
        return next((place for place in self.places if place.is_mine), None)


def picture_of(round: Round, actor: Actor | None = None) -> Picture:
    """The picture of one round, as the actor sees it; the same few queries for any number of signatories."""
    signatories = list(
        round.signatories.select_related("department", "person", "decision__person", "decision__proof").order_by(
            "stage", "pk"
        )
    )
    departments = {s.department_id for s in signatories if s.department_id is not None}
    today = clock.today()
    heads = {
        headship.department_id: headship.person
        for headship in headships_on(today).filter(department__in=departments).select_related("person")
        if headship.person.is_active
    }
    deputies: dict[int, list[Person]] = defaultdict(list)
    for delegation in delegations_on(today).filter(department__in=departments).select_related("deputy"):
        if not delegation.deputy.is_active:
            continue
        if not delegation.scopes or round.scope in delegation.scopes:
            deputies[delegation.department_id].append(delegation.deputy)
    is_open = round.state == RoundState.OPEN
    turn = min((s.stage for s in signatories if _decision(s) is None), default=None) if is_open else None
    mine = set(waiting_for(actor).filter(round=round).values_list("pk", flat=True)) if actor and is_open else set()
    stages: dict[int, list[Place]] = defaultdict(list)
    for signatory in signatories:
        signatory.round = round
        decision = _decision(signatory)
        department = signatory.department_id
        stages[signatory.stage].append(
            Place(
                signatory=signatory,
                department=signatory.department,
                speaker=signatory.person if department is None else heads.get(department),
                deputies=tuple(deputies.get(department or 0, ())),
                decision=decision,
                is_awaited=decision is None and signatory.stage == turn,
                is_mine=signatory.pk in mine,
            )
        )
    return Picture(round, tuple(Stage(number, tuple(stages[number]), number == turn) for number in sorted(stages)))


def _decision(signatory: Signatory) -> Decision | None:
    return getattr(signatory, "decision", None)
