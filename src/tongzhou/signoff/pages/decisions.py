"""The page on which a signatory decides: their own part first, then the whole, then the answer."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tongzhou.core.errors import DomainError, InvalidInput, NotFound, require
from tongzhou.core.pages import Who, actor_of, add_errors, page
from tongzhou.people.confirming import confirm_by_password
from tongzhou.people.identity import Method, fresh_identity
from tongzhou.people.models import Person
from tongzhou.people.passkeys import has_passkey, passkeys_work_at, signing_options, site_of

from .. import policies, queries
from ..forms import DecisionForm
from ..models import Signatory
from ..services import ask_passkey, decide
from ..states import RoundState
from ..subjects import Shown, subjects

SESSION = "session"


@page(Who.PERSON, "GET", "POST")
def sign(request: HttpRequest, signatory_id: int) -> HttpResponse:
    """Shows exactly what is to be agreed to and takes the answer; a signature asks for a fresh proof of identity."""
    actor = actor_of(request)
    signatory = queries.reach_signatory(actor, signatory_id)
    round, subject = signatory.round, subjects.get(signatory.round.subject_kind)
    if subject.shown is None:
        raise NotFound
    shown = subject.shown(round, signatory, actor)
    identity = fresh_identity(request)
    asks_password = round.needs_fresh_identity and identity is None
    if request.method == "GET":
        form = DecisionForm(round=round, asks_password=asks_password)
        return _page(request, signatory, shown, form, asks_password=asks_password)
    require(policies.can_decide(actor, round, signatory))
    sent = request.POST.copy()
    form = DecisionForm(sent, round=round, asks_password=asks_password)
    if not form.is_valid():
        return _page(request, signatory, shown, form, asks_password=asks_password, status=422)
    given = form.cleaned_data
    passkey = form.passkey_answer(site_of(request))
    if asks_password and passkey is None:
        if not confirm_by_password(request, given["password"]):
            wrong = _("This password is not right") if given["password"] else _("Please enter your password")
            form.add_error("password", wrong)
            return _page(request, signatory, shown, form, asks_password=True, status=422)
        identity = Method.PASSWORD
    try:
        decide(
            signatory.pk,
            given["verdict"],
            shown_digest=given["digest"],
            reason=given["reason"],
            identity=identity or SESSION,
            passkey=passkey,
            by=actor,
        )
    except InvalidInput as refusal:
        add_errors(form, refusal)
        asks_password = round.needs_fresh_identity and fresh_identity(request) is None
        return _page(request, signatory, shown, form, asks_password=asks_password, status=422)
    words = subject.words.get(f"done:{given['verdict']}") or _("Your answer is recorded.")
    messages.success(request, str(words))
    return redirect(shown.back_url)


@page(Who.PERSON, "POST")
def passkey(request: HttpRequest, signatory_id: int) -> HttpResponse:
    """What the person's passkey has to sign for the decision that is sent; the island ``passkey`` hands it to the browser."""
    actor = actor_of(request)
    signatory = queries.reach_signatory(actor, signatory_id)
    form = DecisionForm(request.POST, round=signatory.round, asks_password=False)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422)
    given = form.cleaned_data
    site = site_of(request)
    try:
        asked = ask_passkey(
            signatory.pk,
            given["verdict"],
            shown_digest=given["digest"],
            reason=given["reason"],
            site=site,
            by=actor,
        )
    except DomainError as refusal:
        texts = refusal.fields if isinstance(refusal, InvalidInput) else {"__all__": [refusal.message]}
        errors = {name: [str(text) for text in words] for name, words in texts.items()}
        return JsonResponse({"errors": errors}, status=refusal.status)
    options = signing_options(actor.pk, asked.challenge, site.rp_id)
    return JsonResponse({"challenge_id": asked.pk, "options": options})


@page(Who.PERSON)
def card(request: HttpRequest, round_id: int) -> HttpResponse:
    """The card of a round alone; open pages fetch it again when somebody has decided."""
    actor = actor_of(request)
    round = queries.reach_round(actor, round_id)
    return render(request, "signoff/round.html", {"picture": queries.picture_of(round, actor)})


def _page(
    request: HttpRequest,
    signatory: Signatory,
    shown: Shown,
    form: DecisionForm,
    *,
    asks_password: bool,
    status: int = 200,
) -> HttpResponse:
    actor = actor_of(request)
    round = signatory.round
    person = Person.objects.get(pk=actor.pk)
    picture = queries.picture_of(round, actor)
    place = next(place for place in picture.places if place.signatory.pk == signatory.pk)
    stand_in = None
    if signatory.department_id is not None and not actor.heads(signatory.department_id):
        stand_in = actor.stand_in_for(signatory.department_id, round.scope)
    request.live_topics = shown.live_topics  # type: ignore[attr-defined]
    context: dict[str, Any] = {
        "round": round,
        "signatory": signatory,
        "place": place,
        "picture": picture,
        "shown": shown,
        "form": form,
        "asks_password": asks_password,
        "has_passkey": has_passkey(actor.pk),
        "passkeys_work": passkeys_work_at(request),
        "public_url": settings.TONGZHOU_PUBLIC_URL,
        "needs_agreement": round.needs_fresh_identity and person.signing_agreed_at is None,
        "may_decide": policies.can_decide(actor, round, signatory),
        "is_open": round.state == RoundState.OPEN and place.decision is None,
        "stand_in": stand_in,
        "digest_groups": [round.digest[start : start + 8] for start in range(0, 64, 8)],
    }
    for key, value in shown.context.items():
        context.setdefault(key, value)
    return render(request, "signoff/sign.html", context, status=status)
