"""Acts of messaging."""

from .inbox import mark_all_read, mark_read
from .notify import notify
from .outbox import deliver_due, queue_mail, resend

__all__ = ["deliver_due", "mark_all_read", "mark_read", "notify", "queue_mail", "resend"]
