"""Every installation has a company calendar from the start: Monday to Friday, public holidays of China."""

from django.db import migrations

WEEK = {str(day): [[540, 720], [780, 1080]] for day in range(1, 6)}


def make_company_calendar(apps, schema_editor):
    calendars = apps.get_model("calendars", "WorkCalendar").objects
    if not calendars.filter(is_company=True).exists():
        calendars.get_or_create(
            name="公司工作日历", defaults={"week": WEEK, "public_holidays": "CN", "is_company": True}
        )


class Migration(migrations.Migration):
    dependencies = [("calendars", "0001_initial")]

    operations = [migrations.RunPython(make_company_calendar, migrations.RunPython.noop)]
