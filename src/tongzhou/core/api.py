"""Helpers of the JSON API: problem details (RFC 9457), the Idempotency-Key, text that any database can hold."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, TypeVar

import orjson
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.renderers import BaseRenderer
from pydantic import AfterValidator

from . import clock
from .acts import act
from .errors import Conflict, DomainError, InvalidInput, StaleWrite
from .events import plain
from .models import KeptAnswer
from .pages import actor_of

PROBLEM = "application/problem+json"
LONGEST_KEY = 200
D = TypeVar("D", bound=dict[str, Any])


def _holdable(text: str) -> str:
    """Refuses what no database column holds: NUL and lone surrogates."""
    if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise ValueError("text must not contain NUL or lone surrogate characters")
    return text


Text = Annotated[str, AfterValidator(_holdable)]


class OrjsonRenderer(BaseRenderer):
    """UTF-8 JSON: Chinese stays Chinese, a third smaller than escaped."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> Any:
        """Encodes an answer."""
        return orjson.dumps(data, default=plain)


class Problem(Schema):
    """Why something was refused, as RFC 9457 says it."""

    type: str
    title: str
    status: int
    detail: str = ""
    fields: dict[str, list[str]] | None = None


def problem(request: HttpRequest, status: int, code: str, title: str, detail: str = "", **more: Any) -> HttpResponse:
    """A problem-details answer."""
    body = {"type": f"urn:tongzhou:problem:{code}", "title": title, "status": status, "detail": detail, **more}
    return HttpResponse(orjson.dumps(body, default=plain), status=status, content_type=PROBLEM)


def problem_of(request: HttpRequest, failure: DomainError) -> HttpResponse:
    """The problem-details answer for a refusal."""
    more: dict[str, Any] = {}
    if isinstance(failure, InvalidInput):
        more["fields"] = {name: [str(text) for text in texts] for name, texts in failure.fields.items()}
    if isinstance(failure, StaleWrite):
        more |= {"version": failure.version, "mine": plain(failure.mine), "theirs": plain(failure.theirs)}
    return problem(request, failure.status, failure.code, str(failure.title), str(failure.message), **more)


def add_problem_answers(api: NinjaAPI) -> None:
    """Turns every refusal of the API into problem details."""

    @api.exception_handler(DomainError)
    def refused(request: HttpRequest, failure: DomainError) -> HttpResponse:
        return problem_of(request, failure)

    @api.exception_handler(ValidationError)
    def malformed(request: HttpRequest, failure: ValidationError) -> HttpResponse:
        fields: dict[str, list[str]] = {}
        for error in failure.errors:
            where = [str(part) for part in error.get("loc", ()) if part not in {"body", "payload", "query", "path"}]
            fields.setdefault(".".join(where) or "__all__", []).append(str(error.get("msg", "")))
        return problem(request, 422, "invalid_input", _("Please check what you entered"), fields=fields)

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, failure: AuthenticationError) -> HttpResponse:
        return problem(request, 401, "not_logged_in", _("Please log in"))

    @api.exception_handler(Http404)
    def absent(request: HttpRequest, failure: Http404) -> HttpResponse:
        return problem(request, 404, "not_found", _("This does not exist, or you may not see it"))

    @api.exception_handler(HttpError)
    def http(request: HttpRequest, failure: HttpError) -> HttpResponse:
        code, title = _UNREADABLE.get(failure.status_code, ("error", ""))
        return problem(request, failure.status_code, code, str(title or failure), str(failure) if title else "")


# What django-ninja itself refuses before an endpoint is reached.
_UNREADABLE = {
    400: ("malformed", gettext_lazy("This request cannot be read")),
    403: ("csrf", gettext_lazy("The security token is missing or too old. Please load the page again")),
}


