"""How somebody wants to be told."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import CHATS, MailWish, Preference


def _clock() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class PreferenceForm(forms.Form):
    """Mail, its hour, quiet hours. services.set_preference writes."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31)
    mail = forms.ChoiceField(label=_("By mail"), choices=MailWish.choices, widget=forms.RadioSelect)
    digest_at = forms.TimeField(label=_("Time of the daily mail"), required=False, widget=_clock())
    quiet_from = forms.TimeField(label=_("Quiet from"), required=False, widget=_clock())
    quiet_until = forms.TimeField(label=_("Quiet until"), required=False, widget=_clock())

    @classmethod
    def of(cls, preference: Preference) -> PreferenceForm:
        """Filled with what is there."""
        names = ("version", "mail", "digest_at", "quiet_from", "quiet_until")
        return cls(initial={name: getattr(preference, name) for name in names})

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class ChatNamesForm(forms.Form):
    """The user id in each chat. services.set_chat_names checks and writes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {"wecom": _("WeCom account"), "dingtalk": _("DingTalk user id"), "feishu": _("Feishu user id (ou_…)")}
        names |= {"lark": _("Lark user id (ou_…)"), "slack": _("Slack member id (U…)")}
        for kind in CHATS:
            self.fields[kind.value] = forms.CharField(label=names[kind.value], max_length=80, required=False)
