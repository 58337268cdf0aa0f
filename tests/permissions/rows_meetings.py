"""Who may use the pages and endpoints of meetings. In both projects the minutes are out for confirmation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tongzhou.meetings import services
from tongzhou.meetings.models import Attendee, OpenPoint, Resolution

from .table import INSIDERS, PERSONS, Facts, Row
from .world import World

# Lead (who chairs and records) and PMO keep the meeting.
KEEP = frozenset({"lead", "pmo"})
INVITED = frozenset({"contact", "head", "lead"})
CONFIRMS = frozenset({"contact", "head"})
STATES = frozenset({"contact", "head", "lead", "pmo"})

Value = Callable[[World], Any]


def in_project(**more: Value) -> Facts:
    """Arguments for a page of the own project."""
    return lambda world: {"project_id": world.own.pk} | {key: value(world) for key, value in more.items()}


def in_other_project(**more: Value) -> Facts:
    """The same for the other project."""
    return lambda world: {"project_id": world.other.pk} | {key: value(world) for key, value in more.items()}


def own(**more: Value) -> Facts:
    """Arguments for the meeting of the own project."""
    return lambda world: {"meeting_id": world.own_meeting.pk} | {key: value(world) for key, value in more.items()}


def other(**more: Value) -> Facts:
    """The same for the other project."""
    return lambda world: {"meeting_id": world.other_meeting.pk} | {key: value(world) for key, value in more.items()}


def sent(**values: Any) -> Facts:
    """What is sent."""
    return lambda world: values


def attendee(which: str) -> Value:
    """An invited person who is neither chair nor recorder."""

    def find(world: World) -> int:
        meeting = getattr(world, f"{which}_meeting")
        return Attendee.objects.filter(meeting=meeting).exclude(person_id=meeting.chair_id).order_by("pk")[0].pk

    return find


def item(which: str) -> Value:
    return lambda world: getattr(world, f"{which}_meeting").agenda.order_by("pk")[0].pk


def commitment(which: str) -> Value:
    return lambda world: getattr(world, f"{which}_commitment").pk


def technology(world: World) -> int:
    return world.cast.departments["technology"].pk


def product(world: World) -> int:
    return world.cast.departments["product"].pk


def service(world: World) -> int:
    return world.cast.departments["service"].pk


def resolution(which: str) -> Value:
    """A decision, noted for this call: the world's meetings have none."""

    def make(world: World) -> int:
        meeting = getattr(world, f"{which}_meeting")
        found = Resolution.objects.filter(meeting=meeting).first()
        return (found or Resolution.objects.create(meeting=meeting, text="6月8日前发完物料")).pk

    return make


def point(which: str) -> Value:
    """An open point, noted for this call."""

    def make(world: World) -> int:
        meeting = getattr(world, f"{which}_meeting")
        found = OpenPoint.objects.filter(meeting=meeting).first()
        return (found or OpenPoint.objects.create(meeting=meeting, text="压测日期")).pk

    return make


def notes_open(**values: Any) -> Facts:
    """Good data, after the notes were opened again (everything is undone after the call)."""

    def prepare(world: World) -> dict[str, Any]:
        reopen(world)
        return {key: value(world) if callable(value) else value for key, value in values.items()}

    return prepare


def reopen(world: World) -> None:
    """Takes both minutes back, so that notes may be taken."""
    for meeting in (world.own_meeting, world.other_meeting):
        meeting.refresh_from_db()
        if meeting.state == "confirming":
            _as_keeper(world, meeting)


def _as_keeper(world: World, meeting: Any) -> None:
    part = "lead" if meeting.pk == world.own_meeting.pk else "outsider"
    services.rework_minutes(meeting.pk, by=world.cast.by(part))


def digest(world: World) -> str:
    return world.own_meeting.editions.get().digest


def draft_digest(world: World) -> str:
    from tongzhou.meetings import queries
    from tongzhou.meetings.models import Meeting

    return queries.draft_minutes(Meeting.objects.get(pk=world.own_meeting.pk)).digest


PLAN = {
    "kind": "weekly",
    "title": "周例会",
    "starts_at": "2026-05-15T15:00",
    "ends_at": "2026-05-15T16:00",
    "location": "",
}
API_PLAN = PLAN | {"starts_at": "2026-05-15T15:00:00+08:00", "ends_at": "2026-05-15T16:00:00+08:00"}


def planned(world: World) -> dict[str, Any]:
    return PLAN | {"chair": world.cast.lead.pk, "recorder": world.cast.lead.pk}


def answer(world: World) -> dict[str, Any]:
    return {"department": product(world), "shown_digest": digest(world), "verdict": "agree"}


