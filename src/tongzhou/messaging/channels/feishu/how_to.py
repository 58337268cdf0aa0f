"""Where the robot's address is found in Feishu and Lark."""

from django.utils.translation import gettext_lazy as _

from ..contract import HowTo

_STEPS = (
    _("Open the group → “…” top right → “Settings” → “Group robots” → “Add a robot” → “Custom robot”."),
    _("Give it a name, for example “Tongzhou”, and add it."),
    _("Under “Security settings” tick “Signature check” (签名校验) and copy the secret."),
    _("Copy the webhook address, save. Paste both here."),
)
_NOTES = (
    _("The service takes at most 5 messages a second and 100 a minute from one robot; the system keeps below."),
    _(
        "People are called (@) by the user id (ou_…) they give under their "
        "notification settings. A group robot finds nobody by mobile."
    ),
)
FEISHU_HOW_TO = HowTo(_STEPS, _NOTES, "https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot")
LARK_HOW_TO = HowTo(_STEPS, _NOTES, "https://open.larksuite.com/document/client-docs/bot-v3/add-custom-bot")
