"""Planning and changing a meeting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Meeting
from ..queries import Candidate, Proposal
from ..states import AttendeeRole
from .choices import key_field, moment_field, people_choices


class MeetingForm(forms.Form):
    """What an invitation says, and whom it reaches."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=2**31)
    title = forms.CharField(label=_("Title"), max_length=160)
    starts_at = moment_field(_("Starts at"))
    ends_at = moment_field(_("Ends at"))
    location = forms.CharField(label=_("Place or link"), max_length=300, required=False)
    chair = key_field(_("Chair"), required=True)
    recorder = key_field(_("Recorder"), required=True)
    agenda = forms.CharField(
        label=_("Agenda"),
        required=False,
        max_length=11_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One topic a line"),
    )

    def __init__(
        self,
        people: Sequence[Candidate],
        data: Any = None,
        *,
        proposal: Proposal | None = None,
        meeting: Meeting | None = None,
    ) -> None:
        self.people = list(people)
        self.chosen: set[int] = set()
        super().__init__(data, initial=self._initial(proposal, meeting))
        for name in ("chair", "recorder"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = people_choices(self.people, empty=False)
        if meeting is not None:
            del self.fields["agenda"]
        if data is not None:
            known = {candidate.person.pk for candidate in self.people}
            given = data.getlist("attendees") if hasattr(data, "getlist") else data.get("attendees", [])
            self.chosen = {int(key) for key in given if str(key).isdecimal() and len(str(key)) < 19} & known

    def _initial(self, proposal: Proposal | None, meeting: Meeting | None) -> dict[str, Any]:
        if meeting is not None:
            self.chosen = set(meeting.attendees.values_list("person_id", flat=True))
            names = ("version", "title", "starts_at", "ends_at", "location")
            facts = {name: getattr(meeting, name) for name in names}
            return {**facts, "chair": meeting.chair_id, "recorder": meeting.recorder_id}
        if proposal is None:
            return {}
        self.chosen = {candidate.person.pk for candidate in self.people if candidate.is_proposed}
        return {
            "title": proposal.title,
            "starts_at": proposal.starts_at,
            "ends_at": proposal.ends_at,
            "chair": proposal.chair.pk,
            "recorder": proposal.recorder.pk,
            "agenda": "\n".join(proposal.agenda),
        }

    @property
    def invited(self) -> list[tuple[Candidate, bool]]:
        """Those who answer for something, each with whether they are chosen."""
        return [(c, c.person.pk in self.chosen) for c in self.people if c.role != AttendeeRole.MEMBER]

    @property
    def others(self) -> list[tuple[Candidate, bool]]:
        """Members of the departments, each with whether they are chosen."""
        return [(c, c.person.pk in self.chosen) for c in self.people if c.role == AttendeeRole.MEMBER]

    def values(self) -> dict[str, Any]:
        """What a service takes."""
        given = self.cleaned_data
        return {
            **{name: given[name] for name in ("title", "starts_at", "ends_at", "location")},
            "chair_id": given["chair"],
            "recorder_id": given["recorder"],
        }

    def topics(self) -> list[str]:
        """The agenda, a topic a line."""
        return str(self.cleaned_data.get("agenda", "")).splitlines()


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=500)
