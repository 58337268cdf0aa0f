"""What is heavy is imported where it is used, not when a process starts."""

from __future__ import annotations

import subprocess
import sys

from tests.processes import environment

HEAVY = (
    "numpy pyhanko pypinyin typst docx xlsxwriter holidays icalendar python_calamine qrcode ortools lxml PIL fontTools"
)
PROGRAM = f"""
import sys, django; django.setup()
import tongzhou.config.urls
print(*[name for name in {HEAVY.split()!r} if name in sys.modules])
"""


def test_web_starts_without_the_heavy_libraries():
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment(), capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == ""
