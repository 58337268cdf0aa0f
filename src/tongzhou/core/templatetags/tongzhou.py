"""The pieces pages are made of, as template tags: `docs/how/pages.md` shows them in use, /_style/ how they look."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BaseFormSet, BoundField
from django.template import Context, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.browser_texts import browser_texts
from tongzhou.core.drawing import (
    colour_of,
    draw_badge,
    draw_card,
    draw_department,
    draw_due,
    draw_icon,
    draw_person,
    draw_time,
    island_names,
)
from tongzhou.core.form_rendering import draw_field
from tongzhou.core.navigation import ADMIN_PLACES, CREATE_URL_NAMES, PLACES, Place, is_current, url_if_there
from tongzhou.core.status_words import TONES, status_word
from tongzhou.core.time_words import due_in_words, exactly, past_in_words

register = template.Library()

# ---------------------------------------------------------------- icons, states, time


@register.simple_tag
def icon(name: str, label: str = "", size: str = "", css: str = "") -> SafeString:
    """{% icon "bell" %} · {% icon "lock" label=_("Locked") size="lg" %}"""
    return draw_icon(str(name), label=str(label), size=size, css=css)


@register.simple_tag
def status_badge(state: object, label: str = "", tone: str = "", icon: str = "", title: str = "") -> SafeString:
    """{% status_badge memo.state memo.get_state_display %}: icon and word of a state; tone and icon can be given."""
    if state is None or state == "":
        return SafeString("")
    word = status_word(state)
    return draw_badge(tone if tone in TONES else word.tone, icon or word.icon, str(label or word.label), str(title))


def _now(context: Context) -> datetime:
    given = context.get("now")
    return given if isinstance(given, datetime) else clock.now()


@register.simple_tag(takes_context=True)
def due(context: Context, moment: date | datetime | None, done: bool = False) -> SafeString:
    """{% due task.due_on done=task.is_done %}: 今天 17:00 前 · 3 天后 · 已逾期 2 天, exact on hover."""
    if not moment:
        return SafeString("")
    words = due_in_words(moment, _now(context), done=bool(done))
    return draw_due(words)


@register.simple_tag(takes_context=True)
def when(context: Context, moment: date | datetime | None) -> SafeString:
    """{% when event.at %}: 刚刚 · 12 分钟前 · 昨天 14:03 · 6月1日 09:30, exact on hover."""
    return draw_time(past_in_words(moment, _now(context)), "when") if moment else SafeString("")


@register.filter
def exact(moment: date | datetime | None) -> str:
    """{{ minutes.starts_at|exact }}: the whole date, for documents and fact lists."""
    return exactly(moment) if moment else ""


# ---------------------------------------------------------------- people and departments


def _named(thing: object) -> str:
    return str(getattr(thing, "name", None) or thing)


@register.simple_tag
def person(
    who: Any, note: str = "", url: str = "", department_id: int | None = None, size: str = "", mark: bool = True
) -> SafeString:
    """{% person task.owner note=_("Head") url=owner_url %}: initial in the department's colour, and the name.

    `who` is a person (anything with a name; `main_department_id` gives the colour) or a plain name.
    """
    if not who:
        return format_html('<span class="text-secondary">{}</span>', _("nobody yet"))
    home = department_id or getattr(who, "main_department_id", None) or getattr(who, "department_id", None)
    return draw_person(_named(who), str(note), str(url), colour_of(home), size, bool(mark))


@register.simple_tag
def department(unit: Any, url: str = "", pk: int | None = None) -> SafeString:
    """{% department commitment.department %}: the name behind a square of its colour."""
    if not unit:
        return SafeString("")
    name = _named(unit)
    return draw_department(name, str(url), colour_of(pk or getattr(unit, "pk", None) or name))


# ---------------------------------------------------------------- cards


class CardNode(Node):
    """A titled section of a page with optional actions beside the title and a foot."""

    child_nodelists = ("body", "flush", "actions", "footer")

    def __init__(
        self, title: FilterExpression | None, options: dict[str, FilterExpression], parts: dict[str, NodeList]
    ) -> None:
        self.title = title
        self.options = options
        self.body = parts.get("body", NodeList())
        self.flush = parts.get("flush", NodeList())
        self.actions = parts.get("actions", NodeList())
        self.footer = parts.get("footer", NodeList())

    def render(self, context: Context) -> SafeString:
        """The parts are rendered in the page's own context, the frame around them from the component."""
        options = {key: value.resolve(context) for key, value in self.options.items()}
        parts = {name: SafeString(getattr(self, name).render(context).strip()) for name in self.child_nodelists}
        return draw_card(self.title.resolve(context) if self.title else "", parts, **options)


