"""The try-out group: what it is sent is kept as it was said, and a page shows it like a chat."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ..contract import HowTo, Kind, Outcome, Outgoing, Rate, Verdict, Words


class TryOut(Kind):
    """Messages to a group that exists only here; in the demo company only."""

    key = "try_out"
    icon = "messages"
    address_label = _("Name of the group")
    address_example = "618大促活动群"
    rates = (Rate(20, 60),)
    how_to = HowTo(steps=(_("Nothing to do: the group is inside Tongzhou. Its messages are under “Try-out group”."),))

    def check_address(self, address: str) -> Words:
        """Any name, in the demo company."""
        if not settings.TONGZHOU_DEMO:
            return _("There is a try-out group in the demo company only")
        return "" if address.strip() else _("Give the group a name")

    def send(self, outgoing: Outgoing, address: str, secret: str) -> Outcome:
        """The row that is being sent is itself what the group shows."""
        return Outcome(Verdict.SENT, "ok") if settings.TONGZHOU_DEMO else Outcome(Verdict.PERMANENT, "not_allowed")

    def fits(self, outgoing: Outgoing) -> bool:
        """Long enough for a day's message."""
        return len(outgoing.parts) <= 5
