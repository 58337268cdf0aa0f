"""The small pieces that stand on a page by the dozen, written without a template: one costs microseconds, not a millisecond.

What is drawn depends on nothing but what is given, so the same piece asked for again is kept (``typed``: a text that is
already safe is not the same as one that only looks like it).
"""

from __future__ import annotations

import json
import logging
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from .time_words import TimeWords

log = logging.getLogger(__name__)

STATIC = Path(__file__).resolve().parents[1] / "static"
DEPARTMENT_COLOURS = 12
ICON_SIZES = {"": "icon", "sm": "icon icon-sm", "lg": "icon icon-lg", "xl": "icon icon-xl"}
KEPT = 4096
_NOTHING = SafeString("")


@cache
def _icon_bodies() -> dict[str, str]:
    file = STATIC / "vendor" / "icons.json"
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else {}


def island_names() -> tuple[str, ...]:
    """The islands there are; while the system is being worked on, looked up anew each time."""
    return _find_islands() if settings.DEBUG else _known_islands()


def _find_islands() -> tuple[str, ...]:
    return tuple(sorted(file.stem for file in (STATIC / "islands").glob("*.js")))


_known_islands = cache(_find_islands)


def colour_of(key: object) -> str:
    """The class of a department's colour."""
    number = key if isinstance(key, int) else sum(str(key).encode())
    return f"dept-{number % DEPARTMENT_COLOURS}" if key not in (None, "") else ""


@lru_cache(maxsize=KEPT, typed=True)
def draw_icon(name: str, *, label: str = "", size: str = "", css: str = "") -> SafeString:
    """The SVG of a listed icon. Without `label` it is decoration and hidden from screen readers."""
    body = _icon_bodies().get(name)
    if body is None:
        log.warning("No icon named %s: add it to script/icons.txt", name)
        body = ""
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round"'
        ' stroke-linejoin="round" focusable="false" {}>{}</svg>',
        f"{ICON_SIZES[size]} {css}".strip(),
        spoken,
        mark_safe(body),  # noqa: S308 - our own vendored file
    )


@lru_cache(maxsize=KEPT, typed=True)
def draw_badge(tone: str, icon: str, label: str, title: str) -> SafeString:
    """Icon and word of a state."""
    return format_html(
        '<span class="status tone-{}"{}>{}<span>{}</span></span>',
        tone,
        format_html(' title="{}"', title) if title else "",
        draw_icon(icon),
        label,
    )


@lru_cache(maxsize=KEPT, typed=True)
def draw_time(words: TimeWords, css: str) -> SafeString:
    """A moment in words, exact on hover."""
    return format_html('<time class="{}" datetime="{}" title="{}">{}</time>', css, words.iso, words.exact, words.text)


@lru_cache(maxsize=KEPT, typed=True)
def draw_due(words: TimeWords) -> SafeString:
    """When something is due, in the tone of how pressing it is."""
    mark = {"late": "clock-exclamation", "warn": "clock"}.get(words.tone)
    icon = draw_icon(mark) if mark else ""
    return format_html('<span class="due tone-{}">{}{}</span>', words.tone, icon, draw_time(words, "due-time"))


@lru_cache(maxsize=KEPT, typed=True)
def draw_person(name: str, note: str, url: str, colour: str, size: str, mark: bool) -> SafeString:
    """A person's initial in the department's colour, and the name."""
    avatar = format_html(
        '<span class="avatar-mark {} {}" aria-hidden="true">{}</span>',
        colour,
        "avatar-lg" if size == "lg" else "",
        name.strip()[:1].upper(),
    )
    text = format_html(
        '<span class="person-text"><span class="person-name">{}</span>{}</span>',
        name,
        format_html('<span class="person-note">{}</span>', note) if note else "",
    )
    shown = format_html("{}{}", avatar if mark else "", text)
    if url:
        return format_html('<a class="person" href="{}">{}</a>', url, shown)
    return format_html('<span class="person">{}</span>', shown)


@lru_cache(maxsize=KEPT, typed=True)
def draw_department(name: str, url: str, colour: str) -> SafeString:
    """The name of a department behind a square of its colour."""
    if url:
        return format_html('<a class="dept-chip {}" href="{}">{}</a>', colour, url, name)
    return format_html('<span class="dept-chip {}">{}</span>', colour, name)


def draw_card(
    title: object,
    parts: dict[str, SafeString],
    *,
    id: object = "",
    icon: str = "",
    tone: str = "",
    css: str = "",
    level: int = 2,
    count: object = "",
    live: object = "",
    url: object = "",
) -> SafeString:
    """The frame of a card around its parts: head with title and actions, body, what has no padding, foot."""
    head = _NOTHING
    if title:
        head = format_html(
            '<h{0} class="card-title">{1}{2}{3}</h{0}>',
            3 if level == 3 else 2,
            draw_icon(icon, css="text-secondary") if icon else "",
            title,
            _NOTHING if count in ("", None) else format_html('<span class="count">{}</span>', count),
        )
    if parts.get("actions"):
        head += format_html('<div class="card-actions">{}</div>', parts["actions"])
    return format_html(
        '<section class="card{}"{}{}>\n{}{}{}{}\n</section>',
        "".join(f" {name}" for name in (f"tone-{tone}" if tone else "", css) if name),
        format_html(' id="{}"', id) if id else "",
        format_html(' hx-get="{}" hx-trigger="live:{} from:body" hx-swap="outerHTML"', url, live)
        if live and url
        else "",
        format_html('<div class="card-header">{}</div>\n', head) if head else "",
        format_html('<div class="card-body">{}</div>\n', parts["body"]) if parts.get("body") else "",
        parts.get("flush", _NOTHING),
        format_html('\n<div class="card-footer">{}</div>', parts["footer"]) if parts.get("footer") else "",
    )
