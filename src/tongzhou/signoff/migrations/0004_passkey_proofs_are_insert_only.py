"""What passkeys signed refuses UPDATE and DELETE, on both databases."""

from django.db import migrations

TABLE = "signoff_passkeyproof"

SQLITE = [
    f"CREATE TRIGGER {TABLE}_no_{verb} BEFORE {verb} ON {TABLE} "
    f"BEGIN SELECT RAISE(ABORT, '{TABLE} is insert-only'); END"
    for verb in ("update", "delete")
]
# The function is made by 0002_decisions_are_insert_only.
POSTGRESQL = [
    f"CREATE TRIGGER {TABLE}_insert_only BEFORE UPDATE OR DELETE ON {TABLE} "
    "FOR EACH ROW EXECUTE FUNCTION tongzhou_insert_only()",
]


def protect(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("signoff", "0003_passkeys_sign_decisions")]
    operations = [migrations.RunPython(protect, migrations.RunPython.noop)]
