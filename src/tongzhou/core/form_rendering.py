"""How Django's forms are drawn: our field template everywhere, with label, help, errors and aria wired once.

Settings: `FORM_RENDERER = "tongzhou.core.form_rendering.TongzhouRenderer"` and `django.forms` among the apps.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select, Widget
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString


class TongzhouRenderer(TemplatesSetting):
    """Draws whole forms, formsets and single fields with the templates in `components/`.

    Plain controls are written here as Django's own templates write them: a form with twenty lists of forty departments is
    a thousand options, and a template for each is most of what the page costs.
    """

    form_template_name = "components/form.html"
    formset_template_name = "components/formset.html"
    field_template_name = "components/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> SafeString:
        """Draws one control, form or field."""
        draw = _CONTROLS.get(template_name)
        return draw(context["widget"]) if draw else super().render(template_name, context, request)  # type: ignore[return-value]


def _attributes(given: dict[str, Any]) -> SafeString:
    shown = ((name, value) for name, value in given.items() if value is not False)
    return SafeString(
        "".join(
            f" {conditional_escape(name)}"
            if value is True
            else f' {conditional_escape(name)}="{conditional_escape(value)}"'
            for name, value in shown
        )
    )


def _input(widget: dict[str, Any]) -> SafeString:
    value = widget["value"]
    return format_html(
        '<input type="{}" name="{}"{}{}>',
        widget["type"],
        widget["name"],
        "" if value is None else format_html(' value="{}"', value),
        _attributes(widget["attrs"]),
    )


def _textarea(widget: dict[str, Any]) -> SafeString:
    return format_html(
        '<textarea name="{}"{}>\n{}</textarea>', widget["name"], _attributes(widget["attrs"]), widget["value"] or ""
    )


def _select(widget: dict[str, Any]) -> SafeString:
    parts: list[str] = [format_html('<select name="{}"{}>', widget["name"], _attributes(widget["attrs"]))]
    for group, options, _index in widget["optgroups"]:
        if group:
            parts.append(format_html('<optgroup label="{}">', group))
        parts += [
            f'<option value="{conditional_escape(option["value"])}"{_attributes(option["attrs"])}>'
            f"{conditional_escape(option['label'])}</option>"
            for option in options
        ]
        if group:
            parts.append("</optgroup>")
    parts.append("</select>")
    return SafeString("\n".join(parts))


_CONTROLS: dict[str, Callable[[dict[str, Any]], SafeString]] = {
    **{
        f"django/forms/widgets/{kind}.html": _input
        for kind in ("input", "text", "number", "email", "url", "password", "hidden", "date", "datetime", "time")
    },
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/select.html": _select,
}


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
