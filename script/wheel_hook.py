"""Build hook: a wheel or source archive carries browser files, fonts, compiled translations and the compiled engine."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WheelHook(BuildHookInterface):
    """Makes what is not in git before anything is packed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Runs the same scripts as every start from a checkout; they do nothing when nothing is missing."""
        for name, words in (
            ("script/browser_files.py", []),
            ("script/translations.py", ["compile"]),
            ("src/tongzhou/engine/kernel/build.py", ["--wheel"]),
        ):
            script = Path(self.root, name)
            before, sys.argv = sys.argv, [str(script), *words]
            try:
                runpy.run_path(str(script), run_name="__main__")
            except SystemExit as ended:
                if ended.code:
                    raise
            finally:
                sys.argv = before
