# Shared by script/server, script/test, script/lint and script/bench: makes the environment once, then only looks.
# The caller sets `kind` to run or dev before it reads this file.

set -eu
cd "$(dirname "$0")/.."
UV_VERSION=0.13.9

say() { printf '%s\n' "$*" >&2; }

# Installs Debian packages where it may; names the line that does where it may not. $1 = optional|needed, rest = packages.
debian() {
    need=$1
    shift
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        say "Installing the Debian packages $* …"
        if (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@") >/dev/null 2>&1; then
            return 0
        fi
    fi
    if [ "$need" = needed ]; then
        say "Missing: $*. Install with:  sudo apt-get install $*   and start again."
        exit 1
    fi
    say "Missing, and only its tests are skipped: $*. Install with:  sudo apt-get install $*"
}

find_python() {
    for candidate in python3.11 python3.12 python3.13 python3; do
        if command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; then
            echo "$candidate"
            return 0
        fi
    done
    return 1
}

make_environment() {
    # A virtual environment cannot be moved: one made in another place is made again.
    wanted="$PWD $(cat "requirements/$kind.txt" script/setup.sh | cksum)"
    whole="$PWD $(cat requirements/dev.txt script/setup.sh | cksum)"
    if [ -x .venv/bin/python ] && grep -qsF "$PWD/.venv" .venv/bin/activate && .venv/bin/python -c '' 2>/dev/null; then
        [ "$(cat ".venv/.installed-$kind" 2>/dev/null)" = "$wanted" ] && return 0
        # The development environment holds everything needed to run.
        [ "$(cat .venv/.installed-dev 2>/dev/null)" = "$whole" ] && return 0
    else
        if ! python=$(find_python); then
            debian needed python3
            python=$(find_python) || { say "Tongzhou needs Python 3.11, 3.12 or 3.13."; exit 1; }
        fi
        "$python" -c 'import ensurepip, venv' 2>/dev/null || debian needed python3-venv
        say "Making a Python environment in .venv …"
        rm -rf .venv
        "$python" -m venv .venv
    fi
    say "Installing Python packages (once; about a minute) …"
    pip=".venv/bin/python -m pip --disable-pip-version-check"
    [ "$(.venv/bin/uv --version 2>/dev/null | cut -d' ' -f2)" = "$UV_VERSION" ] || $pip install --quiet "uv==$UV_VERSION"
    # uv does not read pip's settings; who has set a mirror for pip means it for everything.
    UV_DEFAULT_INDEX=${UV_DEFAULT_INDEX:-${PIP_INDEX_URL:-$($pip config get global.index-url 2>/dev/null || echo https://pypi.org/simple)}}
    [ -z "${PIP_CERT:-}" ] || SSL_CERT_FILE=${SSL_CERT_FILE:-$PIP_CERT}
    export UV_DEFAULT_INDEX SSL_CERT_FILE
    rm -f .venv/.installed-*
    .venv/bin/uv pip sync --quiet --require-hashes --python .venv/bin/python "requirements/$kind.txt"
    .venv/bin/python -c 'import pathlib, sysconfig; pathlib.Path(sysconfig.get_path("purelib"), "tongzhou.pth").write_text(str(pathlib.Path("src").resolve()))'
    # The package is not installed but read from src; this is its command line.
    printf '#!/bin/sh\nexec "%s/.venv/bin/python" -m tongzhou.config.command_line "$@"\n' "$PWD" >.venv/bin/tongzhou
    chmod +x .venv/bin/tongzhou
    echo "$wanted" >".venv/.installed-$kind"
}

make_environment
PATH="$PWD/.venv/bin:$PATH"
export PATH
python script/translations.py compile
python script/browser_files.py
python src/tongzhou/engine/kernel/build.py
