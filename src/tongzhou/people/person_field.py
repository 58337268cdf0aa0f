"""The one field in which a person is chosen among many: typed or picked, searched on the server, never listed whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from . import queries
from .models import Person

LOGIN_IN_BRACKETS = re.compile(r"\(([^()]+)\)\s*$")


def person_text(person: Person) -> str:
    """How a person is named in a field where anybody may be typed: 陈晨 (chen.chen)."""
    return f"{person.name} ({person.username})"


class PersonInput(forms.TextInput):
    """A line of text that the island ``person-picker`` makes a combobox; without script, what is typed counts.

    ``within`` names departments: only their members are offered, and they are offered before anything is typed.
    ``executives`` offers executives first.
    """

    def __init__(self, *, within: Iterable[int] | None = None, executives: bool = False) -> None:
        super().__init__(attrs={"autocomplete": "off", "data-island": "person-picker"})
        self.asked: dict[str, str] = {}
        self.offer(within=within, executives=executives)

    def offer(self, *, within: Iterable[int] | None = None, executives: bool = False) -> None:
        """Whom the list under the field offers."""
        self.asked = {}
        if within is not None:
            self.asked["within"] = ",".join(str(key) for key in sorted(set(within)))
        if executives:
            self.asked["first"] = "executives"

    def build_attrs(self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None) -> dict[str, Any]:
        """With the address that answers while somebody types."""
        query = f"?{urlencode(self.asked)}" if self.asked else ""
        return {**super().build_attrs(base_attrs, extra_attrs), "data-person-url": reverse("people:suggest") + query}


class PersonField(forms.CharField):
    """Somebody who works here, typed by name, pinyin or login name, or picked from a short list.

    Its cleaned value is the person's key, or None. A name that several people bear is refused with what tells them apart.
    ``among`` are those who may be chosen (everybody, if nothing is said); a form may set it, and ``limit`` sets it
    together with what the list offers. ``named`` saves asking the database for the names of known keys.
    """

    widget = PersonInput

    def __init__(self, *, executives: bool = False, **options: Any) -> None:
        super().__init__(max_length=200, widget=PersonInput(executives=executives), **options)
        self.among: QuerySet[Person] | None = None
        self.named: Mapping[int, str] = {}

    def limit(self, among: QuerySet[Person], within: Iterable[int] | None = None) -> None:
        """Who may be chosen, and the departments whose members the list offers."""
        self.among = among
        if isinstance(self.widget, PersonInput):
            self.widget.offer(within=within)

    def clean(self, value: Any) -> Any:
        """The key of the one person meant."""
        text = super().clean(value)
        if not text:
            return None
        allowed = Person.objects.filter(is_active=True) if self.among is None else self.among
        typed = found.group(1).strip() if (found := LOGIN_IN_BRACKETS.search(text)) else text
        if (person := allowed.filter(username__iexact=typed).first()) is not None:
            return person.pk
        meant = list(allowed.filter(name__iexact=text)[:5])
        if not meant:
            heard = queries.people_search(text)
            meant = list((heard if self.among is None else heard.filter(pk__in=self.among.values("pk")))[:5])
        if len(meant) == 1:
            return meant[0].pk
        if meant:
            raise ValidationError(
                _("Several people match: %(names)s. Please add the login name."),
                code="several",
                params={"names": ", ".join(person_text(person) for person in meant)},
            )
        if self.among is not None and queries.people_search(text).exists():
            raise ValidationError(_("This person cannot be chosen here"), code="not_here")
        raise ValidationError(_("Nobody of this name works here"), code="nobody")

    def prepare_value(self, value: Any) -> Any:
        """A key is shown as the person it means."""
        if isinstance(value, int):
            if value not in self.named:
                person = Person.objects.filter(pk=value).first()
                return person_text(person) if person else ""
            return self.named[value]
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compares what stands in the field, not the key with the name."""
        return super().has_changed(self.prepare_value(initial), data)
