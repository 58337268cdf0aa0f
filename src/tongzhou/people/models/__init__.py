"""Who there is: departments, persons, heads, deputies, tokens."""

from .departments import Department, Headship, Membership
from .deputies import Delegation
from .imports import ImportDraft
from .persons import Person
from .tokens import ApiToken

__all__ = ["ApiToken", "Delegation", "Department", "Headship", "ImportDraft", "Membership", "Person"]
