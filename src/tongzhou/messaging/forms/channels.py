"""Setting up a channel."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ..channels.contract import Kind, Secret
from ..models import Channel


class ChannelForm(forms.Form):
    """Name, address, secret, language. services.add_channel and change_channel check and write.

    Address and secret are never shown again: empty fields of a channel that is there keep what it has.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31)
    name = forms.CharField(label=pgettext_lazy("of channel", "Name"), max_length=80)
    address = forms.CharField(label="", max_length=2000)
    secret = forms.CharField(label="", max_length=200, required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language of the messages"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, kind: Kind, channel: Channel | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = _("Best the name of the group, so that everybody knows where a message goes.")
        address, secret = self.fields["address"], self.fields["secret"]
        address.label, secret.label = str(kind.address_label), str(kind.secret_label)
        address.widget.attrs |= {"autocomplete": "off", "spellcheck": "false", "placeholder": kind.address_example}
        secret.widget = forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=False)
        if kind.secret is Secret.NONE:
            del self.fields["secret"]
        elif kind.secret is Secret.REQUIRED and channel is None:
            secret.required = True
        if channel is not None:
            address.required = False
            kept = _("Now: …%(tail)s. Leave empty to keep it.")
            address.help_text = kept % {"tail": channel.address_tail}
            if channel.secret_hidden:
                secret.help_text = kept % {"tail": channel.secret_tail}

    @property
    def values(self) -> dict[str, Any]:
        """What the services take; what was left empty is left out."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version" and value}
