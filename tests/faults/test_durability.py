"""The settings on which the promise rests are in force, not only written down."""

from __future__ import annotations

import sqlite3

import pytest
from django.db import connection, transaction

from tongzhou.people.models import Person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def on_sqlite() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("settings of SQLite")


@pytest.mark.parametrize(
    ("pragma", "wanted"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 20_000)]
)
def test_sqlite_waits_for_the_disk_and_for_other_writers(pragma, wanted):
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")
        assert cursor.fetchone()[0] == wanted


def test_a_transaction_takes_the_write_lock_before_it_reads():
    other = sqlite3.connect(connection.settings_dict["NAME"], timeout=0)
    with transaction.atomic():
        Person.objects.count()
        with pytest.raises(sqlite3.OperationalError, match="database is locked"):
            other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.close()
