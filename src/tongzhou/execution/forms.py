"""What is typed into updates and reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from tongzhou.core.errors import InvalidInput

from .models import WeeklyReport
from .models.views import LONGEST_NAME
from .queries.drafts import DraftLine
from .services.daily import MOST_LINES
from .services.weekly import FIELDS
from .states import LineSection

LARGEST = 2**31


class UpdateSheet:
    """The form of a daily update: lines of each part, risk and reason of work in danger, percents, a note."""

    def __init__(self, data: QueryDict) -> None:
        self.data = data
        self.parts: dict[str, list[DraftLine]] = {}
        for section in LineSection.values:
            texts, tasks = data.getlist(f"{section}-text"), data.getlist(f"{section}-task")
            tasks += [""] * (len(texts) - len(tasks))
            rows = [DraftLine(_plain(text), _key(task)) for text, task in zip(texts, tasks, strict=False)]
            self.parts[section] = [row for row in rows if row.text.strip()][: MOST_LINES + 1]
        self.note = _plain(data.get("note", ""))
        self.delays: dict[int, tuple[str, str]] = {}
        self.percents: dict[int, int] = {}
        for name in data:
            what, _dash, key = name.partition("-")
            pk = _key(key)
            if pk is None:
                continue
            if what == "reason":
                self.delays[pk] = (_plain(data.get(f"risk-{pk}", "")), _plain(data.get(name, "")))
            elif what == "percent":
                self.percents[pk] = _percent(data.get(name, ""))
        self.version = _key(data.get("version", ""))


def _plain(text: str) -> str:
    return text.replace("\x00", "")


def _key(text: str) -> int | None:
    return (
        int(text) if text.isascii() and text.isdecimal() and 0 < int(text[:12]) < LARGEST and len(text) < 12 else None
    )


def _percent(text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) < 4:
        return int(text)
    raise InvalidInput({"percent": _("Give 0 to 99 percent; what is finished is reported done, with evidence")})


class ReportForm(forms.ModelForm):  # type: ignore[type-arg]
    """The weekly report. services.save_report writes."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=LARGEST)

    class Meta:
        model = WeeklyReport
        fields = list(FIELDS)
        widgets = {
            name: forms.Textarea(attrs={"rows": rows})
            for name, rows in (
                ("done", 5), ("not_done", 4), ("next_week", 5), ("issues", 4), ("support_needed", 3), ("milestones", 2),
            )
        }  # fmt: skip

    @property
    def values(self) -> Mapping[str, Any]:
        """What the service takes."""
        return {name: self.cleaned_data.get(name) for name in FIELDS}

    def _post_clean(self) -> None:
        """The row is written by a service, so the form leaves it as it is."""


class BoardViewForm(forms.Form):
    """A name for the way the board is looked at now."""

    name = forms.CharField(max_length=LONGEST_NAME)
    query = forms.CharField(max_length=4000, required=False)
    shared = forms.BooleanField(required=False)
