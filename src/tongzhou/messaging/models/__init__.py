"""Notifications in the application, the outbox of mail, channels and the outbox of groups, personal wishes."""

from .channels import COMPANY, DEPARTMENT, PROJECT, Channel, Robot
from .deliveries import Delivery, DeliveryState
from .hosts import AllowedHost
from .messages import GroupMessage
from .notifications import Notification
from .persons import CHATS, ActionLink, ChatName, MailWish, Preference

__all__ = [
    "CHATS",
    "COMPANY",
    "DEPARTMENT",
    "PROJECT",
    "ActionLink",
    "AllowedHost",
    "Channel",
    "ChatName",
    "Delivery",
    "DeliveryState",
    "GroupMessage",
    "MailWish",
    "Notification",
    "Preference",
    "Robot",
]
