"""How Django's forms are drawn: our field template everywhere, with label, help, errors and aria wired once.

Settings: `FORM_RENDERER = "tongzhou.core.form_rendering.TongzhouRenderer"` and `django.forms` among the apps.
"""

from __future__ import annotations

from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select, Widget
from django.forms.renderers import TemplatesSetting


class TongzhouRenderer(TemplatesSetting):
    """Draws whole forms, formsets and single fields with the templates in `components/`."""

    form_template_name = "components/form.html"
    formset_template_name = "components/formset.html"
    field_template_name = "components/field.html"


def is_single_checkbox(widget: Widget) -> bool:
    """A lone checkbox stands before its label."""
    return isinstance(widget, CheckboxInput)


def is_choice_group(widget: Widget) -> bool:
    """Radios and checkboxes that belong together need a fieldset with a legend."""
    return isinstance(widget, RadioSelect | CheckboxSelectMultiple)


def dress(field: BoundField) -> BoundField:
    """Gives the field's widget the class of our look; the form's copy of the field is its own, so this stays local."""
    widget = field.field.widget
    if is_single_checkbox(widget) or is_choice_group(widget):
        wanted = ["form-check-input"]
    elif isinstance(widget, Select):
        wanted = ["form-select"]
    else:
        wanted = ["form-control"]
    if field.errors:
        wanted.append("is-invalid")
    given = str(widget.attrs.get("class", "")).split()
    widget.attrs["class"] = " ".join(dict.fromkeys([*given, *wanted]))
    return field
