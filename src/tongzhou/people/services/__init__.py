"""Acts about people."""

from .departments import (
    change_department,
    close_department,
    create_department,
    move_department,
    reopen_department,
)
from .heads import WHOEVER, delegate, end_headship_now, name_head, revoke_delegation
from .imports import (
    ImportOutcome,
    choose_import_departments,
    confirm_import,
    import_people,
    keep_import,
    login_links_of_import,
)
from .leaving import leave_company, sign_out_everywhere, take_back
from .persons import (
    accept_signing_agreement,
    add_membership,
    add_person,
    change_person,
    change_profile,
    create_administrator,
    leave_department,
    set_main_department,
)
from .tokens import create_api_token, issue_login_link, note_token_use, revoke_api_token, set_password_by_link

__all__ = [
    "WHOEVER",
    "ImportOutcome",
    "accept_signing_agreement",
    "add_membership",
    "add_person",
    "change_department",
    "change_person",
    "change_profile",
    "choose_import_departments",
    "close_department",
    "confirm_import",
    "create_administrator",
    "create_api_token",
    "create_department",
    "delegate",
    "end_headship_now",
    "import_people",
    "issue_login_link",
    "keep_import",
    "leave_company",
    "leave_department",
    "login_links_of_import",
    "move_department",
    "name_head",
    "note_token_use",
    "reopen_department",
    "revoke_api_token",
    "revoke_delegation",
    "set_main_department",
    "set_password_by_link",
    "sign_out_everywhere",
    "take_back",
]
