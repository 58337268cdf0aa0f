"""What planning knows of resources: kinds and legal moves as data."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongzhou.core.transitions import Transition


class ThingKind(models.TextChoices):
    """What kind of thing a department lends."""

    EQUIPMENT = "equipment", _("equipment and tools")
    ROOM = "room", _("room")
    DATA = "data", _("data access")


class Category(models.TextChoices):
    """资源类别 of a need."""

    PEOPLE = "people", _("people")
    MONEY = "money", _("budget")
    EQUIPMENT = "equipment", _("equipment and tools")
    ROOM = "room", _("room")
    DATA = "data", _("data access")


class Priority(models.TextChoices):
    """优先级 of a need."""

    HIGH = "high", _("high priority")
    MEDIUM = "medium", _("medium priority")
    LOW = "low", _("low priority")


class NeedState(models.TextChoices):
    """Where a resource need stands between the lead who asks and the department that provides."""

    ASKED = "asked", _("waiting for the department")
    COUNTERED = "countered", _("other offer")
    AGREED = "agreed", _("promised")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Approval(models.TextChoices):
    """审批结果 of a need in the consolidated request."""

    NONE = "", _("not sent yet")
    PENDING = "pending", _("waiting for approval")
    APPROVED = "approved", _("approved as asked")
    PARTLY = "partly", _("approved in part")
    REJECTED = "rejected", _("rejected by the sponsor")


class OfferState(models.TextChoices):
    """An offer is prepared by the contact person, made by the head, taken or turned down by the lead."""

    PREPARED = "prepared", _("prepared, the head has to confirm")
    MADE = "made", _("made")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("turned down")
    ENDED = "ended", _("no longer holds")


class RequestState(models.TextChoices):
    """Where a consolidated request stands with the sponsor."""

    OPEN = "open", _("waiting for the sponsor")
    APPROVED = "approved", _("approved whole")
    PARTLY = "partly", _("approved with cuts")
    REJECTED = "rejected", _("rejected whole")
    CANCELLED = "cancelled", _("called back")


class Way(models.TextChoices):
    """出路: kinds of way out of a conflict."""

    SUBSTITUTE = "substitute", pgettext_lazy("way out of a conflict", "Substitute")
    SHIFT = "shift", pgettext_lazy("way out of a conflict", "Shift within float")
    LATER = "later", pgettext_lazy("way out of a conflict", "Later")
    LEVELED = "leveled", pgettext_lazy("way out of a conflict", "Levelled plan")


class RemedyState(models.TextChoices):
    """Where a way out stands: looked for, found, before the departments concerned, done, taken back."""

    SEARCHING = "searching", _("being improved")
    FOUND = "found", _("found")
    IMPOSSIBLE = "impossible", _("no way found")
    PROPOSED = "proposed", _("before the departments")
    REFUSED = "refused", _("a department objects")
    APPLIED = "applied", _("done")
    UNDONE = "undone", _("taken back")
    WITHDRAWN = "withdrawn", pgettext_lazy("way out of a conflict", "withdrawn")


class Verdict(models.TextChoices):
    """What a department concerned says to a way out."""

    WAITING = "", pgettext_lazy("answer to a way out", "not answered yet")
    ACCEPTED = "accepted", pgettext_lazy("answer to a way out", "accepted")
    OBJECTED = "objected", pgettext_lazy("answer to a way out", "objects")


_waiting = frozenset({NeedState.ASKED, NeedState.COUNTERED})
OFFER_AS_ASKED = Transition("offer_as_asked", _waiting, NeedState.AGREED)
OFFER_OTHERWISE = Transition("offer_otherwise", _waiting, NeedState.COUNTERED)
DECLINE = Transition("decline", _waiting, NeedState.DECLINED)
ACCEPT = Transition("accept", frozenset({NeedState.COUNTERED}), NeedState.AGREED)
TURN_DOWN = Transition("turn_down", frozenset({NeedState.COUNTERED}), NeedState.ASKED)
ASK_AGAIN = Transition(
    "ask_again", frozenset({NeedState.AGREED, NeedState.DECLINED, NeedState.WITHDRAWN}), NeedState.ASKED
)
WITHDRAW = Transition("withdraw", frozenset(set(NeedState) - {NeedState.WITHDRAWN}), NeedState.WITHDRAWN)
_open = frozenset({RequestState.OPEN})
APPROVE = Transition("approve", _open, RequestState.APPROVED)
APPROVE_PARTLY = Transition("approve_partly", _open, RequestState.PARTLY)
REJECT = Transition("reject", _open, RequestState.REJECTED)
CALL_BACK = Transition("call_back", _open, RequestState.CANCELLED)
_sought = frozenset({RemedyState.SEARCHING, RemedyState.FOUND})
END_SEARCH = Transition("end_search", frozenset({RemedyState.SEARCHING}), RemedyState.FOUND)
GIVE_UP = Transition("give_up", frozenset({RemedyState.SEARCHING}), RemedyState.IMPOSSIBLE)
PROPOSE = Transition("propose", _sought, RemedyState.PROPOSED)
OBJECT = Transition("object", frozenset({RemedyState.PROPOSED}), RemedyState.REFUSED)
APPLY = Transition("apply", frozenset({RemedyState.PROPOSED}), RemedyState.APPLIED)
TAKE_BACK = Transition("take_back", frozenset({RemedyState.APPLIED}), RemedyState.UNDONE)
DROP = Transition("drop", _sought | {RemedyState.PROPOSED, RemedyState.REFUSED}, RemedyState.WITHDRAWN)
