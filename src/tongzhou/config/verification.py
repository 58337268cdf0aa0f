"""``tongzhou verify``: the record, the signatures over it, and the files it names."""

from __future__ import annotations

from collections.abc import Iterator

from tongzhou.alignment.verification import file_problems_of, memorandum_problems
from tongzhou.core.verify import anchor_head, chain_problems
from tongzhou.documents.verification import file_problems
from tongzhou.meetings.verification import minutes_problems
from tongzhou.signoff.verification import signoff_problems


def problems(file: str | None = None) -> Iterator[str]:
    """A sentence for each thing that is wrong; nothing when all is well. ``file`` is a sealed PDF to check as well."""
    yield from chain_problems()
    yield from signoff_problems()
    yield from memorandum_problems()
    yield from minutes_problems()
    yield from file_problems()
    if file is not None:
        yield from file_problems_of(file)
    anchor_head()
