"""Answering: to an invitation, to the minutes, to an open point."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongzhou.signoff.forms import PasskeyForm

from ..queries import Candidate
from .choices import key_field, people_choices


class InvitationForm(forms.Form):
    """Will you come? If not, why, and who comes instead?"""

    answer = forms.CharField(max_length=10)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)
    instead = key_field(_("Comes instead"))

    def __init__(self, people: Iterable[Candidate], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["instead"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = people_choices(people)


class AnswerMinutesForm(PasskeyForm):
    """One department's word on the minutes exactly as shown."""

    department = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    shown_digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    verdict = forms.CharField(max_length=12, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("What is not right, and how should it read?"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SettleForm(forms.Form):
    """The answer to an open point."""

    answer = forms.CharField(label=_("The answer"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
