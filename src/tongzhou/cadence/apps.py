"""The cadence app."""

from django.apps import AppConfig


class CadenceConfig(AppConfig):
    """Rules, occasions, escalations, calendar feeds, the auditor."""

    name = "tongzhou.cadence"
    label = "cadence"

    def ready(self) -> None:
        """Makes known what falls due by rule, what is escalated, what holds a person; listens to projects and people."""
        from . import duties, links, occasions, ties
        from .queries.rules import occasion_kind
        from .services import following, ladders, signing  # noqa: F401 - importing following and signing registers listeners
        from .services.rule_firing import fetch_rules, rule_fell_due
        from .states import RuleKind

        for kind in RuleKind:
            occasions.register(
                occasion_kind(kind), rule_fell_due, given_up_after=occasions.LONGEST_LATE, fetch=fetch_rules
            )
        occasions.register(ladders.STEP, ladders.climb)
        duties.register_finders()
        links.register()
        ties.register()
