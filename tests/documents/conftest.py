"""The three forms of phase 1 with the 618 campaign filled in, and what stands beside them on paper."""

from __future__ import annotations

from typing import Any

import pytest

from tests.documents import campaign
from tongzhou.alignment.documents import COLLAB_REQUEST, MEMORANDUM
from tongzhou.documents.paper import Extras, SignatureEntry
from tongzhou.documents.standard_forms import StandardForm
from tongzhou.meetings.documents import MEETING_MINUTES

FILLED: list[tuple[StandardForm, dict[str, Any]]] = [
    (COLLAB_REQUEST, campaign.COLLAB_REQUEST),
    (MEETING_MINUTES, campaign.MEETING_MINUTES),
    (MEMORANDUM, campaign.MEMORANDUM),
]


@pytest.fixture
def head() -> dict[str, Any]:
    return dict(campaign.HEAD)


@pytest.fixture
def extras() -> Extras:
    return Extras(
        company="同舟商贸",
        signatures=(
            SignatureEntry("市场部", "陈立新", "2026-05-13T10:02:11+08:00", "同意"),
            SignatureEntry("销售部", "赵海峰", "2026-05-14T09:12:00+08:00", "同意", on_behalf_of="马国栋"),
            SignatureEntry("技术部"),
        ),
        verify_url="https://tongzhou.example.com/verify/8Jd2kQ0vX1",
        digest="9f2c" * 16,
        log_head="a07b" * 16,
    )
