"""Starting the web process loads nothing heavy: what only some acts need is loaded by those acts."""

import subprocess
import sys

import pytest

HEAVY = [
    "ortools",
    "pyhanko",
    "pypinyin",
    "numpy",
    "typst",
    "docx",
    "holidays",
    "python_calamine",
    "xlsxwriter",
    "fontTools",
    "icalendar",
    "polib",
]
START = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tongzhou.config.settings"
import django
django.setup()
if sys.argv[1] == "pages":
    from django.urls import get_resolver
    from django.core.handlers.wsgi import WSGIHandler
    get_resolver().url_patterns
    WSGIHandler()
print(" ".join(sorted({name.split(".")[0] for name in sys.modules})))
"""


@pytest.mark.parametrize("what", ["setup", "pages"])
def test_the_start_path_stays_light(what, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", START, what],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": "src", "TONGZHOU_DATA": str(tmp_path), "PATH": ""},
    )
    loaded = set(done.stdout.split())
    assert "tongzhou" in loaded
    assert sorted(loaded.intersection(HEAVY)) == []
