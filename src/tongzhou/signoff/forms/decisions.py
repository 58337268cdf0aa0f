"""What a signatory enters: the answer, the reason, and where a signature asks for it the password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Round
from ..states import Verdict
from ..subjects import subjects
from .passkeys import PasskeyForm


class DecisionForm(PasskeyForm):
    """Checks the input; services.decide writes. ``digest`` is the fingerprint of the text that stands on the page."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    verdict = forms.ChoiceField(label=_("Your answer"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Opinion"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Printed beside your name. Needed only when you decline."),
    )
    password = forms.CharField(
        label=_("Your password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=_("A signature asks once more that it is you; for five minutes after that it does not ask again."),
    )

    def __init__(self, *args: Any, round: Round, asks_password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        subject = subjects.get(round.subject_kind)
        labels = dict(Verdict.choices)
        verdict = self.fields["verdict"]
        assert isinstance(verdict, forms.ChoiceField)
        verdict.choices = [(value, subject.words.get(value, labels[value])) for value in subject.verdicts]
        self.fields["digest"].initial = round.digest
        if not asks_password:
            del self.fields["password"]
