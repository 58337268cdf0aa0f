"""Forms of meetings: they check the input and stop there."""

from .answers import AnswerMinutesForm, InvitationForm, SettleForm
from .notes import (
    AgendaItemForm,
    AgendaTopicForm,
    ClosingForm,
    CommitmentForm,
    InviteForm,
    Noted,
    OpenPointForm,
    ResolutionForm,
    StatementForm,
)
from .plans import MeetingForm, ReasonForm

__all__ = [
    "AgendaItemForm",
    "AgendaTopicForm",
    "AnswerMinutesForm",
    "ClosingForm",
    "CommitmentForm",
    "InvitationForm",
    "InviteForm",
    "MeetingForm",
    "Noted",
    "OpenPointForm",
    "ReasonForm",
    "ResolutionForm",
    "SettleForm",
    "StatementForm",
]
