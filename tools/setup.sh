#!/usr/bin/env bash
# Makes .venv with exactly what requirements.lock names, by hash, and our packages editable in it.
# Needs Python 3.11 or later with venv, and nothing else; done already, it returns at once.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
packages=(contracts chassis services/customer services/segmentation services/campaign services/loyalty services/feedback gateway)
stamp=.venv/.maitre-stamp

fingerprint() { { echo "$root"; cat tools/setup.sh requirements.lock "${packages[@]/%//pyproject.toml}"; } | cksum; }

if [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$(fingerprint)" ]; then exit 0; fi

exec 9>.setup.lock
if command -v flock >/dev/null; then flock 9; fi   # two at once: the second finds it done
if [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$(fingerprint)" ]; then exit 0; fi

find_python() {
  local name
  for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo "$name"; return; fi
  done
  echo "Maître needs Python 3.11 or later: install it, or name it (make setup PYTHON=/path/to/python3.11)." >&2
  return 1
}

if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  python=$(find_python)
  if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "$("$python" --version) has no venv. On Debian: apt-get install python3-venv" >&2
    exit 1
  fi
  echo "Making .venv with $("$python" --version)"
  "$python" -m venv --clear .venv
fi

# uv does not read pip's configuration: what the machine says there holds for uv too, unless uv is told otherwise
if [ -n "${PIP_CERT:-}" ]; then export SSL_CERT_FILE=${SSL_CERT_FILE:-$PIP_CERT}; fi
if [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ] && .venv/bin/python -m pip --version >/dev/null 2>&1; then
  index=${PIP_INDEX_URL:-$(.venv/bin/python -m pip config get global.index-url 2>/dev/null || true)}
  if [ -n "$index" ]; then export UV_DEFAULT_INDEX=$index; fi
fi
export UV_LINK_MODE=${UV_LINK_MODE:-} UV_NO_PROGRESS=1
if [ -z "$UV_LINK_MODE" ]; then unset UV_LINK_MODE; fi

if [ ! -x .venv/bin/uv ]; then
  entry=$(mktemp)
  trap 'rm -f "$entry"' EXIT
  awk '/^[A-Za-z0-9]/ { wanted = /^uv==/ } wanted' requirements.lock >"$entry"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --requirement "$entry"
fi
echo "Installing what requirements.lock names"
editable=("${packages[@]/#/--editable=}")
.venv/bin/uv pip sync --quiet --python .venv/bin/python --require-hashes requirements.lock
.venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation "${editable[@]}"
fingerprint >"$stamp"
rm -f .setup.lock
