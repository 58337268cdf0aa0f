"""Taking notes in a meeting."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongzhou.people.models import Department

from ..queries import Candidate
from .choices import day_field, department_choices, key_field, moment_field, people_choices


class Noted(forms.Form):
    """Something several people may be writing: it carries the version it was read at."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=2**31)

    def values(self) -> dict[str, Any]:
        """What a service takes: keys of people and departments under their column names."""
        renamed = {"department": "department_id", "owner": "owner_id"}
        return {renamed.get(key, key): value for key, value in self.cleaned_data.items() if key != "version"}

    @property
    def read_at(self) -> int | None:
        """The version the writer saw."""
        version = self.cleaned_data.get("version")
        return int(version) if version is not None else None


class AgendaTopicForm(forms.Form):
    """One more topic."""

    topic = forms.CharField(label=_("Topic"), max_length=200)


class AgendaItemForm(Noted):
    """What is said to a topic."""

    topic = forms.CharField(label=_("Topic"), max_length=200)
    points = forms.CharField(label=_("Points made"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    disagreements = forms.CharField(label=_("Differences"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    conclusion = forms.CharField(label=_("Conclusion"), required=False, widget=forms.Textarea(attrs={"rows": 2}))


class StatementForm(Noted):
    """What a department brings and needs."""

    offers = forms.CharField(label=_("Brings"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    needs = forms.CharField(label=_("Needs"), required=False, widget=forms.Textarea(attrs={"rows": 2}))


class _OwnedForm(Noted):
    """Something a department and a named person answer for."""

    department = key_field(_("Department"))
    owner = key_field(_("Person in charge"))
    due = day_field(_("To be done by"))

    def __init__(
        self, departments: Iterable[Department], people: Iterable[Candidate], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("department", department_choices(departments)), ("owner", people_choices(people))):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


class CommitmentForm(_OwnedForm):
    """关键配合事项: who, what, how much, by when, by which test."""

    department = key_field(_("Department"), required=True)
    action = forms.CharField(
        label=_("What is promised"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Verb + object + quantity + date, e.g. “finish the stock count of the TOP10 SKUs before 1 June”"),
    )
    deliverable = forms.CharField(label=_("Deliverable"), max_length=300, required=False)
    quantity = forms.DecimalField(
        label=_("Quantity"), required=False, min_value=Decimal(0), max_digits=20, decimal_places=4
    )
    unit = forms.CharField(label=_("Unit"), max_length=20, required=False)
    acceptance = forms.CharField(label=_("Acceptance criterion"), max_length=2000, required=False)

    field_order = ("version", "department", "owner", "action", "deliverable", "quantity", "unit", "due", "acceptance")


class ResolutionForm(_OwnedForm):
    """决议: one decision."""

    text = forms.CharField(label=_("Decision"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    field_order = ("version", "text", "department", "owner", "due")


class OpenPointForm(_OwnedForm):
    """待决事项: what is still open."""

    text = forms.CharField(label=_("Open point"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    field_order = ("version", "text", "department", "owner", "due")


class ClosingForm(Noted):
    """What closes a meeting."""

    first_sync_at = moment_field(_("First progress sync"), required=False)
    next_meeting_at = moment_field(_("Next meeting"), required=False)
    started_at = moment_field(_("Held from"), required=False)
    ended_at = moment_field(_("Held until"), required=False)
    cc = forms.CharField(label=_("Copies to"), max_length=300, required=False)

    def values(self) -> dict[str, Any]:
        """Only what the page asked for: while the meeting runs it does not ask when the meeting was held."""
        return {name: value for name, value in super().values().items() if name in self.data}


class InviteForm(forms.Form):
    """One more person."""

    person = key_field(_("Person"), required=True)
    instead_of = key_field(_("Comes instead of"))

    def __init__(
        self, people: Iterable[Candidate], invited: Iterable[tuple[int, str]], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("person", people_choices(people)), ("instead_of", [("", "–"), *invited])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
