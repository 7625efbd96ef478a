#!/bin/sh
# Sets up what is missing, then runs or tests Learning Lab. Everything it installs goes into .venv.
#   sh lab.sh run                      serve on LAB_BIND (default 127.0.0.1:8000)
#   sh lab.sh test [pytest arguments]  every test, or the ones you name
#   sh lab.sh test --soak              the same at larger counts, and what takes hours
#   sh lab.sh lock                     pin the packages of pyproject.toml anew
set -eu

PATH=${PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}
export PATH
# Compiled modules make every later start several times faster.
unset PYTHONDONTWRITEBYTECODE
cd "$(dirname "$0")"
root=$(pwd)
py=$root/.venv/bin/python

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# Programs that want to write to a home that is not there get a place in .venv instead.
settle_home() {
    if [ -z "${HOME:-}" ] || [ ! -w "$HOME" ]; then
        HOME=$root/.venv/home
        PIP_NO_CACHE_DIR=1
        export HOME PIP_NO_CACHE_DIR
        mkdir -p "$HOME"
    fi
}

find_python() {
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        found=$(command -v "$name") || continue
        if "$found" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s\n' "$found"
            return
        fi
    done
    fail "Learning Lab needs Python 3.11 or newer. Install it (on Debian or Ubuntu: apt-get install python3 python3-pip) and run this again."
}

# Debian's Python comes without ensurepip, so its pip is asked to put a pip into the new environment.
make_environment() {
    if [ -x "$py" ] && "$py" -c 'import pip' 2>/dev/null; then return; fi
    python=$(find_python)
    say "Making .venv with $("$python" --version) ..."
    if "$python" -m venv --clear .venv >/dev/null 2>&1; then return; fi
    if "$python" -m venv --clear --without-pip .venv >/dev/null 2>&1; then
        settle_home
        if "$python" -m pip --python "$py" install --quiet --disable-pip-version-check pip; then return; fi
    fi
    fail "$python can make no environment. Install pip or the venv module (on Debian or Ubuntu: apt-get install python3-venv) and run this again."
}

# The stamp is the checksum of what was installed last, so an unchanged list costs nothing.
install() {
    make_environment
    settle_home
    sum=$(cksum <"$1")
    stamp=.venv/$1.stamp
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ]; then return; fi
    say "Installing $1 ..."
    "$py" -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-input \
        --no-compile --no-deps --require-hashes -r "$1" ||
        fail "The packages of $1 could not be installed. The lines above say why; most often the package index could not be reached."
    printf '%s\n' "$sum" >"$stamp"
}

# ---- run

# Unsafe settings are refused with one sentence before anything starts.
settings_are_safe() {
    "$py" - <<'PYTHON'
import sys

from lab.settings import Settings, UnsafeSettings

try:
    Settings.from_environment()
except UnsafeSettings as refused:
    sys.exit(f"{refused}")
PYTHON
}

port_is_free() {
    "$py" - "$1" <<'PYTHON'
import socket, sys

host, _, port = sys.argv[1].rpartition(":")
family = socket.AF_INET6 if ":" in host else socket.AF_INET
with socket.socket(family) as probe:
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind((host.strip("[]"), int(port)))
    except (OSError, ValueError) as problem:
        sys.exit(f"LAB_BIND is {sys.argv[1]}, and that cannot be served: {problem}. Stop what is there, or set LAB_BIND to another HOST:PORT.")
PYTHON
}

answers() {
    "$py" - "$1" <<'PYTHON'
import sys, urllib.request

try:
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"http://{sys.argv[1]}/healthz", timeout=2):
        pass
except OSError:
    sys.exit(1)
PYTHON
}

alive() { kill -0 "$1" 2>/dev/null; }

# Ends what still runs, waits for it, and leaves with the code that was given.
stop() {
    trap '' INT TERM HUP
    kill -TERM $server $worker $metrics 2>/dev/null || :
    wait $server $worker $metrics 2>/dev/null || :
    exit "$1"
}

# A sleep in the background can be interrupted by a signal; one in the foreground cannot.
pause() { sleep "$1" & wait $! || :; }

