"""The public verification page behind the QR code: no login, an unguessable address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tongzhou.core.limits import limit
from tongzhou.core.pages import Who, page

from .. import queries
from ..forms.memoranda import UploadForm
from ..queries.verification import judge, standing_of


@page(Who.PUBLIC, "GET", "POST")
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Says who has signed which version when, and judges a PDF that is given to it."""
    limit(
        request, "verify-upload" if request.method == "POST" else "verify", most=20 if request.method == "POST" else 120
    )
    edition = queries.edition_by_code(code)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    judgement = None
    if request.method == "POST" and form.is_valid():
        judgement = judge(edition, form.cleaned_data["file"].read())
    context = {"standing": standing_of(edition), "edition": edition, "form": form, "judgement": judgement}
    response = render(request, "alignment/verify.html", context, status=422 if form.errors else 200)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
