"""Standard form 《沟通计划表》: one line for each channel of the project."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongzhou.documents.standard_forms import Column, Section, SignatureBlock, StandardForm, Table

COMMUNICATION_PLAN = StandardForm(
    key="communication_plan",
    title=_("Communication Plan"),
    doc_prefix="XZ-GT",
    landscape=True,
    sections=(
        Section(
            _("Communication mechanism"),
            (
                Table(
                    "lines",
                    _("Channels"),
                    (
                        Column("kind", _("Kind"), required=True, weight=3),
                        Column("purpose", _("Purpose"), weight=5),
                        Column("frequency", _("Frequency"), required=True, weight=3),
                        Column("time", _("Time"), required=True, weight=4),
                        Column("form", pgettext_lazy("of communication", "Form"), required=True, weight=3),
                        Column("place", _("Place or link"), weight=3),
                        Column("channel", _("Channel"), required=True, weight=3),
                        Column("owner", _("Owner"), required=True, weight=3),
                        Column("audience", _("Audience"), required=True, weight=4),
                        Column("input", _("Needed before"), weight=4),
                        Column("output", _("Comes out of it"), weight=4),
                        Column("non_workday_rule", _("On a non-working day"), required=True, weight=4),
                        Column("response_time", _("Response time"), weight=4),
                        Column("escalation", _("Escalation"), weight=4),
                    ),
                    required=True,
                    min_rows=5,
                ),
            ),
        ),
    ),
    signature_block=SignatureBlock(
        key="confirmed_by",
        title=_("Confirmed by the departments"),
        statement=_("The departments know these channels and use them."),
        min_rows=3,
    ),
)
