"""How allauth is bound to our persons: nobody signs up by themselves, addresses are those of the company."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from .models import Person


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Login only: persons are made by administrators or imports."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: a company's people are entered by the company."""
        return False

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """Names come with the person; nothing is made up."""


def display_name(person: Person) -> str:
    """The name shown by login pages."""
    return person.name