def api_answer(world: World) -> dict[str, Any]:
    return {"department_id": product(world), "digest": digest(world), "verdict": "agree"}


PAGES = [
    Row("meetings:list", PERSONS),
    Row("meetings:list_for_project", INSIDERS, own=in_project(), other=in_other_project()),
    Row("meetings:plan", KEEP, own=in_project(), other=in_other_project()),
    Row("meetings:plan", KEEP, "POST", own=in_project(), other=in_other_project(), data=planned),
    Row("meetings:check_time", KEEP, own=in_project(), other=in_other_project()),
    Row("meetings:meeting", INSIDERS, own=own(), other=other()),
    Row("meetings:part", INSIDERS, own=own(part=lambda w: "agenda"), other=other(part=lambda w: "agenda")),
    Row("meetings:calendar", INSIDERS, own=own(), other=other()),
    Row("meetings:change", KEEP, own=own(), other=other()),
    Row("meetings:change", KEEP, "POST", own=own(), other=other(), data=planned),
    Row("meetings:cancel", KEEP, own=own(), other=other()),
    Row("meetings:cancel", KEEP, "POST", own=own(), other=other(), data=sent(reason="改期")),
    Row("meetings:start", KEEP, "POST", own=own(), other=other()),
    Row("meetings:end", KEEP, "POST", own=own(), other=other()),
    Row("meetings:closing", KEEP, "POST", own=own(), other=other(), data=notes_open(cc="总经办")),
    Row(
        "meetings:resources",
        STATES,
        "POST",
        own=own(department_id=product),
        other=other(department_id=technology),
        swapped=own(department_id=service),
        data=notes_open(offers="2名库管"),
    ),
    Row("meetings:answer", INVITED, "POST", own=own(), other=other(), data=sent(answer="accepted")),
    Row(
        "meetings:invite",
        KEEP,
        "POST",
        own=own(),
        other=other(),
        data=notes_open(person=lambda w: w.cast.product_member.pk),
    ),
    Row("meetings:everybody_in", KEEP, "POST", own=own(), other=other(), data=notes_open()),
    Row(
        "meetings:attendee",
        KEEP,
        "POST",
        own=own(attendee_id=attendee("own")),
        other=other(attendee_id=attendee("other")),
        swapped=own(attendee_id=attendee("other")),
        data=notes_open(attendance="present"),
    ),
    Row(
        "meetings:attendee_remove",
        KEEP,
        "POST",
        own=own(attendee_id=attendee("own")),
        other=other(attendee_id=attendee("other")),
        swapped=own(attendee_id=attendee("other")),
        data=notes_open(),
    ),
    Row("meetings:agenda_add", KEEP, "POST", own=own(), other=other(), data=notes_open(topic="预算")),
    Row(
        "meetings:agenda_item",
        KEEP,
        "POST",
        own=own(item_id=item("own")),
        other=other(item_id=item("other")),
        swapped=own(item_id=item("other")),
        data=notes_open(topic="目标", points="一致"),
    ),
    Row(
        "meetings:agenda_move",
        KEEP,
        "POST",
        own=own(item_id=item("own")),
        other=other(item_id=item("other")),
        swapped=own(item_id=item("other")),
        data=notes_open(step="1"),
    ),
    Row(
        "meetings:agenda_remove",
        KEEP,
        "POST",
        own=own(item_id=item("own")),
        other=other(item_id=item("other")),
        swapped=own(item_id=item("other")),
        data=notes_open(),
    ),
    Row(
        "meetings:commitment_add",
        KEEP,
        "POST",
        own=own(),
        other=other(),
        data=sent(department="1", action="6月1日前完成盘点"),
    ),
    Row(
        "meetings:commitment",
        KEEP,
        own=own(commitment_id=commitment("own")),
        other=other(commitment_id=commitment("other")),
        swapped=own(commitment_id=commitment("other")),
    ),
    Row(
        "meetings:commitment",
        KEEP,
        "POST",
        own=own(commitment_id=commitment("own")),
        other=other(commitment_id=commitment("other")),
        swapped=own(commitment_id=commitment("other")),
        data=sent(department="1", action="6月1日前完成盘点"),
    ),
    Row(
        "meetings:commitment_withdraw",
        KEEP,
        "POST",
        own=own(commitment_id=commitment("own")),
        other=other(commitment_id=commitment("other")),
        swapped=own(commitment_id=commitment("other")),
    ),
    Row("meetings:resolution_add", KEEP, "POST", own=own(), other=other(), data=notes_open(text="6月8日前发完物料")),
    *(
        Row(
            "meetings:resolution",
            KEEP,
            method,
            own=own(resolution_id=resolution("own")),
            other=other(resolution_id=resolution("other")),
            swapped=own(resolution_id=resolution("other")),
            data=notes_open(text="6月8日前发完物料"),
        )
        for method in ("GET", "POST")
    ),
    Row(
        "meetings:resolution_remove",
        KEEP,
        "POST",
        own=own(resolution_id=resolution("own")),
        other=other(resolution_id=resolution("other")),
        swapped=own(resolution_id=resolution("other")),
        data=notes_open(),
    ),
    Row(
        "meetings:resolution_commit",
        KEEP,
        "POST",
        own=own(resolution_id=resolution("own")),
        other=other(resolution_id=resolution("other")),
        swapped=own(resolution_id=resolution("other")),
        data=sent(department="1"),
    ),
    Row("meetings:open_point_add", KEEP, "POST", own=own(), other=other(), data=notes_open(text="压测日期")),
    *(
        Row(
            "meetings:open_point",
            KEEP,
            method,
            own=own(point_id=point("own")),
            other=other(point_id=point("other")),
            swapped=own(point_id=point("other")),
            data=notes_open(text="压测日期"),
        )
        for method in ("GET", "POST")
    ),
    Row(
        "meetings:open_point_remove",
        KEEP,
        "POST",
        own=own(point_id=point("own")),
        other=other(point_id=point("other")),
        swapped=own(point_id=point("other")),
        data=notes_open(),
    ),
    *(
        Row(
            "meetings:open_point_settle",
            KEEP,
            method,
            own=own(point_id=point("own")),
            other=other(point_id=point("other")),
            swapped=own(point_id=point("other")),
            data=sent(answer="6月3日"),
        )
        for method in ("GET", "POST")
    ),
    Row("meetings:minutes", INSIDERS, own=own(), other=other()),
    Row("meetings:minutes_preview", KEEP, own=own(), other=other()),
    Row("meetings:minutes_send", KEEP, "POST", own=own(), other=other(), data=notes_open(shown_digest=draft_digest)),
    Row("meetings:minutes_answer", CONFIRMS, "POST", own=own(), other=other(), data=answer),
    Row("meetings:minutes_rework", KEEP, "POST", own=own(), other=other()),
    Row("meetings:minutes_lock", KEEP, "POST", own=own(), other=other(), data=lambda w: {"shown_digest": digest(w)}),
    Row("meetings:minutes_compare", INSIDERS, own=own(), other=other()),
    Row("meetings:minutes_file", KEEP, own=own(fmt=lambda w: "xlsx"), other=other(fmt=lambda w: "xlsx")),
    Row("meetings:edition", INSIDERS, own=own(number=lambda w: 1), other=other(number=lambda w: 1)),
    Row(
        "meetings:edition_file",
        INSIDERS,
        own=own(number=lambda w: 1, fmt=lambda w: "sent"),
        other=other(number=lambda w: 1, fmt=lambda w: "sent"),
    ),
]

