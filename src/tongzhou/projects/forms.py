"""Forms of projects: they check what was typed; services decide and write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tongzhou.people.models import Department, Person
from tongzhou.people.person_field import PersonField, person_text

from .models import Commitment, Objective, Project, StakeholderRole, Tailoring
from .queries import ProjectFilter, owners_for
from .queries.lists import SCOPES
from .states import Phase

LONGEST_TEXT = 2000
LARGEST = {"max_digits": 20, "decimal_places": 4}


class DayInput(forms.DateInput):
    """The browser's own date field; what is typed without it is read as ISO."""

    input_type = "date"

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__(dict(attrs or {}), format="%Y-%m-%d")


class DepartmentChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A department, chosen by name."""


class ObjectiveForm(forms.ModelForm):  # type: ignore[type-arg]
    """核心目标. services.add_objective and services.change_objective write."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31)

    class Meta:
        model = Objective
        fields = [
            "text", "metric", "baseline", "target", "unit", "starts_on", "due", "source", "company_goal", "evidence",
        ]  # fmt: skip
        widgets = {
            "text": forms.Textarea(attrs={"rows": 2}),
            "evidence": forms.Textarea(attrs={"rows": 2}),
            "starts_on": DayInput,
            "due": DayInput,
        }
        help_texts = {
            "text": _("What is to be reached, for whom, by how much, until when."),
            "company_goal": _("Which goal of the company it serves (relevant)."),
            "evidence": _("Figures, experience or resources that make it believable; or let the heads confirm it."),
            "source": _("Where the figure is read."),
        }

    @property
    def values(self) -> dict[str, Any]:
        """What a service takes."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def _post_clean(self) -> None:
        """The row is written by a service, so the form leaves it as it is."""


class CommitmentForm(forms.ModelForm):  # type: ignore[type-arg]
    """关键配合事项. services.add_commitment and services.change_commitment write."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31)
    owner = PersonField(required=False, label=_("owner"))

    class Meta:
        model = Commitment
        fields = [
            "department", "action", "deliverable", "quantity", "unit", "due", "owner", "acceptance", "objective",
        ]  # fmt: skip
        widgets = {
            "action": forms.Textarea(attrs={"rows": 2}),
            "acceptance": forms.Textarea(attrs={"rows": 2}),
            "due": DayInput,
        }
        help_texts = {
            "action": _("Verb, object, quantity, date: what exists when it is done."),
            "acceptance": _("How everybody will see that it is done."),
        }

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parties = project.parties.filter(left_at__isnull=True).values("department_id")
        self._narrow("department", Department.objects.filter(pk__in=parties))
        self._narrow("objective", project.objectives.all())
        owners = owners_for(project)
        # Whoever owns it already may stay, even from another department.
        if self.instance.owner_id:
            owners |= Person.objects.filter(pk=self.instance.owner_id)
        limit(self, "owner", owners, parties.values_list("department_id", flat=True))

    def _narrow(self, name: str, rows: QuerySet[Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = rows

    @property
    def values(self) -> dict[str, Any]:
        """What a service takes: keys instead of rows."""
        plain = {
            name: self.cleaned_data[name]
            for name in self.Meta.fields
            if name not in {"department", "owner", "objective"}
        }
        keys = {f"{name}_id": getattr(self.cleaned_data[name], "pk", None) for name in ("department", "objective")}
        return plain | keys | {"owner_id": self.cleaned_data["owner"]}

    def _post_clean(self) -> None:
        """The row is written by a service, so the form leaves it as it is."""


class ReasonForm(forms.Form):
    """A reason that stays visible."""

    reason = forms.CharField(
        label=_("reason"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class FactsForm(forms.ModelForm):  # type: ignore[type-arg]
    """The facts of a project that its lead may change."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31)
    lead = PersonField(label=_("project lead"))
    sponsor = PersonField(executives=True, required=False, label=_("sponsor"))
    tailoring = forms.ChoiceField(choices=Tailoring.choices, label=_("tailoring"))

    class Meta:
        model = Project
        fields = ["name", "lead", "sponsor", "starts_on", "ends_on", "tailoring", "is_confidential"]
        widgets = {"starts_on": DayInput, "ends_on": DayInput}
        help_texts = {
            "is_confidential": _("Only named people see it: lead, sponsor, heads, contact persons, owners, members."),
        }

    @property
    def values(self) -> dict[str, Any]:
        """What a service takes."""
        plain = {name: self.cleaned_data[name] for name in self.Meta.fields if name not in {"lead", "sponsor"}}
        return plain | {f"{name}_id": self.cleaned_data[name] for name in ("lead", "sponsor")}

    def _post_clean(self) -> None:
        """The row is written by a service, so the form leaves it as it is."""


class ContactForm(forms.Form):
    """The contact person of one department: one of its members."""

    contact = PersonField(required=False, label=_("contact person"))

    def __init__(self, *args: Any, department_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = Person.objects.filter(is_active=True, memberships__department=department_id)
        limit(self, "contact", members, [department_id])

    def name_known(self, person: Person) -> None:
        """Saves asking for a name that the page knows."""
        field = self.fields["contact"]
        if isinstance(field, PersonField):
            field.named = {person.pk: person_text(person)}


class StakeholderForm(forms.Form):
    """A named person beside the departments."""

    person = PersonField(label=_("person"))
    role = forms.ChoiceField(choices=StakeholderRole.choices, label=_("role"), initial=StakeholderRole.OBSERVER)


class OwnerForm(forms.Form):
    """The person who answers for a commitment."""

    owner = PersonField(label=_("owner"))

    def __init__(self, *args: Any, people: QuerySet[Person], department_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit(self, "owner", people, [department_id])


def limit(form: forms.BaseForm, name: str, among: QuerySet[Person], within: Iterable[int]) -> None:
    """Who may be chosen in a field of the form."""
    field = form.fields[name]
    if isinstance(field, PersonField):
        field.limit(among, within)


class FilterForm(forms.Form):
    """What of the projects is listed; anything odd in the address is left out."""

    scope = forms.ChoiceField(choices=[(scope, scope) for scope in SCOPES], required=False)
    phase = forms.ChoiceField(choices=[("", _("Every phase")), *Phase.choices], required=False, label=_("Phase"))
    department = DepartmentChoice(
        queryset=Department.objects.filter(is_active=True),
        required=False,
        label=_("Department"),
        empty_label=_("Every department"),
    )
    q = forms.CharField(max_length=100, required=False, label=_("Name or number"))

    def wanted(self, usual_scope: str) -> ProjectFilter:
        """The filter, with what could not be read left out."""
        self.is_valid()
        found = self.cleaned_data
        return ProjectFilter(
            scope=found.get("scope") or usual_scope,
            phase=found.get("phase") or "",
            department_id=getattr(found.get("department"), "pk", None),
            words=found.get("q") or "",
        )
