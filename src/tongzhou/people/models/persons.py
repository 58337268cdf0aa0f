"""A person: somebody who logs in, answers, signs or is written to."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongzhou.core.models import Versioned

from ..pinyin import pinyin_of


class PersonManager(BaseUserManager["Person"]):
    """Finds persons by their login name."""

    def get_by_natural_key(self, username: str | None) -> Person:
        """Login names are compared without regard to case."""
        return self.get(username__iexact=username)


class Person(Versioned, AbstractBaseUser):
    """人员. One login; belongs to one main department and may belong to others.

    ``session_epoch`` grows when a person leaves or is signed out everywhere: sessions of an older epoch end.
    """

    username = models.CharField(_("login name"), max_length=60, unique=True)
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=60)
    pinyin = models.CharField(max_length=200, blank=True, editable=False)
    employee_no = models.CharField(_("employee number"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    mobile = models.CharField(_("mobile"), max_length=30, blank=True)
    title = models.CharField(_("position"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    is_admin = models.BooleanField(_("administrator"), default=False)
    is_pmo = models.BooleanField(_("PMO"), default=False)
    is_executive = models.BooleanField(_("executive"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    joined_on = models.DateField(_("joined on"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    signing_agreed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = PersonManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["is_active", "name"], name="person_active_name")]
        constraints = [models.UniqueConstraint(Lower("username"), name="login_name_once_whatever_the_case")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **options: Any) -> None:
        """The sound belongs to the name, whoever writes it."""
        fields = options.get("update_fields")
        if fields is None or "name" in fields:
            self.pinyin = pinyin_of(self.name)
            options["update_fields"] = None if fields is None else {*fields, "pinyin"}
        super().save(*args, **options)

    def get_absolute_url(self) -> str:
        """The page about this person."""
        return reverse("people:person", args=[self.pk])

    def get_full_name(self) -> str:
        """The person's name as shown."""
        return self.name

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Django's own permissions are not used; policies decide."""
        return False
