"""The department tree, who belongs to it, and who heads it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from tree_queries.models import TreeNode

from tongzhou.core.models import Versioned

COLOURS = ["teal", "indigo", "orange", "pink", "cyan", "lime", "purple", "yellow", "azure", "red"]


class Department(Versioned, TreeNode):  # type: ignore[misc, django-manager-missing]
    """部门. Departments form a tree; one that is closed keeps its history and takes part in nothing new."""

    name = models.CharField(_("name"), max_length=80)
    code = models.CharField(_("code"), max_length=30, unique=True)
    colour = models.CharField(_("colour"), max_length=12, default="teal", choices=[(c, c) for c in COLOURS])
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="department_name_once_a_parent"),
            # A missing parent equals no other, so the top of the tree needs a rule of its own.
            models.UniqueConstraint(
                fields=["name"], condition=Q(parent__isnull=True), name="department_name_once_at_the_top"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The directory, narrowed to this department and those below it."""
        return f"{reverse('people:directory')}?department={self.pk}"


class Membership(models.Model):
    """A person belongs to a department; exactly one is the main one."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    department = models.ForeignKey(Department, models.PROTECT, related_name="memberships")
    is_main = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "department"], name="member_once"),
            models.UniqueConstraint(fields=["person"], condition=Q(is_main=True), name="one_main_department"),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.department}"


class Headship(models.Model):
    """部门负责人: who signs for the department, from when until when. One open headship a department."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="headships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="headships")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["department"], condition=Q(until__isnull=True), name="one_head_a_department"
            )
        ]

    def __str__(self) -> str:
        return f"{self.department}: {self.person}"