@register.tag
def card(parser: Parser, token: Token) -> CardNode:
    """{% card _("Objectives") icon="target" %} body {% card_actions %} … {% card_footer %} … {% endcard %}

    Options: id, icon, tone, css, level (2 or 3), count; `live="project-12" url=…` refetches the card when the topic
    changes. The order of the parts is free; what stands first is the body; `{% card_flush %}` is a body without
    padding, for tables and rows.
    """
    bits = token.split_contents()[1:]
    title = None
    if bits and "=" not in bits[0].split("(")[0].split('"')[0]:
        title = parser.compile_filter(bits.pop(0))
    options = token_kwargs(bits, parser)
    if bits:
        raise TemplateSyntaxError(f"card: {' '.join(bits)} is neither the title nor an option")
    ends = ("card_actions", "card_body", "card_flush", "card_footer", "endcard")
    parts: dict[str, NodeList] = {}
    part = "body"
    while True:
        parts[part] = parser.parse(ends)
        found = parser.next_token().contents.split()[0]
        if found == "endcard":
            return CardNode(title, options, parts)
        part = found.removeprefix("card_")


@register.inclusion_tag("components/empty_state.html")
def empty_state(
    title: str, text: str = "", icon: str = "inbox", url: str = "", label: str = "", level: int = 3
) -> dict[str, Any]:
    """{% empty_state _("No meetings yet") _("What it is for.") icon="calendar" url=… label=_("Plan one") %}"""
    return {"title": title, "text": text, "icon": icon, "url": url, "label": label, "level": level}


@register.inclusion_tag("components/stepper.html")
def stepper(steps: Iterable[Mapping[str, Any]], label: str = "") -> dict[str, Any]:
    """{% stepper phases %}: steps {name, state: done|current|todo, url, note, gate: {met, total, state, url}}.

    `gate` is the gate behind the step; its state is passed, conditional or open.
    """
    return {"steps": list(steps), "label": label or _("Phases")}


@register.inclusion_tag("components/conditions.html")
def conditions(items: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """{% conditions gate %}: {label, met, missing: [{text, url}]} each, as a list of what is done and what is not."""
    return {"items": list(items)}


@register.inclusion_tag("components/history.html", takes_context=True)
def history(context: Context, events: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """{% history events %}: {at, who, text, icon, tone, note, url} each, newest first."""
    return {"events": list(events), "now": _now(context)}


@register.inclusion_tag("components/progress_card.html")
def progress_card(
    title: str,
    url: str = "",
    percent: float | None = None,
    text: str = "",
    done: bool = False,
    failed: bool = False,
    result_url: str = "",
    result_label: str = "",
    id: str = "progress",
) -> dict[str, Any]:
    """{% progress_card _("Writing the archive") url=job_url percent=40 %}: asks `url` again until done or failed."""
    return {
        "title": title,
        "url": url,
        "percent": percent,
        "text": text,
        "done": done,
        "failed": failed,
        "result_url": result_url,
        "result_label": result_label,
        "id": id,
    }


@register.inclusion_tag("components/tabs.html")
def tabs(items: Sequence[Mapping[str, Any]], label: str = "") -> dict[str, Any]:
    """{% tabs views label=_("Views") %}: {label, url, current, count, icon} each."""
    return {"items": [item for item in items if item.get("url")], "label": label or _("Sections")}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any], target: str = "") -> dict[str, Any]:
    """{% pagination page %}: keeps the other query parameters; with `target` (a selector) htmx swaps only the list."""
    numbers = list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))
    return {"page": page, "numbers": numbers, "target": target, "request": context.get("request")}


# ---------------------------------------------------------------- forms


@register.simple_tag(takes_context=True)
def field(context: Context, bound: BoundField, **options: Any) -> SafeString:
    """{% field form.title %} · {% field form.background check_url=url %} · {% field form.cells label="" %}

    Options: `label` (overrules; "" hides it for sighted readers only), `help`, `check_url` (as-you-type hints),
    `css` for the frame; every other option becomes an attribute of the control (`rows=8`, `data_x=…` as `data-x`).
    """
    own = {key: options.pop(key) for key in ("label", "help", "check_url", "css") if key in options}
    for key, value in options.items():
        bound.field.widget.attrs[key.replace("_", "-")] = value
    return draw_field(bound, **own)


