"""The meetings app."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    """Meetings and minutes: registers its gate condition, duties, sign-off subject, form and listeners."""

    name = "tongzhou.meetings"
    label = "meetings"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from tongzhou.documents import standard_forms
        from tongzhou.projects import duties as duty_registry
        from tongzhou.projects import gates as gate_registry
        from tongzhou.signoff import subjects
        from tongzhou.signoff.states import Verdict

        from . import duties, gates, notifications, policies, queries, services  # noqa: F401
        from .documents import MEETING_MINUTES
        from .queries.minutes import SIGNOFF_KIND

        standard_forms.register(MEETING_MINUTES)
        gate_registry.register(gates.KICKOFF_CONFIRMED)
        duty_registry.register(duties.FINDER)
        subjects.register(
            subjects.SignoffSubject(
                kind=SIGNOFF_KIND,
                agreed=services.minutes_agreed,
                refused=services.minutes_refused,
                decided=services.minutes_decided,
                prepare=services.minutes_locked_for_decision,
                may_see=queries.may_see_minutes,
                may_decide=policies.may_answer_minutes,
                refused_at_once=False,
                # Sent, confirmed or objected to, locked, refused, reworked: the minutes tell each themselves.
                told=frozenset(
                    {
                        "signoff.round.opened",
                        "signoff.decision.made",
                        "signoff.round.agreed",
                        "signoff.round.refused",
                        "signoff.round.outdated",
                        "signoff.round.cancelled",
                    }
                ),
                url_name="meetings:minutes",
                verdicts=(Verdict.AGREE, Verdict.OBJECT),
                words={
                    Verdict.AGREE: _("Confirm"),
                    Verdict.OBJECT: _("Object"),
                    f"past:{Verdict.AGREE}": _("confirmed"),
                    f"past:{Verdict.OBJECT}": _("objected"),
                },
            )
        )
