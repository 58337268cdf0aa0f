"""What everybody keeps of themselves: profile, deputies, API tokens, sessions."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from tongzhou.core.errors import Conflict, InvalidInput
from tongzhou.core.pages import Who, actor_of, add_errors, page

from .. import queries, services
from ..forms import DelegationForm, ProfileForm, TokenForm
from ..middleware import EPOCH
from ..models import Department, Person


@page(Who.PERSON, "GET", "POST")
def profile(request: HttpRequest) -> HttpResponse:
    """Language, mobile and e-mail; and the ways to everything else that is one's own."""
    actor = actor_of(request)
    me = queries.with_main_department(Person.objects.all()).get(pk=actor.pk)
    form = ProfileForm(request.POST or None, instance=Person.objects.get(pk=actor.pk))
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.change_profile(_version(request), form.cleaned_data, by=actor)
        except InvalidInput as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("Saved"))
            response = redirect("people:profile")
            # The language chosen here holds from now on, over a choice made for this browser alone.
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, changed.language, max_age=365 * 86400, samesite="Lax")
            return response
    context = {
        "me": me,
        "form": form,
        "memberships": me.memberships.select_related("department").order_by("-is_main", "pk"),
        "headed": Department.objects.filter(pk__in=actor.headed_ids),
        "deputies": queries.delegations_open(queries.delegations_given(actor.pk)).count(),
        "stand_ins": len(actor.stand_ins),
        "tokens": _live_tokens(actor.pk),
        "has_password": me.has_usable_password(),
    }
    return render(request, "people/profile.html", context, status=422 if form.errors else 200)


@page(Who.PERSON, "GET", "POST")
def delegations(request: HttpRequest) -> HttpResponse:
    """Deputies I have named, and heads I stand in for; a head names a deputy here."""
    actor = actor_of(request)
    headed = list(Department.objects.filter(pk__in=actor.headed_ids, is_active=True))
    form = DelegationForm(request.POST or None, departments=headed, initial={"department": _only(headed)})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.delegate(
                data["department"],
                data["deputy"],
                scopes=data["scopes"],
                since=data["since"],
                until=data["until"],
                reason=data["reason"],
                by=actor,
            )
        except InvalidInput as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("The deputy is named"))
            return redirect("people:delegations")
    context = {
        "form": form,
        "headed": headed,
        "given": queries.delegations_given(actor.pk)[:50],
        "held": queries.delegations_held(actor.pk)[:50],
    }
    return render(request, "people/delegations.html", context, status=422 if form.errors else 200)


@page(Who.PERSON, "POST")
def delegation_revoke(request: HttpRequest, delegation_id: int) -> HttpResponse:
    """Takes a delegation back."""
    services.revoke_delegation(delegation_id, by=actor_of(request))
    messages.success(request, _("Taken back; it no longer holds"))
    return redirect(_back(request, "people:delegations"))


@page(Who.PERSON, "GET", "POST")
def tokens(request: HttpRequest) -> HttpResponse:
    """API tokens; a new one is shown in the answer that makes it, and never again."""
    actor = actor_of(request)
    form = TokenForm(request.POST or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            made, plain = services.create_api_token(form.cleaned_data["label"], form.cleaned_data["days"], by=actor)
        except InvalidInput as refusal:
            add_errors(form, refusal)
        else:
            context |= {"made": made, "plain": plain, "form": TokenForm()}
    context["tokens"] = queries.tokens_of(actor.pk)[:100]
    response = render(request, "people/tokens.html", context, status=422 if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response


@page(Who.PERSON, "POST")
def token_revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """The token stops working."""
    services.revoke_api_token(token_id, by=actor_of(request))
    messages.success(request, _("The token no longer works"))
    return redirect(_back(request, "people:tokens"))


@page(Who.PERSON, "POST")
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """Ends every other session; this one goes on."""
    actor = actor_of(request)
    person = services.sign_out_everywhere(actor.pk, by=actor)
    request.session[EPOCH] = person.session_epoch
    messages.success(request, _("Signed out everywhere else"))
    return redirect("people:profile")


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    if not text.isdecimal() or len(text) > 9:
        raise Conflict(_("This form is incomplete; please open the page again"))
    return int(text)


def _only(departments: list[Department]) -> int | None:
    return departments[0].pk if len(departments) == 1 else None


def _live_tokens(person_id: int) -> int:
    from tongzhou.core import clock

    return queries.tokens_of(person_id).filter(revoked_at__isnull=True, expires_at__gt=clock.now()).count()


def _back(request: HttpRequest, otherwise: str) -> str:
    """Where the form asks to go, on this host only."""
    wanted = request.POST.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else otherwise
