"""Writing very many rows in a short transaction."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, models
from django.db.models import Model

# Values of these columns go to the database as they are; the others are prepared by their field.
_PLAIN = (models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.ForeignKey)


def insert_many(model: type[Model], rows: Sequence[Model]) -> None:
    """Inserts rows with one prepared statement; the keys given by the database are not read back.

    ``bulk_create`` writes one long statement per batch and works out every value through several layers, which for twenty
    thousand persons with their events keeps everybody else from writing for many seconds.
    """
    meta = model._meta
    fields = [field for field in meta.concrete_fields if not (field.primary_key and field.get_internal_type() in _AUTO)]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    plain = [
        type(field).get_db_prep_save is models.Field.get_db_prep_save and isinstance(field, _PLAIN) for field in fields
    ]
    values = [
        [
            getattr(row, field.attname) if is_plain else field.get_db_prep_save(field.pre_save(row, True), connection)
            for field, is_plain in zip(fields, plain, strict=True)
        ]
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES ({places})", values)  # noqa: S608


_AUTO = frozenset({"AutoField", "BigAutoField", "SmallAutoField"})
