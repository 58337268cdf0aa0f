"""Helpers of pages: who may call a route at all, the actor of a request, partial answers."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils.http import content_disposition_header

from .actor import Actor
from .errors import InvalidInput, NotAllowed, NotFound
from .live import last_signal

View = Callable[..., HttpResponse]
F = TypeVar("F", bound=View)
PAGE_SIZE = 50


class Who(StrEnum):
    """The coarse rule every route declares; services decide the rest. A route without one fails a system check."""

    PUBLIC = "public"
    PERSON = "person"
    PMO = "pmo"
    ADMIN = "admin"
    DEMO = "demo"


def page(who: Who, *methods: str) -> Callable[[F], View]:
    """Declares who may call the view and with which methods (GET when none is named)."""
    allowed = methods or ("GET",)

    def declare(view: F) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in {*allowed, "HEAD", "OPTIONS"} or (request.method == "OPTIONS"):
                return HttpResponseNotAllowed(allowed)
            if who is Who.DEMO and not settings.TONGZHOU_DEMO:
                raise NotFound
            if who in {Who.PERSON, Who.PMO, Who.ADMIN}:
                if not request.user.is_authenticated:
                    return _to_login(request)
                actor = actor_of(request)
                if who is Who.PMO and not (actor.is_pmo or actor.is_admin):
                    raise NotAllowed
                if who is Who.ADMIN and not actor.is_admin:
                    raise NotAllowed
            if request.method == "GET" and getattr(request, "actor", None) and not is_htmx(request):
                # What changes after this moment the page hears live, even before it has opened its stream.
                request.live_since = last_signal()  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        guarded.who = who  # type: ignore[attr-defined]
        guarded.methods = allowed  # type: ignore[attr-defined]
        return guarded

    return declare


def actor_of(request: HttpRequest) -> Actor:
    """Who acts in this request; put there by the people package's middleware."""
    actor = getattr(request, "actor", None)
    if not isinstance(actor, Actor):
        raise NotAllowed
    return actor


def is_htmx(request: HttpRequest) -> bool:
    """True when htmx asked for a part of the page."""
    return bool(getattr(request, "htmx", False))


def answer(
    request: HttpRequest, template: str, context: dict[str, Any], *, partial: str = "", status: int = 200
) -> HttpResponse:
    """Renders the whole page, or only ``partial`` (a template-partials name) when htmx asked."""
    name = f"{template}#{partial}" if partial and is_htmx(request) else template
    return render(request, name, context, status=status)


def add_errors(form: BaseForm, refusal: InvalidInput) -> None:
    """Puts a service's refusal at the right fields of the form."""
    for name, messages in refusal.fields.items():
        for message in messages:
            form.add_error(name if name in form.fields else None, str(message))


def paged(request: HttpRequest, rows: QuerySet[Any] | list[Any], size: int = PAGE_SIZE) -> Page[Any]:
    """One page of a list; a page number out of range gives the nearest."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


class _KeysFirst(Paginator[Any]):
    """Looks for the keys of a page and fetches those rows whole: what is sorted is keys, not every text of every row."""

    def __init__(self, rows: QuerySet[Any], size: int) -> None:
        super().__init__(rows, size)
        self.rows = rows

    def page(self, number: Any) -> Page[Any]:
        found = super().page(number)
        first = (found.number - 1) * self.per_page
        keys = list(self.rows.values_list("pk", flat=True)[first : first + self.per_page])
        found.object_list = self.rows.filter(pk__in=keys)
        return found


def paged_by_key(request: HttpRequest, rows: QuerySet[Any], size: int = PAGE_SIZE) -> Page[Any]:
    """As ``paged``, for rows that carry long texts or are counted one by one; costs one query more."""
    return _KeysFirst(rows, size).get_page(request.GET.get("page"))


def as_download(data: bytes, name: str, media_type: str) -> HttpResponse:
    """An answer that browsers save and never run."""
    response = HttpResponse(data, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def _to_login(request: HttpRequest) -> HttpResponse:
    if is_htmx(request):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = f"{settings.LOGIN_URL}"
        return response
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
