"""Standard form of resources: 资源需求表."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tongzhou.documents.standard_forms import Choice, Column, Field, Section, SignatureBlock, StandardForm, Table

from .resource_states import Approval, Category, NeedState, Priority

CATEGORIES = tuple(Choice(value, label) for value, label in Category.choices)
PRIORITIES = tuple(Choice(value, label) for value, label in Priority.choices)
APPROVALS = tuple(Choice(value or "none", label) for value, label in Approval.choices)
STATES = tuple(Choice(value, label) for value, label in NeedState.choices)

RESOURCE_REQUEST = StandardForm(
    key="resource_request",
    title=_("Resource Request"),
    doc_prefix="XZ-ZY",
    landscape=True,
    sections=(
        Section(
            _("Application"),
            (
                Field("dept", _("Applying department"), required=True),
                Field("requester", _("Project lead"), required=True),
                Field("approver", _("Approver")),
                Field("budget_total", _("Budget asked in all"), kind="money"),
            ),
        ),
        Section(
            _("What is needed"),
            (
                Table(
                    "needs",
                    _("Resource needs"),
                    (
                        Column("dept", _("Asked by"), required=True, weight=4),
                        Column("task", _("For the task"), required=True, weight=6),
                        Column(
                            "category",
                            _("Kind of resource"),
                            required=True,
                            kind="choice",
                            choices=CATEGORIES,
                            weight=4,
                        ),
                        Column("name_or_skill", _("Name or skill"), required=True, weight=5),
                        Column("quantity", _("Quantity"), required=True, weight=3),
                        Column("allocation", _("Share of time"), weight=3),
                        Column("period", _("Period of use"), weight=6),
                        Column("amount", _("Budget amount"), kind="money", weight=5),
                    ),
                    required=True,
                    min_rows=4,
                ),
            ),
        ),
        Section(
            _("Who provides it, and whether it fits"),
            (
                Table(
                    "provision",
                    _("Answers of the providing departments"),
                    (
                        Column("provider_dept", _("Providing department"), required=True, weight=4),
                        Column("purpose", _("Purpose"), required=True, weight=7),
                        Column("alternative", _("Alternative"), weight=5),
                        Column("account", _("Budget account"), weight=4),
                        Column("priority", _("Priority"), kind="choice", choices=PRIORITIES, weight=3),
                        Column("provider_reply", _("Answer of the providing department"), weight=7),
                        Column("conflict_check", _("Conflict check"), required=True, weight=6),
                        Column("finance_opinion", _("Finance opinion"), weight=6),
                    ),
                    required=True,
                    min_rows=4,
                ),
            ),
        ),
        Section(
            _("Approval"),
            (
                Table(
                    "approvals",
                    _("Approval by row"),
                    (
                        Column("name_or_skill", _("Name or skill"), weight=6),
                        Column(
                            "approval",
                            _("Result of approval"),
                            required=True,
                            kind="choice",
                            choices=APPROVALS,
                            weight=5,
                        ),
                        Column("approved_quantity", _("Approved quantity"), kind="number", weight=4),
                        Column("approved_amount", _("Approved amount"), kind="money", weight=5),
                        Column("approval_reason", _("Reason of a cut"), weight=8),
                        Column("actual_used", _("Actually used"), weight=4),
                    ),
                    required=True,
                    min_rows=4,
                ),
            ),
        ),
    ),
    signature_block=SignatureBlock(
        title=_("Decision of the sponsor"),
        statement=_("The sponsor has decided on exactly the rows above."),
        min_rows=1,
    ),
)
