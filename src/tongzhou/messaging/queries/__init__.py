"""Reads about messages."""

from .alarms import MessageAlarm, alarms_for, oldest_waiting
from .channels import (
    channels_for,
    channels_of,
    group_messages_for,
    has_tested_channel,
    kept_channels,
    messages_of,
    newest_test,
    owner_facts,
    troubled_messages,
    waiting_counts,
)
from .hosts import allowed_hosts, allowed_hosts_for
from .inbox import notifications_of, unread_count
from .outbox import TROUBLED, deliveries_for, delivery_counts
from .wishes import chat_names_of, preference_of

__all__ = [
    "TROUBLED",
    "MessageAlarm",
    "alarms_for",
    "allowed_hosts",
    "allowed_hosts_for",
    "channels_for",
    "channels_of",
    "chat_names_of",
    "deliveries_for",
    "delivery_counts",
    "group_messages_for",
    "has_tested_channel",
    "kept_channels",
    "messages_of",
    "newest_test",
    "notifications_of",
    "oldest_waiting",
    "owner_facts",
    "preference_of",
    "troubled_messages",
    "unread_count",
    "waiting_counts",
]
