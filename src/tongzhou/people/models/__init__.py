"""Who there is: departments, persons, heads, deputies, tokens."""

from .departments import Department, Headship, Membership
from .deputies import Delegation
from .persons import Person
from .tokens import ApiToken

__all__ = ["ApiToken", "Delegation", "Department", "Headship", "Membership", "Person"]
