"""An attendee's role is one of a list, and a person may come instead of another."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="attendee",
            name="instead_of",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="comes instead of",
            ),
        ),
        migrations.AlterField(
            model_name="attendee",
            name="role",
            field=models.CharField(
                blank=True,
                choices=[
                    ("lead", "project lead"),
                    ("head", "department head"),
                    ("contact", "contact person"),
                    ("sponsor", "sponsor"),
                    ("deputy", "deputy"),
                    ("member", "member"),
                    ("guest", "guest"),
                ],
                max_length=20,
            ),
        ),
    ]
