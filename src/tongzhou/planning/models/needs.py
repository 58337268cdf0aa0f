"""资源需求: what a task needs of a department, what that department offers, and what is booked by it."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongzhou.core.models import Versioned
from tongzhou.people.models import Department
from tongzhou.projects.models import Project
from tongzhou.signoff.models import Round

from ..resource_states import Approval, Category, NeedState, OfferState, Priority, RequestState
from .supply import Budget, Thing
from .tasks import Task


class ResourceNeed(Versioned):
    """One row of 《资源需求表》: people, money, equipment, a room or data access that a task needs of a department.

    Without a period of its own it follows the dates of its task. ``approved_*`` is what the sponsor let stand.
    ``task`` has no constraint in the database: a task that is removed and brought back by undo finds its needs again.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="resource_needs")
    number = models.PositiveIntegerField(_("number"), editable=False)
    task = models.ForeignKey(
        Task, models.DO_NOTHING, null=True, db_constraint=False, related_name="needs", verbose_name=_("task")
    )
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="needs_asked", verbose_name=_("asking department")
    )
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    category = models.CharField(_("kind of resource"), max_length=10, choices=Category.choices)
    name = models.CharField(_("name or skill"), max_length=100)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("wanted person"),
    )
    quantity = models.PositiveSmallIntegerField(_("quantity"), default=1)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    share = models.PositiveSmallIntegerField(_("share of time (%)"), default=100)
    first = models.DateField(_("from"), null=True, blank=True)
    last = models.DateField(_("until"), null=True, blank=True)
    amount = models.DecimalField(_("amount (CNY)"), max_digits=16, decimal_places=2, null=True, blank=True)
    account = models.CharField(_("account"), max_length=60, blank=True)
    provider = models.ForeignKey(
        Department, models.PROTECT, related_name="needs_provided", verbose_name=_("providing department")
    )
    purpose = models.CharField(_("purpose"), max_length=500)
    alternative = models.CharField(_("alternative"), max_length=300, blank=True)
    priority = models.CharField(_("priority"), max_length=6, choices=Priority.choices, default=Priority.MEDIUM)
    state = models.CharField(max_length=10, choices=NeedState.choices, default=NeedState.ASKED)
    reason = models.CharField(max_length=1000, blank=True, editable=False)
    approval = models.CharField(max_length=8, choices=Approval.choices, default=Approval.NONE, blank=True)
    approved_quantity = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    approved_amount = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True, editable=False)
    approval_reason = models.CharField(max_length=1000, blank=True, editable=False)
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["provider", "state"], name="need_by_provider")]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="need_number_once"),
            models.CheckConstraint(condition=Q(state__in=NeedState.values), name="need_state_known"),
            models.CheckConstraint(condition=Q(category__in=Category.values), name="need_category_known"),
            models.CheckConstraint(condition=Q(approval__in=Approval.values), name="need_approval_known"),
            models.CheckConstraint(
                condition=Q(first__isnull=True, last__isnull=True) | Q(last__gte=F("first")), name="need_period_whole"
            ),
            models.CheckConstraint(condition=~Q(category="money") | Q(amount__gt=0), name="need_of_money_has_amount"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_money(self) -> bool:
        """True for a need of budget."""
        return self.category == Category.MONEY

    @property
    def is_people(self) -> bool:
        """True for a need of people."""
        return self.category == Category.PEOPLE

    @property
    def period(self) -> tuple[date | None, date | None]:
        """First and last day: its own, or those of its task."""
        if self.first is not None:
            return self.first, self.last
        return (self.task.start, self.task.finish) if self.task else (None, None)


class Offer(models.Model):
    """提供部门意见: what a department offers for a need; the newest that is not ended is the one that counts."""

    need = models.ForeignKey(ResourceNeed, models.CASCADE, related_name="offers")
    state = models.CharField(max_length=10, choices=OfferState.choices)
    persons = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    thing = models.ForeignKey(Thing, models.PROTECT, null=True, blank=True, related_name="+")
    budget = models.ForeignKey(Budget, models.PROTECT, null=True, blank=True, related_name="+")
    quantity = models.PositiveSmallIntegerField(default=1)
    share = models.PositiveSmallIntegerField(default=100)
    first = models.DateField(null=True, blank=True)
    last = models.DateField(null=True, blank=True)
    amount = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    is_as_asked = models.BooleanField(default=True)
    knowingly = models.BooleanField(default=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    on_behalf_of = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=Q(state__in=OfferState.values), name="offer_state_known")]

    def __str__(self) -> str:
        return str(self.need)


class Booking(models.Model):
    """占用: a person's share, pieces of a thing, or money of a budget, taken for a need of a project.

    ``follows_task``: its days move with the task. ``released_at``: it no longer takes anything. ``is_approved``: the
    sponsor has approved the money; only approved money is spent from the budget.
    """

    need = models.ForeignKey(ResourceNeed, models.CASCADE, related_name="bookings")
    project = models.ForeignKey(Project, models.CASCADE, related_name="bookings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="bookings")
    thing = models.ForeignKey(Thing, models.PROTECT, null=True, related_name="bookings")
    budget = models.ForeignKey(Budget, models.PROTECT, null=True, related_name="bookings")
    first = models.DateField(null=True)
    last = models.DateField(null=True)
    share = models.PositiveSmallIntegerField(default=100)
    count = models.PositiveSmallIntegerField(default=1)
    amount = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    follows_task = models.BooleanField(default=True)
    is_approved = models.BooleanField(default=False)
    released_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["person", "first", "last"], name="booking_by_person", condition=Q(released_at__isnull=True)
            ),
            models.Index(
                fields=["thing", "first", "last"], name="booking_by_thing", condition=Q(released_at__isnull=True)
            ),
            models.Index(fields=["budget"], name="booking_by_budget", condition=Q(released_at__isnull=True)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, thing__isnull=True, budget__isnull=True)
                | Q(person__isnull=True, thing__isnull=False, budget__isnull=True)
                | Q(person__isnull=True, thing__isnull=True, budget__isnull=False, amount__gte=0),
                name="booking_takes_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(budget__isnull=False) | Q(first__isnull=True) | Q(last__gte=F("first")),
                name="booking_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person or self.thing or self.budget)


class ResourceRequest(Versioned):
    """汇总资源申请: the frozen list of needs that goes to the sponsor, one round of agreement each."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="resource_requests")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.OPEN)
    content = models.JSONField(default=dict)
    needs = models.ManyToManyField(ResourceNeed, related_name="requests")
    round = models.OneToOneField(Round, models.PROTECT, null=True, related_name="resource_request")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="resource_request_number_once"),
            models.UniqueConstraint(fields=["project"], condition=Q(state="open"), name="one_open_resource_request"),
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="resource_request_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.project} · {self.number}"
