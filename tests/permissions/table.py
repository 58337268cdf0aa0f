"""The form of the permissions table. Each package's rows stand in ``rows_<package>.py`` as a list ``ROWS``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .world import World

Facts = Callable[["World"], dict[str, Any]]

# The part a role plays in the project «own» (marketing asks product, sales and technology). ``member`` is of the product
# department, ``contact`` its contact person, ``head`` its head. The project «other» is led by ``outsider`` (customer
# service asks technology); of these roles only ``outsider`` and ``pmo`` see it.
ROLES = {
    "anonymous": None,
    "outsider": "outsider",
    "member": "product_member",
    "contact": "product_contact",
    "head": "product_head",
    "lead": "lead",
    "sponsor": "sponsor",
    "pmo": "pmo",
    "admin": "admin",
}
EVERYBODY = frozenset(ROLES)
PERSONS = EVERYBODY - {"anonymous"}
# Who sees the project «own», which is not confidential.
INSIDERS = frozenset({"member", "contact", "head", "lead", "sponsor", "pmo"})
SEES_OTHER = frozenset({"outsider", "pmo"})


def nothing(world: World) -> dict[str, Any]:
    """No arguments."""
    return {}


@dataclass(frozen=True)
class Row:
    """One route and method, and who may use it.

    ``route``: the URL name of a page (``projects:home``), or the path of an API operation as OpenAPI writes it
    (``/api/v1/projects/{project_id}``). ``own``: its arguments for the project «own»; ``other``: for the project «other»
    (left out where no project is involved); ``swapped``: an address that joins a parent of «own» to a child of «other»
    (always 404). ``data``: what is sent (form fields; JSON for the API) — good data, so that an allowed role is not
    refused for its input. ``allow``: roles that get neither 401, 403, 404 nor the login page; all others do.
    ``wrong_input``: roles among them that get 422 all the same, because what is good data for one (a department of their
    own) is not for another, or because there is none yet (a form of which only the rule at its door is asked here).
    """

    route: str
    allow: frozenset[str]
    method: str = "GET"
    own: Facts = nothing
    other: Facts | None = None
    swapped: Facts | None = None
    data: Facts = nothing
    wrong_input: frozenset[str] = frozenset()

    @property
    def is_api(self) -> bool:
        """True for an operation of the API."""
        return self.route.startswith("/")
