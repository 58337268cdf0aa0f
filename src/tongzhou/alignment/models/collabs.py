"""《跨部门协作需求登记表》 (template 1) and what the departments answer."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongzhou.core.models import Versioned
from tongzhou.people.models import Department
from tongzhou.projects.models import Project

from ..states import ANSWERS, REPLIES, AskState, CollabState

# What the steps of the talk are called; the first one is the request itself.
STEP_WORDS: dict[str, str | Promise] = {
    "ask": _("asks"),
    **{name: transition.label for name, transition in {**REPLIES, **ANSWERS}.items()},
}


class CollabType(models.TextChoices):
    """协作类型."""

    LAUNCH = "launch", _("launch")
    INITIATIVE = "initiative", _("initiative")
    INCIDENT = "incident", _("incident")
    PROCESS = "process", _("process optimisation")
    RESOURCES = "resources", _("resource coordination")


class Urgency(models.TextChoices):
    """紧急程度."""

    NORMAL = "normal", _("normal")
    URGENT = "urgent", _("urgent")
    CRITICAL = "critical", _("very urgent")


class CollabRequest(Versioned):
    """登记表. The project's objectives are rows of the project; head and period too, so that nothing is kept twice.

    ``edition`` counts what was sent out: 0 while a draft, 1 when submitted, one more with each amendment.
    ``opinion_signs`` keeps, per opinion, who wrote it and as what (head, deputy, sponsor, or only for the record).
    """

    project = models.OneToOneField(Project, models.CASCADE, related_name="collab")
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("requester")
    )
    contact = models.CharField(_("contact details"), max_length=120, blank=True)
    request_date = models.DateField(_("date of request"))
    type = models.CharField(_("type of collaboration"), max_length=12, choices=CollabType.choices, blank=True)
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency.choices, default=Urgency.NORMAL)
    background = models.TextField(_("background"), max_length=20000, blank=True)
    deliverables = models.TextField(_("expected results"), max_length=20000, blank=True)
    acceptance_criteria = models.TextField(_("standard of delivery"), max_length=20000, blank=True)
    budget_estimate = models.DecimalField(_("budget estimate"), max_digits=16, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, default="CNY")
    risks = models.TextField(_("known risks"), max_length=20000, blank=True)
    dept_head_opinion = models.TextField(_("opinion of the initiating department's head"), max_length=4000, blank=True)
    executive_opinion = models.TextField(_("opinion of the executive in charge"), max_length=4000, blank=True)
    opinion_signs = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=CollabState.choices, default=CollabState.DRAFT)
    edition = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=CollabState.values), name="collab_state_known")
        ]

    def __str__(self) -> str:
        return self.project.name

    def get_absolute_url(self) -> str:
        """The request's page."""
        return reverse("alignment:collab", args=[self.project_id])


class Ask(Versioned):
    """需配合事项: what is asked of one department, by when, and where its answer stands.

    ``version`` grows with every step, so that nobody answers words other than those they were shown.
    """

    collab = models.ForeignKey(CollabRequest, models.CASCADE, related_name="asks")
    department = models.ForeignKey(Department, models.PROTECT, related_name="asks", verbose_name=_("department"))
    position = models.PositiveSmallIntegerField(default=0)
    request_item = models.TextField(_("what is asked"), max_length=2000, blank=True)
    due = models.DateField(_("wanted by"), null=True, blank=True)
    contact_person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("contact person"),
    )
    state = models.CharField(max_length=12, choices=AskState.choices, default=AskState.WAITING)
    reply_due_at = models.DateTimeField(null=True, blank=True)
    escalation_level = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["collab", "department"], name="department_asked_once_a_request"),
            models.CheckConstraint(condition=models.Q(state__in=AskState.values), name="ask_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.department}: {self.request_item[:80]}"


class Reply(models.Model):
    """One step of the talk over an ask: a department's reply or the initiator's answer. Insert-only.

    ``is_prepared``: a contact person's draft of a reply, which only the head (or deputy) can give. ``asked`` keeps the
    words that were asked, in the steps of the initiator that ask something.
    """

    ask = models.ForeignKey(Ask, models.CASCADE, related_name="replies")
    move = models.CharField(max_length=12)
    is_initiator = models.BooleanField(default=False)
    is_prepared = models.BooleanField(default=False)
    asked = models.TextField(max_length=2000, blank=True)
    note = models.TextField(max_length=4000, blank=True)
    proposed_due = models.DateField(null=True, blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    on_behalf_of = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.ask_id} {self.move}"

    @property
    def words(self) -> str | Promise:
        """What was done in this step, as the talk shows it."""
        return STEP_WORDS.get(self.move, self.move)


class Milestone(models.Model):
    """关键时间节点."""

    collab = models.ForeignKey(CollabRequest, models.CASCADE, related_name="milestones")
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(_("milestone"), max_length=200)
    date = models.DateField(_("date"), null=True, blank=True)
    department = models.ForeignKey(
        Department,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible department"),
    )

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name
