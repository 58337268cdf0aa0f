"""A rule falls due: the one who answers for it in the project does what is due, or people are told."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from tongzhou.core.acts import act
from tongzhou.core.navigation import url_if_there
from tongzhou.messaging.services import notify
from tongzhou.projects.queries import participant_ids

from ..models import Occasion, Rule
from ..occasions import rule_handlers
from ..queries.rules import runs
from ..queries.words import late_mark
from ..states import GATHERINGS


@act
def rule_fell_due(occasion: Occasion) -> str:
    """Handler of every rule: looks whether it still holds and its project runs, then does what was registered for it."""
    rule = rules_at_hand([occasion]).get(occasion.subject_id) if occasion.rule is None else occasion.rule
    if rule is None:
        return "the rule was taken away"
    if not runs(rule, rule.project):
        return f"the project does not run: {rule.project.phase}"
    if rule.kind in rule_handlers:
        return rule_handlers.get(rule.kind)(occasion, rule)
    return tell_who_is_concerned(occasion, rule)


def fetch_rules(batch: Sequence[Occasion]) -> None:
    """Puts the rules of a whole batch at hand, in one query."""
    rules = rules_at_hand(batch)
    for occasion in batch:
        occasion.rule = rules.get(occasion.subject_id)


def rules_at_hand(batch: Sequence[Occasion]) -> dict[int, Rule]:
    """Rules that are still kept, with what handlers ask for."""
    rows = Rule.objects.select_related("project__scenario", "owner").filter(removed_at__isnull=True)
    return rows.in_bulk({occasion.subject_id for occasion in batch})


@act
def tell_who_is_concerned(occasion: Occasion, rule: Rule) -> str:
    """Tells the rule's owner, and for what people gather everybody who answers for the project, that it is time."""
    told = notify(
        participant_ids(rule.project) | {rule.owner_id} if rule.kind in GATHERINGS else {rule.owner_id},
        key=f"occasion:{occasion.pk}",
        title=_("%(late)s%(what)s: %(project)s"),
        body=_("It is time. What is due when stands in the project's rhythm."),
        values={"late": late_mark(occasion), "what": rule.get_kind_display(), "project": rule.project.name},
        link=url_if_there("insight:rhythm", rule.project_id),
        project_id=rule.project_id,
        mail=False,
    )
    return f"told: {told}"
