"""What the history of a project says of each event: a sentence behind the person's name, an icon, a tone.

Every name a service records in a project stands here; a test finds those that do not. Facts of the event may be named
in the sentence (``%(gate)s``); ``%(subject)s`` is what it was done to.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class EventWords:
    """How one kind of event is told."""

    text: str | Promise
    icon: str = "point"
    tone: str = "neutral"


WORDS: dict[str, EventWords] = {
    # the project
    "projects.project.created": EventWords(_("began the project"), "plus", "ink"),
    "projects.project.changed": EventWords(_("changed the facts of the project"), "edit"),
    "projects.project.opened": EventWords(_("submitted the request; the project began"), "send", "ink"),
    "projects.project.suspended": EventWords(_("suspended the project"), "player-pause", "warn"),
    "projects.project.resumed": EventWords(_("resumed the project"), "player-play", "good"),
    "projects.project.cancelled": EventWords(_("cancelled the project"), "ban", "late"),
    "projects.project.moved_back": EventWords(_("took the project one phase back"), "arrow-back-up", "warn"),
    "projects.gate.passed": EventWords(_("passed gate %(gate)s"), "lock-open", "good"),
    "projects.goals.frozen": EventWords(
        _("put objectives and commitments into the memorandum; they are fixed"), "lock"
    ),
    "projects.goals.unfrozen": EventWords(_("opened objectives and commitments for a new version"), "lock-open"),
    # who takes part
    "projects.parties.changed": EventWords(_("changed the departments taking part"), "sitemap"),
    "projects.party.left": EventWords(_("took a department out of the project"), "user-off", "warn"),
    "projects.contact.named": EventWords(_("named a contact person"), "user-check"),
    "projects.stakeholder.added": EventWords(_("added a person to the project"), "user-plus"),
    "projects.stakeholder.removed": EventWords(_("took a person out of the project"), "user-off"),
    # objectives
    "projects.objective.added": EventWords(_("added the objective “%(subject)s”"), "target", "ink"),
    "projects.objective.changed": EventWords(_("changed the objective “%(subject)s”"), "target"),
    "projects.objective.removed": EventWords(_("removed the objective “%(subject)s”"), "trash"),
    "projects.objective.overruled": EventWords(_("overruled the SMART check of “%(subject)s”"), "hand-stop", "warn"),
    "projects.objective.backed": EventWords(_("called “%(subject)s” achievable"), "thumb-up", "good"),
    # commitments
    "projects.commitment.added": EventWords(_("took down the commitment “%(subject)s”"), "link", "ink"),
    "projects.commitment.changed": EventWords(_("changed the commitment “%(subject)s”"), "link"),
    "projects.commitment.withdrawn": EventWords(_("withdrew the commitment “%(subject)s”"), "link-off", "warn"),
    "projects.commitment.owner_named": EventWords(_("named the owner of “%(subject)s”"), "user-check"),
    "projects.commitment.overruled": EventWords(
        _("accepted the wording of “%(subject)s” as it is"), "hand-stop", "warn"
    ),
    "projects.commitment.agreed": EventWords(_("“%(subject)s” is agreed"), "circle-check", "good"),
    "projects.commitment.reopened": EventWords(_("“%(subject)s” is a proposal again"), "history"),
    # the plan
    "planning.task.added": EventWords(_("added the task “%(subject)s”"), "list-details"),
    "planning.task.changed": EventWords(_("changed the task “%(subject)s”"), "list-details"),
    "planning.task.placed": EventWords(_("moved the task “%(subject)s” in the outline"), "list-details"),
    "planning.task.removed": EventWords(_("removed the task “%(subject)s”"), "trash"),
    "planning.link.drawn": EventWords(_("made one task wait for another"), "link"),
    "planning.link.removed": EventWords(_("took a dependency away"), "link-off"),
    "planning.baseline.made": EventWords(_("kept version %(number)s of the plan"), "flag", "ink"),
    "planning.step.undone": EventWords(_("took the step “%(label)s” of the plan back"), "arrow-back-up"),
    "planning.plan.imported": EventWords(
        _("imported a plan from “%(file)s”: %(added)s tasks new, %(changed)s changed"), "file-import", "ink"
    ),
    "planning.raci.lettered": EventWords(_("set letters of the task “%(subject)s”"), "table"),
    "planning.raci.word_chosen": EventWords(_("chose the word for the A of the matrix"), "table"),
    "planning.communication.added": EventWords(_("set the channel “%(subject)s”"), "message-2"),
    "planning.communication.changed": EventWords(_("changed the channel “%(subject)s”"), "message-2"),
    "planning.communication.removed": EventWords(_("took the channel “%(subject)s” out"), "message-2"),
    "planning.plan.moved": EventWords(_("moved the dates of tasks: %(count)s"), "calendar-due"),
    # work on tasks
    "planning.work.started": EventWords(_("began the task “%(subject)s”"), "player-play", "progress"),
    "planning.work.progressed": EventWords(_("“%(subject)s” is %(percent)s %% done"), "progress", "progress"),
    "planning.work.blocked": EventWords(_("“%(subject)s” is blocked"), "hand-stop", "late"),
    "planning.work.unblocked": EventWords(_("goes on with “%(subject)s”"), "player-play", "progress"),
    "planning.work.reported": EventWords(_("reported “%(subject)s” done"), "clipboard-check", "warn"),
    "planning.work.taken_back": EventWords(_("took the report on “%(subject)s” back"), "arrow-back-up"),
    "planning.work.accepted": EventWords(_("accepted “%(subject)s”: it is done"), "circle-check", "good"),
    "planning.work.returned": EventWords(_("sent “%(subject)s” back: not accepted yet"), "arrow-back-up", "late"),
    "planning.work.cancelled": EventWords(_("waived the task “%(subject)s”"), "ban", "warn"),
    "planning.work.reopened": EventWords(_("opened the task “%(subject)s” again"), "history", "warn"),
    "planning.question.asked": EventWords(
        _("asked those consulted about “%(subject)s”"), "message-question", "progress"
    ),
    "planning.question.answered": EventWords(_("gave an opinion on “%(subject)s”"), "message-2"),
    "planning.question.reminded": EventWords(_("reminded of opinions on “%(subject)s”"), "bell-ringing", "warn"),
    "planning.question.closed": EventWords(_("closed the question about “%(subject)s”"), "check"),
    # promises between departments
    "planning.promise.confirmed": EventWords(_("confirmed the dependency “%(subject)s”"), "heart-handshake", "good"),
    "planning.promise.objected": EventWords(_("objected to the dependency “%(subject)s”"), "message-2", "late"),
    "planning.promises.slipped": EventWords(
        _("promised dates between departments became later: %(count)s"), "clock-exclamation", "late"
    ),
    "planning.promises.held_again": EventWords(
        _("promised dates between departments hold again: %(count)s"), "circle-check", "good"
    ),
    "planning.promises.reopened": EventWords(
        _("terms between departments changed, to be confirmed anew: %(count)s"), "history", "warn"
    ),
    # execution: updates of the day, reports of the week
    "execution.daily.posted": EventWords(_("posted the daily update “%(subject)s”"), "checklist", "good"),
    "execution.daily.changed": EventWords(_("corrected the daily update “%(subject)s”"), "pencil"),
    "execution.daily.composed": EventWords(_("made the message of the day: %(subject)s"), "message-2", "ink"),
    "execution.delay.stated": EventWords(_("stated risk and reason of “%(subject)s”"), "alert-triangle", "warn"),
    "execution.weekly.begun": EventWords(_("began the weekly report “%(subject)s”"), "report"),
    "execution.weekly.written": EventWords(_("wrote in the weekly report “%(subject)s”"), "pencil"),
    "execution.weekly.submitted": EventWords(_("handed in the weekly report “%(subject)s”"), "send", "good"),
    "execution.weekly.taken_back": EventWords(_("took the weekly report “%(subject)s” back"), "arrow-back-up", "warn"),
    "execution.weekly.locked": EventWords(_("the weekly report “%(subject)s” is locked"), "lock"),
    "execution.weekly.fell_due": EventWords(_("weekly reports fell due"), "calendar-due"),
    # resources
    "planning.need.asked": EventWords(_("asked for “%(subject)s”"), "users-group", "progress"),
    "planning.needs.imported": EventWords(
        _("imported a resource request: %(added)s needs new, %(changed)s changed"), "file-import"
    ),
    "planning.need.changed": EventWords(_("changed the resource need “%(subject)s”"), "edit"),
    "planning.need.asked_again": EventWords(_("asked again for “%(subject)s”"), "refresh"),
    "planning.need.answer_prepared": EventWords(_("prepared the answer on “%(subject)s”"), "pencil"),
    "planning.need.offered": EventWords(_("promised “%(subject)s”"), "heart-handshake", "good"),
    "planning.need.countered": EventWords(_("offered something else for “%(subject)s”"), "calendar-due", "warn"),
    "planning.need.accepted": EventWords(_("accepted the offer for “%(subject)s”"), "check", "good"),
    "planning.need.turned_down": EventWords(_("turned down the offer for “%(subject)s”"), "message-2", "warn"),
    "planning.need.declined": EventWords(_("declined “%(subject)s”"), "circle-x", "late"),
    "planning.need.withdrawn": EventWords(_("no longer needs “%(subject)s”"), "ban"),
    "planning.conflict.resolved": EventWords(_("mended a resource conflict: %(what)s"), "circle-check", "good"),
    "planning.leveling.started": EventWords(_("had the plan levelled"), "adjustments", "progress"),
    "planning.leveling.finished": EventWords(_("a levelled plan was found: %(what)s"), "adjustments", "progress"),
    "planning.remedy.proposed": EventWords(_("proposed a way out: %(what)s"), "send", "progress"),
    "planning.remedy.accepted": EventWords(_("%(department)s accepted “%(subject)s”"), "check", "good"),
    "planning.remedy.objected": EventWords(_("%(department)s objected to “%(subject)s”"), "circle-x", "late"),
    "planning.remedy.withdrawn": EventWords(_("withdrew the way out: %(what)s"), "ban"),
    "planning.resources.none_needed": EventWords(_("stated that no further resources are needed"), "check", "good"),
    "planning.request.sent": EventWords(_("sent the resource request to the sponsor"), "send", "progress"),
    "planning.request.called_back": EventWords(_("called the resource request back"), "arrow-back-up", "warn"),
    "planning.request.approved": EventWords(_("the resources are approved"), "rubber-stamp", "good"),
    "planning.request.approved_partly": EventWords(_("the resources are approved in part"), "rubber-stamp", "warn"),
    "planning.request.rejected": EventWords(_("the resources are rejected"), "circle-x", "late"),
    # rounds of agreement
    "signoff.round.opened": EventWords(_("asked for agreement on %(subject)s"), "writing", "progress"),
    "signoff.round.agreed": EventWords(_("%(subject)s: agreed by all"), "circle-check", "good"),
    "signoff.round.refused": EventWords(_("%(subject)s: refused"), "circle-x", "late"),
    "signoff.round.outdated": EventWords(_("%(subject)s: outdated by a new version"), "history", "warn"),
    "signoff.round.cancelled": EventWords(_("%(subject)s: the round was called off"), "ban"),
    "signoff.decision.made": EventWords(_("decided on %(subject)s"), "signature", "good"),
    "signoff.signatory.removed": EventWords(_("took a signatory out of the round %(subject)s"), "user-off", "warn"),
    # request and replies
    "alignment.collab_request.started": EventWords(_("began the collaboration request"), "file-text"),
    "alignment.collab_request.saved": EventWords(_("wrote in the collaboration request"), "pencil"),
    "alignment.collab_request.amended": EventWords(_("changed the collaboration request"), "pencil"),
    "alignment.collab_request.submitted": EventWords(_("submitted the collaboration request"), "send", "ink"),
    "alignment.collab_request.opinion_given": EventWords(_("gave an opinion on the request"), "message-2"),
    "alignment.collab_request.accepted": EventWords(_("every department has accepted the request"), "checks", "good"),
    "alignment.collab_request.reopened": EventWords(_("the request waits for answers again"), "history", "warn"),
    "alignment.collab_request.withdrawn": EventWords(_("withdrew the collaboration request"), "ban", "warn"),
    "alignment.ask.asked": EventWords(_("asked %(subject)s"), "message-question", "progress"),
    "alignment.ask.changed": EventWords(_("changed what is asked of %(subject)s"), "edit"),
    "alignment.ask.dropped": EventWords(_("no longer asks %(subject)s"), "ban"),
    "alignment.ask.prepared": EventWords(_("prepared the answer for %(subject)s"), "pencil"),
    "alignment.ask.replied": EventWords(_("answered %(subject)s"), "message-2", "progress"),
    "alignment.ask.taken": EventWords(_("took up the answer to %(subject)s"), "check"),
    "alignment.ask.answered": EventWords(_("answered back on %(subject)s"), "message-2"),
    "alignment.ask.reminded": EventWords(_("reminded of the answer to %(subject)s"), "bell-ringing", "warn"),
    "alignment.ask.escalated": EventWords(_("escalated the missing answer to %(subject)s"), "stairs-up", "late"),
    # meetings and minutes
    "meetings.meeting.planned": EventWords(_("planned the meeting “%(subject)s”"), "calendar-event", "ink"),
    "meetings.meeting.changed": EventWords(_("changed the meeting “%(subject)s”"), "calendar-time"),
    "meetings.meeting.cancelled": EventWords(_("cancelled the meeting “%(subject)s”"), "calendar-off", "warn"),
    "meetings.meeting.started": EventWords(_("opened the meeting “%(subject)s”"), "player-play", "progress"),
    "meetings.meeting.ended": EventWords(_("closed the meeting “%(subject)s”"), "player-stop"),
    "meetings.meeting.noted": EventWords(_("set the dates after “%(subject)s”"), "calendar-due"),
    "meetings.meeting.attendance_checked": EventWords(_("checked everybody in at “%(subject)s”"), "user-check"),
    "meetings.attendee.invited": EventWords(_("invited %(subject)s"), "user-plus"),
    "meetings.attendee.answered": EventWords(_("answered the invitation"), "message-2"),
    "meetings.attendee.checked": EventWords(_("noted the attendance of %(subject)s"), "user-check"),
    "meetings.attendee.removed": EventWords(_("took %(subject)s off the invitation"), "user-off"),
    "meetings.agenda_item.added": EventWords(_("put “%(subject)s” on the agenda"), "list-details"),
    "meetings.agenda_item.changed": EventWords(_("took notes on “%(subject)s”"), "notes"),
    "meetings.agenda_item.moved": EventWords(_("moved “%(subject)s” on the agenda"), "list-details"),
    "meetings.agenda_item.removed": EventWords(_("took “%(subject)s” off the agenda"), "trash"),
    "meetings.statement.added": EventWords(_("took down what %(subject)s brings and needs"), "notes"),
    "meetings.statement.changed": EventWords(_("changed what %(subject)s brings and needs"), "notes"),
    "meetings.commitment.noted": EventWords(_("took down a commitment in the meeting"), "link", "ink"),
    "meetings.resolution.added": EventWords(_("took down the decision “%(subject)s”"), "flag", "ink"),
    "meetings.resolution.changed": EventWords(_("changed the decision “%(subject)s”"), "flag"),
    "meetings.resolution.removed": EventWords(_("removed the decision “%(subject)s”"), "trash"),
    "meetings.resolution.became_commitment": EventWords(
        _("made the decision “%(subject)s” a commitment"), "link", "ink"
    ),
    "meetings.open_point.added": EventWords(_("took down the open point “%(subject)s”"), "help-circle"),
    "meetings.open_point.changed": EventWords(_("changed the open point “%(subject)s”"), "help-circle"),
    "meetings.open_point.removed": EventWords(_("removed the open point “%(subject)s”"), "trash"),
    "meetings.open_point.settled": EventWords(_("settled the open point “%(subject)s”"), "circle-check", "good"),
    "meetings.minutes.sent": EventWords(_("sent the minutes of “%(subject)s” for confirmation"), "send", "progress"),
    "meetings.minutes.confirmed": EventWords(_("confirmed the minutes of “%(subject)s”"), "checks", "good"),
    "meetings.minutes.objected": EventWords(_("objected to the minutes of “%(subject)s”"), "message-2", "late"),
    "meetings.minutes.refused": EventWords(_("the minutes of “%(subject)s” were objected to"), "circle-x", "late"),
    "meetings.minutes.reworked": EventWords(
        _("took the minutes of “%(subject)s” back to rework them"), "history", "warn"
    ),
    "meetings.minutes.reminded": EventWords(_("reminded of the minutes of “%(subject)s”"), "bell-ringing", "warn"),
    "meetings.minutes.fell_due": EventWords(
        _("the time to confirm the minutes of “%(subject)s” is over"), "clock", "warn"
    ),
    "meetings.minutes.locked": EventWords(_("the minutes of “%(subject)s” are locked"), "lock", "good"),
    # memorandum
    "alignment.memorandum.composed": EventWords(_("composed the memorandum"), "file-text", "ink"),
    "alignment.memorandum.changed": EventWords(_("wrote in the memorandum"), "pencil"),
    "alignment.memorandum.opened_for_signing": EventWords(_("sent the memorandum for signing"), "send", "progress"),
    "alignment.memorandum.completed": EventWords(_("the memorandum is signed by all"), "circle-check", "good"),
    "alignment.memorandum.declined": EventWords(_("the memorandum was declined"), "circle-x", "late"),
    "alignment.memorandum.amended": EventWords(_("began a new version of the memorandum"), "history", "warn"),
    "alignment.memorandum.escalated": EventWords(_("escalated missing signatures"), "stairs-up", "late"),
    "alignment.memorandum.seal_requested": EventWords(_("asked for the memorandum's sealed PDF again"), "refresh"),
    "alignment.memorandum.sealed": EventWords(_("sealed the memorandum's PDF"), "shield-check", "good"),
    "alignment.memorandum.sealing_failed": EventWords(
        _("could not seal the memorandum's PDF"), "shield-exclamation", "late"
    ),
    # channels
    "messaging.channel.added": EventWords(_("connected the channel “%(subject)s”"), "messages", "ink"),
    "messaging.channel.changed": EventWords(_("changed the channel “%(subject)s”"), "messages"),
    "messaging.channel.paused": EventWords(_("paused the channel “%(subject)s”"), "player-pause", "warn"),
    "messaging.channel.resumed": EventWords(_("took the channel “%(subject)s” into use again"), "player-play", "good"),
    "messaging.channel.removed": EventWords(_("removed the channel “%(subject)s”"), "trash"),
    "messaging.channel.test_sent": EventWords(_("sent a test message to “%(subject)s”"), "send"),
    "messaging.channel.tested": EventWords(_("a test message arrived in “%(subject)s”"), "circle-check", "good"),
    "messaging.channel.failing": EventWords(_("“%(subject)s” does not take messages"), "circle-x", "late"),
    "messaging.channel.recovered": EventWords(_("“%(subject)s” takes messages again"), "circle-check", "good"),
    "messaging.message.resent": EventWords(_("sent the message “%(subject)s” again"), "refresh"),
    "messaging.message.settled": EventWords(_("let the message “%(subject)s” be"), "check"),
    "messaging.host.allowed": EventWords(_("let messages go to %(subject)s"), "shield-check", "warn"),
    "messaging.host.disallowed": EventWords(_("lets no more messages go to %(subject)s"), "shield-x"),
    "messaging.link.used": EventWords(_("used a link in a message"), "link"),
    # files
    "documents.file.kept": EventWords(_("filed the document %(subject)s"), "paperclip"),
    "documents.file.attached": EventWords(_("attached %(subject)s"), "paperclip"),
    "documents.file.removed": EventWords(_("removed the file %(subject)s"), "trash"),
    # what falls due by itself
    "cadence.rhythm.moved": EventWords(_("moved the project to the time zone %(zone)s"), "world"),
    "cadence.ladder.started": EventWords(_("began to wait for: %(subject)s"), "clock"),
    "cadence.ladder.climbed": EventWords(
        _("passed up the line what is still awaited: %(subject)s"), "stairs-up", "warn"
    ),
    "cadence.ladder.stopped": EventWords(_("ended the escalation: %(subject)s"), "circle-check", "good"),
}


def words_for(name: str) -> EventWords:
    """How the event is told; one without words of its own is told by what it was done to."""
    return WORDS.get(name) or EventWords(_("changed %(subject)s"))
