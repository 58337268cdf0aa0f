"""Where a message to a group stands, and what kinds of group and of message there are."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ChannelKind(models.TextChoices):
    """Which service carries the messages of a channel."""

    WECOM = "wecom", _("WeCom group robot")
    DINGTALK = "dingtalk", _("DingTalk group robot")
    FEISHU = "feishu", _("Feishu group robot")
    LARK = "lark", _("Lark group robot")
    EMAIL = "email", _("E-mail list")
    WEBHOOK = "webhook", _("Webhook")
    SLACK = "slack", _("Slack")
    TEAMS = "teams", _("Microsoft Teams")
    TRY_OUT = "try_out", _("Try-out group")


class MessageGrade(models.TextChoices):
    """How a message is treated when nobody knows whether it arrived.

    A digest goes out at most once; an emergency at least once, repeats marked; a test is tried once and answered.
    """

    DIGEST = "digest", _("digest")
    EMERGENCY = "emergency", _("emergency")
    TEST = "test", pgettext_lazy("kind of message", "test")


class MessageState(models.TextChoices):
    """Where a message to a group stands; ``unknown`` means handed over, but nobody answered."""

    QUEUED = "queued", _("queued")
    SENDING = "sending", _("sending")
    SENT = "sent", _("sent")
    RETRYING = "retrying", _("retrying")
    FAILED = "failed", _("failed")
    UNKNOWN = "unknown", _("outcome unknown")
    SKIPPED = "skipped", _("too late, left out")


WAITING = (MessageState.QUEUED, MessageState.RETRYING)
# What needs somebody's eyes.
TROUBLED = (MessageState.UNKNOWN, MessageState.FAILED, MessageState.SKIPPED)
