"""How allauth and axes are bound to our persons: nobody signs up by themselves, addresses are those of the company."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm as AllauthLoginForm
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .models import Person


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Login only: persons are made by administrators or imports."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: a company's people are entered by the company."""
        return False

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """Names come with the person; nothing is made up."""


class LoginForm(AllauthLoginForm):  # type: ignore[misc]
    """Login name and password; offers a new password by mail only where mail goes out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Login name")
        if not mail_goes_out():
            self.fields["password"].help_text = _("Forgotten? Ask an administrator for a login link.")


def display_name(person: Person) -> str:
    """The name shown by login pages."""
    return person.name


def mail_goes_out() -> bool:
    """Whether a mail server is set; without one nobody is offered a new password by mail."""
    return "dummy" not in settings.EMAIL_BACKEND


def lockout_name(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """Under which name failed logins are counted: login names are the same whatever their case."""
    given = (credentials or {}).get("username") or request.POST.get("login") or ""
    return str(given).strip().lower()[:255]
