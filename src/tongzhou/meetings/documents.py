"""Standard form of a meeting: 跨部门沟通会议纪要."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tongzhou.documents.standard_forms import Choice, Column, Field, Section, SignatureBlock, StandardForm, Table

MEETING_TYPES = (
    Choice("kickoff", _("Kickoff meeting")),
    Choice("weekly", _("Weekly meeting")),
    Choice("huddle", _("Problem huddle")),
    Choice("emergency", _("Emergency meeting")),
    Choice("acceptance", _("Acceptance meeting")),
    Choice("retrospective", _("Retrospective meeting")),
)

MEETING_MINUTES = StandardForm(
    key="meeting_minutes",
    title=_("Cross-Department Meeting Minutes"),
    doc_prefix="XZ-HYJY",
    sections=(
        Section(
            _("Meeting details"),
            (
                Field("title", _("Name of the meeting"), required=True, width="full"),
                Field("type", _("Type of meeting"), kind="checkbox", choices=MEETING_TYPES),
                Field("starts_at", _("Starts at"), kind="datetime", required=True),
                Field("ends_at", _("Ends at"), kind="datetime", required=True),
                Field("location", _("Place or link"), width="full"),
                Field("chair", _("Chair"), required=True),
                Field("recorder", _("Recorder"), required=True),
                Field("invited", _("People invited"), kind="people"),
                Field("attendees", _("People present"), kind="people", required=True),
                Field("absentees", _("Absent, with reason"), kind="people"),
            ),
        ),
        Section(
            _("Agenda and conclusions"),
            (
                Table(
                    "agenda_items",
                    _("Agenda items"),
                    (
                        Column("topic", _("Topic"), required=True, weight=4),
                        Column("points", _("Points made"), weight=7),
                        Column("disagreements", _("Disagreements"), weight=4),
                        Column("conclusion", _("Conclusion"), weight=5),
                    ),
                    required=True,
                    min_rows=3,
                ),
            ),
        ),
        Section(
            _("Objectives and commitments"),
            (
                Table(
                    "goals",
                    _("Core objectives (SMART)"),
                    (
                        Column("metric", _("Metric"), required=True, weight=5),
                        Column("baseline", _("Baseline"), weight=3),
                        Column("target", _("Target"), required=True, weight=3),
                        Column("due", _("Deadline"), kind="date", required=True, weight=4),
                        Column("source", _("Data source"), weight=4),
                    ),
                    required=True,
                    min_rows=2,
                ),
                Table(
                    "commitments",
                    _("What each department commits to"),
                    (
                        Column("dept", _("Department"), required=True, weight=3),
                        Column("action", _("Committed action"), required=True, weight=7),
                        Column("measure", _("Quantified standard"), required=True, weight=5),
                        Column("owner", _("Person in charge"), required=True, weight=3),
                        Column("due", _("To be done by"), kind="date", required=True, weight=4),
                    ),
                    required=True,
                    min_rows=4,
                ),
                Table(
                    "resources",
                    _("What each department brings and needs"),
                    (
                        Column("dept", _("Department"), required=True, weight=3),
                        Column("offers", _("Brings"), weight=7),
                        Column("needs", _("Needs"), weight=7),
                    ),
                    min_rows=2,
                ),
            ),
        ),
        Section(
            _("Decisions, open points and next steps"),
            (
                Table(
                    "decisions",
                    _("Decisions"),
                    (
                        Column("text", _("Decision"), required=True, weight=9),
                        Column("dept", _("Department"), weight=3),
                        Column("owner", _("Person in charge"), weight=3),
                        Column("due", _("To be done by"), kind="date", weight=4),
                    ),
                    min_rows=2,
                ),
                Table(
                    "open_items",
                    _("Open points"),
                    (
                        Column("item", _("Open point"), required=True, weight=9),
                        Column("owner", _("Person in charge"), weight=3),
                        Column("due", _("To be settled by"), kind="date", weight=4),
                    ),
                    min_rows=2,
                ),
                Field("next_meeting_at", _("Next meeting"), kind="datetime", required=True),
                Field("first_sync_at", _("First progress sync"), kind="datetime", required=True),
                Field("cc", _("Copies to"), kind="people"),
            ),
        ),
    ),
    signature_block=SignatureBlock(
        key="confirmations",
        title=_("Confirmation by the departments"),
        statement=_("The departments confirm that these minutes record the meeting correctly."),
        min_rows=4,
    ),
)
