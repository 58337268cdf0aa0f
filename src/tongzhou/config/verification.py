"""``tongzhou verify``: the record, the signatures over it, and the files it names."""

from __future__ import annotations

from collections.abc import Iterator

from tongzhou.core.verify import anchor_head, chain_problems


def problems(file: str | None = None) -> Iterator[str]:
    """A sentence for each thing that is wrong; nothing when all is well."""
    yield from chain_problems()
    anchor_head()
