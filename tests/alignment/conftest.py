"""Fixtures of phase 1's tests."""

from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture
def no_anchors_of_other_tests():
    """The log of each test begins anew; what an earlier one anchored outside the database is not of it."""
    (Path(settings.TONGZHOU_DATA) / "anchors.jsonl").unlink(missing_ok=True)
