"""The bytes that are signed do not depend on how a dict was built."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from tests.documents import campaign
from tongzhou.documents.canonical import canonical_bytes, digest, file_digest, signed_document


def test_the_order_of_keys_changes_nothing() -> None:
    assert digest({"b": [1, {"d": 1, "c": "同舟"}], "a": None}) == digest({"a": None, "b": [1, {"c": "同舟", "d": 1}]})


def test_the_canonical_form_is_that_of_rfc_8785() -> None:
    assert canonical_bytes({"€": "\u20ac", "a": 1.0, "z": "<\n>"}) == '{"a":1,"z":"<\\n>","€":"€"}'.encode()


def test_one_changed_character_changes_the_digest() -> None:
    content = campaign.MEMORANDUM
    changed = {**content, "scope": content["scope"] + " "}
    documents = [signed_document("memorandum", campaign.HEAD, one) for one in (content, changed)]
    assert digest(documents[0]) != digest(documents[1])


@pytest.mark.parametrize("value", [dt.date(2026, 6, 1), Decimal("1.5"), float("nan"), 2**60, "\ud800", {1: 2}])
def test_what_json_cannot_carry_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="no canonical form"):
        canonical_bytes({"x": value})


def test_a_file_is_known_by_its_exact_bytes() -> None:
    assert file_digest(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
