"""跨部门协作需求登记表 as a form of a page: one document with three tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.people.models import Department
from tongzhou.projects.models import Tailoring

from ..models import CollabRequest, CollabType, Urgency
from ..queries.collabs import Named, askable_departments, people_meant
from ..services.collab_input import LONGEST, MOST_ROWS
from ..services.collab_writing import Written
from ..services.places import CELLS, KEYS, CollabDraft, base_of, digest, rows_of
from .fields import DayField, DepartmentField, KeyField, NumberField, PersonField, WordsField

if TYPE_CHECKING:
    Rows = forms.BaseFormSet["RowForm"]
else:
    Rows = forms.BaseFormSet

LONGEST_BASE = 200_000
# The page's names of fields whose value is a key.
PERSON_FIELDS = {"lead": "lead_id", "sponsor": "sponsor_id"}


class StartForm(forms.Form):
    """Which scenario, what it is called, for which department."""

    name = forms.CharField(label=gettext_lazy("Project name"), max_length=120)
    scenario = forms.ChoiceField(label=gettext_lazy("Scenario"), widget=forms.RadioSelect)
    initiator = forms.ChoiceField(label=gettext_lazy("Initiating department"))

    def __init__(self, *args: Any, scenarios: list[Any], departments: list[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scenario"].choices = [(str(row.pk), row.name) for row in scenarios]  # type: ignore[attr-defined]
        self.fields["initiator"].choices = [(str(row.pk), row.name) for row in departments]  # type: ignore[attr-defined]


# What has to be there before the request is sent; a draft may lack it, so the browser does not insist.
STARRED = (
    "request_date", "urgency", "starts_on", "ends_on", "background", "deliverables", "dept_head_opinion",
)  # fmt: skip


class CollabForm(forms.Form):
    """Everything of the form that stands once."""

    use_required_attribute = False

    name = forms.CharField(label=gettext_lazy("Project name"), max_length=LONGEST["name"])
    contact = forms.CharField(label=gettext_lazy("Contact details"), max_length=LONGEST["contact"], required=False)
    request_date = DayField(label=gettext_lazy("Date of request"))
    type = forms.ChoiceField(
        label=gettext_lazy("Type of collaboration"), choices=[("", "—"), *CollabType.choices], required=False
    )
    urgency = forms.ChoiceField(label=gettext_lazy("Urgency"), choices=Urgency.choices)
    starts_on = DayField(label=gettext_lazy("Start"))
    ends_on = DayField(label=gettext_lazy("End"))
    lead = PersonField(label=gettext_lazy("Project lead"))
    sponsor = PersonField(label=gettext_lazy("Sponsor"), required=False, executives=True)
    is_confidential = forms.BooleanField(
        label=gettext_lazy("Confidential: only named people see the project"), required=False
    )
    tailoring = forms.ChoiceField(label=gettext_lazy("Process"), choices=Tailoring.choices)
    background = WordsField(LONGEST["background"], 6, label=gettext_lazy("Project background"))
    deliverables = WordsField(LONGEST["deliverables"], 4, label=gettext_lazy("Expected results"))
    acceptance_criteria = WordsField(LONGEST["acceptance_criteria"], 3, label=gettext_lazy("Delivery standard"))
    budget_estimate = NumberField(label=gettext_lazy("Budget estimate (yuan)"), places=2)
    risks = WordsField(LONGEST["risks"], 3, label=gettext_lazy("Known risks"))
    dept_head_opinion = WordsField(
        LONGEST["dept_head_opinion"], 3, label=gettext_lazy("Opinion of the initiating department's head")
    )
    executive_opinion = WordsField(LONGEST["executive_opinion"], 2, label=gettext_lazy("Opinion of the executive"))

    def __init__(self, *args: Any, directory: list[Named], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in PERSON_FIELDS:
            self.fields[name].directory = directory  # type: ignore[attr-defined]
        for name in STARRED:
            self.fields[name].star = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The end lies after the start."""
        data = super().clean() or {}
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("The end lies before the start"))
        return data


