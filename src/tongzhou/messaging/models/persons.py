"""How a person wants to be told things, under which name the chat services know them, and links that act for them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongzhou.core.models import Versioned

from ..states import ChannelKind

CHATS = (ChannelKind.WECOM, ChannelKind.DINGTALK, ChannelKind.FEISHU, ChannelKind.LARK, ChannelKind.SLACK)


class MailWish(models.TextChoices):
    """Whether what is under the bell comes by mail as well. What has a clock always comes."""

    EACH = "each", _("each at once")
    DIGEST = "digest", _("all together once a day")
    NONE = "none", _("not at all")


class Preference(Versioned):
    """How one person wants to be told; without a row: each by mail, no quiet hours."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="message_preference")
    mail = models.CharField(_("by mail"), max_length=8, choices=MailWish.choices, default=MailWish.EACH)
    digest_at = models.TimeField(_("time of the daily mail"), null=True, blank=True)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(mail__in=MailWish.values), name="mail_wish_known")]

    def __str__(self) -> str:
        return self.mail


class ChatName(models.Model):
    """The user id under which one chat service knows a person, so that a message can call them."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="chat_names")
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.label) for kind in CHATS])
    user_id = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="one_chat_name_a_service")]

    def __str__(self) -> str:
        return self.user_id


class ActionLink(models.Model):
    """One act that one person may do by a link in a message, until it expires; the token is kept as its digest only."""

    token_digest = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    project_id = models.BigIntegerField(null=True)
    # Signing out everywhere and leaving the company end a person's links too.
    epoch = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="action_link_expiry")]

    def __str__(self) -> str:
        return self.purpose
