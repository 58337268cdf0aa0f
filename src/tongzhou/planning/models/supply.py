"""可用资源: what there is to lend — persons' skills, working share and absences, things and rooms, budgets."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongzhou.core.models import Versioned
from tongzhou.people.models import Department

from ..resource_states import ThingKind

FULL_SHARE = 100


class Capacity(Versioned):
    """工作份额: how much of a working day a person gives, in percent. Without a row it is the whole day."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="capacity")
    percent = models.PositiveSmallIntegerField(_("working share (%)"), default=FULL_SHARE)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(percent__lte=100), name="capacity_at_most_a_day")]

    def __str__(self) -> str:
        return f"{self.person} {self.percent}%"


class Skill(models.Model):
    """技能: something a person can do, by its name; who knows the same can stand in."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="skills")
    name = models.CharField(_("skill"), max_length=60)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["name", "person"], name="skill_by_name")]
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="skill_once_a_person")]

    def __str__(self) -> str:
        return self.name


class Absence(models.Model):
    """缺勤: days, both included, on which a person is not there at all. Two of one person never overlap."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences")
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=100, blank=True)

    class Meta:
        ordering = ["first", "pk"]
        indexes = [models.Index(fields=["person", "first", "last"], name="absence_by_person")]
        constraints = [models.CheckConstraint(condition=Q(last__gte=F("first")), name="absence_ends_after_start")]

    def __str__(self) -> str:
        return f"{self.person} {self.first} – {self.last}"


class Thing(Versioned):
    """物资与场地: equipment, a room or access to data that a department lends; ``count`` pieces of it."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="things", verbose_name=_("department"))
    kind = models.CharField(_("kind"), max_length=10, choices=ThingKind.choices, default=ThingKind.EQUIPMENT)
    name = models.CharField(_("name of the thing"), max_length=100)
    count = models.PositiveSmallIntegerField(_("pieces"), default=1)
    is_active = models.BooleanField(_("can be lent"), default=True)

    class Meta:
        ordering = ["department", "kind", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["department", "name"], name="thing_once_a_department"),
            models.CheckConstraint(condition=Q(kind__in=ThingKind.values), name="thing_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name


class Budget(Versioned):
    """预算: what a department may spend from one account (科目), in yuan, exactly. Its row is the lock of approvals."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="budgets", verbose_name=_("department"))
    account = models.CharField(_("account"), max_length=60)
    amount = models.DecimalField(_("amount (CNY)"), max_digits=16, decimal_places=2)
    currency = models.CharField(max_length=3, default="CNY", editable=False)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ["department", "account", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["department", "account"], name="account_once_a_department"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="budget_not_below_zero"),
            models.CheckConstraint(condition=Q(currency="CNY"), name="budget_in_yuan"),
        ]

    def __str__(self) -> str:
        return f"{self.department} · {self.account}"
