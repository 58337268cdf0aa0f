"""Who keeps the working calendars."""

from __future__ import annotations

from tongzhou.core.actor import Actor


def can_keep_calendars(actor: Actor) -> bool:
    """PMO and administrators, for every deadline is counted on them; and the system while it is set up."""
    return actor.is_pmo or actor.is_admin or actor.is_system
