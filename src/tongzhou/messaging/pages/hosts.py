"""允许外发的主机: an administrator sees and changes which hosts messages may go to."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tongzhou.core.errors import InvalidInput
from tongzhou.core.pages import Who, actor_of, add_errors, answer, page, paged

from .. import queries, services
from ..forms import HostForm
from .channels import places


@page(Who.ADMIN, "GET", "POST")
def hosts(request: HttpRequest) -> HttpResponse:
    """The list, and what is set on the server; one more host."""
    actor = actor_of(request)
    form, status = HostForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.allow_host(form.values, by=actor)
            except InvalidInput as refusal:
                add_errors(form, refusal)
            else:
                messages.success(request, _("Messages may go to this host now."))
                return redirect("messaging:hosts")
    context = {
        "page": paged(request, queries.allowed_hosts_for(actor)),
        "form": form,
        "places": places(request, "hosts"),
        "server_hosts": settings.TONGZHOU_OUTGOING_HOSTS,
        "server_networks": settings.TONGZHOU_OUTGOING_NETWORKS,
    }
    return answer(request, "messaging/hosts.html", context, status=status)


@page(Who.ADMIN, "POST")
def host_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a host off the list."""
    services.disallow_host(pk, by=actor_of(request))
    messages.success(request, _("Nothing goes to this host any more."))
    return redirect("messaging:hosts")
