"""Projects whose weekly report is kept already get its reminder, two hours before it is due."""

from datetime import datetime, time

from django.db import migrations

TWO_HOURS = 2


def add_reminders(apps, schema_editor):
    rule_model = apps.get_model("cadence", "Rule")
    there = set(rule_model.objects.filter(kind="report_reminder").values_list("project_id", flat=True))
    new, projects = [], []
    for rule in rule_model.objects.filter(kind="report_due", removed_at__isnull=True).iterator():
        if rule.project_id in there:
            continue
        at = rule.at if isinstance(rule.at, time) else datetime.strptime(rule.at, "%H:%M:%S").time()
        rule.pk = None
        rule.kind = "report_reminder"
        rule.at = at.replace(hour=at.hour - TWO_HOURS) if at.hour >= TWO_HOURS else time(0, 0)
        new.append(rule)
        projects.append(rule.project_id)
    rule_model.objects.bulk_create(new, batch_size=500)
    rhythms = apps.get_model("cadence", "Rhythm").objects
    for start in range(0, len(projects), 500):
        # What is planned ahead is planned anew, with the reminder.
        rhythms.filter(project__in=projects[start : start + 500]).update(planned_with="")


class Migration(migrations.Migration):

    dependencies = [
        ('cadence', '0003_reminder_of_the_weekly_report'),
    ]

    operations = [
        migrations.RunPython(add_reminders, migrations.RunPython.noop),
    ]
