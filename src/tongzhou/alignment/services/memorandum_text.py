"""What may stand in a memorandum, and how what two people wrote at once is laid together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.core.errors import InvalidInput, StaleWrite
from tongzhou.core.events import events_of
from tongzhou.projects.models import Project

from ..documents import MEMORANDUM
from ..models import Memorandum
from ..queries.memoranda import DATES, PROSE, TABLES

CHANGED = "alignment.memorandum.changed"
LONGEST_PROSE, LONGEST_CELL, MOST_ROWS, MOST_STAGES = 20_000, 2_000, 60, 20


def merged_terms(memorandum: Memorandum, version: int, mine: dict[str, Any]) -> dict[str, Any]:
    """What of ``mine`` is to be written although others saved since ``version``.

    The event log knows what each part was before they did: what I left alone is theirs, what they left alone is mine.
    Where both changed the same part a ``StaleWrite`` shows both, field by field as the form has them.
    """
    now = {**memorandum.terms, "stages": memorandum.stages}
    base = _before_others(memorandum, version)
    kept = {key: value for key, value in mine.items() if base is None or key not in base or base[key] != value}
    both = [key for key, value in kept.items() if (base is None or key in base) and now.get(key) != value]
    if not both:
        return kept
    ours, theirs = _flat({key: kept[key] for key in both}), _flat({key: now.get(key) for key in both})
    names = [name for name in {**ours, **theirs} if ours.get(name, "") != theirs.get(name, "")]
    failure = StaleWrite(
        memorandum,
        {name: ours.get(name, "") for name in names},
        {name: theirs.get(name, "") for name in names},
        memorandum.version,
    )
    failure.labels = {name: _field_label(name) for name in names}
    raise failure


def _before_others(memorandum: Memorandum, version: int) -> dict[str, Any] | None:
    """Each part that was changed since ``version``, as it was then; None when the log cannot tell."""
    steps = []
    for payload in events_of(memorandum).filter(name=CHANGED).order_by("-seq").values_list("payload", flat=True):
        facts = json.loads(payload)
        if facts["data"]["version"] <= version:
            break
        steps.append(facts["before"])
    if not 0 < version < memorandum.version or len(steps) != memorandum.version - version:
        return None
    base: dict[str, Any] = {}
    for before in steps:
        base.update(before)
    return base


def _flat(terms: Mapping[str, Any]) -> dict[str, str]:
    """Terms under the names their form fields have: ``scope``, ``breach_clauses-0-condition``."""
    flat: dict[str, str] = {}
    for key, value in terms.items():
        if key == "stages":
            flat[key] = _stage_words(value or [])
            continue
        if key not in TABLES:
            flat[key] = str(value or "")
            continue
        for number, row in enumerate(value or []):
            for column in TABLES[key]:
                if column != "key":
                    flat[f"{key}-{number}-{column}"] = str(row.get(column, ""))
    return flat


def _field_label(name: str) -> str:
    if name == "stages":
        return _("Order of signing")
    key, _dash, rest = name.partition("-")
    part = MEMORANDUM.part(key)
    if not rest:
        return str(part.label)
    number, _dash, column = rest.partition("-")
    label = next((item.label for item in getattr(part, "columns", ()) if item.key == column), column)
    return f"{part.label} {int(number) + 1} · {label}"


def _stage_words(stages: list[dict[str, Any]]) -> str:
    rows = [f"{row.get('stage')}: {row.get('department') or _('Sponsor')}" for row in stages]
    return "\n".join(rows)


def checked_terms(terms: Mapping[str, Any]) -> dict[str, Any]:
    problems: dict[str, Any] = {}
    kept: dict[str, Any] = {}
    for key in PROSE:
        if key in terms:
            kept[key] = str(terms[key] or "").replace("\r\n", "\n").strip()
            if len(kept[key]) > LONGEST_PROSE:
                problems[key] = _("At most %(count)s characters") % {"count": LONGEST_PROSE}
    for key in DATES:
        if key in terms:
            kept[key] = _day(terms[key])
            if kept[key] is None:
                problems[key] = _("Give a date such as 2026-06-18")
    for key, columns in TABLES.items():
        if key in terms:
            kept[key] = _checked_rows(key, columns, terms[key], problems)
    start, end = kept.get("valid_from"), kept.get("valid_to")
    if start and end and end < start:
        problems["valid_to"] = _("The end lies before the start")
    if problems:
        raise InvalidInput(problems)
    return kept


def _checked_rows(key: str, columns: tuple[str, ...], rows: Any, problems: dict[str, Any]) -> list[dict[str, str]]:
    if not isinstance(rows, list) or any(not isinstance(row, Mapping) for row in rows):
        problems[key] = _("Give a list of rows")
        return []
    if len(rows) > MOST_ROWS:
        problems[key] = _("At most %(count)s rows") % {"count": MOST_ROWS}
        return []
    kept = []
    used: set[str] = set()
    for number, row in enumerate(rows):
        cells = {column: str(row.get(column) or "").strip() for column in columns}
        if not any(text for column, text in cells.items() if column != "key"):
            continue
        for column, text in cells.items():
            if len(text) > LONGEST_CELL:
                problems[f"{key}-{number}-{column}"] = _("At most %(count)s characters") % {"count": LONGEST_CELL}
        if "key" in cells:
            # The key says which clause of the library a row began as; a row of one's own gets one of its own.
            wanted = cells["key"][:40] or f"own-{number + 1}"
            while wanted in used:
                wanted = f"{wanted[:34]}-{len(used) + 1}"
            used.add(wanted)
            cells["key"] = wanted
        kept.append(cells)
    return kept


def checked_stages(project: Project, stages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    present = set(project.parties.filter(left_at__isnull=True).values_list("department_id", flat=True))
    kept: list[dict[str, Any]] = []
    seen: set[int] = set()
    for row in stages:
        stage, department = row.get("stage"), row.get("department")
        if not isinstance(stage, int) or not 1 <= stage <= MOST_STAGES:
            raise InvalidInput({"stages": _("A stage is a number from 1 to %(count)s") % {"count": MOST_STAGES}})
        if row.get("sponsor"):
            if project.sponsor_id is None:
                raise InvalidInput({"stages": _("The project has no sponsor")})
            kept.append({"stage": stage, "sponsor": True})
        elif department in present and department not in seen:
            seen.add(department)
            kept.append({"stage": stage, "department": department})
        else:
            raise InvalidInput({"stages": _("Choose departments that take part, each once")})
    return kept


def _day(value: Any) -> str | None:
    if value in (None, ""):
        return ""
    if isinstance(value, date):
        return value.isoformat()
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        return None
