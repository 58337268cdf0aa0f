"""What came of it: what was due by the timetable alone, against what arrived and what people were told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tongzhou.cadence.models import Alarm, Occasion, OccasionState, Rule
from tongzhou.cadence.queries.rules import occasion_kind
from tongzhou.cadence.states import AlarmKind
from tongzhou.cadence.timetable import turns
from tongzhou.calendars.queries import company_calendar
from tongzhou.messaging.models import Delivery, DeliveryState, GroupMessage, Notification
from tongzhou.messaging.states import TROUBLED, MessageGrade, MessageState

EXAMPLES = 5


@dataclass
class Figures:
    """How the simulated time went.

    ``duplicate`` counts digests and mails that came twice; an emergency may, and then says so: ``repeated`` of them did and
    ``unmarked`` did not say it. ``unknown`` are those of the alarmed of which nobody knows whether they arrived. ``wrong`` is
    what the robots found malformed, wrongly signed, too long or too frequent.
    """

    due: int = 0
    sent: int = 0
    duplicate: int = 0
    missed_silently: int = 0
    alarmed: int = 0
    late: int = 0
    unknown: int = 0
    repeated: int = 0
    unmarked: int = 0
    wrong: int = 0
    crashes: int = 0
    bad_answers: int = 0
    examples: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return " ".join(f"{name}={value}" for name, value in vars(self).items() if name != "examples")

    @property
    def is_as_promised(self) -> bool:
        """Nothing doubled, nothing missed in silence, every repeat marked, nothing a vendor would refuse."""
        return not (self.duplicate or self.missed_silently or self.unmarked or self.wrong)


def reckon(begin: datetime, end: datetime, read: Mapping[int, list[str]], storms: Iterable[int] = ()) -> Figures:
    """Judges every turn of every rule between the two moments, and the emergencies of the storms."""
    figures = Figures()
    judge = _Judge(figures, read)
    rows = {(row.kind, row.subject_id, row.slot): row for row in Occasion.objects.exclude(slot="")}
    calendar = company_calendar()
    first, last = begin.date() - timedelta(days=1), end.date() + timedelta(days=1)
    for rule in Rule.objects.select_related("project__rhythm"):
        for turn in turns(rule.timing, first, last, calendar, rule.project.rhythm.zone_info):
            if turn.at is not None and begin < turn.at <= end:
                row = rows.get((occasion_kind(rule.kind), rule.pk, turn.slot.isoformat()))
                judge.occasion(row, f"{rule.kind} {rule.project_id} {turn.at}")
    for number in storms:
        judge.message(number, f"storm {number}")
    figures.sent = len(read)
    for number, lines in read.items():
        judge.arrivals(number, lines)
    return figures


class _Judge:
    """Sent, or somebody was told that it was not; anything else was missed in silence."""

    def __init__(self, figures: Figures, read: Mapping[int, list[str]]) -> None:
        self.figures, self.read = figures, read
        self.mails = {row.unique_key: row for row in Delivery.objects.filter(unique_key__startswith="simulated:")}
        self.messages = {row.unique_key: row for row in GroupMessage.objects.all()}
        self.alarms = set(Alarm.objects.values_list("kind", flat=True))
        told = Notification.objects.filter(unique_key__startswith="group-message:", person__is_admin=True)
        self.told_of = {int(key.split(":")[1]) for key in told.values_list("unique_key", flat=True)}

    def occasion(self, row: Occasion | None, told: str) -> None:
        """One turn of a rule."""
        if row is not None and row.state == OccasionState.DONE:
            self.message(row.pk, told)
        elif row is not None and row.state == OccasionState.SKIPPED and AlarmKind.OCCASIONS_SKIPPED in self.alarms:
            self.figures.due += 1
            self.figures.alarmed += 1
        else:
            self.figures.due += 1
            self._missed(f"{told}: {row and row.state}")

    def message(self, number: int, told: str) -> None:
        """What was put into the outbox for it."""
        self.figures.due += 1
        key = f"simulated:{number}"
        mail, message = self.mails.get(key), self.messages.get(key)
        if mail is not None:
            is_sent, is_unknown = mail.state == DeliveryState.SENT, mail.state == DeliveryState.UNKNOWN
            is_told = is_unknown and AlarmKind.MESSAGES_IN_DOUBT in self.alarms
        elif message is not None:
            is_sent, is_unknown = message.state == MessageState.SENT, message.state == MessageState.UNKNOWN
            is_told = message.state in TROUBLED and message.pk in self.told_of
        else:
            return self._missed(f"{told}: no message")
        if is_sent and self.read.get(number):
            return None
        if is_told:
            self.figures.alarmed += 1
            self.figures.unknown += is_unknown
            return None
        return self._missed(f"{told}: {(mail or message).state}")  # type: ignore[union-attr]

    def arrivals(self, number: int, lines: list[str]) -> None:
        """What was read of it: how often, and whether it said that it was late or came again."""
        message = self.messages.get(f"simulated:{number}")
        again = lines[1:]
        if message is not None and message.grade == MessageGrade.EMERGENCY:
            self.figures.repeated += len(again)
            self.figures.unmarked += sum("次发送】" not in line for line in again)
        else:
            self.figures.duplicate += len(again)
        self.figures.late += any(line.startswith("late ") or "【迟发" in line for line in lines)

    def _missed(self, told: str) -> None:
        self.figures.missed_silently += 1
        if len(self.figures.examples) < EXAMPLES:
            self.figures.examples.append(told)
