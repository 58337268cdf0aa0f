"""Forms of insight. They check the input; services of other packages write."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tongzhou.cadence.models import Rhythm
from tongzhou.core import clock
from tongzhou.projects.models import Project

# Where Chinese companies have their plants and offices; any other zone can be chosen below them.
USUAL_ZONES = (
    "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Singapore", "Asia/Tokyo", "Asia/Ho_Chi_Minh", "Asia/Bangkok", "Asia/Dubai",
    "Europe/Berlin", "Europe/London", "America/New_York", "America/Chicago", "America/Los_Angeles", "America/Mexico_City",
)  # fmt: skip


class ZoneForm(forms.Form):
    """The project's time zone. cadence.services.set_zone writes."""

    zone = forms.ChoiceField(label=_("Time zone of the project"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31)

    def __init__(self, *args: Any, rhythm: Rhythm, **kwargs: Any) -> None:
        # Nobody has chosen yet: there is no row, and no version to compare with.
        version = rhythm.version if rhythm.pk else None
        kwargs["initial"] = {"zone": rhythm.zone, "version": version}
        super().__init__(*args, **kwargs)
        others = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
        company = _("The company's: %(zone)s") % {"zone": clock.company_zone()}
        self.fields["zone"].choices = [  # type: ignore[attr-defined]
            ("", company),
            (_("Often used"), [(name, name) for name in USUAL_ZONES]),
            (_("All"), [(name, name) for name in others if name not in USUAL_ZONES]),
        ]


class FeedForm(forms.Form):
    """A new calendar address. cadence.services.create_feed writes."""

    label = forms.CharField(label=_("Where you use it"), max_length=80)
    project = forms.ModelChoiceField(
        label=_("What it shows"), queryset=Project.objects.none(), required=False, empty_label=_("Everything of mine")
    )
    is_busy_only = forms.BooleanField(
        label=_("Only show when I am busy"),
        required=False,
        help_text=_("Meetings without title, place or project: for a calendar that others see."),
    )

    def __init__(self, *args: Any, projects: QuerySet[Project], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = projects  # type: ignore[attr-defined]
