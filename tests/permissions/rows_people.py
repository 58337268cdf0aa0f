"""Who may use the pages and the API of people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tongzhou.core import clock
from tongzhou.core.tables import Line
from tongzhou.people import login_links, services
from tongzhou.people.models import ApiToken, Delegation, Department, ImportDraft, Person

from .table import EVERYBODY, PERSONS, Facts, Row
from .world import World

ADMIN = frozenset({"admin"})
HEAD = frozenset({"head"})
NOBODY: frozenset[str] = frozenset()


def _of(part: str, key: str = "person_id") -> Facts:
    """The key of a person of the cast."""
    return lambda world: {key: world.cast.persons[part].pk}


def _department(code: str, **more: Any) -> Facts:
    return lambda world: {"department_id": world.cast.departments[code].pk, **more}


def _with(*parts: Facts, **more: Any) -> Facts:
    return lambda world: {key: value for part in parts for key, value in part(world).items()} | more


def _spare_department(world: World) -> int:
    """A department to which nobody belongs."""
    made = Department.objects.filter(name="新业务").first()
    return (made or services.create_department("新业务", by=world.cast.by("admin"))).pk


def _spare(world: World) -> dict[str, Any]:
    return {"department_id": _spare_department(world)}


def _closed(world: World) -> dict[str, Any]:
    pk = _spare_department(world)
    if Department.objects.filter(pk=pk, is_active=True).exists():
        services.close_department(pk, by=world.cast.by("admin"))
    return {"department_id": pk}


def _left(world: World) -> dict[str, Any]:
    person = world.cast.persons["technology_contact"]
    if Person.objects.filter(pk=person.pk, is_active=True).exists():
        services.leave_company(person.pk, by=world.cast.by("admin"))
    return {"person_id": person.pk}


def _delegation(world: World) -> dict[str, Any]:
    """Given by the head of product, so that «head» may take it back."""
    product = world.cast.departments["product"]
    given = Delegation.objects.filter(department=product).first() or services.delegate(
        product.pk,
        world.cast.persons["product_contact"].pk,
        since=clock.today(),
        until=clock.today() + timedelta(days=3),
        by=world.cast.by("product_head"),
    )
    return {"delegation_id": given.pk}


def _naming(world: World) -> dict[str, Any]:
    return {
        "department_id": world.cast.departments["product"].pk,
        "deputy_id": world.cast.persons["product_member"].pk,
        "since": str(clock.today()),
        "until": str(clock.today() + timedelta(days=3)),
    }


def _token(world: World) -> dict[str, Any]:
    """A token of the contact person of product."""
    made = ApiToken.objects.filter(person=world.cast.persons["product_contact"]).first()
    if made is None:
        made, _plain = services.create_api_token("脚本", 30, by=world.cast.by("product_contact"))
    return {"token_id": made.pk}


def _draft(world: World) -> dict[str, Any]:
    made = ImportDraft.objects.first() or services.keep_import(
        [Line(2, {"name": "吴一", "username": "wu.yi"})], "persons.csv", by=world.cast.by("admin")
    )
    return {"draft_id": made.pk}


def _person_form(world: World) -> dict[str, Any]:
    person = world.cast.persons["product_contact"]
    return {"version": person.version, "name": person.name, "username": person.username, "language": "zh-hans"}


def _second(world: World) -> dict[str, Any]:
    """The contact person of sales also belongs to product."""
    person = world.cast.persons["sales_contact"]
    department = world.cast.departments["product"]
    if not person.memberships.filter(department=department).exists():
        services.add_membership(person.pk, department.pk, by=world.cast.by("admin"))
    return {"person_id": person.pk, "department_id": department.pk}


CONTACT = _of("product_contact")
PRODUCT = _department("product")
OTHER_CONTACT = _of("technology_contact")


def _profile(world: World) -> dict[str, Any]:
    return {"version": 1, "language": "zh-hans"}


ROWS = [
    # pages
    Row("people:directory", PERSONS),
    Row("people:person", PERSONS, own=CONTACT),
    Row("people:suggest", PERSONS, data=lambda world: {"q": "zhao"}),
    Row("people:welcome", EVERYBODY, own=lambda world: {"secret": login_links.secret_for(world.cast.persons["lead"])}),
    Row(
        "people:welcome",
        EVERYBODY,
        "POST",
        own=lambda world: {"secret": login_links.secret_for(world.cast.persons["lead"])},
        data=lambda world: {"password": "a-long-new-word", "again": "a-long-new-word"},
    ),
    # The demo's door is shut where there is no demo, as here.
    Row("people:switch", NOBODY),
    Row("people:switch", NOBODY, "POST", data=_of("lead", "person")),
    Row("people:profile", PERSONS),
    Row("people:profile", PERSONS, "POST", data=_profile),
    Row("people:delegations", PERSONS),
    Row("people:delegations", PERSONS, "POST"),
    Row("people:delegation_revoke", frozenset({"head", "admin"}), "POST", own=_delegation),
    Row("people:tokens", PERSONS),
    Row("people:tokens", PERSONS, "POST", data=lambda world: {"label": "脚本", "days": "30"}),
    Row("people:token_revoke", frozenset({"contact", "admin"}), "POST", own=_token),
    Row("people:sign_out_everywhere", PERSONS, "POST"),
    Row("people:admin", ADMIN),
    Row("people:person_new", ADMIN),
    Row(
        "people:person_new",
        ADMIN,
        "POST",
        data=lambda world: {"name": "吴一", "username": "wu.yi", "language": "zh-hans"},
    ),
    Row("people:person_edit", ADMIN, own=CONTACT),
    Row("people:person_edit", ADMIN, "POST", own=CONTACT, data=_person_form),
    Row("people:person_login_link", ADMIN, "POST", own=CONTACT),
    Row("people:person_sign_out", ADMIN, "POST", own=CONTACT),
    Row("people:person_leave", ADMIN, own=CONTACT),
    Row(
        "people:person_leave",
        ADMIN,
        "POST",
        own=CONTACT,
        data=lambda world: {"left_on": str(clock.today()), "name": world.cast.persons["product_contact"].name},
    ),
    Row("people:person_return", ADMIN, "POST", own=_left),
    Row(
        "people:membership_add",
        ADMIN,
        "POST",
        own=CONTACT,
        data=lambda world: {"department": world.cast.departments["sales"].pk},
    ),
    Row("people:membership_end", ADMIN, "POST", own=_second),
    Row("people:departments", ADMIN),
    Row("people:department_new", ADMIN),
    Row("people:department_new", ADMIN, "POST", data=lambda world: {"name": "海外部"}),
    Row("people:department_edit", ADMIN, own=PRODUCT),
    Row(
        "people:department_edit",
        ADMIN,
        "POST",
        own=PRODUCT,
        data=lambda world: {"version": world.cast.departments["product"].version, "name": "产品中心"},
    ),
    Row(
        "people:department_move",
        ADMIN,
        "POST",
        own=PRODUCT,
        data=lambda world: {
            "version": world.cast.departments["product"].version,
            "parent": world.cast.departments["technology"].pk,
        },
    ),
    Row(
        "people:name_head",
        ADMIN,
        "POST",
        own=PRODUCT,
        data=lambda world: {
            "person": world.cast.persons["product_contact"].username,
            "since": str(clock.today()),
            "former": world.cast.persons["product_head"].pk,
        },
    ),
    Row("people:end_headship", ADMIN, "POST", own=PRODUCT),
    Row("people:department_close", ADMIN, "POST", own=_spare),
    Row("people:department_reopen", ADMIN, "POST", own=_closed),
    Row("people:import", ADMIN),
    Row("people:import", ADMIN, "POST"),
    Row("people:import_template", ADMIN),
    Row("people:import_preview", ADMIN, own=_draft),
    Row("people:import_preview", ADMIN, "POST", own=_draft, data=lambda world: {"create_departments": "yes"}),
    Row("people:import_confirm", ADMIN, "POST", own=_draft),
    Row("people:import_links", ADMIN, "POST", own=_draft),
    # the API
    Row("/api/v1/people", PERSONS),
    Row("/api/v1/people", ADMIN, "POST", data=lambda world: {"name": "吴一", "username": "wu.yi"}),
    Row(
        "/api/v1/people/import",
        ADMIN,
        "POST",
        data=lambda world: {"rows": [{"name": "吴一", "username": "wu.yi"}]},
    ),
    Row("/api/v1/people/{person_id}", PERSONS, own=CONTACT),
    Row(
        "/api/v1/people/{person_id}",
        ADMIN,
        "PATCH",
        own=CONTACT,
        data=lambda world: {"version": world.cast.persons["product_contact"].version, "title": "商品经理"},
    ),
    Row("/api/v1/people/{person_id}/ties", ADMIN, own=CONTACT),
    Row("/api/v1/people/{person_id}/leave", ADMIN, "POST", own=CONTACT),
    Row("/api/v1/people/{person_id}/return", ADMIN, "POST", own=_left),
    Row("/api/v1/people/{person_id}/login-link", ADMIN, "POST", own=CONTACT),
    Row("/api/v1/people/{person_id}/sign-out", frozenset({"contact", "admin"}), "POST", own=CONTACT),
    Row(
        "/api/v1/people/{person_id}/departments",
        ADMIN,
        "POST",
        own=CONTACT,
        data=_department("sales"),
    ),
    Row("/api/v1/people/{person_id}/departments/{department_id}", ADMIN, "DELETE", own=_second),
    Row("/api/v1/departments", PERSONS),
    Row("/api/v1/departments", ADMIN, "POST", data=lambda world: {"name": "海外部"}),
    Row("/api/v1/departments/{department_id}", PERSONS, own=PRODUCT),
    Row(
        "/api/v1/departments/{department_id}",
        ADMIN,
        "PATCH",
        own=PRODUCT,
        data=lambda world: {"version": world.cast.departments["product"].version, "name": "产品中心"},
    ),
    Row(
        "/api/v1/departments/{department_id}/move",
        ADMIN,
        "POST",
        own=PRODUCT,
        data=lambda world: {
            "version": world.cast.departments["product"].version,
            "parent_id": world.cast.departments["technology"].pk,
        },
    ),
    Row("/api/v1/departments/{department_id}/close", ADMIN, "POST", own=_spare),
    Row("/api/v1/departments/{department_id}/reopen", ADMIN, "POST", own=_closed),
    Row("/api/v1/departments/{department_id}/heads", PERSONS, own=PRODUCT),
    Row(
        "/api/v1/departments/{department_id}/head",
        ADMIN,
        "PUT",
        own=PRODUCT,
        data=lambda world: {
            "person_id": world.cast.persons["product_contact"].pk,
            "former_id": world.cast.persons["product_head"].pk,
        },
    ),
    Row("/api/v1/departments/{department_id}/head", ADMIN, "DELETE", own=PRODUCT),
    Row("/api/v1/delegations", PERSONS),
    Row("/api/v1/delegations", HEAD, "POST", data=_naming),
    Row("/api/v1/delegations/{delegation_id}", frozenset({"head", "admin"}), "DELETE", own=_delegation),
    Row("/api/v1/me", PERSONS),
    Row("/api/v1/me", PERSONS, "PATCH", data=_profile),
    Row("/api/v1/me/tokens", PERSONS),
    Row("/api/v1/me/tokens", PERSONS, "POST", data=lambda world: {"label": "脚本"}),
    Row("/api/v1/me/tokens/{token_id}", frozenset({"contact", "admin"}), "DELETE", own=_token),
]
