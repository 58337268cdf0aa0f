"""What the island ``passkey`` adds to a form with which somebody decides."""

from __future__ import annotations

from typing import Any

from django import forms

from tongzhou.people.passkeys import Site

from ..services import PasskeyAnswer

LARGEST_ASSERTION = 65_536


class PasskeyForm(forms.Form):
    """A form that may come signed by a passkey: the asking that is answered, and the browser's answer as it stands."""

    challenge = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    assertion = forms.JSONField(required=False, widget=forms.HiddenInput)

    def clean_assertion(self) -> dict[str, Any] | None:
        """Only its form is looked at here; the service checks what is in it."""
        given = self.cleaned_data["assertion"]
        return given if isinstance(given, dict) and len(self.data.get("assertion", "")) <= LARGEST_ASSERTION else None

    def passkey_answer(self, site: Site) -> PasskeyAnswer | None:
        """What the passkey answered; None when the form was sent without one."""
        given = self.cleaned_data
        return PasskeyAnswer(given.get("challenge") or 0, given["assertion"], site) if given.get("assertion") else None
