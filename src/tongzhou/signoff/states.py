"""Legal moves of a round of agreement."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tongzhou.core.transitions import Transition


class RoundState(models.TextChoices):
    """Where a round stands."""

    OPEN = "open", _("collecting decisions")
    AGREED = "agreed", _("agreed by all")
    REFUSED = "refused", _("refused")
    OUTDATED = "outdated", _("outdated by a new version")
    CANCELLED = "cancelled", _("cancelled")


class Verdict(models.TextChoices):
    """What a signatory may say."""

    AGREE = "agree", _("agree")
    CONDITIONAL = "conditional", _("agree with conditions")
    OBJECT = "object", _("object")


class Level(models.TextChoices):
    """How surely it is known who decided: a passkey over the decision itself, or a login of the last five minutes."""

    STRONG = "strong", _("strong: passkey over this decision")
    BASIC = "basic", _("basic: password or company login")


# The identity of a decision that a passkey has signed; nothing else makes it strong.
PASSKEY = "passkey"
# Ways of being known that are not enough for a signature: an old session, an API token.
NOT_FRESH = frozenset({"", "session", "token"})

_open = frozenset({RoundState.OPEN})
AGREE = Transition("agree", _open, RoundState.AGREED)
REFUSE = Transition("refuse", _open, RoundState.REFUSED)
OUTDATE = Transition(
    "outdate", frozenset({RoundState.OPEN, RoundState.AGREED, RoundState.REFUSED}), RoundState.OUTDATED
)
CANCEL = Transition("cancel", _open, RoundState.CANCELLED)
