"""Fields as people in a company fill them: dates in words, numbers with separators, persons by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tongzhou.documents.read_back import parse_date, parse_number
from tongzhou.people.models import Department
from tongzhou.people.person_field import PersonInput

from ..queries.collab_paper import number_text
from ..queries.collabs import Named
from ..services.collab_input import EARLIEST, LATEST


class DayField(forms.CharField):
    """A day: 2026-06-18, 2026/6/18 or 2026年6月18日. 2月30日 is refused in words."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}), required=False, max_length=40, **kwargs)

    def clean(self, value: Any) -> date | None:
        """The date, or None when nothing was written."""
        text = super().clean(value)
        if not text:
            return None
        day = parse_date(text)
        if day is None:
            raise ValidationError(
                _("“%(value)s” is no date. Please write it like 2026-06-18."), params={"value": text[:40]}
            )
        if not EARLIEST <= day.year <= LATEST:
            raise ValidationError(_("Please check the year."))
        return day

    def prepare_value(self, value: Any) -> Any:
        """Dates as the browser's date field wants them."""
        return value.isoformat() if isinstance(value, date) else value


class NumberField(forms.CharField):
    """A number as people type it: 1,860 or 3.5万."""

    def __init__(self, *, places: int = 4, **kwargs: Any) -> None:
        self.places = places
        super().__init__(
            widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "number"}),
            required=False,
            max_length=40,
            **kwargs,
        )

    def clean(self, value: Any) -> Decimal | None:
        """The number, or None when nothing was written."""
        text = super().clean(value)
        if not text:
            return None
        number = parse_number(text)
        if number is None:
            raise ValidationError(_("“%(value)s” is no number."), params={"value": text[:40]})
        if abs(number) >= Decimal("1e15"):
            raise ValidationError(_("This number is too large"))
        return number.quantize(Decimal(1).scaleb(-self.places))

    def prepare_value(self, value: Any) -> Any:
        """No useless zeros."""
        return number_text(value) if isinstance(value, Decimal) else value


class WordsField(forms.CharField):
    """Several lines of text."""

    def __init__(self, max_length: int, rows: int = 4, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), required=False, max_length=max_length, **kwargs)


class PersonField(forms.CharField):
    """A person by name (or login name), among those the form has looked up; the picker of ``people`` offers names."""

    def __init__(self, directory: Sequence[Named] = (), *, executives: bool = False, **kwargs: Any) -> None:
        super().__init__(widget=PersonInput(executives=executives), max_length=140, **kwargs)
        self.directory = directory

    def clean(self, value: Any) -> int | None:
        """The person's key."""
        text = super().clean(value)
        if not text:
            return None
        found = [person for person in self.directory if text in {person.label, person.username, person.full}]
        found = found or [person for person in self.directory if person.name == text]
        if not found:
            raise ValidationError(_("Nobody here is called “%(name)s”."), params={"name": text[:40]})
        if len(found) > 1:
            labels = "、".join(person.label for person in found[:4])
            raise ValidationError(_("Several people are called that; choose one: %(names)s"), params={"names": labels})
        return found[0].pk

    def prepare_value(self, value: Any) -> Any:
        """Keys as names; what was typed stays as typed."""
        if isinstance(value, int):
            return next((person.label for person in self.directory if person.pk == value), "")
        return value


class DepartmentField(forms.ChoiceField):
    """One of the departments, by key."""

    def __init__(self, departments: Iterable[Department] = (), *, empty: str = "", **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.offer(departments, empty)

    def offer(self, departments: Iterable[Department], empty: str = "") -> None:
        """The departments to choose from."""
        self.choices = [("", empty or "—"), *((str(row.pk), row.name) for row in departments)]

    def clean(self, value: Any) -> int | None:
        """The department's key."""
        text = super().clean(value)
        return int(text) if text else None


class KeyField(forms.CharField):
    """The hidden key of a row that exists already; anything that is no key counts as a new row."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput, required=False)

    def clean(self, value: Any) -> int | None:
        """The key, or None."""
        text = str(value or "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
