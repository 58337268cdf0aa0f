"""What people write in a memorandum: prose, dates, rows, the order of signing. services.save_memorandum writes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from tongzhou.core.errors import InvalidInput
from tongzhou.documents.read_back import parse_date
from tongzhou.documents.standard_forms import Table

from ..documents import MEMORANDUM
from ..models import BreachClause, Memorandum
from ..queries.memoranda import DATES, PROSE, TABLES, SigningPlace

HELP = {
    "scope": _("What this collaboration covers: period, products, channels, regions."),
    "out_of_scope": _("What it does not cover, so that nobody expects it."),
    "change_rule": _("How goals, deadlines or resources are changed once this is signed."),
    "escalation_path": _("Who settles a dispute, within which time, step by step."),
    "effective_when": _("From when on it binds the parties."),
}
ROWS = {"change_rule": 3, "confidentiality_clause": 3, "force_majeure": 3, "escalation_path": 3, "effective_when": 2}
ONE_LINE = {"dept", "quantity", "kind", "owner", "arbiter", "period", "frequency"}
LARGEST_PDF = 20 << 20


class TermsForm(forms.Form):
    """The prose and dates of the text, and who signs in which stage. Checks the input only as far as one field goes."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, data: Any = None, *, memorandum: Memorandum, places: list[SigningPlace]) -> None:
        initial = {"version": memorandum.version, **{key: memorandum.terms.get(key, "") for key in (*PROSE, *DATES)}}
        for place in places:
            initial["stage-sponsor" if place.department is None else f"stage-{place.department.pk}"] = place.stage
        initial["sponsor_signs"] = any(place.person for place in places)
        super().__init__(data, initial=initial)
        for key in PROSE:
            part = MEMORANDUM.part(key)
            self.fields[key] = forms.CharField(
                label=part.label,
                help_text=HELP.get(key, ""),
                required=False,
                max_length=20_000,
                widget=forms.Textarea(attrs={"rows": ROWS.get(key, 3)}),
            )
        for key in DATES:
            part = MEMORANDUM.part(key)
            self.fields[key] = forms.CharField(
                label=part.label, required=False, max_length=40, widget=forms.DateInput(attrs={"type": "date"})
            )
        for place in places:
            if place.department is not None:
                self.fields[f"stage-{place.department.pk}"] = forms.IntegerField(
                    label=place.department.name,
                    min_value=1,
                    max_value=20,
                    widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "number stage-number"}),
                )
        self.departments = [place.department for place in places if place.department is not None]
        sponsor = memorandum.project.sponsor
        if sponsor is not None:
            self.fields["sponsor_signs"] = forms.BooleanField(
                label=_("The sponsor signs last"), required=False, help_text=str(sponsor)
            )

    def stage_fields(self) -> list[forms.BoundField]:
        """The stage of each department."""
        return [self[f"stage-{department.pk}"] for department in self.departments]

    def _day(self, key: str) -> str:
        text = str(self.cleaned_data.get(key) or "").strip()
        if not text:
            return ""
        day = parse_date(text)
        if day is None or not 2000 <= day.year <= 2100:
            raise ValidationError(_("This is no date. Please write it like 2026-06-18."))
        return day.isoformat()

    def clean_valid_from(self) -> str:
        """A day as ISO text, or nothing."""
        return self._day("valid_from")

    def clean_valid_to(self) -> str:
        """A day as ISO text, or nothing."""
        return self._day("valid_to")

    def terms(self) -> dict[str, Any]:
        """The prose and dates."""
        return {key: self.cleaned_data[key] for key in (*PROSE, *DATES)}

    def stages(self) -> list[dict[str, Any]]:
        """Who signs in which stage."""
        rows: list[dict[str, Any]] = [
            {"stage": self.cleaned_data[f"stage-{department.pk}"], "department": department.pk}
            for department in self.departments
        ]
        if self.cleaned_data.get("sponsor_signs"):
            rows.append({"stage": max((row["stage"] for row in rows), default=1) + 1, "sponsor": True})
        return rows


