"""电子签署约定: read it, accept it once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from tongzhou.core.pages import Who, actor_of, page
from tongzhou.people.models import Person
from tongzhou.people.services import accept_signing_agreement


@page(Who.PERSON, "GET", "POST")
def agreement(request: HttpRequest) -> HttpResponse:
    """The agreement on electronic signing; accepting it leads back to what was to be signed."""
    actor = actor_of(request)
    back = request.POST.get("next") or request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = ""
    if request.method == "POST":
        accept_signing_agreement(by=actor)
        messages.success(request, _("You have accepted the agreement on electronic signing."))
        return redirect(back or "signoff:agreement")
    person = Person.objects.get(pk=actor.pk)
    return render(request, "signoff/agreement.html", {"agreed_at": person.signing_agreed_at, "back": back})
