"""Which hosts messages may go to beside those of the chat services: an administrator allows one, and takes it back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import InvalidInput, Words, require
from tongzhou.core.events import record

from .. import policies
from ..models import AllowedHost
from ..outgoing import is_of_a_company, is_public
from ..queries import allowed_hosts_for

LONGEST_NOTE = 120
HIGHEST_PORT = 65535
_LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
_NAME = re.compile(rf"(\*\.)?({_LABEL}\.)+{_LABEL}")


@act
def allow_host(values: Mapping[str, Any], *, by: Actor) -> AllowedHost:
    """Lets messages go to one more host. ``values``: host, port (0 or none: any), is_private, note.

    A host in a private network is allowed by its one port only, and never this machine itself.
    """
    require(policies.can_allow_hosts(by))
    checked = _checked(values)
    try:
        with transaction.atomic():
            host = AllowedHost.objects.create(**checked, added_by_id=by.person_id, added_at=clock.now())
    except IntegrityError:
        raise InvalidInput({"host": _("This host is on the list already")}) from None
    record(by, "messaging.host.allowed", host, after=checked)
    return host


@act
def disallow_host(host_id: int, *, by: Actor) -> None:
    """Takes a host off the list; from now on nothing goes there, and channels that lead there say so."""
    require(policies.can_allow_hosts(by))
    host = reach(allowed_hosts_for(by), host_id)
    record(
        by,
        "messaging.host.disallowed",
        host,
        before={"host": host.host, "port": host.port, "is_private": host.is_private, "note": host.note},
    )
    host.delete()


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    host = str(values.get("host") or "").strip().lower().rstrip(".")
    note = " ".join(str(values.get("note") or "").split())
    port, is_private = values.get("port") or 0, bool(values.get("is_private"))
    problems: dict[str, Words | list[Words]] = {}
    if wrong := _wrong_host(host, is_private):
        problems["host"] = wrong
    if not isinstance(port, int) or not 0 <= port <= HIGHEST_PORT:
        problems["port"] = _("A port is a number from 1 to 65535")
    elif is_private and not port:
        problems["port"] = _("In a private network give the port: this one door is opened, no other")
    if not note:
        problems["note"] = _("Say what it is for, so that the next administrator knows")
    elif len(note) > LONGEST_NOTE:
        problems["note"] = _("At most %(count)s characters") % {"count": LONGEST_NOTE}
    if problems:
        raise InvalidInput(problems)
    return {"host": host, "port": port, "is_private": is_private, "note": note}


def _wrong_host(host: str, is_private: bool) -> str:
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        if not _NAME.fullmatch(host) or len(host) > 253 or host.rsplit(".", 1)[-1].isdecimal():
            return _("Give the name alone, without https:// and path, for example chat.example.com")
        if host.startswith("*.") and (is_private or host.count(".") < 2):
            return _("*. may stand only in front of a domain of your own that lies on the internet")
        return ""
    if host.startswith("["):
        return _("Give the address without brackets")
    if is_public(address) and not is_private:
        return ""
    if not is_private:
        return _("This address lies in a private network; say so below, with its port")
    if not is_of_a_company(address):
        return _("This address is never opened here: it is this machine itself, or no address of a company's network")
    return ""
