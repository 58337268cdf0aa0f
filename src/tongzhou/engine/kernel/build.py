"""Compiles the kernel into one shared library beside its sources, only when a source has changed.

    python src/tongzhou/engine/kernel/build.py              for this machine
    python src/tongzhou/engine/kernel/build.py --wheel      for Linux on x86_64 and aarch64, as the wheel carries them

It takes the machine's C compiler. Where there is none it uses zig from the package `ziglang` (a C compiler as a wheel,
pinned in requirements/kernel.txt), installed into a folder of its own and deleted afterwards: it is 400 MB large.
Without either it says so in one line and ends well: the Python twin runs. It is called by script/setup.sh and the wheel
hook and needs nothing but the standard library; the loader asks it for the library's name and checksum.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
REQUIREMENTS = HERE.parents[3] / "requirements" / "kernel.txt"
# No -march and no -ffast-math, and no fused multiply-add (the default of some compilers on aarch64): the results
# are those of the Python twin, bit for bit, on every machine.
FLAGS = (
    "-std=c11",
    "-O3",
    "-fPIC",
    "-shared",
    "-fvisibility=hidden",
    "-ffp-contract=off",
    "-fno-math-errno",
    "-Wall",
    "-s",
)
# The oldest glibc a supported Python runs on.
WHEEL_TARGETS = {"linux-x86_64": "x86_64-linux-gnu.2.17", "linux-aarch64": "aarch64-linux-gnu.2.17"}


def sources() -> list[Path]:
    """Everything that decides what the library does."""
    return sorted([*HERE.glob("*.c"), *HERE.glob("*.h")])


def stamp() -> str:
    """A checksum over sources and flags; it is compiled into the library and so says what it was made from."""
    sha = hashlib.sha256(" ".join(FLAGS).encode())
    for source in sources():
        sha.update(source.name.encode() + b"\0" + source.read_bytes())
    return f"tongzhou-kernel:{sha.hexdigest()[:32]}"


def library_path(machine: str | None = None) -> Path:
    """Where the library of a machine lies, e.g. kernel-linux-x86_64.so."""
    return HERE / f"kernel-{machine or f'{platform.system()}-{platform.machine()}'.lower()}.so"


def is_current(library: Path) -> bool:
    """Whether the library was made from the sources as they are now."""
    return library.is_file() and stamp().encode() in library.read_bytes()


def compile_with(compiler: list[str], library: Path) -> bool:
    """Compiles beside the library and puts it in place in one step: a running process keeps the old one."""
    new = library.with_name(f".{library.name}.{os.getpid()}")
    files = [str(source) for source in sources() if source.suffix == ".c"]
    try:
        words = [*compiler, *FLAGS, f'-DTZ_STAMP="{stamp()}"', "-o", str(new), *files, "-lm"]
        told = subprocess.run(words, capture_output=True, text=True)
        if told.returncode == 0:
            new.replace(library)
            return True
        if os.environ.get("TONGZHOU_KERNEL_LOUD"):
            sys.stderr.write(told.stderr)
        return False
    except OSError:
        return False
    finally:
        new.unlink(missing_ok=True)


def machine_compilers() -> list[list[str]]:
    """The C compilers found here, the one named by CC first."""
    named = os.environ.get("CC", "").split()
    return [named] * bool(named) + [[found] for name in ("cc", "gcc", "clang") if (found := shutil.which(name))]


def zig(folder: str) -> tuple[list[str], dict[str, str]] | None:
    """The call of zig's C compiler and its environment: the one installed, else one fetched into the folder."""
    environment = os.environ | {"ZIG_GLOBAL_CACHE_DIR": f"{folder}/cache", "ZIG_LOCAL_CACHE_DIR": f"{folder}/cache"}
    call = [sys.executable, "-m", "ziglang", "cc"]
    if importlib.util.find_spec("ziglang") is not None:
        return call, environment
    if not REQUIREMENTS.is_file():
        return None
    sys.stderr.write("There is no C compiler on this machine: fetching one for the scheduling engine (once) ...\n")
    if uv := shutil.which("uv", path=f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}"):
        install = [uv, "pip", "install", "--quiet", "--python", sys.executable]
    else:
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    words = [*install, "--target", f"{folder}/zig", "--require-hashes", "-r", str(REQUIREMENTS)]
    if subprocess.run(words, capture_output=True).returncode != 0:
        return None
    return call, environment | {"PYTHONPATH": f"{folder}/zig"}


def build_here() -> bool:
    """Makes the library of this machine; False when nothing here can compile."""
    library = library_path()
    if is_current(library) or any(compile_with(compiler, library) for compiler in machine_compilers()):
        return True
    return with_zig({library.name: (library, [])})


def build_for_wheel() -> bool:
    """Makes the libraries a wheel carries, with zig: it compiles for other machines and for an old glibc."""
    return with_zig({name: (library_path(name), ["-target", target]) for name, target in WHEEL_TARGETS.items()})


def with_zig(wanted: dict[str, tuple[Path, list[str]]]) -> bool:
    """Compiles each library with zig."""
    with tempfile.TemporaryDirectory() as folder:
        found = zig(folder)
        if found is None:
            return False
        call, environment = found
        before = dict(os.environ)
        os.environ.update(environment)
        try:
            return all(compile_with([*call, *words], library) for library, words in wanted.values())
        finally:
            os.environ.clear()
            os.environ.update(before)


def main() -> None:
    """Builds, and says in one line when it could not: the system runs all the same."""
    if "--wheel" in sys.argv:
        if not build_for_wheel():
            sys.exit("The compiled engine could not be made for the wheel.")
    elif not build_here():
        sys.stderr.write("The scheduling engine could not be compiled; plans are computed in Python, more slowly.\n")


if __name__ == "__main__":
    main()
