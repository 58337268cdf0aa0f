"""Forms about calendars: they check what is typed and stop there; services decide and write."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .hours import DAYS, read_hours, write_hours
from .models import DayKind, WorkCalendar
from .models.calendars import standard_week

WEEKDAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
REGION_WORDS = (("CN", _("Mainland China")), ("HK", _("Hong Kong")), ("SG", _("Singapore")), ("", _("none")))


class HoursField(forms.CharField):
    """The working hours of a day; its cleaned value are intervals in minutes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=200, required=False, **options)

    def clean(self, value: Any) -> Any:
        """The intervals, or what is wrong with them in words."""
        try:
            return read_hours(super().clean(value) or "")
        except ValueError as refusal:
            raise ValidationError(str(refusal)) from refusal


class CalendarForm(forms.Form):
    """A calendar: name, public holidays, hours of each weekday."""

    name = forms.CharField(label=_("Name"), max_length=80)
    public_holidays = forms.ChoiceField(
        label=_("Public holidays of"),
        choices=REGION_WORDS,
        required=False,
        help_text=_("Holidays and make-up workdays are known as soon as they are published and the program is updated"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, name in zip(DAYS, WEEKDAYS, strict=True):
            self.fields[f"day_{day}"] = HoursField(
                label=name, widget=forms.TextInput(attrs={"placeholder": _("day off"), "autocomplete": "off"})
            )

    @property
    def week_fields(self) -> list[forms.BoundField]:
        """The seven weekdays."""
        return [self[f"day_{day}"] for day in DAYS]

    @property
    def week(self) -> dict[str, list[list[int]]]:
        """The hours that were typed, by weekday."""
        return {day: self.cleaned_data[f"day_{day}"] for day in DAYS}


def calendar_values(calendar: WorkCalendar | None) -> dict[str, Any]:
    """What the form of a calendar shows."""
    week = calendar.week if calendar else standard_week()
    return {
        "name": calendar.name if calendar else "",
        "public_holidays": calendar.public_holidays if calendar else "CN",
        **{f"day_{day}": write_hours(week.get(day, [])) for day in DAYS},
    }


class DayForm(forms.Form):
    """What one day is."""

    date = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), label=_("Date"))
    kind = forms.ChoiceField(label=_("What it is"), choices=DayKind.choices, widget=forms.RadioSelect())
    name = forms.CharField(
        label=_("Name"), max_length=80, required=False, help_text=_("Such as the company's anniversary")
    )


class DaysForm(forms.Form):
    """A table of days to look through."""

    file = forms.FileField(
        label=_("Table of days (.xlsx or .csv)"), widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"})
    )
