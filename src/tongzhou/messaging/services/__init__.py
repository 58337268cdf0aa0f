"""Acts of messaging."""

from .action_links import forget_action_links, make_action_link, open_action_link, use_action_link
from .channels import add_channel, change_channel, pause_channel, remove_channel, test_channel
from .group_delivery import deliver_groups
from .group_outbox import Draft, queue_message, queue_messages, resend_message, settle_message
from .hosts import allow_host, disallow_host
from .inbox import mark_all_read, mark_read
from .notify import notify
from .outbox import deliver_due, queue_mail, resend
from .persons import send_daily_mails, set_chat_names, set_preference

__all__ = [
    "Draft",
    "add_channel",
    "allow_host",
    "change_channel",
    "deliver_due",
    "deliver_groups",
    "disallow_host",
    "forget_action_links",
    "make_action_link",
    "mark_all_read",
    "mark_read",
    "notify",
    "open_action_link",
    "pause_channel",
    "queue_mail",
    "queue_message",
    "queue_messages",
    "remove_channel",
    "resend",
    "resend_message",
    "send_daily_mails",
    "set_chat_names",
    "set_preference",
    "settle_message",
    "test_channel",
    "use_action_link",
]
