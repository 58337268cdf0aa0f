"""What is true of every person's and department's fields, whether they are typed, sent or imported."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongzhou.core.tables import unholdable

from .models import Department, Person

Words = str | Promise

TEXT_FIELDS = ("username", "name", "employee_no", "email", "mobile", "title", "language")
_LOGIN_NAME = re.compile(r"[\w.@+-]+")
_MOBILE = re.compile(r"[0-9+ ()-]*")

LANGUAGE_WORDS = {
    **dict.fromkeys(("zh-hans", "zh", "zh-cn", "zh_cn", "中文", "简体中文", "汉语", "chinese"), "zh-hans"),
    **dict.fromkeys(("en", "en-us", "en-gb", "english", "英文", "英语"), "en"),
}


def longest(field: str, model: type[Person] | type[Department] = Person) -> int:
    """How many characters a field holds."""
    return int(getattr(model._meta.get_field(field), "max_length", 0) or 0)


def person_problems(values: Mapping[str, Any]) -> dict[str, Words]:
    """What is wrong with the given fields of a person by themselves, apart from other persons."""
    problems: dict[str, Words] = {}
    for field in TEXT_FIELDS:
        text = values.get(field)
        if not isinstance(text, str):
            continue
        if unholdable(text):
            problems[field] = _("Please leave out line breaks, control characters and what could not be read")
        elif len(text) > longest(field):
            problems[field] = _("At most %(limit)s characters") % {"limit": longest(field)}
    for field in ("name", "username"):
        if field in values and not str(values[field] or "").strip():
            problems.setdefault(field, _("Please fill this in"))
    username = values.get("username")
    if username and "username" not in problems and not _LOGIN_NAME.fullmatch(username):
        problems["username"] = _("Letters, digits and . _ - @ + only, without blanks")
    if (email := values.get("email")) and "email" not in problems:
        try:
            validate_email(email)
        except ValidationError:
            problems["email"] = _("This is no e-mail address")
    if (mobile := values.get("mobile")) and "mobile" not in problems and not _MOBILE.fullmatch(mobile):
        problems["mobile"] = _("Digits, +, -, brackets and blanks only")
    if "language" in values and values["language"] not in dict(settings.LANGUAGES):
        problems["language"] = _("Choose one of the languages")
    return problems


def department_name_problem(name: str) -> Words | None:
    """What is wrong with a department's name by itself."""
    if not name:
        return _("Please fill this in")
    if len(name) > longest("name", Department):
        return _("At most %(limit)s characters") % {"limit": longest("name", Department)}
    if unholdable(name):
        return _("Please leave out line breaks, control characters and what could not be read")
    if "/" in name or "\uff0f" in name:
        return _("A slash separates departments in a path and cannot be part of a name")
    return None


def trimmed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Texts without blanks around them."""
    return {key: value.strip() if isinstance(value, str) else value for key, value in values.items()}
