"""The services that carry messages to groups: one folder each, one entry here."""

from __future__ import annotations

from .contract import Kind
from .dingtalk import DingTalk
from .email import Email
from .feishu import Feishu, Lark
from .slack import Slack
from .teams import Teams
from .try_out import TryOut
from .webhook import Webhook
from .wecom import WeCom

KINDS: dict[str, Kind] = {
    kind.key: kind for kind in (WeCom(), DingTalk(), Feishu(), Lark(), Email(), Webhook(), Slack(), Teams(), TryOut())
}


def kind_of(key: str) -> Kind:
    """The service of this key."""
    return KINDS[key]