def describe_problems(description: D) -> D:
    """Adds to an OpenAPI description that every operation answers a refusal with problem details."""
    description["components"].setdefault("schemas", {})["Problem"] = Problem.model_json_schema()
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in description["paths"].values():
        for operation in operations.values():
            operation["responses"]["default"] = {"description": "Refused, and why", "content": content}
    return description


def idempotent(view: Callable[..., Any]) -> Callable[..., Any]:
    """Lets a POST be repeated: the answer is kept with its ``Idempotency-Key`` in the act's own transaction.

    The view returns a Schema, or (status, Schema). Same key and body: the same answer. Same key, other body: 409.
    """
    return _repeatable(view, _kept_answer)


def idempotent_check(view: Callable[..., Any]) -> Callable[..., Any]:
    """The same for a view that only looks something through and writes nothing.

    It runs before the transaction that keeps its answer: a large file is opened while nobody waits for the database.
    """
    return _repeatable(view, _checked_answer)


def _repeatable(view: Callable[..., Any], answered: Callable[..., HttpResponse]) -> Callable[..., Any]:
    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            return view(request, *args, **kwargs)
        if len(key) > LONGEST_KEY or not key.isprintable():
            raise InvalidInput({"Idempotency-Key": _("At most 200 printable characters")})
        return answered(request, key, view, *args, **kwargs)

    # Annotations are text until they are read in the module that wrote them.
    run.__signature__ = inspect.signature(view, eval_str=True)  # type: ignore[attr-defined]
    run.idempotent = True  # type: ignore[attr-defined]
    return run


def _request_digest(request: HttpRequest) -> str:
    """What was sent, as a digest; of a form with files each field and each file."""
    found = hashlib.sha256(f"{request.method} {request.get_full_path()}\0".encode())
    if request.content_type == "multipart/form-data":
        for name, values in sorted(request.POST.lists()):
            found.update(orjson.dumps([name, values]))
        for name, uploads in sorted(request.FILES.lists()):
            for upload in uploads:
                found.update(orjson.dumps([name, upload.name, upload.size]))
                for chunk in upload.chunks():
                    found.update(chunk)
                upload.seek(0)
    else:
        found.update(request.body)
    return found.hexdigest()


@act
def _kept_answer(
    request: HttpRequest, key: str, view: Callable[..., Any], *args: Any, digest: str = "", **kwargs: Any
) -> HttpResponse:
    actor = actor_of(request)
    digest = digest or _request_digest(request)
    # The unique key makes a second request with it wait for the first one's commit.
    kept, fresh = KeptAnswer.objects.get_or_create(
        actor_id=actor.pk,
        key=key,
        defaults={"route": request.path[:200], "body_digest": digest, "status": 0, "answer": "", "at": clock.now()},
    )
    if not fresh:
        return _given_before(kept, digest)
    result = view(request, *args, **kwargs)
    status, body = result if isinstance(result, tuple) else (200, result)
    kept.status = status
    kept.answer = orjson.dumps(
        body.model_dump(mode="json") if isinstance(body, Schema) else body, default=plain
    ).decode()
    kept.save(update_fields=["status", "answer"])
    return HttpResponse(kept.answer, status=status, content_type="application/json")


def _given_before(kept: KeptAnswer, digest: str) -> HttpResponse:
    if kept.body_digest != digest:
        raise Conflict(_("This Idempotency-Key was used with another request"))
    return HttpResponse(kept.answer, status=kept.status, content_type="application/json")


def _checked_answer(
    request: HttpRequest, key: str, view: Callable[..., Any], *args: Any, **kwargs: Any
) -> HttpResponse:
    # Taken before the view reads the files.
    digest = _request_digest(request)
    kept = KeptAnswer.objects.filter(actor_id=actor_of(request).pk, key=key).first()
    if kept is not None:
        return _given_before(kept, digest)
    result = view(request, *args, **kwargs)
    # Of two at the same moment the first one's answer counts for both.
    return _kept_answer(request, key, lambda *_args, **_kwargs: result, digest=digest)
