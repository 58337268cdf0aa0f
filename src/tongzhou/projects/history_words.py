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
    # rounds of agreement
    "signoff.round.opened": EventWords(_("asked for agreement on %(subject)s"), "writing", "progress"),
    "signoff.round.agreed": EventWords(_("%(subject)s: agreed by all"), "circle-check", "good"),
    "signoff.round.refused": EventWords(_("%(subject)s: refused"), "circle-x", "late"),
    "signoff.round.outdated": EventWords(_("%(subject)s: outdated by a new version"), "history", "warn"),
    "signoff.round.cancelled": EventWords(_("%(subject)s: the round was called off"), "ban"),
    "signoff.decision.made": EventWords(_("decided on %(subject)s"), "signature", "good"),
    "signoff.signatory.removed": EventWords(_("took a signatory out of the round %(subject)s"), "user-off", "warn"),
    # request and replies
    "alignment.collab_request.created": EventWords(_("began the collaboration request"), "file-text"),
    "alignment.collab_request.saved": EventWords(_("wrote in the collaboration request"), "pencil"),
    "alignment.collab_request.changed": EventWords(_("changed the collaboration request"), "pencil"),
    "alignment.collab_request.submitted": EventWords(_("submitted the collaboration request"), "send", "ink"),
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
    # files
    "documents.file.kept": EventWords(_("filed the document %(subject)s"), "paperclip"),
}


def words_for(name: str) -> EventWords:
    """How the event is told; one without words of its own is told by what it was done to."""
    return WORDS.get(name) or EventWords(_("changed %(subject)s"))
