"""Who may do what with persons, departments, heads and deputies."""

from __future__ import annotations

from tongzhou.core.actor import Actor

from .models import Delegation, Person


def can_keep_people(actor: Actor) -> bool:
    """Administrators keep persons and departments; so does the system while it is set up."""
    return actor.is_admin or actor.is_system


def can_sign_out(actor: Actor, person: Person) -> bool:
    """Everybody may end their own sessions; an administrator those of anybody."""
    return actor.person_id == person.pk or can_keep_people(actor)


def can_name_deputy(actor: Actor, department_id: int) -> bool:
    """Only the head of the department, never somebody who is a deputy there, and nobody for the head."""
    return actor.heads(department_id)


def can_revoke(actor: Actor, delegation: Delegation) -> bool:
    """The head who gave it takes it back; an administrator may, when the head cannot."""
    return actor.person_id == delegation.head_id or can_keep_people(actor)
