"""公司模板: the company's own Word template for a standard form."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import InvalidInput, require
from tongzhou.core.events import record

from .. import hostile, standard_forms
from ..models import Letterhead
from .keeping import keep_file

LARGEST_LETTERHEAD = 5 << 20


def add_letterhead(form_key: str, name: str, data: bytes, *, by: Actor) -> Letterhead:
    """From now on the Word version of the form is this .docx, filled. Earlier ones stay, unused.

    The file is opened in a process with limits before anything is written. Raises ``FileRefused`` or ``InvalidInput``.
    """
    require(by.is_pmo or by.is_admin)
    try:
        form = standard_forms.get(form_key)
    except KeyError:
        raise InvalidInput({"form_key": _("Choose one of the forms")}) from None
    if hostile.sniff_type(data, LARGEST_LETTERHEAD) != hostile.DOCX:
        raise InvalidInput({"file": _("Choose a Word document (.docx)")})
    contents = hostile.run_limited("letterhead", data)
    if not contents.get("fields") and not contents.get("tables"):
        raise InvalidInput(
            {"file": _("This document has no places to fill. Write them as {{project_name}}; the list is below.")}
        )
    return _kept(form.key, name, data, contents, by)


@act
def deactivate_letterhead(letterhead_id: int, *, by: Actor) -> Letterhead:
    """The form goes out in our own layout again (or in the template before this one)."""
    require(by.is_pmo or by.is_admin)
    letterhead = reach(Letterhead.objects.all(), letterhead_id, lock=True)
    if letterhead.is_active:
        letterhead.is_active = False
        letterhead.save(update_fields=["is_active"])
        record(by, "documents.letterhead.deactivated", letterhead, before={"form": letterhead.form_key})
    return letterhead


@act
def _kept(form_key: str, name: str, data: bytes, contents: dict[str, object], by: Actor) -> Letterhead:
    file = keep_file(
        data, name=name, media_type=hostile.DOCX.media_type, slot=f"letterhead:{form_key}", project_id=None, by=by
    )
    letterhead = Letterhead.objects.create(form_key=form_key, file=file, added_at=clock.now())
    record(by, "documents.letterhead.added", letterhead, after={"form": form_key, "sha256": file.sha256, **contents})
    return letterhead