@register.inclusion_tag("components/form_errors.html")
def form_errors(*forms: BaseForm | BaseFormSet[Any] | None) -> dict[str, Any]:
    """{% form_errors form milestones %}: what to mend, each a link to its field; empty while all is well."""
    found: list[dict[str, Any]] = []
    for item in forms:
        if item is None or not item.is_bound:
            continue
        if isinstance(item, BaseFormSet):
            found += [{"label": "", "text": text, "id": ""} for text in item.non_form_errors()]
            for number, form in enumerate(item.forms, start=1):
                found += _errors_of(form, row=number)
        else:
            found += _errors_of(item)
    return {"errors": found}


def _errors_of(form: BaseForm, row: int = 0) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for name, texts in form.errors.items():
        bound = form[name] if name in form.fields else None
        label = str(bound.label) if bound else ""
        if row:
            numbered = _("row %(row)d") % {"row": row}
            label = f"{numbered} · {label}" if label else numbered
        # A group of radios has no control of its own: the link goes to the first of them.
        place = (bound.id_for_label or f"{bound.auto_id}_0") if bound and bound.auto_id else ""
        found += [{"label": label, "text": text, "id": place} for text in texts]
    return found


# ---------------------------------------------------------------- frame


def _shown(places: Iterable[Place], context: Context) -> list[dict[str, Any]]:
    request, counts = context.get("request"), context.get("nav_counts") or {}
    shown = []
    for place in places:
        if url := url_if_there(place.url_name):
            count = counts.get(place.count) if place.count else None
            shown.append(
                {
                    "label": place.label,
                    "icon": place.icon,
                    "url": url,
                    "count": count,
                    "phone": place.phone,
                    "current": is_current(place, request),
                }
            )
    return shown


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> dict[str, Any]:
    """{% navigation as nav %}: nav.main, nav.admin (for those who administer), nav.phone, nav.more and nav.create."""
    actor = context.get("actor") or getattr(context.get("request"), "actor", None)
    main = _shown(PLACES, context)
    keeps_order = bool(getattr(actor, "is_admin", False) or getattr(actor, "is_pmo", False))
    is_admin = bool(getattr(actor, "is_admin", False))
    kept = [place for place in ADMIN_PLACES if is_admin or not place.admin_only]
    admin = _shown(kept, context) if keeps_order else []
    phone = [place for place in main if place["phone"]][:4]
    create = next((url for name in CREATE_URL_NAMES if (url := url_if_there(name))), "")
    return {
        "main": [place for place in main if place["label"] != _("Daily update")],
        "admin": admin,
        "phone": phone,
        "more": [place for place in main if place not in phone] + admin,
        "create": create,
    }


@register.simple_tag
def maybe_url(*names: str, **kwargs: Any) -> str:
    """{% maybe_url "messaging:inbox" as inbox_url %}: the first of the names that exists, else empty: no dead links."""
    return next((url for name in names if (url := url_if_there(name, **kwargs))), "")


@register.simple_tag
def crumb(text: object, url: str = "") -> SafeString:
    """{% crumb project.name project.get_absolute_url %} inside {% block breadcrumbs %}."""
    shown = str(text)
    short = shown if len(shown) <= 40 else f"{shown[:39]}…"
    if url:
        return format_html('<li><a href="{}" title="{}">{}</a></li>', url, shown, short)
    return format_html('<li title="{}">{}</li>', shown, short)


@register.simple_tag
def island_map() -> dict[str, str]:
    """Where the browser finds each island and the libraries an island may ask for; read by app.js."""
    islands = {name: static(f"islands/{name}.js") for name in island_names()}
    libraries = {
        "sortable": "vendor/sortable/sortable.js",
        "alpine": "vendor/alpine/alpine.min.js",
        "gantt": "vendor/gantt/gantt.js",
    }
    return islands | {f"lib:{name}": static(path) for name, path in libraries.items()}


@register.simple_tag
def island_texts() -> dict[str, str]:
    """The words islands say, in the reader's language; read by app.js."""
    return browser_texts()


@register.simple_tag
def html_language() -> str:
    """The value of the page's lang attribute; screen readers know zh-CN better than zh-hans."""
    return {"zh-hans": "zh-CN"}.get(get_language() or "", get_language() or "en")