greet() {
    if [ -n "${LAB_SECRET_KEY:-}" ]; then
        say "Learning Lab serves $bind as ${LAB_BASE_URL:-}. Ctrl-C ends it."
        return
    fi
    say ""
    say "Learning Lab is ready: http://$bind"
    say "This is a demo with invented people. Sign in with one click at http://$bind/demo/ as"
    say "  Omar (organization), Dana (director) or Ruth (consultant)."
    say "Ctrl-C ends it."
}

run() {
    install requirements.txt
    if [ -n "${LAB_OIDC_ISSUER:-}" ]; then install requirements-oidc.txt; fi
    bind=${LAB_BIND:-127.0.0.1:8000}
    settings_are_safe || exit 1
    port_is_free "$bind" || exit 1
    "$py" -m flask --app app lab setup || fail "Learning Lab was not started. The lines above say what to change."
    server='' worker='' metrics=''
    trap 'stop 0' INT TERM HUP
    "$py" -m flask --app app lab worker &
    worker=$!
    "$py" -m gunicorn app:app &
    server=$!
    if [ -n "${LAB_METRICS_BIND:-}" ]; then
        "$py" -m flask --app app lab metrics &
        metrics=$!
    fi
    waited=0
    until answers "$bind"; do
        waited=$((waited + 1))
        if ! alive "$server" || ! alive "$worker" || [ "$waited" -gt 60 ]; then
            say "Learning Lab did not start. The lines above say why."
            stop 1
        fi
        pause 0.5
    done
    greet
    while alive "$server" && alive "$worker"; do pause 1; done
    say "One of the two processes ended, so the other one is stopped too."
    stop 1
}

# ---- test

works() { [ -n "$1" ] && "$1" --version >/dev/null 2>&1; }

find_chromium() {
    if [ -n "${LAB_CHROMIUM:-}" ]; then
        works "$LAB_CHROMIUM" || fail "LAB_CHROMIUM is $LAB_CHROMIUM, and that does not start."
        return
    fi
    # The headless shell is the same browser without windows, and takes half as long.
    for name in chromium-headless-shell "$root/.venv/chromium-headless-shell/chromium" \
        chromium chromium-browser google-chrome google-chrome-stable "$root/.venv/chromium/chromium" \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
        LAB_CHROMIUM=$(command -v "$name") || continue
        if works "$LAB_CHROMIUM"; then return; fi
    done
    LAB_CHROMIUM=''
    return 1
}

need_chromium() {
    if ! find_chromium; then
        can_add_packages chromium
        # Not every system has the shell.
        { add_package chromium-headless-shell && find_chromium; } || add_packages chromium
        find_chromium || fail "Chromium was installed, but does not start. See .venv/packages.log."
    fi
    export LAB_CHROMIUM
}

