"""A link in a message acts for a person, but it never signs: nobody has logged in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.alignment.memoranda import place, sent
from tests.cast import Cast
from tongzhou.core.actor import Actor
from tongzhou.core.errors import IdentityNotFresh
from tongzhou.messaging.action_links import LinkPurpose, purposes
from tongzhou.messaging.models import ActionLink
from tongzhou.messaging.services import make_action_link, use_action_link
from tongzhou.signoff.models import Decision, Signatory
from tongzhou.signoff.services import decide


@pytest.fixture
def purpose() -> Iterator[str]:
    """A package that forgot itself: its link claims a fresh password and signs."""
    key = "tests.signs"

    def run(signatory_id: int, by: Actor) -> None:
        digest = Signatory.objects.get(pk=signatory_id).round.digest
        decide(signatory_id, "agree", shown_digest=digest, identity="password", by=by)

    purposes.register(key, LinkPurpose(key, "签署", "签署", lambda pk, by: "?", run))
    yield key
    del purposes._entries[key]


def test_no_link_signs_whatever_its_purpose_claims(cast: Cast, purpose: str) -> None:
    signatory = place(sent(cast), cast, "product")
    signed = make_action_link(cast.product_head, purpose, signatory.pk).removeprefix("/messages/act/").rstrip("/")
    with pytest.raises(IdentityNotFresh):
        use_action_link(signed)
    assert not Decision.objects.exists()
    assert ActionLink.objects.get().used_at is None
