"""What planning knows of tasks, links and the plan: kinds as data."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class LinkKind(models.TextChoices):
    """依赖关系: which end of the predecessor drives which end of the successor."""

    FINISH_START = "FS", _("finish to start")
    START_START = "SS", _("start to start")
    FINISH_FINISH = "FF", _("finish to finish")
    START_FINISH = "SF", _("start to finish")


class DateConstraint(models.TextChoices):
    """日期限制: what the calendar says of a task beside its predecessors."""

    NONE = "", pgettext_lazy("date constraint", "as soon as possible")
    START_NOT_BEFORE = "snet", _("start no earlier than")
    FINISH_NOT_AFTER = "fnlt", _("finish no later than")
    MUST_START = "mso", _("must start on")
    MUST_FINISH = "mfo", _("must finish on")


class RaciLetter(models.TextChoices):
    """职责字母: what a department or person is to a task. What A is called is the project's choice."""

    RESPONSIBLE = "R", _("Responsible")
    ACCOUNTABLE = "A", _("Accountable")
    CONSULTED = "C", _("Consulted")
    INFORMED = "I", _("Informed")


class AccountableWord(models.TextChoices):
    """What the company calls the A: the one who approves (审批人), or who answers for it in the end (最终负责)."""

    APPROVER = "approver", pgettext_lazy("letter A", "Approver")
    ANSWERABLE = "answerable", pgettext_lazy("letter A", "Finally answerable")
