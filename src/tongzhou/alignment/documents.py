"""Standard forms of phase 1: 跨部门协作需求登记表 and 跨部门协作备忘录."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tongzhou.documents.standard_forms import Choice, Column, Field, Section, SignatureBlock, StandardForm, Table

COLLAB_TYPES = (
    Choice("launch", _("Product or service launch")),
    Choice("initiative", _("Cross-department initiative")),
    Choice("incident", _("Incident")),
    Choice("process", _("Process improvement")),
    Choice("resources", _("Resource coordination")),
)
URGENCIES = (
    Choice("critical", _("Extremely urgent")),
    Choice("urgent", _("Urgent")),
    Choice("normal", _("Normal urgency")),
)
REPLIES = (
    Choice("waiting", _("Awaiting reply")),
    Choice("accepted", _("Agrees to the request")),
    Choice("conditional", _("Agrees with conditions")),
    Choice("countered", _("Offers another date")),
    Choice("clarify", _("Asks for clarification")),
    Choice("declined", _("Does not agree")),
    Choice("withdrawn", _("No longer asked")),
)
APPROVAL_STATUSES = (
    Choice("draft", _("Draft form")),
    Choice("submitted", _("Submitted for approval")),
    Choice("accepted", _("Accepted by all departments")),
    Choice("approved", _("Approved")),
    Choice("rejected", _("Rejected")),
    Choice("withdrawn", _("Withdrawn")),
)

OBJECTIVE_COLUMNS = (
    Column("metric", _("Metric"), required=True, weight=5),
    Column("baseline", _("Baseline"), weight=3),
    Column("target", _("Target"), required=True, weight=3),
    Column("due", _("Deadline"), kind="date", required=True, weight=4),
    Column("source", _("Data source"), weight=4),
)

COLLAB_REQUEST = StandardForm(
    key="collab_request",
    title=_("Cross-Department Collaboration Request"),
    doc_prefix="XZ-DJ",
    sections=(
        Section(
            _("Request details"),
            (
                Field("requesting_dept", _("Requesting department"), required=True),
                Field("requester", _("Requester"), required=True),
                Field("contact", _("Contact details")),
                Field("request_date", _("Date of request"), kind="date", required=True),
                Field("type", _("Type of collaboration"), kind="checkbox", choices=COLLAB_TYPES),
                Field("urgency", _("Urgency"), kind="checkbox", choices=URGENCIES, required=True),
                Field("start", _("Planned start"), kind="date", required=True),
                Field("end", _("Planned end"), kind="date", required=True),
            ),
        ),
        Section(
            _("Background and objectives"),
            (
                Field(
                    "background",
                    _("Project background"),
                    kind="prose",
                    required=True,
                    help=_("Why now, for whom, and what happens if nothing is done."),
                ),
                Table("objectives", _("Core objectives"), OBJECTIVE_COLUMNS, required=True, min_rows=3),
                Field("deliverables", _("Expected results"), kind="prose", required=True),
                Field("acceptance_criteria", _("Delivery standard"), kind="prose"),
            ),
        ),
        Section(
            _("Departments and milestones"),
            (
                Table(
                    "departments",
                    _("Departments involved"),
                    (
                        Column("dept", _("Department"), required=True, weight=3),
                        Column("request_item", _("What is asked"), required=True, weight=6),
                        Column("due", _("Expected by"), kind="date", required=True, weight=4),
                        Column("contact_person", _("Contact person"), weight=3),
                        Column("reply", _("Department reply"), kind="choice", choices=REPLIES, weight=3),
                        Column("reply_note", _("Reply in words"), weight=4),
                        Column("replied_at", _("Replied on"), kind="datetime", weight=4),
                    ),
                    required=True,
                    min_rows=4,
                ),
                Table(
                    "milestones",
                    _("Key milestones"),
                    (
                        Column("name", _("Milestone"), required=True, weight=8),
                        Column("due", _("Milestone date"), kind="date", required=True, weight=4),
                        Column("dept", _("Responsible department"), weight=4),
                    ),
                    required=True,
                    min_rows=3,
                ),
            ),
        ),
        Section(
            _("Budget and risks"),
            (
                Field("budget_estimate", _("Budget estimate"), kind="money"),
                Field("status", _("Approval status"), kind="choice", choices=APPROVAL_STATUSES),
                Field("risks", _("Known risks"), kind="prose"),
            ),
        ),
        Section(
            _("Opinions"),
            (
                Field("dept_head_opinion", _("Opinion of the requesting head"), kind="opinion", required=True),
                Field("executive_opinion", _("Opinion of the executive"), kind="opinion"),
            ),
        ),
    ),
)

MEMORANDUM = StandardForm(
    key="memorandum",
    title=_("Cross-Department Collaboration Memorandum"),
    doc_prefix="XZ-BWL",
    style="articles",
    preamble=_(
        "To reach the objectives of this project together, the parties, having discussed them on an equal footing, "
        "agree on the following and undertake to keep to it."
    ),
    sections=(
        Section(
            _("Parties"),
            (
                Table(
                    "parties",
                    _("Parties to the collaboration"),
                    (
                        Column("dept", _("Department"), required=True, weight=4),
                        Column("head", _("Head of department"), required=True, weight=3),
                        Column("contact", _("Contact person"), weight=3),
                    ),
                    required=True,
                    min_rows=3,
                ),
            ),
        ),
        Section(
            _("Objectives of the collaboration"),
            (Table("goals", _("Agreed objectives"), OBJECTIVE_COLUMNS, required=True, min_rows=3),),
        ),
        Section(
            _("Scope and boundaries"),
            (
                Field("scope", _("In scope"), kind="prose"),
                Field("out_of_scope", _("Out of scope"), kind="prose"),
            ),
        ),
        Section(
            _("Duties"),
            (
                Table(
                    "duties",
                    _("Duties of the departments"),
                    (
                        Column("dept", _("Department"), required=True, weight=3),
                        Column("duty", _("Duty"), required=True, weight=6),
                        Column("deliverable", _("Deliverable"), weight=4),
                        Column("due", _("Time limit"), kind="date", weight=4),
                        Column("acceptance", _("Acceptance criterion"), weight=5),
                    ),
                    required=True,
                    min_rows=4,
                ),
            ),
        ),
        Section(
            _("Resources promised"),
            (
                Table(
                    "resource_commitments",
                    _("Resources promised by the departments"),
                    (
                        Column("dept", _("Providing department"), required=True, weight=3),
                        Column("resource", _("Resource"), required=True, weight=5),
                        Column("quantity", _("Quantity"), weight=3),
                        Column("period", _("Period of use"), weight=5),
                    ),
                    min_rows=2,
                ),
            ),
        ),
        Section(
            _("Communication mechanism"),
            (
                Table(
                    "communication_plan",
                    _("Agreed communication"),
                    (
                        Column("kind", _("Kind of communication"), required=True, weight=3),
                        Column("frequency", _("Frequency"), weight=3),
                        Column("time", _("Time and response limit"), weight=4),
                        Column("form", _("Form and channel"), weight=4),
                        Column("owner", _("Responsible person"), weight=3),
                    ),
                    min_rows=2,
                ),
            ),
        ),
        Section(_("Changes to this agreement"), (Field("change_rule", _("Rule for changes"), kind="prose"),)),
        Section(
            _("Confidential matters"), (Field("confidentiality_clause", _("Confidentiality clause"), kind="prose"),)
        ),
        Section(
            _("Breach and its consequences"),
            (
                Table(
                    "breach_clauses",
                    _("Breach clauses"),
                    (
                        Column("condition", _("Case of breach"), required=True, weight=5),
                        Column("evidence", _("How it is established"), required=True, weight=4),
                        Column("consequence", _("Consequence"), required=True, weight=5),
                        Column("arbiter", _("Decided by"), required=True, weight=3),
                    ),
                    required=True,
                    min_rows=2,
                ),
            ),
        ),
        Section(_("Exemption and force majeure"), (Field("force_majeure", _("Force majeure"), kind="prose"),)),
        Section(_("Settling disputes"), (Field("escalation_path", _("Escalation path"), kind="prose"),)),
        Section(
            _("Validity"),
            (
                Field("valid_from", _("Valid from"), kind="date", required=True),
                Field("valid_to", _("Valid until"), kind="date", required=True),
                Field("effective_when", _("Takes effect when"), kind="prose"),
            ),
        ),
    ),
    signature_block=SignatureBlock(
        title=_("Signatures of the parties"),
        statement=_(
            "The signatories have read the whole of this memorandum and agree to it on behalf of their departments."
        ),
        min_rows=4,
    ),
)
