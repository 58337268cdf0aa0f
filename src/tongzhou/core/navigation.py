"""The places of the frame: left navigation, bottom bar and personal menu. A place without a page is left out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Place:
    """One entry; `count` names its number in `nav_counts`, `namespaces` say when it is the current one.

    `admin_only` places of the administration are not for the PMO.
    """

    label: str | Promise
    icon: str
    url_name: str
    namespaces: tuple[str, ...] = ()
    count: str = ""
    phone: bool = False
    admin_only: bool = False


PLACES = (
    Place(_("Today's desk"), "home", "insight:desk", count="desk", phone=True),
    Place(_("Projects"), "folders", "projects:list", ("projects", "alignment", "planning", "closeout"), phone=True),
    Place(_("Daily update"), "checklist", "execution:update", count="update", phone=True),
    Place(_("Meetings"), "calendar-event", "meetings:list", ("meetings",), count="meetings", phone=True),
    Place(_("Problems"), "alert-circle", "execution:problems", ("execution",), count="problems", phone=True),
    Place(_("Resources"), "users-group", "planning:resources"),
    Place(_("Knowledge base"), "book-2", "closeout:knowledge"),
    Place(_("Insight"), "chart-bar", "insight:overview"),
    Place(_("People"), "sitemap", "people:directory"),
)
ADMIN_PLACES = (
    Place(_("People and departments"), "users", "people:admin", admin_only=True),
    Place(_("Work calendars"), "calendar-week", "calendars:admin"),
    Place(_("Message channels"), "message-2", "messaging:channels", ("messaging",)),
    Place(_("Document templates"), "file-text", "documents:letterheads"),
    Place(_("Breach clause library"), "scale", "alignment:clauses"),
    Place(_("Scenarios"), "stack-2", "projects:scenarios"),
)
CREATE_URL_NAMES = ("alignment:request_new", "alignment:new", "projects:new")


def url_if_there(name: str, *args: object, **kwargs: object) -> str:
    """The address of a named page, or "" where this installation has no such page."""
    if not args and not kwargs:
        return _plain_address(name, get_urlconf(), get_script_prefix())
    try:
        return reverse(name, args=args or None, kwargs=kwargs or None)
    except NoReverseMatch:
        return ""


@cache
def _plain_address(name: str, urlconf: str | None, prefix: str) -> str:
    """Addresses without a key do not change while the process runs; that a page is missing takes longest to find out."""
    try:
        return reverse(name, urlconf)
    except NoReverseMatch:
        return ""


def is_current(place: Place, request: HttpRequest | None) -> bool:
    """Whether the page being shown lies in this place."""
    match = getattr(request, "resolver_match", None)
    if match is None:
        return False
    if match.view_name == place.url_name:
        return True
    others = {other.url_name for other in (*PLACES, *ADMIN_PLACES)}
    return match.namespace in place.namespaces and match.view_name not in others
