# Shared by script/server, script/test, script/lint and script/bench: makes the environment, once.
# Usage: . script/setup.sh run|dev

set -eu
cd "$(dirname "$0")/.."
UV_VERSION=0.13.9

say() { printf '%s\n' "$*" >&2; }

# Installs Debian packages where it can; names the line that does where it cannot. $1 = optional|needed, rest = packages.
debian() {
    need=$1
    shift
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        say "Installing $* …"
        (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@") >/dev/null 2>&1 && return 0
    fi
    say "Missing: $*. Install with:  apt-get install $*"
    [ "$need" = optional ]
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
    kind=$1
    wanted=$(cat requirements/$kind.txt script/setup.sh | cksum)
    if [ -x .venv/bin/python ] && .venv/bin/python -c '' 2>/dev/null; then
        [ "$(cat .venv/.installed-$kind 2>/dev/null)" = "$wanted" ] && return 0
        # The development environment holds everything needed to run.
        [ "$kind" = run ] && [ "$(cat .venv/.installed-dev 2>/dev/null)" = "$(cat requirements/dev.txt script/setup.sh | cksum)" ] && return 0
    else
        python=$(find_python) || { debian needed python3 && python=python3; }
        "$python" -c 'import ensurepip, venv' 2>/dev/null || debian needed python3-venv
        rm -rf .venv
        "$python" -m venv .venv
    fi
    say "Installing Python packages …"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$UV_VERSION"
    .venv/bin/uv pip sync --quiet --require-hashes --python .venv/bin/python requirements/$kind.txt
    .venv/bin/python -c 'import pathlib, sysconfig; pathlib.Path(sysconfig.get_path("purelib"), "tongzhou.pth").write_text(str(pathlib.Path("src").resolve()))'
    rm -f .venv/.installed-*
    echo "$wanted" >.venv/.installed-$kind
}

make_environment "$1"
PATH="$PWD/.venv/bin:$PATH"
export PATH
python script/translations.py compile
python script/browser_files.py
