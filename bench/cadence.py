"""Ten thousand projects due at 17:00: how long until every occasion is planned, and every message of 17:00 is a row.

    .venv/bin/python bench/cadence.py [projects]

Runs on a database of its own. The handler writes one delivery a project, as a digest does; sending is not measured here.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time as timing
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parent))
SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2026, 5, 11, 8, 0, tzinfo=SHANGHAI)


def memory_mib() -> float:
    """The most this process has held."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def company(projects: int) -> None:
    """So many projects with the usual rules; written at once, they are not what is measured."""
    from tongzhou.cadence.deriving import Channel, rules_of
    from tongzhou.cadence.models import Rhythm, Rule
    from tongzhou.cadence.services.rules import FACTS
    from tongzhou.core import clock
    from tongzhou.people.models import Department, Person
    from tongzhou.projects.models import Project, Scenario

    department = Department.objects.create(name="Bench", code="bench")
    lead = Person.objects.create(username="bench.lead", name="Lead", email="lead@example.com")
    scenario, moment = Scenario.objects.earliest("pk"), clock.now()
    Project.objects.bulk_create(
        [
            Project(
                code=f"B{number:06}", name=f"Bench {number}", scenario=scenario, phase="executing", initiator=department,
                lead=lead, created_at=moment, changed_at=moment,
            )
            for number in range(projects)
        ],
        batch_size=500,
    )  # fmt: skip
    channels = rules_of(
        {
            "daily": Channel("workday", time(17), owner_id=lead.pk),
            "weekly": Channel("week", time(15), weekday=4, shift="before", owner_id=lead.pk),
            "huddle": Channel("workday", time(12), owner_id=lead.pk),
        }
    )
    keys = list(Project.objects.filter(code__startswith="B").values_list("pk", flat=True))
    Rhythm.objects.bulk_create([Rhythm(project_id=pk) for pk in keys], batch_size=1000)
    for start in range(0, len(keys), 1000):
        Rule.objects.bulk_create(
            [
                Rule(project_id=pk, kind=kind, **{name: getattr(channel, name) for name in FACTS})
                for pk in keys[start : start + 1000]
                for kind, channel in channels.items()
            ]
        )


def main(projects: int) -> None:
    """Plans, fires, and keeps the figures."""
    os.environ["TONGZHOU_DATA"] = tempfile.mkdtemp(prefix="tongzhou-bench-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "tongzhou.config.settings"
    os.environ.pop("TONGZHOU_DEMO", None)
    import django

    django.setup()
    from django.core.management import call_command
    from machine import keep

    call_command("migrate", verbosity=0)
    from tongzhou.cadence import occasions
    from tongzhou.cadence.models import Occasion, Rule
    from tongzhou.cadence.services import fire_due, plan_ahead
    from tongzhou.core import clock
    from tongzhou.messaging.models import Delivery
    from tongzhou.messaging.services import queue_mail

    def digest(occasion: Occasion, rule: Rule) -> str:
        queue_mail(rule.owner, key=f"digest:{occasion.pk}", subject="17:00", body="…", project_id=rule.project_id)
        return "queued"

    # In place of the one that composes the day: what is measured is the clock and the outbox.
    occasions.rule_handlers._entries["daily"] = digest
    with clock.frozen_at(MORNING):
        company(projects)
        before = memory_mib()
        started, cpu = timing.perf_counter(), timing.process_time()
        plan_ahead()
        planned_seconds, planned_cpu = timing.perf_counter() - started, timing.process_time() - cpu
    planned, after_planning = Occasion.objects.count(), memory_mib()
    Occasion.objects.filter(due_at__lt=datetime(2026, 5, 11, 17, 0, tzinfo=SHANGHAI)).delete()
    with clock.frozen_at(datetime(2026, 5, 11, 17, 0, tzinfo=SHANGHAI)):
        started, cpu = timing.perf_counter(), timing.process_time()
        fired = 0
        while count := fire_due(limit=1000):
            fired += count
        fired_seconds, fired_cpu = timing.perf_counter() - started, timing.process_time() - cpu
    made = Delivery.objects.count()
    figures = {
        "projects": projects,
        "occasions_planned": planned,
        "plan_all_seconds": round(planned_seconds, 2),
        "plan_all_cpu_seconds": round(planned_cpu, 2),
        "fired_at_17": fired,
        "rows_made_at_17": made,
        "all_rows_made_seconds": round(fired_seconds, 2),
        "all_rows_made_cpu_seconds": round(fired_cpu, 2),
        "load_average": round(os.getloadavg()[0], 1),
        "memory_mib": {"company": before, "planned": after_planning, "fired": memory_mib()},
    }
    print(figures)
    assert made == fired == projects
    keep("cadence", figures, database="SQLite, synchronous=FULL")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