def _row_form(key: str, table: Table) -> type[forms.Form]:
    fields: dict[str, forms.Field] = {}
    for column in table.columns:
        widget = forms.TextInput() if column.key in ONE_LINE else forms.Textarea(attrs={"rows": 2})
        fields[column.key] = forms.CharField(label=column.label, required=False, max_length=2000, widget=widget)
    if "key" in TABLES[key]:
        fields["key"] = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput())
    return type(f"{key.title().replace('_', '')}Row", (forms.Form,), fields)


def _factory(key: str) -> type[BaseFormSet[forms.Form]]:
    table = MEMORANDUM.part(key)
    assert isinstance(table, Table)
    return formset_factory(
        _row_form(key, table), can_order=True, can_delete=True, extra=0, max_num=60, absolute_max=80, validate_max=True
    )


FORMSETS = {key: _factory(key) for key in TABLES}


class MemorandumForms:
    """The whole form: prose, three tables, order of signing."""

    def __init__(self, memorandum: Memorandum, places: list[SigningPlace], data: Any = None) -> None:
        self.terms_form = TermsForm(data, memorandum=memorandum, places=places)
        self.tables = {
            key: factory(data, prefix=key, initial=None if data is not None else memorandum.terms.get(key, []))
            for key, factory in FORMSETS.items()
        }

    @property
    def all(self) -> list[Any]:
        """Every form, for the list of errors."""
        return [self.terms_form, *self.tables.values()]

    def is_valid(self) -> bool:
        """True when every part can be read."""
        valid = [part.is_valid() for part in self.all]
        return all(valid)

    def terms(self) -> dict[str, Any]:
        """All terms as the service takes them."""
        found = self.terms_form.terms()
        for key, formset in self.tables.items():
            rows = [form.cleaned_data for form in formset.ordered_forms if form.cleaned_data]
            found[key] = [{column: row.get(column, "") for column in TABLES[key]} for row in rows]
        return found

    @property
    def version(self) -> int:
        """The version the writer saw."""
        return int(self.terms_form.cleaned_data["version"])

    def add_errors(self, refusal: InvalidInput) -> None:
        """Puts a service's refusal where the text stands."""
        for name, messages in refusal.fields.items():
            key, _dash, rest = name.partition("-")
            number, _dash, column = rest.partition("-")
            for message in messages:
                form: Any = self.terms_form
                field: str | None = name if name in form.fields else None
                if key in self.tables and number.isdecimal():
                    rows = self.tables[key].ordered_forms
                    if int(number) < len(rows) and column in rows[int(number)].fields:
                        form, field = rows[int(number)], column
                form.add_error(field, str(message))

    def errors(self) -> dict[str, list[str]]:
        """Every error under the name its control has in the page."""
        found = {name: [str(text) for text in texts] for name, texts in self.terms_form.errors.items()}
        for formset in self.tables.values():
            for form in formset.forms:
                for name, texts in form.errors.items():
                    found[form.add_prefix(name)] = [str(text) for text in texts]
        return found


class ReasonForm(forms.Form):
    """Why a version is taken back."""

    reason = forms.CharField(
        label=_("Why is a new version needed?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody who has signed is told this."),
    )


class ClauseForm(forms.ModelForm):  # type: ignore[type-arg]
    """A clause of the library."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = BreachClause
        fields = ["name", "condition", "evidence", "consequence", "arbiter"]
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("condition", "evidence", "consequence")}


class UploadForm(forms.Form):
    """A PDF that somebody wants to have verified."""

    file = forms.FileField(label=_("PDF file"), widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}))

    def clean_file(self) -> Any:
        """At most 20 MB, and a PDF by its first bytes."""
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST_PDF:
            raise ValidationError(_("This file is too large (at most 20 MB)"))
        start = upload.read(5)
        upload.seek(0)
        if start != b"%PDF-":
            raise ValidationError(_("This is no PDF file"))
        return upload
