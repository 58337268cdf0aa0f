"""Legal moves of phase 1: request, replies, memorandum."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tongzhou.core.transitions import Transition


class CollabState(models.TextChoices):
    """协作需求登记表: draft, submitted to the departments, accepted by all of them."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waiting for replies")
    ACCEPTED = "accepted", _("Accepted by all")
    WITHDRAWN = "withdrawn", _("Withdrawn")


SUBMIT = Transition("submit", frozenset({CollabState.DRAFT}), CollabState.SUBMITTED, _("Submit"))
ACCEPT_ALL = Transition("accept_all", frozenset({CollabState.SUBMITTED}), CollabState.ACCEPTED)
REOPEN = Transition("reopen", frozenset({CollabState.ACCEPTED}), CollabState.SUBMITTED)
WITHDRAW = Transition(
    "withdraw", frozenset({CollabState.DRAFT, CollabState.SUBMITTED}), CollabState.WITHDRAWN, _("Withdraw")
)


class AskState(models.TextChoices):
    """What a department said to what is asked of it."""

    WAITING = "waiting", _("no reply yet")
    ACCEPTED = "accepted", _("accepted")
    CONDITIONAL = "conditional", _("accepted with conditions")
    COUNTERED = "countered", _("proposes another date")
    CLARIFY = "clarify", _("needs clarification")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("no longer asked")


_asked = frozenset({AskState.WAITING, AskState.CLARIFY})
ACCEPT = Transition("accept", _asked, AskState.ACCEPTED, _("Accept"))
ACCEPT_IF = Transition("accept_if", _asked, AskState.CONDITIONAL, _("Accept with conditions"))
COUNTER = Transition("counter", _asked, AskState.COUNTERED, _("Propose another date"))
ASK_BACK = Transition("ask_back", _asked, AskState.CLARIFY, _("Ask for clarification"))
DECLINE = Transition("decline", frozenset({*_asked, AskState.ACCEPTED}), AskState.DECLINED, _("Decline"))
REPLIES = {transition.name: transition for transition in (ACCEPT, ACCEPT_IF, COUNTER, ASK_BACK, DECLINE)}
# The initiator's answer: take the condition or date, or ask again with a changed or explained wish.
TAKE = Transition("take", frozenset({AskState.CONDITIONAL, AskState.COUNTERED}), AskState.ACCEPTED, _("Agree to it"))
ASK_AGAIN = Transition(
    "ask_again",
    frozenset({AskState.CONDITIONAL, AskState.COUNTERED, AskState.CLARIFY, AskState.DECLINED}),
    AskState.WAITING,
    _("Answer and ask again"),
)
CHANGE_ASK = Transition(
    "change", frozenset(set(AskState) - {AskState.WITHDRAWN}), AskState.WAITING, _("Change what is asked")
)
ASK_ANEW = Transition("ask_anew", frozenset({AskState.WITHDRAWN}), AskState.WAITING)
DROP = Transition(
    "drop", frozenset(set(AskState) - {AskState.WITHDRAWN}), AskState.WITHDRAWN, _("No longer ask this department")
)
ANSWERS = {transition.name: transition for transition in (TAKE, ASK_AGAIN, CHANGE_ASK, DROP)}


class MemorandumState(models.TextChoices):
    """备忘录: draft, out for signing, signed by every head."""

    DRAFT = "draft", _("Draft")
    SIGNING = "signing", _("Being signed")
    SIGNED = "signed", _("Signed by all")


OPEN_SIGNING = Transition(
    "open_signing", frozenset({MemorandumState.DRAFT}), MemorandumState.SIGNING, _("Send for signing")
)
COMPLETE = Transition("complete", frozenset({MemorandumState.SIGNING}), MemorandumState.SIGNED)
AMEND = Transition(
    "amend",
    frozenset({MemorandumState.SIGNING, MemorandumState.SIGNED}),
    MemorandumState.DRAFT,
    _("Change the text (new version)"),
)
