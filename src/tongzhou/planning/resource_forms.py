"""Forms of resources: they check what was typed; services decide and write."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from tongzhou.core.actor import Actor
from tongzhou.people.models import Department, Person
from tongzhou.people.person_field import PersonField
from tongzhou.projects.forms import DayInput, DepartmentChoice, limit
from tongzhou.projects.models import Project
from tongzhou.projects.queries import owners_for

from . import queries, resource_policies
from .forms import parties_of
from .models import Budget, Offer, ResourceNeed, Task, Thing
from .policies import plan_is_open
from .queries import Workforce
from .resource_states import Category, Priority, ThingKind, Verdict
from .services import RowVerdict

_APART = re.compile(r"[,;，；、\n]+")
MOST_PIECES = 10_000
MOST_TO_CHOOSE = 400


class WordedForm(forms.Form):
    """A form whose labels begin with a capital, as those of model forms do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.label = capfirst(field.label) if field.label else field.label


class MoneyField(forms.DecimalField):
    """An exact amount in yuan."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=Decimal(0), max_digits=16, decimal_places=2, **options)


class NeedForm(WordedForm):
    """A resource need. services.ask_resource and services.change_need write."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31)
    task = forms.ModelChoiceField(queryset=Task.objects.none(), label=_("task"))
    category = forms.ChoiceField(choices=Category.choices, label=_("kind of resource"))
    name = forms.CharField(label=_("name or skill"), max_length=100)
    provider = DepartmentChoice(queryset=Department.objects.none(), label=_("providing department"))
    quantity = forms.IntegerField(label=_("quantity"), min_value=1, max_value=MOST_PIECES, required=False)
    unit = forms.CharField(label=_("unit"), max_length=20, required=False)
    share = forms.IntegerField(label=_("share of time (%)"), min_value=1, max_value=100, required=False)
    person = PersonField(required=False, label=_("wanted person"))
    amount = MoneyField(label=_("amount (CNY)"), required=False)
    account = forms.CharField(label=_("account"), max_length=60, required=False)
    first = forms.DateField(label=_("from"), widget=DayInput, required=False)
    last = forms.DateField(
        label=_("until"), widget=DayInput, required=False, help_text=_("Left empty: as long as the task.")
    )
    purpose = forms.CharField(label=_("purpose"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    alternative = forms.CharField(label=_("alternative"), max_length=300, required=False)
    priority = forms.ChoiceField(choices=Priority.choices, label=_("priority"), initial=Priority.MEDIUM)

    def __init__(
        self, *args: Any, project: Project, tasks: QuerySet[Task], need: ResourceNeed | None = None, **kwargs: Any
    ) -> None:
        if need is not None:
            kwargs["initial"] = {
                **{name: getattr(need, name) for name in self.base_fields if hasattr(need, name)},
                **{name: getattr(need, f"{name}_id") for name in ("task", "provider", "person")},
            }
        super().__init__(*args, **kwargs)
        rows = {
            "task": tasks,
            "provider": parties_of(project),
        }
        limit(self, "person", owners_for(project), list(parties_of(project).values_list("pk", flat=True)))
        for name, found in rows.items():
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = found
        _by_number_where_many(self, need)

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes: keys instead of rows, the usual where nothing was typed."""
        found = {key: value for key, value in self.cleaned_data.items() if key != "version"}
        for name in ("task", "provider", "person"):
            found[f"{name}_id"] = getattr(found.pop(name), "pk", None)
        found["quantity"] = found["quantity"] or 1
        found["share"] = found["share"] or 100
        return found


class PersonsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """People to lend, each with whether they are free then."""

    free: dict[int, str]

    def label_from_instance(self, obj: Any) -> str:
        """Name, position, skills, free or taken; a position that is a skill is said once."""
        parts = getattr(self, "free", {}).get(obj.pk, "").split(" · ")
        return " · ".join(part for part in (obj.name, "" if obj.title in parts else obj.title, *parts) if part)


class OfferForm(WordedForm):
    """What the providing department gives. services.offer_resource writes; only fields of this kind of need are asked."""

    persons = PersonsField(
        queryset=Person.objects.none(), required=False, label=_("who"), widget=forms.CheckboxSelectMultiple
    )
    share = forms.IntegerField(label=_("share of time (%)"), min_value=1, max_value=100, required=False)
    thing = forms.ModelChoiceField(queryset=Thing.objects.none(), required=False, label=_("what"))
    quantity = forms.IntegerField(label=_("quantity"), min_value=1, max_value=MOST_PIECES, required=False)
    budget = forms.ModelChoiceField(queryset=Budget.objects.none(), required=False, label=_("from which account"))
    amount = MoneyField(label=_("amount (CNY)"), required=False)
    first = forms.DateField(label=_("from"), widget=DayInput, required=False)
    last = forms.DateField(label=_("until"), widget=DayInput, required=False)
    note = forms.CharField(
        label=_("opinion"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    knowingly = forms.BooleanField(label=_("promise all the same; list it as a conflict"), required=False)

    def __init__(self, *args: Any, need: ResourceNeed, offer: Offer | None = None, **kwargs: Any) -> None:
        first, last = (offer.first, offer.last) if offer and offer.first else need.period
        kwargs["initial"] = {
            "share": offer.share if offer else need.share,
            "quantity": offer.quantity if offer else need.quantity,
            "amount": offer.amount if offer else need.amount,
            "thing": offer.thing_id if offer else None,
            "budget": offer.budget_id if offer else None,
            "persons": [row.pk for row in offer.persons.all()] if offer else [need.person_id] if need.person_id else [],
            "note": offer.note if offer else "",
            "first": first,
            "last": last,
        }
        super().__init__(*args, **kwargs)
        people, money = {"persons", "share"}, {"budget", "amount"}
        things = {"thing", "quantity"}
        asked = people if need.is_people else money if need.is_money else things
        for name in (people | money | things) - asked | ({"first", "last"} if need.is_money else set()):
            del self.fields[name]
        if need.is_people:
            field = self.fields["persons"]
            assert isinstance(field, PersonsField)
            field.queryset = queries.people_to_offer(need.provider_id, need.name)
            field.free = queries.who_is_free(need)
        elif need.is_money:
            accounts = queries.budgets_to_offer(need)
            self._narrow("budget", accounts)
            if offer is None and need.account:
                self.initial["budget"] = accounts.filter(account=need.account).values_list("pk", flat=True).first()
        else:
            self._narrow("thing", queries.things_to_offer(need))

    def _narrow(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = rows

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        found = {key: value for key, value in self.cleaned_data.items() if key not in {"persons", "knowingly"}}
        for name in ("thing", "budget"):
            if name in found:
                found[f"{name}_id"] = getattr(found.pop(name), "pk", None)
        return found

    @property
    def person_ids(self) -> list[int]:
        """Who is offered."""
        return [row.pk for row in self.cleaned_data.get("persons") or ()]


class CapacityForm(WordedForm):
    """Working share and skills of a person. services.set_capacity writes."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31)
    percent = forms.IntegerField(label=_("working share (%)"), min_value=0, max_value=100)
    skills = forms.CharField(
        label=_("skills"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Apart by commas: stock clerk, design. Who knows the same can stand in."),
    )

    def __init__(self, *args: Any, found: Workforce, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": found.version, "percent": found.percent, "skills": "、".join(found.skills)}
        super().__init__(*args, **kwargs)

    def clean_skills(self) -> list[str]:
        """The skills one by one."""
        return [name.strip() for name in _APART.split(self.cleaned_data["skills"]) if name.strip()]


class AbsenceForm(WordedForm):
    """Days on which a person is not there. services.add_absence writes."""

    first = forms.DateField(label=_("first day"), widget=DayInput)
    last = forms.DateField(label=_("last day"), widget=DayInput)
    reason = forms.CharField(label=_("reason"), max_length=100, required=False)


class ThingForm(WordedForm):
    """A thing that can be lent. services.add_thing and services.change_thing write."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31)
    department = DepartmentChoice(queryset=Department.objects.none(), label=_("department"))
    kind = forms.ChoiceField(choices=ThingKind.choices, label=_("kind"))
    name = forms.CharField(label=_("name of the thing"), max_length=100)
    count = forms.IntegerField(label=_("pieces"), min_value=1, max_value=MOST_PIECES, initial=1)
    is_active = forms.BooleanField(label=_("can be lent"), required=False, initial=True)

    def __init__(self, *args: Any, actor: Actor, row: Thing | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _kept_departments(self, actor, row)
        if row is not None:
            self.initial = {name: getattr(row, name) for name in ("version", "kind", "name", "count", "is_active")}

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return _with_key(self.cleaned_data)


class BudgetForm(WordedForm):
    """A budget. services.add_budget and services.change_budget write."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31)
    department = DepartmentChoice(queryset=Department.objects.none(), label=_("department"))
    account = forms.CharField(label=_("account"), max_length=60)
    amount = MoneyField(label=_("amount (CNY)"))
    note = forms.CharField(label=_("note"), max_length=200, required=False)

    def __init__(self, *args: Any, actor: Actor, row: Budget | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _kept_departments(self, actor, row)
        if row is not None:
            self.initial = {name: getattr(row, name) for name in ("version", "account", "amount", "note")}

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return _with_key(self.cleaned_data)


class DecideForm(WordedForm):
    """The sponsor's answer, row by row. services.decide_request writes."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    reason = forms.CharField(
        label=_("opinion"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, needs: Iterable[ResourceNeed], digest: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["digest"].initial = digest
        self.needs = list(needs)
        for need in self.needs:
            given: forms.Field
            if need.is_money:
                given = MoneyField(label=_("approved amount"), initial=need.amount)
            else:
                given = forms.IntegerField(
                    label=_("approved quantity"), initial=need.quantity, min_value=0, max_value=MOST_PIECES
                )
            self.fields[f"row-{need.pk}"] = given
            self.fields[f"reason-{need.pk}"] = forms.CharField(
                label=_("reason of a cut"), max_length=1000, required=False
            )

    @property
    def rows(self) -> list[tuple[ResourceNeed, Any, Any]]:
        """Each need with its two fields."""
        return [(need, self[f"row-{need.pk}"], self[f"reason-{need.pk}"]) for need in self.needs]

    @property
    def verdicts(self) -> dict[int, RowVerdict]:
        """What the service takes."""
        found = {}
        for need in self.needs:
            given, reason = self.cleaned_data[f"row-{need.pk}"], self.cleaned_data[f"reason-{need.pk}"]
            found[need.pk] = (
                RowVerdict(amount=given, reason=reason) if need.is_money else RowVerdict(quantity=given, reason=reason)
            )
        return found


class LoadWindow(WordedForm):
    """Which weeks and which department the load is shown for; nonsense falls back to the usual."""

    start = forms.DateField(required=False, widget=DayInput, label=_("from"))
    weeks = forms.TypedChoiceField(
        choices=[(2, "2"), (4, "4"), (8, "8")], coerce=int, required=False, empty_value=None, label=_("weeks")
    )
    department = DepartmentChoice(queryset=Department.objects.none(), required=False, label=_("department"))

    def __init__(self, *args: Any, departments: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["department"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = departments


class TakeForm(WordedForm):
    """The proposal that is taken."""

    key = forms.CharField(max_length=80)


class AnswerForm(WordedForm):
    """A department's answer to a way out. services.answer_remedy writes."""

    verdict = forms.ChoiceField(choices=[(v.value, v.label) for v in (Verdict.ACCEPTED, Verdict.OBJECTED)])
    reason = forms.CharField(label=_("reason"), max_length=1000, required=False)


def may_ask_for(actor: Actor, project: Project) -> QuerySet[Task]:
    """The tasks of the plan for which the actor may ask something, in reading order."""
    tasks = Task.objects.filter(project=project, is_summary=False).order_by("rank", "pk")
    if resource_policies.can_ask(actor, project, None):
        return tasks
    if not plan_is_open(project):
        return tasks.none()
    return tasks.filter(department__in=queries.departments_answered_for(actor, project))


def _by_number_where_many(form: forms.Form, need: ResourceNeed | None) -> None:
    """Nobody finds one task among thousands in a list: there its number is typed, as in «waits for»."""
    field = form.fields["task"]
    if not isinstance(field, forms.ModelChoiceField) or field.queryset is None:
        return
    if field.queryset[MOST_TO_CHOOSE : MOST_TO_CHOOSE + 1].exists():
        field.widget = forms.NumberInput(attrs={"min": 1})
        field.to_field_name = "number"
        field.help_text = _("The number of the task, as the task list shows it: 12 for #12.")
        if need is not None and need.task is not None:
            form.initial["task"] = need.task.number


def _kept_departments(form: forms.Form, actor: Actor, row: Thing | Budget | None) -> None:
    if row is not None:
        del form.fields["department"]
        return
    field = form.fields["department"]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = queries.departments_kept(actor)
        first = field.queryset.first()
        form.fields["department"].initial = first.pk if first else None


def _with_key(cleaned: dict[str, Any]) -> dict[str, Any]:
    found = {key: value for key, value in cleaned.items() if key != "version"}
    if "department" in found:
        found["department_id"] = found.pop("department").pk
    return found
