"""Resources' part in sign-off, gate 2, the desk and the standard forms."""

from __future__ import annotations

import json

from django.utils.translation import gettext_lazy as _

from tongzhou.core import events
from tongzhou.core.models import AuditEvent
from tongzhou.documents import standard_forms
from tongzhou.signoff import subjects
from tongzhou.signoff.states import Verdict

from . import queries, remedy_duties, resource_duties, resource_gates
from .queries.needs import KIND
from .resource_documents import RESOURCE_REQUEST
from .services import resource_requests
from .tasks import improve_leveling


def register() -> None:
    """Makes all of it known; called from ``AppConfig.ready()``."""
    standard_forms.register(RESOURCE_REQUEST)
    resource_gates.register_conditions()
    resource_duties.register_finders()
    remedy_duties.register_finders()
    subjects.register(
        subjects.SignoffSubject(
            kind=KIND,
            prepare=resource_requests.prepare,
            decided=resource_requests.decided,
            agreed=resource_requests.agreed,
            refused=resource_requests.refused,
            may_see=queries.may_see_request,
            may_decide=resource_requests.may_decide,
            url_name="planning:resource_request",
            words={
                Verdict.AGREE: _("Approve whole"),
                Verdict.CONDITIONAL: _("Approve in part"),
                Verdict.OBJECT: _("Reject"),
                f"past:{Verdict.AGREE}": _("approved"),
                f"past:{Verdict.CONDITIONAL}": _("approved in part"),
                f"past:{Verdict.OBJECT}": _("rejected"),
            },
        )
    )


@events.on("planning.leveling.started")
def look_for_better(event: AuditEvent) -> None:
    """The worker is asked in the act that asked for the plan."""
    told = json.loads(event.payload)["after"]
    if told["possible"]:
        improve_leveling.enqueue(told["remedy_id"])
