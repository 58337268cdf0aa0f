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


class CommunicationKind(models.TextChoices):
    """沟通类型: the channels of the communication mechanism."""

    DAILY = "daily", pgettext_lazy("kind of communication", "Daily")
    WEEKLY = "weekly", pgettext_lazy("kind of communication", "Weekly sync")
    EMERGENCY = "emergency", pgettext_lazy("kind of communication", "Emergency")
    HUDDLE = "huddle", pgettext_lazy("kind of communication", "Problem huddle")
    FIRST_SYNC = "first_sync", pgettext_lazy("kind of communication", "First progress sync")


class Frequency(models.TextChoices):
    """频率: how often a channel of the mechanism is used."""

    WORKDAY = "workday", _("every working day")
    WEEK = "week", _("every week")
    ONCE = "once", pgettext_lazy("frequency", "once")
    AS_NEEDED = "as_needed", _("whenever it happens")


class CommunicationForm(models.TextChoices):
    """形式: how people come together."""

    GROUP = "group", _("group message")
    ONLINE = "online", _("online meeting")
    ON_SITE = "on_site", _("meeting on site")


class NonWorkdayRule(models.TextChoices):
    """非工作日规则: what happens when the day is none on which the company works."""

    SKIP = "skip", _("left out")
    BEFORE = "before", _("on the working day before")
    AFTER = "after", _("on the working day after")


class Weekday(models.IntegerChoices):
    """The day of a weekly channel, counted as ``date.weekday()`` does."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")
