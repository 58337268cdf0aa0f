"""Uploading a company template."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .. import standard_forms


class LetterheadForm(forms.Form):
    """Which form, which Word document. services.add_letterhead looks into it and keeps it."""

    form_key = forms.ChoiceField(label=_("Form"))
    file = forms.FileField(label=_("Word document (.docx)"), widget=forms.FileInput(attrs={"accept": ".docx"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["form_key"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(form.key, form.title) for form in standard_forms.all_forms()]
