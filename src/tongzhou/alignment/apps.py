"""The alignment app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AlignmentConfig(AppConfig):
    """Phase 1."""

    name = "tongzhou.alignment"
    label = "alignment"

    def ready(self) -> None:
        """Registers what lower packages ask of this one: gate conditions, duties, occasions, forms, files, messages."""
        from tongzhou.documents import standard_forms

        from .documents import COLLAB_REQUEST, MEMORANDUM

        standard_forms.register(COLLAB_REQUEST)
        standard_forms.register(MEMORANDUM)
        _register_collabs()
        _register_memoranda()


def _register_collabs() -> None:
    from tongzhou.cadence import ladders, occasions
    from tongzhou.documents import file_slots
    from tongzhou.projects import duties, gates

    from . import notifications  # noqa: F401 - importing registers the listeners
    from .queries import collab_duties, collab_gate
    from .services import collab_files, reply_clock

    gates.register(
        gates.GateCondition(
            "departments_accepted",
            1,
            _("All departments have accepted"),
            collab_gate.departments_accepted,
            collab_gate.link_to_collab,
            overdue=collab_gate.overdue_replies,
            position=10,
        )
    )
    gates.register(
        gates.GateCondition(
            "request_complete",
            1,
            _("Request filled in"),
            collab_gate.request_complete,
            collab_gate.link_to_collab,
            position=5,
        )
    )
    duties.register(duties.DutyFinder("alignment.collabs", collab_duties.duties, collab_duties.awaited))
    occasions.register(reply_clock.REMINDER, reply_clock.remind)
    ladders.register(reply_clock.REPLY_KIND)
    file_slots.register("collab", collab_files.COLLAB_FILES)


def _register_memoranda() -> None:
    from tongzhou.documents import file_slots

    from .hooks import memoranda

    memoranda.register()
    file_slots.register("memorandum", memoranda.FILES)
