"""Where the robot's address is found in DingTalk."""

from django.utils.translation import gettext_lazy as _

from ..contract import HowTo

HOW_TO = HowTo(
    steps=(
        _("Open the group in DingTalk on the computer → top right “Group settings” → “Robots” → “Add a robot”."),
        _("Choose “Custom (access by webhook)”, give it a name, for example “Tongzhou”."),
        _("Under “Security settings” choose “Signature” (加签) and copy the secret that begins with SEC."),
        _("Confirm, then copy the webhook address. Paste both here."),
    ),
    notes=(
        _("“Keyword” instead of “Signature” does not work well: messages without the word are refused."),
        _(
            "DingTalk takes at most 20 messages a minute from one robot and blocks "
            "it for ten minutes after that; the system keeps below."
        ),
        _(
            "People are called (@) by the DingTalk user id they give under their notification settings, else by their mobile."
        ),
    ),
    documentation="https://open.dingtalk.com/document/orgapp/custom-robot-access",
)
