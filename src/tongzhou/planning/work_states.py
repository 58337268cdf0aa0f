"""What planning knows of the work itself: states of tasks, reports, questions and promises, and their legal moves."""

from django.db import models
from django.utils.translation import pgettext_lazy

from tongzhou.core.transitions import Transition


class TaskStatus(models.TextChoices):
    """任务状态: late is computed from date and progress, never typed."""

    NOT_STARTED = "not_started", pgettext_lazy("state of a task", "not started")
    IN_PROGRESS = "in_progress", pgettext_lazy("state of a task", "in progress")
    BLOCKED = "blocked", pgettext_lazy("state of a task", "blocked")
    REPORTED = "reported", pgettext_lazy("state of a task", "reported done")
    DONE = "done", pgettext_lazy("state of a task", "done")
    CANCELLED = "cancelled", pgettext_lazy("state of a task", "cancelled")


UNFINISHED = frozenset({TaskStatus.NOT_STARTED, TaskStatus.IN_PROGRESS, TaskStatus.BLOCKED})
START = Transition("start", frozenset({TaskStatus.NOT_STARTED}), TaskStatus.IN_PROGRESS)
BLOCK = Transition("block", frozenset({TaskStatus.NOT_STARTED, TaskStatus.IN_PROGRESS}), TaskStatus.BLOCKED)
UNBLOCK = Transition("unblock", frozenset({TaskStatus.BLOCKED}), TaskStatus.IN_PROGRESS)
REPORT_DONE = Transition("report_done", UNFINISHED, TaskStatus.REPORTED)
TAKE_REPORT_BACK = Transition("take_report_back", frozenset({TaskStatus.REPORTED}), TaskStatus.IN_PROGRESS)
ACCEPT_DONE = Transition("accept_done", frozenset({TaskStatus.REPORTED}), TaskStatus.DONE)
RETURN_DONE = Transition("return_done", frozenset({TaskStatus.REPORTED}), TaskStatus.IN_PROGRESS)
CANCEL_TASK = Transition("cancel_task", UNFINISHED, TaskStatus.CANCELLED)
REOPEN_TASK = Transition("reopen_task", frozenset({TaskStatus.DONE, TaskStatus.CANCELLED}), TaskStatus.IN_PROGRESS)
WORK_MOVES = (
    START, BLOCK, UNBLOCK, REPORT_DONE, TAKE_REPORT_BACK, ACCEPT_DONE, RETURN_DONE, CANCEL_TASK, REOPEN_TASK,
)  # fmt: skip


class ReportState(models.TextChoices):
    """Where a report that a task is done stands with whoever approves it."""

    WAITING = "waiting", pgettext_lazy("report that a task is done", "waiting for approval")
    ACCEPTED = "accepted", pgettext_lazy("report that a task is done", "accepted")
    RETURNED = "returned", pgettext_lazy("report that a task is done", "returned")
    TAKEN_BACK = "taken_back", pgettext_lazy("report that a task is done", "taken back")


class QuestionState(models.TextChoices):
    """Where a question to those consulted stands."""

    OPEN = "open", pgettext_lazy("question to those consulted", "waiting for opinions")
    ANSWERED = "answered", pgettext_lazy("question to those consulted", "all have answered")
    CLOSED = "closed", pgettext_lazy("question to those consulted", "closed")


HEAR_ALL = Transition("hear_all", frozenset({QuestionState.OPEN}), QuestionState.ANSWERED)
CLOSE_QUESTION = Transition("close_question", frozenset({QuestionState.OPEN}), QuestionState.CLOSED)


class PromiseState(models.TextChoices):
    """Where a dependency promise stands between the two departments; it follows from what each has said of what."""

    WAITING = "waiting", pgettext_lazy("dependency promise", "waiting for confirmation")
    CONFIRMED = "confirmed", pgettext_lazy("dependency promise", "confirmed by both")
    OBJECTED = "objected", pgettext_lazy("dependency promise", "objected to")
    ENDED = "ended", pgettext_lazy("dependency promise", "no longer needed")


class Side(models.TextChoices):
    """The two sides of a dependency: who gives, and who needs."""

    PROVIDER = "provider", pgettext_lazy("side of a dependency", "gives")
    RECEIVER = "receiver", pgettext_lazy("side of a dependency", "needs")
