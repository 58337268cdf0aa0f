"""Set-up that every test shares: a stopped clock, protected tables that can still be emptied between tests."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.test import TestCase, TransactionTestCase
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.cast import Cast, build_cast
from tongzhou.core import clock, verify

# How long something takes is measured in bench/, never asserted here.
hypothesis_settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("patient")

SHANGHAI = ZoneInfo("Asia/Shanghai")
# A Monday morning before the 618 campaign.
START = datetime(2026, 5, 11, 9, 30, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def anchors_of_its_own(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """What one test anchors outside the database is no witness against the log of the next."""
    name = hashlib.sha256(f"{os.getpid()} {request.node.nodeid}".encode()).hexdigest()[:24]
    monkeypatch.setattr(verify, "_anchor_file", lambda: Path(settings.TONGZHOU_DATA) / f"anchors-{name}.jsonl")


@pytest.fixture(autouse=True)
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The company's clock stands still until the test moves it, in every thread."""
    moving = Clock(START)
    monkeypatch.setattr(clock, "now", lambda: moving.moment.astimezone(ZoneInfo("UTC")))
    return moving


@pytest.fixture(autouse=True)
def company_language() -> Iterator[None]:
    """Every test begins in the company's language; a request of the one before may have left its own behind."""
    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture
def cast(db: None) -> Cast:
    """The company every test knows: five departments with heads and contact persons, sponsor, PMO, an outsider."""
    return build_cast()


class Clock:
    """The test's hand on the clock."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def at(self, text: str) -> None:
        """Sets the company's local time, e.g. ``2026-05-13 17:00``."""
        self.moment = datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Remembers what the migrations brought (scenarios, clauses, the calendar), before any test has written."""
    with django_db_blocker.unblock():
        rows = json.loads(connection.creation.serialize_db_to_string())
        # Django makes its own rows anew whenever it has emptied a database.
        ours = [row for row in rows if not row["model"].startswith(("contenttypes.", "auth."))]
        _brought_by_migrations.append(json.dumps(ours))


_brought_by_migrations: list[str] = []
_fixture_teardown = TransactionTestCase._fixture_teardown


def _empty_and_bring_back(self: TransactionTestCase) -> None:
    """A test with transactions of its own empties the whole database; the next test finds what migrations brought."""
    _fixture_teardown(self)
    if not isinstance(self, TestCase):
        connection.creation.deserialize_db_from_string(_brought_by_migrations[0])


TransactionTestCase._fixture_teardown = _empty_and_bring_back  # type: ignore[method-assign]
DatabaseOperations = DatabaseWrapper.ops_class
_sql_flush = DatabaseOperations.sql_flush


def _flush_past_the_triggers(self: DatabaseOperations, *args: Any, **kwargs: Any) -> list[str]:
    """Insert-only tables refuse DELETE; emptying the test database takes their triggers away and puts them back."""
    statements = _sql_flush(self, *args, **kwargs)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
    return [f'DROP TRIGGER "{name}"' for name, _ in triggers] + statements + [sql for _, sql in triggers]


DatabaseOperations.sql_flush = _flush_past_the_triggers  # type: ignore[method-assign]