@register.filter
def tone_of_message(tags: str) -> str:
    """Django's message level as a tone."""
    levels = {"error": "late", "warning": "warn", "success": "good", "debug": "neutral"}
    return next((tone for level, tone in levels.items() if level in str(tags).split()), "progress")


@register.filter
def icon_of_tone(tone: str) -> str:
    """The icon that goes with a tone in notices."""
    icons = {"late": "alert-octagon", "warn": "alert-triangle", "good": "circle-check", "progress": "info-circle"}
    return icons.get(tone, "info-circle")


@register.filter
def percent(value: float | None) -> str:
    """{{ 0.425|percent }} -> 43 %; nothing stays nothing."""
    return "" if value is None else f"{round(value * 100)} %"


@register.filter
def grouped(value: int | None) -> str:
    """{{ 10000|grouped }} -> 10,000; nothing stays nothing."""
    return "" if value is None else f"{value:,}"


@register.filter
def money(value: Decimal | None) -> str:
    """{{ need.amount|money }} -> 50,000.00: exact, with separators, to stand right-aligned before its unit."""
    return "" if value is None else f"{value:,.2f}"


@register.filter
def as_json(value: Any) -> str:
    """data-hidden="{{ mapping|as_json }}": a value for an island; escaped like any text."""
    return json.dumps(value, ensure_ascii=False, default=str)


@register.filter
def lookup(mapping: Mapping[Any, Any] | None, key: Any) -> Any:
    """{{ totals|lookup:department.pk }}: a value of a mapping by a key that is itself a variable."""
    return "" if mapping is None else mapping.get(key, "")


@register.simple_tag
def notice(text: str, title: str = "", tone: str = "progress", icon: str = "") -> SafeString:
    """{% notice _("…") title=_("…") tone="warn" %}: a quiet box inside a page that says something at this place."""
    tone = tone if tone in TONES else "progress"
    return format_html(
        '<div class="notice tone-{}">{}<div class="notice-text">{}{}</div></div>',
        tone,
        draw_icon(icon or icon_of_tone(tone)),
        format_html("<strong>{}</strong>", title) if title else "",
        conditional_escape(text),
    )


@register.simple_tag(takes_context=True)
def countdown(context: Context, until: datetime, soon_minutes: int = 5, big: bool = False) -> SafeString:
    """{% countdown emergency.respond_by soon_minutes=15 %}: a visible clock; amber near the end, then red."""
    return format_html(
        '<time class="clock {}" data-island="countdown" datetime="{}" data-now="{}" data-soon="{}" title="{}">'
        "{}</time>",
        "clock-big" if big else "",
        until.isoformat(),
        _now(context).isoformat(),
        soon_minutes * 60,
        exactly(until),
        due_in_words(until, _now(context)).text,
    )


@register.simple_tag
def conflict_fields(failure: Any) -> list[dict[str, Any]]:
    """The fields in which two writers differ: name, label, both texts and whether the field is free text."""
    meta = getattr(failure.current, "_meta", None)
    found = []
    for name, mine in failure.mine.items():
        theirs = failure.theirs.get(name)
        if mine == theirs:
            continue
        model_field = next((item for item in meta.get_fields() if item.name == name), None) if meta else None
        label = failure.labels.get(name) or getattr(model_field, "verbose_name", "") or name.replace("_", " ")
        read = failure.shown.get(name)
        found.append(
            {
                "name": name,
                "label": label,
                "mine": read[0] if read else _plain(mine),
                "theirs": read[1] if read else _plain(theirs),
                "value": _plain(theirs),
                "own_value": _plain(mine),
                "one_of": read is not None,
            }
        )
    return found


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat() if not isinstance(value, datetime) else exactly(value)
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, ensure_ascii=False, indent=1, default=str)
    return str(value)


@register.simple_tag(takes_context=True)
def conflict_rest(context: Context, fields: Sequence[Mapping[str, Any]], failure: Any = None) -> list[tuple[str, str]]:
    """What else was sent with the refused form, so that sending it again loses nothing."""
    request = context.get("request")
    if request is None or request.method != "POST":
        return []
    hidden = dict(getattr(failure, "hidden", {}))
    asked = {item["name"] for item in fields} | {"version", "csrfmiddlewaretoken", *hidden}
    rest = [(name, value) for name, values in request.POST.lists() if name not in asked for value in values]
    return [*hidden.items(), *rest]
