"""What islands say to people, translated on the server so that no script carries words of its own."""

from __future__ import annotations

from django.utils.translation import gettext as _


def browser_texts() -> dict[str, str]:
    """Texts by key; `{name}` places are filled in by the island."""
    return {
        "add_row": _("Row added"),
        "ago_live": _("Live"),
        "autosave_conflict": _("Somebody else changed this; both versions are shown"),
        "autosave_failed": _("Not saved, trying again"),
        "autosave_rows": _("Somebody else added or removed rows; load the page again to see them"),
        "autosave_refused": _("Not saved yet: please check what is marked"),
        "autosave_saved": _("Saved {time}"),
        "autosave_saving": _("Saving…"),
        "autosave_waiting": _("Changed, not saved yet"),
        "cancel": _("Cancel"),
        "clock_over": _("{time} over"),
        "close": _("Close"),
        "confirm": _("Confirm"),
        "confirm_title": _("Please confirm"),
        "copied": _("Copied"),
        "copy_failed": _("Copying is not possible here; please select the text"),
        "drop_too_large": _("{name} is larger than {limit}"),
        "error_forbidden": _("You may not do this."),
        "error_network": _("The server cannot be reached. What you typed is still here; please try again."),
        "error_server": _("Something went wrong on our side. Nothing was changed; please try again."),
        "error_too_large": _("That is too large to send."),
        "leave_unsaved": _("There is text that has not been saved."),
        "live_over": _("This page is no longer kept up to date. Please reload it."),
        "move_down": _("Moved down, now row {row}"),
        "move_up": _("Moved up, now row {row}"),
        "offline": _("You are offline. Changes will be saved when the connection is back."),
        "passkey_elsewhere": _(
            "Passkeys do not work at this address. Open Tongzhou at its name, with https or at localhost."
        ),
        "passkey_failed": _("The passkey could not sign. Please try again, or use your password."),
        "passkey_refused": _("The passkey was not used: cancelled, too slow, or not one of yours. Nothing was signed."),
        "people_found": _("{number} people found"),
        "people_found_none": _("Nobody found"),
        "remove_row": _("Row removed"),
        "signed_out": _("You have been signed out. Please log in again."),
        "text_inserted": _("Inserted into the field"),
        "undo": _("Undo"),
        "vague_none": _("Concrete: nothing to add."),
    }
