"""Controls that are written without a template come out as Django's own templates write them."""

from __future__ import annotations

import re

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from tongzhou.core.form_rendering import TongzhouRenderer

HOSTILE = "\"><script>alert(1)</script>&'赢\U0001f680\u202e"
ATTRS = {"class": "form-control", "required": True, "disabled": False, "data-x": HOSTILE, "rows": 8, "a<b": "c"}
CHOICES = [
    ("", "–"),
    (1, "市场部"),
    (HOSTILE, HOSTILE),
    ("safe", mark_safe("<b>x</b>")),
    ("lazy", gettext_lazy("Draft")),
    (HOSTILE + "g", [(2, "二"), (3, HOSTILE)]),
]
CONTROLS = [
    *(
        (kind(attrs=ATTRS), value)
        for kind in (
            forms.TextInput,
            forms.NumberInput,
            forms.EmailInput,
            forms.URLInput,
            forms.HiddenInput,
            forms.DateInput,
            forms.DateTimeInput,
            forms.TimeInput,
            forms.Textarea,
        )
        for value in (None, "", "0", 0, 1234567, HOSTILE, "\n第一行", mark_safe("a&amp;b"))
    ),
    (forms.PasswordInput(attrs=ATTRS), "secret"),
    *((forms.Select(attrs=ATTRS, choices=CHOICES), value) for value in (None, "", 1, "1", "3", HOSTILE, "elsewhere")),
    (forms.SelectMultiple(attrs=ATTRS, choices=CHOICES), ["1", "2"]),
    (forms.NullBooleanSelect(), True),
]


def squeezed(html: str) -> str:
    """White space between tags says nothing; inside a text it does."""
    return re.sub(r">\s+<(?!/textarea)", "><", html).strip()


@pytest.mark.parametrize(("widget", "value"), CONTROLS)
def test_a_control_is_what_djangos_template_makes_of_it(widget: forms.Widget, value: object) -> None:
    ours = widget.render("名<称", value, renderer=TongzhouRenderer())
    theirs = widget.render("名<称", value, renderer=DjangoTemplates())
    assert squeezed(ours) == squeezed(theirs)
    assert "<script" not in ours
