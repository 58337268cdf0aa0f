"""A file that was looked through waits, signed, in the page (or with the program) until somebody confirms it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from django.core import signing
from django.utils.translation import gettext as _

from tongzhou.core.errors import Conflict, InvalidInput

from .rows import Brought, unpacked

SALT = "tongzhou.planning.exchange"
KEPT_SECONDS = 24 * 3600
# What a browser sends back has to fit into one form.
LONGEST = 7 << 20


class _Packing:
    """JSON in UTF-8: Chinese takes half of what escapes take."""

    def dumps(self, value: Any) -> bytes:
        """As bytes."""
        return orjson.dumps(value)

    def loads(self, data: bytes) -> Any:
        """And back."""
        return orjson.loads(data)


@dataclass(frozen=True, slots=True)
class Kept:
    """What waits: for which project, against which version of its plan it was held, out of which file."""

    project_id: int
    plan_version: int
    source: str
    brought: Brought


def keep(project_id: int, plan_version: int, source: str, packed: dict[str, Any]) -> str:
    """Signed, so that what is confirmed is what was shown; ``InvalidInput`` on ``file`` for more text than can wait.

    ``packed``: the file as it was before names were looked up in it.
    """
    facts = [project_id, plan_version, source, packed]
    token: str = signing.dumps(facts, salt=SALT, serializer=_Packing, compress=True)
    if len(token) > LONGEST:
        raise InvalidInput({"file": _("The file holds too much text to be looked through at once. Please split it.")})
    return token


def opened(token: str, project_id: int) -> Kept:
    """The same back; ``Conflict`` for what waited too long or belongs to another project."""
    try:
        facts = signing.loads(token, salt=SALT, serializer=_Packing, max_age=KEPT_SECONDS)
    except signing.BadSignature as refusal:
        raise Conflict(_("This table waited too long; please upload it again")) from refusal
    kept = Kept(facts[0], facts[1], facts[2], unpacked(facts[3]))
    if kept.project_id != project_id:
        raise Conflict(_("This table was looked through for another project"))
    return kept
