"""Allowing a host."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class HostForm(forms.Form):
    """Host, port, whether it lies inside, what it is for. services.allow_host checks and writes."""

    host = forms.CharField(
        label=_("Host"),
        max_length=253,
        help_text=_("The name or address alone. *.example.com stands for everything below example.com."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "placeholder": "chat.example.com"}),
    )
    port = forms.IntegerField(
        label=_("Port"), required=False, min_value=1, max_value=65535, help_text=_("Left empty: any port.")
    )
    is_private = forms.BooleanField(
        label=_("It lies in a private network"),
        required=False,
        help_text=_("Only then may the address begin with http://. The port is needed: this one door is opened."),
    )
    note = forms.CharField(
        label=_("What it is for"),
        max_length=120,
        widget=forms.TextInput(attrs={"placeholder": _("for example: our own Mattermost")}),
    )

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return dict(self.cleaned_data)
