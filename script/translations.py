"""Translations: ``collect`` new strings into each package (needs gettext), ``compile`` .po to .mo, ``check`` gaps.

Every package keeps its own ``locale/zh_Hans/LC_MESSAGES/django.po``; the shared templates' strings lie in
``src/tongzhou/locale``. The .mo files are made here, not committed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import polib

SOURCE = Path(__file__).resolve().parent.parent / "src" / "tongzhou"
PACKAGES = [folder for folder in sorted(SOURCE.iterdir()) if (folder / "apps.py").exists()]


def catalogues() -> list[Path]:
    """Every .po of ours."""
    return sorted(SOURCE.rglob("locale/*/LC_MESSAGES/*.po"))


def compile_all() -> int:
    """Makes .mo files that are older than their .po."""
    for path in catalogues():
        made = path.with_suffix(".mo")
        if not made.exists() or made.stat().st_mtime < path.stat().st_mtime:
            # Written aside and moved into place: another start may be reading it.
            draft = path.with_suffix(f".{os.getpid()}")
            polib.pofile(str(path)).save_as_mofile(str(draft))
            draft.replace(made)
    return 0


def collect() -> int:
    """Adds strings that are new in the source and drops those that are gone."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tongzhou.config.settings",
        "PYTHONPATH": str(SOURCE.parent),
        # Else every folder it runs in gets a data folder.
        "TONGZHOU_DATA": str(SOURCE.parent.parent / "data"),
    }
    django = [
        sys.executable,
        "-m",
        "django",
        "makemessages",
        "-l",
        "zh_Hans",
        "--no-location",
        "--no-wrap",
        "--no-obsolete",
    ]
    for package in PACKAGES:
        (package / "locale").mkdir(exist_ok=True)
        subprocess.run(django, cwd=package, env=environment, check=True)
    (SOURCE / "locale").mkdir(exist_ok=True)
    ignored = [word for package in PACKAGES for word in ("-i", f"{package.name}/*")]
    subprocess.run([*django, *ignored, "-i", "static/*"], cwd=SOURCE, env=environment, check=True)
    for path in catalogues():
        catalogue = polib.pofile(str(path), wrapwidth=0)
        catalogue.metadata = {
            "Content-Type": "text/plain; charset=UTF-8",
            "Content-Transfer-Encoding": "8bit",
            "Language": "zh_Hans",
            "Plural-Forms": "nplurals=1; plural=0;",
        }
        for entry in catalogue:
            if entry.fuzzy:
                # A guess is worse than a gap: the check finds the gap.
                entry.flags.remove("fuzzy")
                entry.msgstr = ""
                entry.msgstr_plural = dict.fromkeys(entry.msgstr_plural, "")
        catalogue.save()
    return check()


def check() -> int:
    """Fails when a string has no Chinese."""
    missing = 0
    for path in catalogues():
        for entry in polib.pofile(str(path)):
            texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
            if not entry.obsolete and not all(texts):
                print(f"{path.relative_to(SOURCE)}: {entry.msgid!r} has no Chinese")
                missing += 1
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit({"compile": compile_all, "collect": collect, "check": check}[sys.argv[1]]())
