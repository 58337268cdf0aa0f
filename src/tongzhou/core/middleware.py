"""One place that turns domain errors into answers, for pages and partials alike."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from .errors import DomainError, IdentityNotFresh, InvalidInput, StaleWrite
from .pages import is_htmx

log = logging.getLogger(__name__)


class DomainErrors:
    """Middleware: ``DomainError`` becomes its status with a page (or, for htmx, a message in the corner)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, failure: Exception) -> HttpResponse | None:
        """Answers refusals; everything else stays a defect and goes on as a 500."""
        if isinstance(failure, RequestDataTooBig | TooManyFieldsSent):
            failure = DomainError(str(failure))
            failure.status = 413
        if not isinstance(failure, DomainError):
            return None
        return error_page(request, failure)


def error_page(request: HttpRequest, failure: DomainError) -> HttpResponse:
    """The answer to a refusal: what, why, what to do."""
    context = {"failure": failure, "status": failure.status}
    if request.headers.get("X-Autosave"):
        return _autosave_refused(request, failure)
    if is_htmx(request):
        if isinstance(failure, IdentityNotFresh):
            response = HttpResponse(status=204)
            response["HX-Redirect"] = str(failure.facts.get("confirm_at", "/accounts/reauthenticate/"))
            return response
        template = "components/conflict.html" if isinstance(failure, StaleWrite) else "components/toast.html"
        response = render(request, template, context, status=failure.status)
        # Two versions side by side want room at the top of the page; a refusal is a notice in the corner.
        stale = isinstance(failure, StaleWrite)
        response["HX-Retarget"] = "#conflict" if stale else "#toasts"
        response["HX-Reswap"] = "innerHTML" if stale else "beforeend"
        return response
    name = {400: "400", 403: "403", 404: "404", 409: "409"}.get(failure.status, "400")
    return render(request, f"{name}.html", context, status=failure.status)


def _autosave_refused(request: HttpRequest, failure: DomainError) -> HttpResponse:
    """What a form that saves itself understands: both versions to choose from, or which field is wrong and why."""
    if isinstance(failure, StaleWrite):
        return render(request, "components/conflict.html", {"failure": failure, "status": 409}, status=409)
    errors = {"__all__": [str(failure.message)]}
    if isinstance(failure, InvalidInput):
        errors = {name: [str(text) for text in texts] for name, texts in failure.fields.items()}
    return JsonResponse({"errors": errors}, status=failure.status)
