"""Joins the two lines of migrations that began at the built-in skeletons."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("planning", "0020_resources"),
        ("planning", "0030_baselines"),
    ]

    operations = []
