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


_open = frozenset({RoundState.OPEN})
AGREE = Transition("agree", _open, RoundState.AGREED)
REFUSE = Transition("refuse", _open, RoundState.REFUSED)
OUTDATE = Transition(
    "outdate", frozenset({RoundState.OPEN, RoundState.AGREED, RoundState.REFUSED}), RoundState.OUTDATED
)
CANCEL = Transition("cancel", _open, RoundState.CANCELLED)
