"""Ways in beside the login page: a login link, and in the demo one click."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from tongzhou.core.access import reach
from tongzhou.core.errors import Conflict, InvalidInput, NotFound
from tongzhou.core.pages import Who, add_errors, page

from .. import identity, login_links, queries, services
from ..forms import FirstPasswordForm
from ..models import Person

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@page(Who.PUBLIC, "GET", "POST")
def welcome(request: HttpRequest, secret: str) -> HttpResponse:
    """Somebody who got a login link sets their password, and then logs in with it like everybody."""
    person = login_links.person_of(secret)
    if person is None:
        return _private(render(request, "people/welcome_over.html", status=410))
    form = FirstPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_password_by_link(secret, form.cleaned_data["password"])
        except InvalidInput as refusal:
            add_errors(form, refusal)
        except Conflict:
            return _private(render(request, "people/welcome_over.html", status=410))
        else:
            messages.success(request, _("Your password is set. Please log in."))
            # To the desk, which asks to log in first.
            return redirect("/")
    status = 422 if form.errors else 200
    return _private(render(request, "people/welcome.html", {"form": form, "newcomer": person}, status=status))


@page(Who.DEMO, "GET", "POST")
def switch(request: HttpRequest) -> HttpResponse:
    """Demo only: one click and you are that person; it counts as a fresh login."""
    if request.method == "GET":
        return render(request, "people/switch.html", {"next": request.GET.get("next", "")})
    wanted = request.POST.get("person", "")
    if not wanted.isdecimal() or len(wanted) > 18:
        raise NotFound
    person = reach(Person.objects.filter(is_active=True), int(wanted))
    login(request, person, backend=BACKEND)
    identity.record_demo_login(request, person)
    queries.forget_demo_people()
    following = request.POST.get("next", "")
    return redirect(following if url_has_allowed_host_and_scheme(following, {request.get_host()}) else "/")


def _private(response: HttpResponse) -> HttpResponse:
    """The address is the secret: the page is not kept. (Other hosts learn no address of ours anyway.)"""
    response["Cache-Control"] = "no-store"
    return response
