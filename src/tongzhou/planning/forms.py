"""Forms of planning: they check what was typed; services decide and write."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tongzhou.core.errors import InvalidInput
from tongzhou.people.models import Department, Person
from tongzhou.people.person_field import PersonField
from tongzhou.projects.forms import DayInput, DepartmentChoice, limit
from tongzhou.projects.models import Project
from tongzhou.projects.queries import owners_for

from .models import Task
from .models.tasks import LONGEST_DURATION
from .predecessors import Predecessor, read_predecessors, written_predecessors
from .queries import predecessors_of
from .states import LinkKind

LARGEST_KEY = 2**63 - 1


class TaskForm(forms.ModelForm):  # type: ignore[type-arg]
    """A task. services.add_task and services.change_task write."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31)
    owner = PersonField(required=False, label=_("owner"))
    duration = forms.IntegerField(
        label=_("duration (working days)"), min_value=0, max_value=LONGEST_DURATION, required=False
    )
    predecessors = forms.CharField(
        label=_("predecessors"),
        required=False,
        max_length=400,
        help_text=_("Numbers of the tasks it waits for: 3, 5SS+2"),
    )

    class Meta:
        model = Task
        fields = [
            "title", "department", "owner", "duration", "is_milestone", "constraint", "constraint_on", "deliverable",
            "acceptance", "objective", "commitment", "shortest", "longest", "effort_hours", "note",
        ]  # fmt: skip
        widgets = {
            "constraint_on": DayInput,
            "acceptance": forms.Textarea(attrs={"rows": 2}),
            "note": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "acceptance": _("How everybody will see that it is done."),
            "shortest": _("If everything goes well; for the chance to hold the date."),
            "longest": _("If things go badly."),
            "is_milestone": _("A moment, no work: duration 0."),
        }

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._narrow("department", parties_of(project))
        self._narrow("objective", project.objectives.all())
        self._narrow("commitment", project.commitments.exclude(state="withdrawn"))
        owners = owners_for(project)
        if self.instance.owner_id:
            # Whoever has it already may keep it, even from another department.
            owners = owners | Person.objects.filter(pk=self.instance.owner_id)
        limit(self, "owner", owners, _department_ids(project))
        if self.instance.pk:
            self.fields["predecessors"].initial = written_predecessors(predecessors_of(self.instance))
            if self.instance.is_summary:
                for name in (
                    "duration",
                    "is_milestone",
                    "shortest",
                    "longest",
                    "predecessors",
                    "constraint",
                    "constraint_on",
                ):
                    self.fields.pop(name, None)

    def _narrow(self, name: str, rows: QuerySet[Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = rows

    def clean_predecessors(self) -> list[Predecessor]:
        """What it waits for, read."""
        try:
            return read_predecessors(self.cleaned_data["predecessors"])
        except InvalidInput as refusal:
            raise forms.ValidationError([str(text) for text in refusal.fields["predecessors"]]) from None

    @property
    def values(self) -> dict[str, Any]:
        """What a service takes: keys instead of rows; an empty duration stays as it is."""
        named = {"department", "objective", "commitment"}
        found = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in named | {"version", "predecessors", "owner"}
        }
        if found.get("duration") is None:
            found.pop("duration", None)
        keys = {
            f"{name}_id": getattr(self.cleaned_data[name], "pk", None) for name in named if name in self.cleaned_data
        }
        return found | keys | {"owner_id": self.cleaned_data["owner"]}

    @property
    def waits_for(self) -> list[Predecessor] | None:
        """What the service writes as predecessors; None where the form does not ask."""
        return self.cleaned_data.get("predecessors")

    def _post_clean(self) -> None:
        """The row is written by a service, so the form leaves it as it is."""


class TaskRowForm(TaskForm):
    """The columns of the plan's table, for writing in the row."""

    class Meta(TaskForm.Meta):
        fields = ["title", "department", "owner", "duration"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("department", "owner"):
            # The inputs stand in cells of their own; what joins them is the form's name.
            self.fields[name].widget.attrs |= {
                "form": f"edit-{self.instance.pk}",
                "class": "form-select" if name == "department" else "form-control",
                "aria-label": str(self.fields[name].label),
            }

    def _narrow(self, name: str, rows: QuerySet[Any]) -> None:
        if name in self.fields:
            super()._narrow(name, rows)


class NewTaskForm(forms.Form):
    """One more task, quickly; the rest is written in its row."""

    title = forms.CharField(label=_("task"), max_length=200)
    department = DepartmentChoice(queryset=Department.objects.none(), required=False, label=_("department"))
    duration = forms.IntegerField(
        label=_("duration (working days)"), min_value=0, max_value=LONGEST_DURATION, required=False
    )
    parent = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=LARGEST_KEY)
    after = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=LARGEST_KEY)

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        # Beside the form for several tasks, whose fields have the same names.
        super().__init__(*args, **{"auto_id": "new_%s", **kwargs})
        field = self.fields["department"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = parties_of(project)

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        found = {
            "title": self.cleaned_data["title"],
            "department_id": getattr(self.cleaned_data["department"], "pk", None),
        }
        if self.cleaned_data["duration"] is not None:
            found["duration"] = self.cleaned_data["duration"]
        return found


class TasksChoice(forms.Form):
    """Tasks ticked in the table."""

    task = forms.TypedMultipleChoiceField(coerce=int, required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["task"]
        if isinstance(field, forms.MultipleChoiceField):
            # Which of them there are, the service knows; here they are only numbers.
            field.valid_value = lambda value: str(value).isdecimal() and len(str(value)) < 19  # type: ignore[method-assign]


class BulkForm(TasksChoice):
    """The same department, owner or number of days for several tasks; what is left empty stays as it is."""

    department = DepartmentChoice(queryset=Department.objects.none(), required=False, label=_("department"))
    owner = PersonField(required=False, label=_("owner"))
    duration = forms.IntegerField(
        label=_("duration (working days)"), min_value=0, max_value=LONGEST_DURATION, required=False
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["department"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = parties_of(project)
        limit(self, "owner", owners_for(project), _department_ids(project))

    @property
    def values(self) -> dict[str, Any]:
        """Only what was given."""
        found = self.cleaned_data
        values: dict[str, Any] = {}
        if found["department"]:
            values["department_id"] = found["department"].pk
        if found["owner"]:
            values["owner_id"] = found["owner"]
        if found["duration"] is not None:
            values["duration"] = found["duration"]
        return values


class LinkForm(forms.Form):
    """A dependency drawn by hand."""

    predecessor = forms.IntegerField(min_value=1, max_value=LARGEST_KEY)
    successor = forms.IntegerField(min_value=1, max_value=LARGEST_KEY)
    kind = forms.ChoiceField(choices=LinkKind.choices, required=False)
    lag = forms.IntegerField(required=False, min_value=-1000, max_value=1000)


class DragForm(forms.Form):
    """A bar of the chart that was dropped: where it starts, or where it ends, or both."""

    task = forms.IntegerField(min_value=1, max_value=LARGEST_KEY)
    version = forms.IntegerField(required=False, min_value=1, max_value=2**31)
    start = forms.DateField(required=False)
    finish = forms.DateField(required=False)


class SnapshotForm(forms.Form):
    """A name for a version of the plan."""

    name = forms.CharField(label=_("Name of the version"), max_length=120, required=False)


class CompareForm(forms.Form):
    """Two versions; without the newer one, the plan as it is now."""

    older = forms.IntegerField(min_value=1, max_value=LARGEST_KEY)
    newer = forms.IntegerField(min_value=1, max_value=LARGEST_KEY, required=False)


def parties_of(project: Project) -> QuerySet[Department]:
    """The departments taking part."""
    return Department.objects.filter(pk__in=project.parties.filter(left_at__isnull=True).values("department_id"))


def _department_ids(project: Project) -> list[int]:
    return list(project.parties.filter(left_at__isnull=True).values_list("department_id", flat=True))
