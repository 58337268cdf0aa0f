"""``tongzhou``: one command for everything that is run."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Reads the command line and runs the command; the exit code says how it went."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongzhou.config.settings")
    parser = argparse.ArgumentParser(prog="tongzhou", description="Tongzhou 同舟, cross-department collaboration.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        return command

    server = add("server", _server, "Web, event stream, worker and clock in one command.")
    server.add_argument("--no-demo", action="store_true", help="start with an empty company")
    add("web", _process("web"), "The pages and the API only.")
    add("stream", _process("stream"), "The event stream of live pages only.")
    add("worker", _process("worker"), "Sends what is in the outbox, runs jobs in the background.")
    add("clock", _process("clock"), "Fires what falls due.")
    add("setup", _setup, "Brings database and browser files up to date.")
    add("demo", _demo, "Loads the demo company into an empty database.")
    admin = add("create-admin", _create_admin, "Makes an administrator.")
    admin.add_argument("username")
    admin.add_argument("--name", default="")
    verify = add("verify", _verify, "Checks the event log, signatures and files.")
    verify.add_argument("file", nargs="?", help="a sealed PDF to check against this system's records")
    keep = add("backup", _backup, "Writes database, files and keys into one archive.")
    keep.add_argument("file")
    back = add("restore", _restore, "Puts a backup in place of an empty system.")
    back.add_argument("file")
    trial = add("simulate", _simulate, "Runs the clock for years in minutes, on a database of its own, and counts.")
    trial.add_argument("--days", type=int, default=90)
    trial.add_argument("--zones", type=int, default=5)
    trial.add_argument("--clocks", type=int, default=2)
    trial.add_argument("--crashes", type=_share, default=0.01, metavar="1%%", help="how often a step is killed")
    trial.add_argument("--seed", type=int, default=1)
    django = add("django", _django, "Any command of the framework underneath (shell, dbshell, …).")
    django.add_argument("rest", nargs=argparse.REMAINDER)
    chosen = parser.parse_args(arguments)
    try:
        result: int = chosen.run(chosen)
    except KeyboardInterrupt:
        # As every shell has it for a command ended by Ctrl-C.
        return 130
    return result


def _server(chosen: argparse.Namespace) -> int:
    if not chosen.no_demo and "TONGZHOU_DEMO" not in os.environ:
        os.environ["TONGZHOU_DEMO"] = "1"
    from .processes import serve_all

    return serve_all()


def _process(name: str) -> Callable[[argparse.Namespace], int]:
    def run(chosen: argparse.Namespace) -> int:
        from . import processes

        processes.end_with_parent()
        start: Callable[[], int] = getattr(processes, f"run_{name}")
        return start()

    return run


def _setup(chosen: argparse.Namespace) -> int:
    from .processes import set_up

    set_up()
    return 0


def _demo(chosen: argparse.Namespace) -> int:
    os.environ["TONGZHOU_DEMO"] = "1"
    from .processes import load_demo, set_up

    set_up()
    return 0 if load_demo() else _fail("The database is not empty; the demo company is loaded into an empty one only.")


def _create_admin(chosen: argparse.Namespace) -> int:
    from .processes import set_up

    set_up()
    from tongzhou.core.actor import system
    from tongzhou.core.errors import InvalidInput
    from tongzhou.people import services

    password = os.environ.get("TONGZHOU_ADMIN_PASSWORD") or getpass.getpass("Password: ")
    try:
        services.create_administrator(
            chosen.username, chosen.name or chosen.username, password, by=system("command line")
        )
    except InvalidInput as refusal:
        return _fail("; ".join(f"{name}: {', '.join(map(str, texts))}" for name, texts in refusal.fields.items()))
    print(f"{chosen.username} can log in.")
    return 0


def _verify(chosen: argparse.Namespace) -> int:
    import django

    django.setup()
    from .verification import problems

    found = list(problems(chosen.file))
    for sentence in found:
        print(sentence)
    print("Nothing wrong found." if not found else f"{len(found)} problem(s) found.")
    return 1 if found else 0


def _backup(chosen: argparse.Namespace) -> int:
    from .backups import backup

    backup(Path(chosen.file))
    print(f"{chosen.file} written.")
    return 0


def _restore(chosen: argparse.Namespace) -> int:
    from .backups import restore
    from .processes import set_up

    try:
        print(restore(Path(chosen.file)))
    except (ValueError, OSError) as refusal:
        return _fail(str(refusal))
    # A backup of an older version is brought up to date.
    set_up()
    return _verify(argparse.Namespace(file=None))


def _share(text: str) -> float:
    return float(text.removesuffix("%")) / 100 if text.endswith("%") else float(text)


def _simulate(chosen: argparse.Namespace) -> int:
    import tempfile
    import time

    with tempfile.TemporaryDirectory(prefix="tongzhou-simulation-") as folder:
        # Never on the company's own database: settings are read after this.
        os.environ["TONGZHOU_DATA"] = folder
        for name in ("TONGZHOU_DATABASE_URL", "TONGZHOU_DEMO"):
            os.environ.pop(name, None)
        from .processes import set_up

        set_up()
        from .simulation import simulate

        started = time.monotonic()
        figures = simulate(chosen.days, chosen.zones, chosen.clocks, chosen.crashes, chosen.seed)
        print(figures)
        for example in figures.examples:
            print(f"  {example}")
        print(f"{chosen.days} days in {time.monotonic() - started:.0f} s, seed {chosen.seed}")
    return 0 if figures.is_as_promised else 1


def _django(chosen: argparse.Namespace) -> int:
    from django.core.management import execute_from_command_line

    execute_from_command_line(["tongzhou django", *chosen.rest])
    return 0


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
