"""违约条款库: the PMO keeps the clauses that memoranda choose from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import InvalidInput, require
from tongzhou.core.events import record
from tongzhou.core.versions import save_version

from .. import policies
from ..models import BreachClause

LENGTHS = {"name": 80, "condition": 2000, "evidence": 2000, "consequence": 2000, "arbiter": 80}


@act
def add_clause(values: Mapping[str, Any], *, by: Actor) -> BreachClause:
    """A new clause to choose from; memoranda that exist already are not touched."""
    require(policies.can_keep_clauses(by))
    values = _checked(values)
    number = BreachClause.objects.count() + 1
    while BreachClause.objects.filter(key=f"clause-{number}").exists():
        number += 1
    clause = BreachClause.objects.create(key=f"clause-{number}", position=number, **values)
    record(by, "alignment.clause.added", clause, after=values)
    return clause


@act
def change_clause(clause_id: int, version: int | None, values: Mapping[str, Any], *, by: Actor) -> BreachClause:
    """Changes a clause in the library; memoranda keep the words they were composed with."""
    require(policies.can_keep_clauses(by))
    clause = reach(BreachClause.objects.all(), clause_id)
    before = save_version(clause, version, _checked(values))
    if before:
        record(by, "alignment.clause.changed", clause, before=before, after={key: values[key] for key in before})
    return clause


@act
def retire_clause(clause_id: int, active: bool, *, by: Actor) -> BreachClause:
    """Takes a clause out of the choice, or puts it back."""
    require(policies.can_keep_clauses(by))
    clause = reach(BreachClause.objects.all(), clause_id, lock=True)
    if clause.is_active != active:
        clause.is_active = active
        clause.save(update_fields=["is_active"])
        record(by, "alignment.clause.restored" if active else "alignment.clause.retired", clause)
    return clause


def _checked(values: Mapping[str, Any]) -> dict[str, str]:
    kept = {key: str(values.get(key) or "").strip() for key in LENGTHS}
    problems: dict[str, Any] = {}
    for key, text in kept.items():
        if not text:
            problems[key] = _("Please fill this in")
        elif len(text) > LENGTHS[key]:
            problems[key] = _("At most %(count)s characters") % {"count": LENGTHS[key]}
    if problems:
        raise InvalidInput(problems)
    return kept