class RowForm(forms.Form):
    """A row of one of the tables; the page adds, moves and removes rows."""

    table = ""
    starred: tuple[str, ...] = ()

    def __init__(self, *args: Any, directory: list[Named], departments: list[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, PersonField):
                field.directory = directory
            if isinstance(field, DepartmentField):
                field.offer(departments)
        for name in self.starred:
            self.fields[name].star = True  # type: ignore[attr-defined]

    @property
    def is_blank(self) -> bool:
        """True when nobody has written anything into the row."""
        return not any(self[cell].data for cell in self._written_cells())

    def _written_cells(self) -> list[str]:
        return [name for name in self.fields if name not in {"id", "ORDER", "DELETE"}]


class ObjectiveForm(RowForm):
    """核心目标."""

    table = "objectives"
    starred = ("text", "due")
    id = KeyField()
    text = WordsField(2000, 2, label=gettext_lazy("Objective"))
    metric = forms.CharField(label=gettext_lazy("Metric"), max_length=120, required=False)
    baseline = NumberField(label=gettext_lazy("Baseline"))
    target = NumberField(label=gettext_lazy("Target"))
    unit = forms.CharField(label=gettext_lazy("Unit"), max_length=20, required=False)
    due = DayField(label=gettext_lazy("Due"))
    source = forms.CharField(label=gettext_lazy("Data source"), max_length=200, required=False)
    company_goal = forms.CharField(label=gettext_lazy("Company goal it serves"), max_length=300, required=False)
    evidence = WordsField(2000, 2, label=gettext_lazy("Why it can be reached"))


class AskForm(RowForm):
    """涉及部门: what is asked of one department."""

    table = "asks"
    starred = ("department_id", "request_item", "due")
    department_id = DepartmentField(label=gettext_lazy("Department"))
    request_item = WordsField(LONGEST["request_item"], 2, label=gettext_lazy("What is asked"))
    due = DayField(label=gettext_lazy("Wanted by"))
    contact_person_id = PersonField(label=gettext_lazy("Contact person"), required=False)


class MilestoneForm(RowForm):
    """关键时间节点."""

    table = "milestones"
    starred = ("name", "date")
    id = KeyField()
    name = forms.CharField(label=gettext_lazy("Milestone"), max_length=200, required=False)
    date = DayField(label=gettext_lazy("Date"))
    department_id = DepartmentField(label=gettext_lazy("Responsible department"))


class RowSet(Rows):
    """The rows of one table; order and removal are kept in hidden inputs by the page's rows island."""

    ordering_widget = forms.HiddenInput
    deletion_widget = forms.HiddenInput


TABLES = {"objectives": ObjectiveForm, "asks": AskForm, "milestones": MilestoneForm}


class CollabPaper:
    """The whole form of a page: the fields, the three tables, and what the writer had read (``base``)."""

    def __init__(self, collab: CollabRequest, data: QueryDict | None = None) -> None:
        self.collab = collab
        self.data = data
        self.table_errors: dict[str, list[str]] = {}
        self._sent: dict[str, list[str]] = {}
        rows = rows_of(collab)
        self.directory = people_meant(self._person_keys(rows), self._person_texts())
        departments = askable_departments()
        self.own_department = next((row for row in departments if row.pk == collab.project.initiator_id), None)
        others = [row for row in departments if row.pk != collab.project.initiator_id]
        given: Any = data if data is not None else None
        self.form = CollabForm(given, initial=self._initial(), directory=self.directory, auto_id="%s")
        self.tables: dict[str, Any] = {}
        for table, row_form in TABLES.items():
            formset = forms.formset_factory(
                row_form,
                formset=RowSet,
                extra=0,
                can_delete=True,
                can_order=True,
                max_num=MOST_ROWS[table],
                validate_max=True,
            )
            initial = [
                {KEYS[table]: key, **{cell: getattr(row, cell) for cell in CELLS[table]}}
                for key, row in rows[table].items()
            ]
            allowed = departments if table == "milestones" else others
            self.tables[table] = formset(
                given,
                initial=initial,
                prefix=table,
                form_kwargs={"directory": self.directory, "departments": allowed},
                auto_id="id_%s",
            )
        self.base = self.pack(base_of(collab)) if data is None else self._sent_base()
        self.version = collab.version if data is None else str(data.get("version", ""))[:12]

    def _person_keys(self, rows: Mapping[str, Any]) -> set[int]:
        """Who is named in what is kept."""
        project = self.collab.project
        found = {project.lead_id, project.sponsor_id, *(row.contact_person_id for row in rows["asks"].values())}
        return {key for key in found if key is not None}

    def _person_texts(self) -> set[str]:
        """Who is named in what was sent."""
        sent: Mapping[str, Any] = self.data or {}
        wanted = {name for name in sent if name in PERSON_FIELDS or name.endswith("-contact_person_id")}
        return {str(sent.get(name, "")).strip()[:200] for name in wanted} - {""}

    @property
    def objectives(self) -> Any:
        """核心目标."""
        return self.tables["objectives"]

    @property
    def asks(self) -> Any:
        """涉及部门."""
        return self.tables["asks"]

    @property
    def milestones(self) -> Any:
        """关键时间节点."""
        return self.tables["milestones"]

    def is_valid(self) -> bool:
        """True when everything that is written can be read; rows marked as removed are not looked at."""
        found = [self.form.is_valid(), *(formset.is_valid() for formset in self.tables.values())]
        return all(found) and not self._unkeyed()

    def errors(self) -> dict[str, list[str]]:
        """Control name → what is wrong with it."""
        found: dict[str, list[str]] = {name: [str(t) for t in texts] for name, texts in self.form.errors.items()}
        for table, formset in self.tables.items():
            if formset.non_form_errors():
                found[f"{table}-TOTAL_FORMS"] = [str(text) for text in formset.non_form_errors()]
            for form in self._present(formset):
                found |= {f"{form.prefix}-{name}": [str(t) for t in texts] for name, texts in form.errors.items()}
        return found

    def draft(self, *, partial: bool = False) -> CollabDraft:
        """What the service writes. ``partial``: leaves out what cannot be read (an autosave saves the rest)."""
        self.is_valid()
        fields = {PERSON_FIELDS.get(name, name): value for name, value in self.form.cleaned_data.items()}
        if partial:
            fields = {name: value for name, value in fields.items() if value or name not in {"name", "request_date"}}
        if "starts_on" in fields and "ends_on" not in fields and partial:
            fields.pop("starts_on")
        tables: dict[str, Any] = {}
        unsure = set()
        for table, formset in self.tables.items():
            if not formset.management_form.is_valid():
                continue
            rows, complete = self._rows(table, formset, partial)
            tables[table] = rows
            if not complete:
                unsure.add(table)
        return CollabDraft(
            fields,
            **tables,
            base=self._base(),
            version=int(self.version) if str(self.version).isdecimal() else None,
            unsure=frozenset(unsure),
        )

    def row_prefixes(self, table: str) -> list[str]:
        """The prefix of each row in the order in which ``draft`` sends them."""
        return self._sent.get(table, [])

    def add_service_errors(self, fields: Mapping[str, list[Any]]) -> None:
        """Puts a refusal at its place: ``asks.0.due`` at the first row that was sent."""
        names = {value: key for key, value in PERSON_FIELDS.items()}
        for place, texts in fields.items():
            table, _dot, rest = place.partition(".")
            target: Any = self.form
            name: str | None = names.get(place, place)
            if table in self.tables:
                number, _dot, cell = rest.partition(".")
                row = self._row_at(table, number) if rest else None
                if row is None:
                    self.table_errors.setdefault(table, []).extend(str(text) for text in texts)
                    continue
                target, name = row, cell
            for text in texts:
                target.add_error(name if name in target.fields else None, str(text))

    def control_of(self, place: str) -> str:
        """The name of the control that shows a place, for saying where two writers clash."""
        table, _dot, rest = place.partition(".")
        if table not in self.tables:
            return {value: key for key, value in PERSON_FIELDS.items()}.get(place, place)
        key, _dot, cell = rest.partition(".")
        for form in self.tables[table].forms:
            if str(form[KEYS[table]].value() or "") == key:
                return f"{form.prefix}-{cell}"
        return place

    def label_of(self, place: str) -> str:
        """What a place is called on the page."""
        table, _dot, rest = place.partition(".")
        if table not in self.tables:
            name = self.control_of(place)
            return str(self.form.fields[name].label) if name in self.form.fields else place
        cell = rest.partition(".")[2]
        control = self.control_of(place)
        number = control.split("-")[1] if control.count("-") >= 2 else ""
        row = _("row %(row)s") % {"row": int(number) + 1} if number.isdecimal() else ""
        label = str(TABLES[table].base_fields[cell].label) if cell in TABLES[table].base_fields else cell
        return " · ".join(part for part in (str(TABLE_LABELS[table]), row, label) if part)

    def typed(self, place: str, text: str) -> str:
        """A place's text as its control holds it: people by name, other choices by key."""
        if text and place.rpartition(".")[2] in {"lead_id", "sponsor_id", "contact_person_id"}:
            return next((person.label for person in self.directory if str(person.pk) == text), text)
        return text

    def shown(self, place: str, text: str) -> str:
        """A place's text as people read it: whatever was chosen, by its name."""
        control = self.control_of(place)
        prefix, _dash, name = control.rpartition("-")
        form = self.form
        if prefix:
            form = next((row for row in self.tables[prefix.split("-")[0]].forms if row.prefix == prefix), self.form)
        choices = getattr(form.fields.get(name), "choices", None)
        if choices is not None:
            return str(dict(choices).get(text, text))
        if place == "is_confidential":
            return _("yes") if text else _("no")
        return self.typed(place, text)

    def read_base(self) -> dict[str, str]:
        """What the writer had read when writing this."""
        return self._base() or {}

    @staticmethod
    def pack(base: Mapping[str, str]) -> str:
        """What a writer has read, for the hidden input."""
        return json.dumps(base, separators=(",", ":"))

    def base_after(self, written: Written, now: Mapping[str, str]) -> dict[str, str]:
        """What this writer has read once the answer has arrived.

        Rows of others that the page does not show are left out (else they would count as removed by this writer), and
        what others changed counts as read only when it comes back unchanged: somebody may be typing there right now.
        """
        before = self.read_base()
        unsure = {table for table, formset in self.tables.items() if len(self._sent.get(table, [])) < len(formset)}
        known: dict[str, str] = {}
        for place, text in now.items():
            table, _dot, rest = place.partition(".")
            key = rest.partition(".")[0]
            if table in TABLES and int(key) not in written.keys.get(table, []):
                if table in unsure and place in before:
                    known[place] = before[place]
                continue
            known[place] = before.get(place, "") if place in written.fresh else digest(text)
        gone = {place: text for place, text in before.items() if place.partition(".")[0] in TABLES and place not in now}
        return gone | known

    # -- inside

    def _initial(self) -> dict[str, Any]:
        collab, project = self.collab, self.collab.project
        return {
            "name": project.name,
            "starts_on": project.starts_on,
            "ends_on": project.ends_on,
            "lead": project.lead_id,
            "sponsor": project.sponsor_id,
            "is_confidential": project.is_confidential,
            "tailoring": project.tailoring,
            **{
                name: getattr(collab, name)
                for name in (
                    "contact", "request_date", "type", "urgency", "background", "deliverables", "acceptance_criteria",
                    "budget_estimate", "risks", "dept_head_opinion", "executive_opinion",
                )
            },
        }  # fmt: skip

    def _sent_base(self) -> str:
        return str(self.data.get("base", ""))[:LONGEST_BASE] if self.data is not None else ""

    def _base(self) -> dict[str, str] | None:
        """What the writer had read; a page that sends nothing usable is judged by its version alone."""
        try:
            given = json.loads(self.base)
        except ValueError:
            return None
        if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
            return None
        return given

    def _present(self, formset: Any) -> list[Any]:
        """The rows in the order of the page, without removed and empty ones."""
        rows = [form for form in formset.forms if not formset._should_delete_form(form)]
        rows = [form for form in rows if form[KEYS[form.table]].data or not form.is_blank]
        return sorted(rows, key=_order)

    def _unkeyed(self) -> bool:
        """Rows of departments without a department; says so at the row."""
        found = False
        for form in self._present(self.asks):
            if form.cleaned_data.get("department_id") is None and not form.errors.get("department_id"):
                form.add_error("department_id", _("Choose the department"))
                found = True
        return found

    def _rows(self, table: str, formset: Any, partial: bool) -> tuple[list[dict[str, Any]], bool]:
        rows, complete = [], True
        prefixes: list[str] = []
        for form in self._present(formset):
            cells = {cell: form.cleaned_data[cell] for cell in CELLS[table] if cell in form.cleaned_data}
            key = form.cleaned_data.get(KEYS[table])
            lacks_name = {"objectives": "text", "asks": "", "milestones": "name"}[table]
            if partial and table == "asks" and key is None:
                complete = False
                if "department_id" not in form.errors:
                    form.add_error("department_id", _("Choose the department"))
                continue
            if partial and lacks_name and not cells.get(lacks_name):
                complete = False
                if lacks_name not in form.errors:
                    form.add_error(lacks_name, _("Please fill this in"))
                if key is None:
                    continue
                cells.pop(lacks_name, None)
            rows.append({KEYS[table]: key, **cells})
            prefixes.append(form.prefix)
        self._sent[table] = prefixes
        return rows, complete

    def _row_at(self, table: str, number: str) -> Any:
        prefixes = self._sent.get(table, [])
        if number.isdecimal() and int(number) < len(prefixes):
            wanted = prefixes[int(number)]
            return next((form for form in self.tables[table].forms if form.prefix == wanted), None)
        forms_here = self.tables[table].forms
        return forms_here[int(number)] if number.isdecimal() and int(number) < len(forms_here) else None


TABLE_LABELS = {
    "objectives": gettext_lazy("Core objectives"),
    "asks": gettext_lazy("Departments involved"),
    "milestones": gettext_lazy("Key milestones"),
}


def _order(form: Any) -> tuple[int, int]:
    given = str(form["ORDER"].data or "")
    number = int(form.prefix.rpartition("-")[2])
    return (int(given) if given.isdecimal() and len(given) < 6 else 100_000, number)
