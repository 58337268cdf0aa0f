"""Many acts in a row, each of two rows and an event; prints the number of every act once it is committed."""

from __future__ import annotations

import itertools
import sys

import django

django.setup()

from tongzhou.core import acts, events  # noqa: E402
from tongzhou.core.actor import system  # noqa: E402
from tongzhou.people.models import Department, Person  # noqa: E402


@acts.act
def found(name: str) -> None:
    """One act: a department, its first person, the event."""
    department = Department.objects.create(name=name, code=name)
    Person.objects.create(username=name, name=name)
    events.record(system("writer"), "people.department.founded", department)


if __name__ == "__main__":
    for number in itertools.count():
        found(f"{sys.argv[1]}-{number}")
        print(number, flush=True)
