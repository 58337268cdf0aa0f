"""Naming heads, and the deputies that heads name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import Conflict, InvalidInput, NotFound, Words, require
from tongzhou.core.events import record
from tongzhou.core.tables import unholdable

from .. import policies, queries
from ..models import Delegation, Department, Headship, Person
from ..models.deputies import Scope
from .access import end_headship, yesterday

# In place of a person's key: the former head is replaced, whoever it is.
WHOEVER = 0
LONGEST_DELEGATION_DAYS = 366


@act
def name_head(
    department_id: int, person_id: int, since: date | None = None, *, former_id: int | None = WHOEVER, by: Actor
) -> Headship:
    """Names who signs for the department from a day on (today when none is given); the former headship ends before it.

    ``former_id`` is the head whom the caller means to replace, ``None`` for a department without one. When somebody
    else is head by then (another administrator was faster), ``Conflict``: a department never has two heads.
    """
    require(policies.can_keep_people(by))
    since = since or clock.today()
    department = reach(Department.objects.filter(is_active=True), department_id, lock=True)
    person = Person.objects.filter(pk=person_id, is_active=True).first()
    if person is None:
        raise InvalidInput({"person": _("Choose a person who works here")})
    former = (
        Headship.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(department=department, until__isnull=True)
        .first()
    )
    if former_id != WHOEVER and (former.person_id if former else None) != former_id:
        raise Conflict(
            _("%(name)s is the head of %(department)s now. A department has one head; look again before you replace.")
            % {"name": former.person.name, "department": department.name}
            if former
            else _("%(department)s has no head any more; look again before you name one.")
            % {"department": department.name}
        )
    if former is not None:
        if former.person_id == person.pk:
            raise InvalidInput({"person": _("%(name)s is the head already") % {"name": person.name}})
        if since < clock.today():
            raise InvalidInput(
                {
                    "since": _("%(name)s could sign until today: choose today or a later day")
                    % {"name": former.person.name}
                }
            )
        if since < former.since:
            raise InvalidInput(
                {
                    "since": _("%(name)s is named from %(day)s on: choose that day or a later one")
                    % {"name": former.person.name, "day": former.since}
                }
            )
        end_headship(former, since - timedelta(days=1), by, "another head was named")
    headship = Headship(department=department, person=person, since=since)
    try:
        with transaction.atomic():
            headship.save()
    except IntegrityError as clash:
        raise Conflict(_("Somebody else has just named a head for this department")) from clash
    record(
        by,
        "people.headship.begun",
        headship,
        before={"head": former.person_id if former else None},
        after={"head": person.pk, "department": department.pk, "since": since},
        topics=(f"person-{person.pk}", f"department-{department.pk}"),
    )
    return headship


@act
def end_headship_now(department_id: int, *, by: Actor) -> Headship:
    """The department has no head from now on, until another is named."""
    require(policies.can_keep_people(by))
    department = reach(Department.objects.all(), department_id, lock=True)
    headship = Headship.objects.select_for_update().filter(department=department, until__isnull=True).first()
    if headship is None:
        raise NotFound
    end_headship(headship, yesterday(), by, "ended by an administrator")
    return headship


@act
def delegate(
    department_id: int,
    deputy_id: int,
    *,
    scopes: Sequence[str] = (),
    since: date,
    until: date,
    reason: str = "",
    by: Actor,
) -> Delegation:
    """授权代理: the head lets somebody act for the department, for named acts (none named: all) and a period.

    Only the head of that day can; a deputy cannot pass it on.
    """
    department = reach(Department.objects.filter(is_active=True), department_id, lock=True)
    require(policies.can_name_deputy(by, department.pk), _("Only the head of the department names a deputy"))
    # Asked again under the lock: the actor was read before somebody may have named another head.
    if not queries.headships_on(clock.today()).filter(department=department, person_id=by.pk).exists():
        raise Conflict(_("You are no longer the head of this department"))
    reason = reason.strip()
    problems: dict[str, Words] = {}
    deputy = Person.objects.filter(pk=deputy_id, is_active=True).first()
    if deputy is None:
        problems["deputy"] = _("Choose a person who works here")
    elif deputy.pk == by.pk:
        problems["deputy"] = _("You are the head yourself: choose somebody else")
    unknown = set(scopes) - set(Scope.values)
    if unknown:
        problems["scopes"] = _("Choose among the acts that are offered")
    if until < since:
        problems["until"] = _("The end lies before the beginning")
    elif until < clock.today():
        problems["until"] = _("This period is over already")
    elif (until - since).days >= LONGEST_DELEGATION_DAYS:
        problems["until"] = _("At most a year at a time")
    if len(reason) > longest_reason():
        problems["reason"] = _("At most %(limit)s characters") % {"limit": longest_reason()}
    elif unholdable(reason):
        problems["reason"] = _("Please leave out line breaks, control characters and what could not be read")
    if problems or deputy is None:
        raise InvalidInput(problems)
    chosen = [scope for scope in Scope.values if scope in set(scopes)]
    delegation = Delegation.objects.create(
        department=department,
        head_id=by.pk,
        deputy=deputy,
        scopes=[] if len(chosen) == len(Scope.values) else chosen,
        since=since,
        until=until,
        reason=reason,
    )
    record(
        by,
        "people.delegation.given",
        delegation,
        after={
            "department": department.pk,
            "deputy": deputy.pk,
            "scopes": delegation.scopes,
            "since": since,
            "until": until,
            "reason": reason,
        },
        topics=(f"person-{deputy.pk}", f"person-{by.pk}"),
    )
    return delegation


@act
def revoke_delegation(delegation_id: int, *, by: Actor) -> Delegation:
    """The head (or an administrator) takes a delegation back; it ends at once and stays on record."""
    delegation = reach(queries.delegations_for(by), delegation_id, lock=True)
    require(policies.can_revoke(by, delegation), _("Only the head who gave it takes it back"))
    if delegation.revoked_at is not None:
        raise Conflict(_("This was taken back already"))
    if delegation.until < clock.today():
        raise Conflict(_("This has ended by itself"))
    delegation.revoked_at = clock.now()
    delegation.save(update_fields=["revoked_at"])
    record(
        by,
        "people.delegation.revoked",
        delegation,
        before={"until": delegation.until},
        topics=(f"person-{delegation.deputy_id}", f"person-{delegation.head_id}"),
    )
    return delegation


def longest_reason() -> int:
    """How many characters a reason holds."""
    return int(Delegation._meta.get_field("reason").max_length or 0)
