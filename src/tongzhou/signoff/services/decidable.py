"""What has to be true before a person may decide in a round, whichever way they then prove who they are."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import Min
from django.utils.translation import gettext as _

from tongzhou.core.actor import Actor
from tongzhou.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, TransitionNotAllowed
from tongzhou.people.models import Person
from tongzhou.people.queries import actor_for

from .. import policies
from ..models import Decision, Round, Signatory
from ..states import RoundState, Verdict
from ..subjects import subjects


def decidable(
    signatory_id: int, verdict: str, *, shown_digest: str, by: Actor, reason: str
) -> tuple[Signatory, Round, Actor, str]:
    """Locks the round and checks everything but the person's identity: right, turn, version, answer, signing agreement.

    Returns the place, its round, the actor as of this moment, and the reason as it will be kept.
    """
    signatory = (
        Signatory.objects.select_related("round").filter(pk=signatory_id).first() if _possible(signatory_id) else None
    )
    if signatory is None:
        raise NotFound
    subject = subjects.get(signatory.round.subject_kind)
    subject.prepare(signatory.round.subject_id, by=by)
    round = Round.objects.select_for_update(of=("self",)).get(pk=signatory.round_id)
    by = _present(by)
    if not policies.can_decide(by, round, signatory):
        raise NotAllowed(_("Only the head of the department, or the deputy that head has named, may decide this"))
    if round.state != RoundState.OPEN:
        raise TransitionNotAllowed(_("This round is closed; nothing can be decided in it any more"))
    if Decision.objects.filter(signatory=signatory).exists():
        raise TransitionNotAllowed(_("This has been decided already"))
    if shown_digest != round.digest:
        raise Conflict(_("The text has changed since you opened the page. Please read the new version first."))
    if signatory.stage != round.signatories.filter(decision__isnull=True).aggregate(now=Min("stage"))["now"]:
        raise NotAllowed(_("It is not your turn yet: an earlier stage has not finished"))
    if verdict not in subject.verdicts:
        raise InvalidInput({"verdict": _("Choose one of the answers")})
    reason = reason.strip()
    if verdict != Verdict.AGREE and not reason:
        raise InvalidInput({"reason": _("Please give the reason")})
    if len(reason) > 4000:
        raise InvalidInput({"reason": _("At most 4,000 characters")})
    if round.needs_fresh_identity and not Person.objects.filter(pk=by.pk, signing_agreed_at__isnull=False).exists():
        raise NotAllowed(_("Please accept the agreement on electronic signing first"))
    return signatory, round, by, reason


def _possible(pk: int) -> bool:
    return 0 < pk < 2**63


def _present(by: Actor) -> Actor:
    """The actor as of this very moment: who was head when the page was opened may have left since."""
    person = Person.objects.filter(pk=by.pk, is_active=True).first()
    if person is None:
        raise NotAllowed
    return replace(actor_for(person), extra=by.extra)
