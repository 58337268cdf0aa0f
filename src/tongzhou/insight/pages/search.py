"""Search over everything the person may see."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tongzhou.core.pages import Who, actor_of, answer, page, paged

from ..queries import GROUPS
from ..queries import search as find
from ..queries import search_group as find_group
from ..queries.search import LONGEST_QUERY


@page(Who.PERSON)
def search(request: HttpRequest) -> HttpResponse:
    """The first hits of every kind; or all of one kind, page by page."""
    actor = actor_of(request)
    text = request.GET.get("q", "").replace("\x00", " ")[:LONGEST_QUERY].strip()
    key = request.GET.get("kind", "")
    address = reverse("insight:search")
    context: dict[str, Any] = {"text": text}
    if key in GROUPS:
        kind, rows = find_group(actor, text, key)
        listed = paged(request, rows)
        context |= {"kind": kind, "page": listed, "hits": kind.hits(listed.object_list)}
    else:
        key = ""
        context["groups"] = find(actor, text)
    context["tabs"] = [
        {"label": _("Everything"), "url": f"{address}?{urlencode({'q': text})}", "current": not key},
        *(
            {
                "label": kind.label,
                "icon": kind.icon,
                "url": f"{address}?{urlencode({'q': text, 'kind': kind.key})}",
                "current": kind.key == key,
            }
            for kind in GROUPS.values()
        ),
    ]
    return answer(request, "insight/search.html", context, partial="found")
