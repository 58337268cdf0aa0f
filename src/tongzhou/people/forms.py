"""Forms about people: they check what is typed and stop there; services decide and write."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tongzhou.core import clock

from . import queries
from .models import Department, Person
from .models.departments import COLOURS
from .models.deputies import Scope
from .person_field import PersonField

COLOUR_WORDS = {
    "teal": _("teal"),
    "indigo": _("indigo"),
    "orange": _("orange"),
    "pink": _("pink"),
    "cyan": _("cyan"),
    "lime": _("lime"),
    "purple": _("purple"),
    "yellow": _("yellow"),
    "azure": _("azure"),
    "red": _("red"),
}


class DateInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DepartmentField(forms.TypedChoiceField):
    """A department that works, chosen from the tree; its cleaned value is the key or None."""

    def __init__(self, **options: Any) -> None:
        super().__init__(coerce=int, empty_value=None, choices=department_choices, **options)


def department_choices() -> list[tuple[str, str]]:
    """The tree as a menu, what is below set in."""
    return [
        ("", "—"),
        *(
            (str(branch.department.pk), "\u3000" * branch.depth + branch.department.name)
            for branch in queries.flat_tree()
        ),
    ]


class DirectoryForm(forms.Form):
    """Whom one looks for, and where."""

    q = forms.CharField(
        label=_("Name, pinyin, initials or login name"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """What everybody keeps of themselves."""

    class Meta:
        model = Person
        fields = ["language", "mobile", "email"]
        widgets = {"language": forms.Select(choices=settings.LANGUAGES)}


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """What administrators keep of a person. The unique login name is the service's to judge, for it sees all cases."""

    username = forms.CharField(label=_("Login name"), max_length=60, help_text=_("Letters, digits and . _ - @ +"))

    class Meta:
        model = Person
        fields = [
            "name",
            "username",
            "employee_no",
            "title",
            "email",
            "mobile",
            "language",
            "joined_on",
            "is_admin",
            "is_pmo",
            "is_executive",
        ]
        widgets = {"language": forms.Select(choices=settings.LANGUAGES), "joined_on": DateInput()}
        help_texts = {
            "is_admin": _("Keeps people, departments, calendars and settings"),
            "is_pmo": _("Sees every project that is not confidential; keeps scenarios, calendars and templates"),
            "is_executive": _("May be sponsor of projects"),
        }

    def _get_validation_exclusions(self) -> set[str]:
        """Whether a login name is taken the service judges, under lock and in words."""
        return {*super()._get_validation_exclusions(), "username"}  # type: ignore[misc]

    def validate_unique(self) -> None:
        """Left to the service as well."""


class NewPersonForm(PersonForm):
    """A person who comes in, with the department they belong to."""

    department = DepartmentField(label=_("Main department"), required=False)


class DepartmentForm(forms.Form):
    """A department's name, code and colour."""

    name = forms.CharField(label=_("Name"), max_length=80)
    code = forms.CharField(
        label=_("Code"),
        max_length=30,
        required=False,
        help_text=_("Short, for exports; made from the name when left empty"),
    )
    colour = forms.ChoiceField(
        label=_("Colour"), required=False, choices=lambda: [("", "—"), *((key, COLOUR_WORDS[key]) for key in COLOURS)]
    )
    position = forms.IntegerField(
        label=_("Place among its siblings"),
        required=False,
        min_value=0,
        max_value=100_000,
        help_text=_("0 comes first"),
    )


class NewDepartmentForm(DepartmentForm):
    """A department that is opened, and what it hangs below."""

    parent = DepartmentField(label=_("Below"), required=False, help_text=_("Empty: at the top"))
    field_order = ["name", "parent", "code", "colour"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["position"]


class MoveForm(forms.Form):
    """Below which department another one shall hang."""

    parent = DepartmentField(label=_("Below"), required=False, help_text=_("Empty: at the top"))


class HeadForm(forms.Form):
    """Who becomes head, from when on. ``former`` is whom the administrator saw as head, so that nobody is replaced unseen."""

    person = PersonField(label=_("New head"))
    since = forms.DateField(label=_("From"), widget=DateInput(), initial=clock.today)
    former = forms.IntegerField(required=False, widget=forms.HiddenInput())


class MembershipForm(forms.Form):
    """A department somebody joins."""

    department = DepartmentField(label=_("Department"))
    as_main = forms.BooleanField(label=_("As the main department; the present one is left"), required=False)


class DelegationForm(forms.Form):
    """授权代理: who may act for the head, for which acts, from when until when."""

    department = forms.TypedChoiceField(label=_("For the department"), coerce=int)
    deputy = PersonField(label=_("Deputy"))
    scopes = forms.MultipleChoiceField(
        label=_("For these acts"),
        choices=Scope.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple(),
        help_text=_("None chosen: for all of them"),
    )
    since = forms.DateField(label=_("From"), widget=DateInput(), initial=clock.today)
    until = forms.DateField(
        label=_("Until"),
        widget=DateInput(),
        initial=lambda: clock.today() + timedelta(days=13),
        help_text=_("This day included"),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=200, required=False, help_text=_("Such as a business trip or leave")
    )

    def __init__(self, *args: Any, departments: list[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["department"]
        if isinstance(choice, forms.ChoiceField):
            choice.choices = [(str(department.pk), department.name) for department in departments]


class TokenForm(forms.Form):
    """A key for a program."""

    label = forms.CharField(label=_("What it is for"), max_length=80)
    days = forms.TypedChoiceField(
        label=_("Valid for"),
        coerce=int,
        initial="90",
        choices=[("7", _("7 days")), ("30", _("30 days")), ("90", _("90 days")), ("365", _("one year"))],
    )


class LeaveForm(forms.Form):
    """Leaving the company; the name is typed so that nobody sends away somebody else."""

    left_on = forms.DateField(label=_("Left on"), widget=DateInput(), initial=clock.today)
    name = forms.CharField(label=_("Type the name to confirm"), max_length=60)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_name(self) -> str:
        """The very name of the person."""
        name = str(self.cleaned_data["name"]).strip()
        if name != self.person.name:
            raise ValidationError(_("This is not the name: %(name)s"), params={"name": self.person.name})
        return name


class ImportForm(forms.Form):
    """A table of persons to look through."""

    file = forms.FileField(
        label=_("Table of persons (.xlsx or .csv)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )
    create_departments = forms.BooleanField(label=_("Create departments that do not exist yet"), required=False)


class FirstPasswordForm(forms.Form):
    """The password somebody sets who came by a login link."""

    password = forms.CharField(
        label=_("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validators_help_text_html,
    )
    again = forms.CharField(
        label=_("Once more"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean(self) -> dict[str, Any]:
        """Both are the same."""
        data = super().clean() or {}
        if data.get("password") and data.get("again") and data["password"] != data["again"]:
            self.add_error("again", _("The two do not match"))
        return data
