"""Where the robot's address is found in WeCom."""

from django.utils.translation import gettext_lazy as _

from ..contract import HowTo

HOW_TO = HowTo(
    steps=(
        _(
            "Open the group in WeCom on the computer or the phone (an internal group: groups with outsiders have no robots)."
        ),
        _("Top right “…” → “Message push” (in older versions “Group robots”) → “Add”."),
        _("Choose “Create a robot”, give it a name, for example “Tongzhou”, and confirm."),
        _(
            "Copy the webhook address that is shown and paste it here. Whoever has "
            "it can write into the group: do not send it around."
        ),
    ),
    notes=(
        _(
            "If “Message push” is missing, the WeCom administrator has to allow "
            "it: management console → Collaboration → Message push."
        ),
        _("WeCom takes at most 20 messages a minute from one robot; what is more goes out a little later by itself."),
        _(
            "People are called (@) by the WeCom account they give under their notification settings, else by their mobile."
        ),
    ),
    documentation="https://developer.work.weixin.qq.com/document/path/91770",
)
