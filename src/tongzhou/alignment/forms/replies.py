"""What a department answers, and what the initiator answers back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Ask
from ..states import ANSWERS, REPLIES
from .fields import DayField, WordsField


class ReplyForm(forms.Form):
    """The five answers of a department. Only the words that the chosen answer needs are looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    reply = forms.ChoiceField(label=_("Answer"), widget=forms.RadioSelect)
    note = WordsField(4000, 3, label=_("In your words"))
    proposed_due = DayField(label=_("The date you propose"))

    def __init__(self, *args: Any, ask: Ask, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = [(name, move.label) for name, move in REPLIES.items() if move.possible(ask)]
        self.fields["reply"].choices = possible  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """The initiator's answer; the button pressed says which."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    answer = forms.ChoiceField(choices=[(name, move.label) for name, move in ANSWERS.items()])
    note = WordsField(4000, 2, label=_("Your words to the department"))
    request_item = WordsField(2000, 3, label=_("What is asked"))
    due = DayField(label=_("Wanted by"))
