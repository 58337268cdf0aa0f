"""How Django's forms are drawn: our field template everywhere, with label, help, errors and aria wired once.

Settings: `FORM_RENDERER = "tongzhou.core.form_rendering.TongzhouRenderer"` and `django.forms` among the apps.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select, Widget
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .drawing import draw_icon


class TongzhouRenderer(TemplatesSetting):
    """Draws whole forms and formsets with the templates in `components/`, each field and plain control without one.

    A form with twenty lists of forty departments is a thousand options; a template for each is most of what the page costs.
    """

    form_template_name = "components/form.html"
    formset_template_name = "components/formset.html"
    field_template_name = "components/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> SafeString:
        """Draws one control, form or field."""
        if template_name == self.field_template_name:
            return draw_field(context["field"])
        draw = _CONTROLS.get(template_name)
        return draw(context["widget"]) if draw else super().render(template_name, context, request)  # type: ignore[return-value]


def _escaped(value: Any) -> str:
    """As Django's ``conditional_escape`` for what is no lazy text: a thousand options are escaped in a form."""
    return str(value.__html__()) if hasattr(value, "__html__") else escape(str(value))


def _attributes(given: dict[str, Any]) -> SafeString:
    shown = ((name, value) for name, value in given.items() if value is not False)
    return SafeString(
        "".join(
            f" {_escaped(name)}" if value is True else f' {_escaped(name)}="{_escaped(value)}"' for name, value in shown
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
            f'<option value="{_escaped(option["value"])}"{_attributes(option["attrs"])}>'
            f"{_escaped(option['label'])}</option>"
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


def draw_field(
    bound: BoundField, *, label: str | None = None, help: str = "", check_url: str = "", css: str = ""
) -> SafeString:
    """One field: label, control, help and what is wrong, wired once.

    ``label=""`` hides it from the eye only; with ``check_url`` the text is checked while it is typed.
    """
    if bound.is_hidden:
        return SafeString(str(bound))
    widget, field = dress(bound).field.widget, bound.field
    must = field.required or getattr(field, "star", False)
    star = SafeString('<span class="required-mark" aria-hidden="true">*</span>') if must else SafeString("")
    words = format_html("{}{}", label or bound.label, star)
    foot, frame = _foot(bound, help), f"form-field {css}" if css else "form-field"
    hidden = " visually-hidden" if label == "" else ""
    if is_single_checkbox(widget):
        return format_html(
            '<div class="{}"><div class="form-check">{}\n<label class="form-check-label" for="{}">{}</label></div>{}</div>\n',
            frame,
            bound,
            bound.id_for_label,
            words,
            foot,
        )
    if is_choice_group(widget):
        described = bound.aria_describedby
        return format_html(
            '<fieldset class="{}"{}><legend class="form-label{}">{}{}</legend>\n{}{}</fieldset>\n',
            frame,
            format_html(' aria-describedby="{}"', described) if described else "",
            hidden,
            words,
            format_html('<span class="visually-hidden"> ({})</span>', _("required")) if must else "",
            format_html_join(
                "",
                '<div class="form-check">{}\n<label class="form-check-label" for="{}">{}</label></div>\n',
                ((choice.tag(), choice.id_for_label, choice.choice_label) for choice in bound.subwidgets),
            ),
            foot,
        )
    return format_html(
        '<div class="{}"{}><label class="form-label{}" for="{}">{}</label>\n{}{}{}</div>\n',
        frame,
        format_html(' data-island="wording" data-check-url="{}"', check_url) if check_url else "",
        hidden,
        bound.id_for_label,
        words,
        bound,
        foot,
        SafeString('<div class="hints" data-hints aria-live="polite"></div>') if check_url else "",
    )


def _foot(bound: BoundField, help: str) -> SafeString:
    """Help and errors under a control, under the names its ``aria-describedby`` gives."""
    parts = SafeString("")
    if text := help or SafeString(bound.help_text):
        place = format_html(' id="{}_helptext"', bound.auto_id) if bound.auto_id else ""
        parts += format_html('<div class="field-help"{}>{}</div>', place, text)
    if errors := bound.errors:
        place = format_html(' id="{}_error"', bound.auto_id) if bound.auto_id else ""
        lines = format_html_join("", "<div>{}</div>", ((text,) for text in errors))
        icon = draw_icon("alert-circle", size="sm")
        parts += format_html('<div class="form-error"{}>{}<div>{}</div></div>', place, icon, lines)
    return parts
