"""Addresses of logging in. Of allauth's pages we serve login, second factor, passkeys, password and confirming identity.

Persons are entered by their company: pages on which somebody signs up, or keeps a list of mail addresses, are not there.
A new password by mail is offered only where mail goes out.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path, re_path

from tongzhou.core.errors import NotFound
from tongzhou.core.pages import Who, page

from .login import mail_goes_out


@page(Who.PUBLIC, "GET", "POST")
def absent(request: HttpRequest, **anything: str) -> HttpResponse:
    """A page of allauth that this system does not have."""
    raise NotFound


@page(Who.PERSON)
def account(request: HttpRequest) -> HttpResponse:
    """The address above the others leads to the person's own page."""
    return redirect("people:profile")


ABSENT = ("signup", "email", "confirm-email", "login/code", "phone", *(() if mail_goes_out() else ("password/reset",)))

urlpatterns = [
    path("", account, name="account"),
    *(re_path(f"^{place}/", absent, name=f"absent_{place}") for place in ABSENT),
    path("", include("allauth.urls")),
]
