"""What a way out does, costs and why, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..models import Remedy
from ..resource_states import Way

# Named in a message; the page has them all.
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Cost:
    """Working days by which the project ends later, in words."""

    days: int
    text: str


def headline(remedy: Remedy) -> str:
    """The way out in a line."""
    return headline_of(Way(remedy.way), remedy.content)


def headline_of(way: Way, content: Mapping[str, Any]) -> str:
    """The same for one that is not kept."""
    moves, exchanges = content.get("moves", []), content.get("exchanges", [])
    if way == Way.LEVELED:
        if len(exchanges) == 1 and not moves:
            return exchanged(exchanges[0])
        parts = []
        if moves:
            parts.append(ngettext("%(count)s task moves", "%(count)s tasks move", len(moves)) % {"count": len(moves)})
        if exchanges:
            parts.append(
                ngettext("%(count)s booking goes to another", "%(count)s bookings go to others", len(exchanges))
                % {"count": len(exchanges)}
            )
        return _(", ").join(parts) or _("Nothing moves")
    if exchanges:
        return exchanged(exchanges[0])
    if period := content.get("period"):
        return _("%(what)s: from %(first)s to %(last)s in place of %(before)s") % {
            "what": period["what"],
            "first": period["after"][0],
            "last": period["after"][1],
            "before": period["before"][0],
        }
    first = next((row for row in moves if str(row["task"]) in content.get("holds", {})), moves[0] if moves else None)
    if first is None:
        return str(way.label)
    return ngettext(
        "Begin “%(task)s” %(days)s working day later, on %(first)s",
        "Begin “%(task)s” %(days)s working days later, on %(first)s",
        first["days"],
    ) % {"task": first["title"], "days": first["days"], "first": first["after"][0]}


def exchanged(row: Mapping[str, Any]) -> str:
    """Who takes whose place."""
    names = {"before": row["before"]["name"], "other": row["after"]["name"]}
    if row["kind"] == "person":
        return _("%(other)s takes the place of %(before)s") % names
    if row["kind"] == "budget":
        return _("From the account “%(other)s” in place of “%(before)s”") % names
    return _("%(other)s in place of %(before)s") % names


def cost_of(content: Mapping[str, Any]) -> Cost:
    """What it costs the project."""
    days = int(content.get("cost_days", 0))
    if not days:
        return Cost(0, _("costs no day"))
    return Cost(days, ngettext("costs %(days)s working day", "costs %(days)s working days", days) % {"days": days})


def cost_text(remedy: Remedy) -> str:
    """The same in words, of one that is kept."""
    return cost_of(remedy.content).text


def asked_of(remedy: Remedy, department_id: int) -> str:
    """What one department is asked to accept: which of its tasks move to when, which of its people or things change."""
    content = remedy.content
    parts = [exchanged(row) for row in content.get("exchanges", ()) if row["provider_id"] == department_id]
    for row in content.get("moves", ()):
        if (row["department_id"] or remedy.project.initiator_id) == department_id:
            facts = {"task": row["title"], "before": row["before"][0], "after": row["after"][0]}
            parts.append(_("“%(task)s” begins on %(after)s in place of %(before)s") % facts)
    if not parts:
        return headline(remedy)
    text = _("; ").join(parts[:MOST_NAMED])
    if (more := len(parts) - MOST_NAMED) > 0:
        text = _("%(parts)s and %(count)s more") % {"parts": text, "count": more}
    return text


def days_moved(content: Mapping[str, Any]) -> int:
    """Working days by which tasks move, over all of them."""
    return sum(abs(row["days"]) for row in content.get("moves", ()))


def moves_told(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The moves with dates as dates."""
    return [
        {
            **row,
            "before": [parse_date(day) for day in row["before"]],
            "after": [parse_date(day) for day in row["after"]],
        }
        for row in content.get("moves", ())
    ]


def reasons_told(content: Mapping[str, Any]) -> list[str]:
    """Why the plan is not shorter, or why there is none."""
    return list(_reasons(content.get("reasons", ())))


def _reasons(reasons: Any) -> Iterator[str]:
    for reason in reasons:
        words = _REASONS.get(reason["code"])
        if words is None:
            continue
        names = [f"“{title}”" for title in reason.get("tasks", ())]
        tasks = _(", ").join(names)
        if (more := reason.get("count", 0) - len(names)) > 0:
            tasks = _("%(tasks)s and %(count)s more") % {"tasks": tasks, "count": more}
        facts = {
            "tasks": tasks,
            "resource": reason.get("resource", ""),
            "start": reason.get("start", ""),
            "end": reason.get("end", ""),
            "units": reason.get("units", 0),
        }
        yield words() % facts


# Functions, for the words are chosen in the language of each reader.
_REASONS = {
    "critical_path": lambda: _("The chain of dependencies %(tasks)s alone takes until %(end)s."),
    "resource_bound": lambda: _("%(resource)s has work until %(end)s with %(tasks)s, however it is ordered."),
    "resource_binds": lambda: _("%(tasks)s wait for %(resource)s, who is full between %(start)s and %(end)s."),
    "proven_by_search": lambda: _("Every other order has been tried: no plan ends before %(end)s."),
    "late": lambda: _("%(tasks)s would end %(units)s working days after its date."),
    "demand_over_capacity": lambda: _(
        "%(tasks)s asks for more of %(resource)s than there ever is. Ask for less, or for another person."
    ),
    "fixed_before_predecessor": lambda: _("%(tasks)s has a fixed date before what it waits for is done."),
    "deadline_before_path": lambda: _(
        "%(tasks)s must end by %(end)s, but what it waits for takes %(units)s working days longer."
    ),
    "fixed_overload": lambda: _(
        "%(tasks)s have fixed dates and ask together for too much of %(resource)s on %(start)s."
    ),
    "work_over_deadline": lambda: _("Until %(end)s, %(resource)s cannot do all of %(tasks)s."),
    "no_plan_holds_all": lambda: _("Proven: no order of the tasks holds every date and every booking."),
    "no_plan_found": lambda: _("No plan was found that holds every date and every booking."),
    "no_task": lambda: _("The plan has no task with dates yet."),
    "dates": lambda: _("The dates of the plan have to be computed anew first; change any task."),
    "nothing_to_level": lambda: _(
        "What clashes are bookings with days of their own, or of work that has begun; moving tasks does not help there."
    ),
}
