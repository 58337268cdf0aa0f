"""Projects whose communication mechanism was set before the clock kept it get its rules.

Only projects without any rule: where there is one, the mechanism was saved since then and has exactly its rules.
"""

from datetime import datetime, time, timedelta

from django.db import migrations

KEPT = ("daily", "weekly", "huddle", "first_sync")
NOON = time(12, 0)
BATCH = 500


def derive_rules(apps, schema_editor):
    lines = apps.get_model("planning", "CommunicationLine").objects.filter(kind__in=KEPT, at__isnull=False)
    rule_model = apps.get_model("cadence", "Rule")
    rhythms = apps.get_model("cadence", "Rhythm").objects
    has_rules = rule_model.objects.order_by().values("project_id")
    rows = lines.exclude(frequency="as_needed").exclude(project_id__in=has_rules).order_by("project_id", "pk")
    rules, projects = [], {}
    for line in list(rows):
        projects[line.project_id] = None
        for kind, at, days_before in _times(line):
            rules.append(
                rule_model(
                    project_id=line.project_id,
                    kind=kind,
                    recurrence=line.frequency,
                    weekday=line.weekday,
                    on=line.on,
                    at=at,
                    shift=line.non_workday_rule,
                    workdays_before=days_before,
                    owner_id=line.owner_id,
                )
            )
    there = set(rhythms.filter(project_id__in=list(projects)).values_list("project_id", flat=True))
    # A rhythm that was never planned is planned by the next clock.
    fresh = [rhythms.model(project_id=pk) for pk in projects if pk not in there]
    rhythms.bulk_create(fresh, batch_size=BATCH)
    rule_model.objects.bulk_create(rules, batch_size=BATCH)
    for start in range(0, len(there), BATCH):
        rhythms.filter(project_id__in=sorted(there)[start : start + BATCH]).update(planned_with="")


def _times(line):
    """A line itself, and what leads up to it: as saving the mechanism makes them."""
    yield line.kind, line.at, 0
    if line.kind == "daily":
        yield "daily_reminder", _earlier(line.at, timedelta(minutes=30)), 0
    if line.kind == "weekly" and line.frequency != "workday":
        due, days = (NOON, 0) if _earlier(line.at, timedelta(hours=1)) >= NOON else (time(17, 0), 1)
        yield "report_asked", time(9, 0), days + 1
        yield "report_reminder", _earlier(due, timedelta(hours=2)), days
        yield "report_due", due, days


def _earlier(at, by):
    moved = datetime.combine(datetime(2000, 1, 2), at) - by
    return moved.time() if moved.day == 2 else time(0, 0)


class Migration(migrations.Migration):
    dependencies = [
        ("planning", "0009_remedies_and_leveling"),
        ("cadence", "0004_reminders_of_reports_that_are_asked_for"),
    ]

    operations = [migrations.RunPython(derive_rules, migrations.RunPython.noop)]
