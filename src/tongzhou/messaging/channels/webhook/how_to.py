"""What the receiver of a webhook has to do."""

from django.utils.translation import gettext_lazy as _

from ..contract import HowTo

HOW_TO = HowTo(
    steps=(
        _("Have an address of your own that takes a POST with JSON and answers with 2xx within ten seconds."),
        _("An administrator allows its host under Messages → Allowed hosts."),
        _("Agree on a secret of at least 16 characters and enter it here and there."),
        _(
            "The receiver computes HMAC-SHA256 with the secret over X-Tongzhou-Timestamp, a full stop and the body, compares "
            "it with X-Tongzhou-Signature (v1=…, hexadecimal), and refuses timestamps older than five minutes."
        ),
    ),
    notes=(_("X-Tongzhou-Delivery is the same when a message is sent again: take it once."),),
)
