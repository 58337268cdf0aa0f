"""Choosing people and departments, and typing moments, the same in every form of a meeting."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from tongzhou.people.models import Department

from ..queries import Candidate

Choices = list[tuple[Any, Any]]


def moment_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateTimeField:
    """A day and a time of day in the company's zone."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=required, widget=widget, help_text=help_text)


def day_field(label: Any) -> forms.DateField:
    """A day, or none."""
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def key_field(label: Any, *, required: bool = False) -> forms.TypedChoiceField:
    """The key of one of the choices that are filled in later, or none."""
    return forms.TypedChoiceField(label=label, required=required, coerce=int, empty_value=None, choices=[])


def people_choices(people: Iterable[Candidate], *, empty: bool = True) -> Choices:
    """Persons under the names of their departments, each with the part they play."""

    def home(candidate: Candidate) -> str:
        return candidate.department.name if candidate.department else _("Others")

    ordered = sorted(people, key=lambda c: (c.department is None, c.department.position if c.department else 0))
    groups: Choices = [("", "–")] if empty else []
    for name, members in groupby(ordered, key=home):
        groups.append((name, [(c.person.pk, f"{c.person.name} · {c.role.label}") for c in members]))
    return groups


def department_choices(departments: Iterable[Department]) -> Choices:
    """The departments taking part."""
    return [("", "–"), *((department.pk, department.name) for department in departments)]
