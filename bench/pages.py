"""Whole requests through middleware, view and template, in process, one at a time, in a company of 1,000 projects.

    PYTHONPATH=src:. python bench/pages.py [--projects 1000] [--runs 30] [--profile NAME]

SQLite in a folder that is thrown away; where ``TONGZHOU_BENCH_DATABASE_URL`` names an empty PostgreSQL database, that.
``--profile NAME`` prints where the time of one page goes, and writes no result.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from typing import Any

WARM_UP = 3
Request = Callable[[], Any]


def set_up(folder: str) -> None:
    """As a company runs it: no debugging, static files hashed as in production are not looked up."""
    os.environ["TONGZHOU_DATA"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "tongzhou.config.settings"
    os.environ.setdefault("TONGZHOU_HOSTS", "testserver")
    if url := os.environ.get("TONGZHOU_BENCH_DATABASE_URL"):
        os.environ["TONGZHOU_DATABASE_URL"] = url
    else:
        os.environ.pop("TONGZHOU_DATABASE_URL", None)
    import django
    from django.conf import settings

    django.setup()
    from tongzhou.config.processes import spare_the_collector

    spare_the_collector()
    # Files are collected when a release is built; here their plain names do.
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)


def pages(projects: int) -> dict[str, Request]:
    """What is measured: by name, a function that sends the request once."""
    from bench.big_company import build, campaign
    from django.db import transaction
    from django.test import Client

    from tongzhou.people.models import Person
    from tongzhou.people.queries import actor_for
    from tongzhou.people.services import accept_signing_agreement
    from tongzhou.signoff.models import Round, Signatory
    from tongzhou.signoff.services import decide

    head = build(projects)
    project = campaign(head)
    accept_signing_agreement(by=actor_for(head))
    doors = {}
    for name, person in {"head": head, "lead": project.lead}.items():
        doors[name] = Client()
        doors[name].force_login(Person.objects.get(pk=person.pk))
    place = Signatory.objects.get(
        round=Round.objects.get(subject_kind="memorandum", project_id=project.pk),
        department__in=actor_for(head).headed_ids,
    )

    def get(address: str, who: str = "head") -> Request:
        return lambda: doors[who].get(address)

    def sign() -> None:
        """The act itself, taken back so that it can be done again."""
        with transaction.atomic():
            decide(place.pk, "agree", shown_digest=place.round.digest, identity="password", by=actor_for(head))
            transaction.set_rollback(True)

    meeting = project.meetings.get()
    home = f"/projects/{project.pk}"
    return {
        "desk (head in hundreds of projects)": get("/"),
        "projects, mine": get("/projects/?scope=mine"),
        "projects, all, page 5": get("/projects/?scope=all&page=5"),
        "projects, found by name": get("/projects/?scope=all&q=99"),
        "project home": get(f"{home}/"),
        "objectives": get(f"{home}/objectives/"),
        "commitments (20)": get(f"{home}/commitments/"),
        "people": get(f"{home}/people/"),
        "history": get(f"{home}/history/"),
        "requests, received": get("/requests/?view=received"),
        "request": get(f"{home}/request/"),
        "request form (amend)": get(f"{home}/request/amend/", "lead"),
        "meetings, mine": get("/meetings/"),
        "meeting": get(f"/meetings/{meeting.pk}/"),
        "minutes": get(f"/meetings/{meeting.pk}/minutes/"),
        "memorandum": get(f"{home}/memorandum/"),
        "sign, page": get(f"/signoff/{place.pk}/"),
        "sign, service": sign,
        "search": get("/search/?q=%E5%BA%93%E5%AD%98"),
        "inbox (2,000 messages)": get("/messages/"),
        "directory (400 persons)": get("/people/"),
        "calendar year": get("/calendars/"),
        "API projects": get("/api/v1/projects"),
    }


def measure(send: Request, runs: int) -> dict[str, Any]:
    """Milliseconds at the middle and at the slow end, of them in our own process, queries, bytes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _ in range(WARM_UP):
        answer = send()
    if answer is not None and answer.status_code != 200:
        raise SystemExit(f"{answer.status_code}: {answer.content.decode()[:2000]}")
    with CaptureQueriesContext(connection) as queries:
        send()
    asked = list(queries.captured_queries)
    taken, worked = [], []
    for _ in range(runs):
        begin, cpu = time.perf_counter(), time.process_time()
        send()
        taken.append((time.perf_counter() - begin) * 1000)
        worked.append((time.process_time() - cpu) * 1000)
    return {
        "p50_ms": round(statistics.median(taken), 1),
        "p95_ms": round(statistics.quantiles(taken, n=20)[-1], 1),
        "cpu_p50_ms": round(statistics.median(worked), 1),
        "queries": len(asked),
        "sql_ms": round(sum(float(query["time"]) for query in asked) * 1000, 1),
        "bytes": len(answer.content) if answer is not None else 0,
    }


def profile(send: Request, runs: int) -> None:
    """Prints where the time goes, and every query with its time."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _ in range(WARM_UP):
        send()
    with CaptureQueriesContext(connection) as queries:
        send()
    for query in sorted(queries.captured_queries, key=lambda query: -float(query["time"])):
        print(query["time"], query["sql"][:400])
    watch = cProfile.Profile()
    watch.enable()
    for _ in range(runs):
        send()
    watch.disable()
    pstats.Stats(watch).sort_stats("cumulative").print_stats(70)
    pstats.Stats(watch).sort_stats("tottime").print_stats(30)


def main() -> None:
    """Builds, measures, prints, keeps."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--projects", type=int, default=1000)
    asked.add_argument("--runs", type=int, default=30)
    asked.add_argument("--profile", default="")
    given = asked.parse_args()
    folder = tempfile.mkdtemp(prefix="tongzhou-bench-")
    try:
        set_up(folder)
        from bench.machine import keep
        from django.db import connection

        begin = time.perf_counter()
        listed = pages(given.projects)
        print(f"{connection.vendor}, {given.projects} projects, built in {time.perf_counter() - begin:.0f} s")
        if given.profile:
            profile(next(send for name, send in listed.items() if name.startswith(given.profile)), given.runs)
            return
        figures = {}
        for name, send in listed.items():
            figures[name] = found = measure(send, given.runs)
            print(
                f"{name:38} p50 {found['p50_ms']:7.1f} ms  p95 {found['p95_ms']:7.1f} ms  cpu {found['cpu_p50_ms']:7.1f} ms"
                f"  {found['queries']:3} queries ({found['sql_ms']:6.1f} ms)  {found['bytes']:8,} bytes"
            )
        load = os.getloadavg()[0]
        name = "pages" if connection.vendor == "sqlite" else f"pages_{connection.vendor}"
        keep(name, figures, database=connection.vendor, projects=given.projects, runs=given.runs, load=round(load, 1))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