_M = "/api/v1/meetings/{meeting_id}"
_P = "/api/v1/projects/{project_id}/meetings"


def child(route: str, allow: frozenset[str], method: str, key: str, find: Callable[[str], Value], data: Facts) -> Row:
    """A row for something that hangs on a meeting."""
    return Row(
        route,
        allow,
        method,
        own=own(**{key: find("own")}),
        other=other(**{key: find("other")}),
        swapped=own(**{key: find("other")}),
        data=data,
    )


API = [
    Row("/api/v1/meetings", PERSONS),
    Row(_P, KEEP, "POST", own=in_project(), other=in_other_project(), data=sent(**API_PLAN)),
    Row(f"{_P}/proposal", KEEP, own=in_project(), other=in_other_project()),
    Row(f"{_P}/warnings", KEEP, own=in_project(), other=in_other_project()),
    Row(_M, INSIDERS, own=own(), other=other()),
    Row(_M, KEEP, "PATCH", own=own(), other=other(), data=sent(version=1, title="启动会")),
    Row(f"{_M}/cancel", KEEP, "POST", own=own(), other=other(), data=sent(reason="改期")),
    Row(f"{_M}/start", KEEP, "POST", own=own(), other=other()),
    Row(f"{_M}/end", KEEP, "POST", own=own(), other=other()),
    Row(f"{_M}/closing", KEEP, "PATCH", own=own(), other=other(), data=notes_open(version=1, cc="总经办")),
    Row(f"{_M}/calendar", INSIDERS, own=own(), other=other()),
    Row(f"{_M}/answer", INVITED, "POST", own=own(), other=other(), data=sent(answer="accepted")),
    Row(
        f"{_M}/attendees",
        KEEP,
        "POST",
        own=own(),
        other=other(),
        data=notes_open(person_id=lambda w: w.cast.pmo.pk),
    ),
    Row(f"{_M}/attendees/everybody-in", KEEP, "POST", own=own(), other=other(), data=notes_open()),
    child(f"{_M}/attendees/{{attendee_id}}", KEEP, "PUT", "attendee_id", attendee, notes_open(attendance="present")),
    child(f"{_M}/attendees/{{attendee_id}}", KEEP, "DELETE", "attendee_id", attendee, notes_open()),
    Row(f"{_M}/agenda", KEEP, "POST", own=own(), other=other(), data=notes_open(topic="预算")),
    child(f"{_M}/agenda/{{item_id}}", KEEP, "PATCH", "item_id", item, notes_open(version=1, points="一致")),
    child(f"{_M}/agenda/{{item_id}}/move", KEEP, "POST", "item_id", item, notes_open(step=1)),
    child(f"{_M}/agenda/{{item_id}}", KEEP, "DELETE", "item_id", item, notes_open()),
    Row(
        f"{_M}/resources/{{department_id}}",
        STATES,
        "PUT",
        own=own(department_id=product),
        other=other(department_id=technology),
        swapped=own(department_id=service),
        data=notes_open(version=1, offers="2名库管"),
    ),
    Row(f"{_M}/minutes/differences", INSIDERS, own=own(), other=other()),
    Row(
        f"{_M}/commitments",
        KEEP,
        "POST",
        own=own(),
        other=other(),
        data=lambda w: {"department_id": technology(w), "action": "6月1日前完成盘点"},
    ),
    child(
        f"{_M}/commitments/{{commitment_id}}",
        KEEP,
        "PATCH",
        "commitment_id",
        commitment,
        sent(version=1, action="6月1日前完成盘点"),
    ),
    child(f"{_M}/commitments/{{commitment_id}}", KEEP, "DELETE", "commitment_id", commitment, sent()),
    Row(f"{_M}/decisions", KEEP, "POST", own=own(), other=other(), data=notes_open(text="6月8日前发完物料")),
    child(
        f"{_M}/decisions/{{resolution_id}}",
        KEEP,
        "PATCH",
        "resolution_id",
        resolution,
        notes_open(version=1, text="6月8日前"),
    ),
    child(f"{_M}/decisions/{{resolution_id}}", KEEP, "DELETE", "resolution_id", resolution, notes_open()),
    child(
        f"{_M}/decisions/{{resolution_id}}/commit",
        KEEP,
        "POST",
        "resolution_id",
        resolution,
        lambda w: {"department_id": technology(w)},
    ),
    Row(f"{_M}/open-points", KEEP, "POST", own=own(), other=other(), data=notes_open(text="压测日期")),
    child(f"{_M}/open-points/{{point_id}}", KEEP, "PATCH", "point_id", point, notes_open(version=1, text="压测日期")),
    child(f"{_M}/open-points/{{point_id}}", KEEP, "DELETE", "point_id", point, notes_open()),
    child(f"{_M}/open-points/{{point_id}}/settle", KEEP, "POST", "point_id", point, sent(answer="6月3日")),
    Row(f"{_M}/minutes", INSIDERS, own=own(), other=other()),
    Row(f"{_M}/minutes/draft", KEEP, own=own(), other=other()),
    Row(
        f"{_M}/minutes/draft/file/{{fmt}}",
        KEEP,
        own=own(fmt=lambda w: "xlsx"),
        other=other(fmt=lambda w: "xlsx"),
    ),
    Row(f"{_M}/minutes/{{number}}", INSIDERS, own=own(number=lambda w: 1), other=other(number=lambda w: 1)),
    Row(
        f"{_M}/minutes/{{number}}/file/{{fmt}}",
        INSIDERS,
        own=own(number=lambda w: 1, fmt=lambda w: "sent"),
        other=other(number=lambda w: 1, fmt=lambda w: "sent"),
    ),
    Row(f"{_M}/minutes", KEEP, "POST", own=own(), other=other(), data=notes_open(digest=draft_digest)),
    Row(f"{_M}/minutes/answer", CONFIRMS, "POST", own=own(), other=other(), data=api_answer),
    Row(f"{_M}/minutes/rework", KEEP, "POST", own=own(), other=other(), data=sent(reason="改")),
    Row(f"{_M}/minutes/lock", KEEP, "POST", own=own(), other=other(), data=lambda w: {"digest": digest(w)}),
]

ROWS: list[Row] = PAGES + API