# What drives Chromium is a program of its own, and asks for one library that small systems lack.
need_driver() {
    if [ -d .venv/libatomic1 ]; then
        LD_LIBRARY_PATH=$(libraries_in "$root/.venv/libatomic1")${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
        export LD_LIBRARY_PATH
    fi
    if drives; then return; fi
    if [ -d .venv/libatomic1 ]; then fail "Playwright's driver does not start: $("$py" -m playwright --version 2>&1 | head -n 1)"; fi
    add_packages libatomic1
    mkdir -p .venv/libatomic1
    need_driver
}

drives() { "$py" -m playwright --version >/dev/null 2>&1; }

# Root installs a package of Debian, anybody else gets it unpacked into .venv; or whoever says how, in that way.
add_packages() {
    can_add_packages "$1"
    add_package "$@" || {
        tail -n 5 .venv/packages.log >&2
        fail "$1 could not be installed. Install it as root (apt-get install $1) and run this again."
    }
}

can_add_packages() {
    command -v apt-get >/dev/null || fail "The tests need $1. Install it; for Chromium or nginx you can also set LAB_CHROMIUM or LAB_NGINX to the program."
}

add_package() {
    say "Installing $1 ..."
    if [ -n "${2:-}" ]; then how=$2; elif [ "$(id -u)" = 0 ]; then how=install_package; else how=unpack_package; fi
    "$how" "$1" >>.venv/packages.log 2>&1
}

install_package() {
    DEBIAN_FRONTEND=noninteractive
    export DEBIAN_FRONTEND
    apt-get -q update && apt-get -q -y --no-install-recommends install "$1"
}

# The package and all it depends on that is not there yet.
unpack_package() {
    place=$root/.venv/$1
    lists=$root/.venv/apt
    rm -rf "$place" "$lists/debs"
    mkdir -p "$lists/lists/partial" "$lists/cache/archives/partial" "$lists/debs" "$place"
    own_apt -q update || return 1
    wanted=$(own_apt -s --no-install-recommends install "$1" | sed -n 's/^Inst \([^ ]*\) \(\[[^]]*\] \)*(\([^ ]*\) .*/\1=\3/p')
    [ -n "$wanted" ] || return 1
    # shellcheck disable=SC2086 # one word for each package
    (cd "$lists/debs" && own_apt -q download $wanted) || return 1
    for package in "$lists"/debs/*.deb; do dpkg-deb -x "$package" "$place" || return 1; done
    rm -rf "$lists"
    case $1 in chromium*) write_launcher "$1" ;; esac
}

own_apt() {
    apt-get -o "Dir::State::Lists=$lists/lists" -o "Dir::Cache=$lists/cache" -o Debug::NoLocking=1 "$@"
}

libraries_in() { find "$1" -name '*.so*' -exec dirname {} \; | sort -u | paste -s -d : -; }

write_launcher() {
    cat >"$place/fonts.conf" <<XML
<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>$place/usr/share/fonts</dir><dir>/usr/share/fonts</dir><cachedir>$place/fonts</cachedir></fontconfig>
XML
    cat >"$place/chromium" <<LAUNCHER
#!/bin/sh
LD_LIBRARY_PATH='$(libraries_in "$place")' FONTCONFIG_FILE='$place/fonts.conf' exec '$place/usr/lib/chromium/$1' "\$@"
LAUNCHER
    chmod +x "$place/chromium"
}

# The scanner needs packages that would not go with ours, so it has an environment of its own.
need_scanner() {
    sum=$(cksum <requirements-wapiti.txt)
    stamp=.venv/wapiti/stamp
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ]; then return; fi
    say "Installing requirements-wapiti.txt into .venv/wapiti ..."
    rm -rf .venv/wapiti
    "$py" -m uv --no-config venv --quiet --python "$py" .venv/wapiti &&
        "$py" -m pip --python .venv/wapiti/bin/python install --quiet --disable-pip-version-check \
            --root-user-action=ignore --no-input --no-deps --require-hashes -r requirements-wapiti.txt ||
        fail "The scanner could not be installed. The lines above say why."
    printf '%s\n' "$sum" >"$stamp"
}

find_nginx() {
    if [ -n "${LAB_NGINX:-}" ]; then
        "$LAB_NGINX" -v >/dev/null 2>&1 || fail "LAB_NGINX is $LAB_NGINX, and that does not start."
        return
    fi
    for name in nginx /usr/sbin/nginx "$root/.venv/nginx/usr/sbin/nginx"; do
        LAB_NGINX=$(command -v "$name") && "$LAB_NGINX" -v >/dev/null 2>&1 && return
    done
    LAB_NGINX=''
    return 1
}

need_nginx() {
    if ! find_nginx; then
        # Installed as root it would begin to serve port 80.
        add_packages nginx unpack_package
        find_nginx || fail "nginx was installed, but does not start. See .venv/packages.log."
    fi
    export LAB_NGINX
}

# ---- lock

lock() {
    install requirements-dev.txt
    pin requirements.txt pyproject.toml
    pin requirements-oidc.txt pyproject.toml --extra oidc --constraints requirements.txt
    pin requirements-dev.txt pyproject.toml --group dev --constraints requirements.txt
    pin requirements-wapiti.txt --group scanner
}

pin() {
    list=$1
    shift
    "$py" -m uv --no-config pip compile "$@" --output-file "$list" --quiet --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url --custom-compile-command "sh lab.sh lock"
}

verb=${1:-}
[ $# -eq 0 ] || shift
case $verb in
run) run ;;
test)
    install requirements-dev.txt
    # What takes hours is not ended by the clock that watches for tests that hang.
    case " $* " in *" --soak "*) need_scanner; need_nginx; set -- "$@" -o faulthandler_timeout=0 ;; esac
    need_chromium
    need_driver
    exec "$py" -m pytest -n 2 --dist loadfile "$@"
    ;;
lock) lock ;;
*) fail "Say what to do: sh lab.sh run, or sh lab.sh test [pytest arguments]." ;;
esac
