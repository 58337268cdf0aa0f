"""What is typed on a task while it is worked on; services decide and write."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongzhou.projects.forms import DayInput


class VersionForm(forms.Form):
    """The version of the task that somebody had in front of their eyes."""

    version = forms.IntegerField(required=False, min_value=1, max_value=2**31, widget=forms.HiddenInput)


class ProgressForm(VersionForm):
    """How far the work is."""

    percent = forms.IntegerField(label=_("percent done"), min_value=0, max_value=99)
    note = forms.CharField(label=_("note"), max_length=1000, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "progress_%s", **kwargs})


class ReasonedForm(VersionForm):
    """Something that needs a reason."""

    reason = forms.CharField(label=_("reason"), max_length=1000)


class DoneForm(VersionForm):
    """By what everybody sees that the task is done; files come beside it."""

    evidence = forms.CharField(
        label=_("figures or a few words"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example: 10 SKUs counted, difference 0.6 %"),
    )
    link = forms.URLField(label=_("link"), required=False, max_length=500, assume_scheme="https")
    finished_on = forms.DateField(label=_("finished on"), required=False, widget=DayInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "done_%s", **kwargs})


class QuestionForm(forms.Form):
    """A question to those consulted."""

    text = forms.CharField(label=_("question"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    due_on = forms.DateField(label=_("answer by"), required=False, widget=DayInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "question_%s", **kwargs})


class OpinionForm(forms.Form):
    """An answer."""

    text = forms.CharField(label=_("opinion"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class SpokenForm(forms.Form):
    """For which side somebody speaks, of exactly which terms."""

    side = forms.CharField(max_length=8)
    shown = forms.CharField(max_length=90)
    reason = forms.CharField(max_length=1000, required=False)
