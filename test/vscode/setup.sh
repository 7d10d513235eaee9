#!/usr/bin/env bash
# Installs what the VS Code tests run in: a real workbench and extension host (code-server) and the Node 24 it needs,
# into the git-ignored folder .vscode-test/workbench (about 1 min, 450 MB). Where they are then found: paths.ts.
#
# Needs Linux, the npm registry, g++, make and python3. Does nothing when the versions below are already installed.
# The installation is built aside and renamed when complete, so an interrupted run leaves nothing that looks installed;
# a second run waits for the first.
set -euo pipefail

readonly code_server_version=4.139.1
readonly node_version=24.21.0
# Raised when this script installs something else for the same versions, so that older folders are set up again.
readonly layout=2
readonly versions="code-server $code_server_version, node $node_version, layout $layout"

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
readonly home="$root/.vscode-test"
readonly installed="$home/workbench"
readonly building="$home/workbench.incomplete"

is_installed() {
  [[ -f "$installed/versions.txt" && "$(<"$installed/versions.txt")" == "$versions" ]]
}

check_tools() {
  if [[ "$(uname -s)" != Linux ]]; then
    echo "setup.sh: expected Linux. Elsewhere set WAYBILL_VSCODE_DOWNLOAD=1 or WAYBILL_VSCODE_EXECUTABLE=<path of VS Code>." >&2
    exit 1
  fi
  local tool
  for tool in g++ make python3 npm flock; do
    if ! command -v "$tool" >/dev/null; then
      echo "setup.sh: $tool is missing. On Debian: apt-get install g++ make python3 util-linux" >&2
      exit 1
    fi
  done
}

# npm wants a package.json, or it would install into the nearest folder above that has one.
start_package() {
  mkdir -p "$1"
  cd "$1"
  echo '{"private":true}' >package.json
}

install_node() {
  # The package per platform holds the binary and its headers and, unlike `node`, has no install script.
  local platform
  platform="node-linux-$(node -p process.arch)"
  start_package "$building/node"
  npm install --no-save --ignore-scripts --no-audit --no-fund "$platform@$node_version"
  mv "node_modules/$platform" "$building/node-24"
  cd "$building"
  rm -rf "$building/node"
}

install_code_server() {
  # Its own install script compiles eight addons, some of which want system libraries; the tests need four of them.
  start_package "$building/code-server"
  npm install --no-save --ignore-scripts --no-audit --no-fund "code-server@$code_server_version"

  cd node_modules/code-server/lib/vscode
  # Not `npm ci`: the shrinkwrap that is shipped does not agree with the package.json beside it.
  npm install --omit=dev --ignore-scripts --no-audit --no-fund
  npm rebuild --foreground-scripts @vscode/spdlog @vscode/native-watchdog @parcel/watcher node-pty

  # The built-in extensions share dependencies of their own, such as TypeScript, whose absence the workbench complains about.
  cd extensions
  npm install --omit=dev --ignore-scripts --no-audit --no-fund
  node ./postinstall.mjs
}

drop_what_no_test_needs() {
  cd "$building/code-server/node_modules/code-server/lib/vscode"
  rm -rf \
    node_modules/@github \
    node_modules/@microsoft/mxc-sdk \
    node_modules/@devcontainers \
    node_modules/@vscode/deviceid \
    node_modules/@vscode/sqlite3 \
    node_modules/@vscode/windows-* \
    node_modules/kerberos \
    extensions/copilot \
    extensions/mermaid-markdown-features \
    extensions/microsoft-authentication \
    extensions/ms-vscode.*
  find node_modules/@vscode/ripgrep-universal/bin node_modules/node-pty/prebuilds \
    -mindepth 1 -maxdepth 1 ! -name 'linux-*' -exec rm -rf {} +
}

if is_installed; then exit 0; fi
check_tools

mkdir -p "$home"
exec {lock}>"$home/setup.lock"
flock "$lock"
# Another run may have finished while this one waited.
if is_installed; then exit 0; fi

echo "setup.sh: installing $versions into .vscode-test (about a minute)" >&2
rm -rf "$building"
mkdir -p "$building"
install_node
# code-server refuses any other Node, and node-gyp must take the headers of this one rather than of the Node that runs npm.
export PATH="$building/node-24/bin:$PATH" npm_config_nodedir="$building/node-24"
install_code_server
drop_what_no_test_needs

cd "$home"
echo "$versions" >"$building/versions.txt"
# Moved, not deleted, out of the way: a run that uses it must not see half a folder.
readonly outdated="$home/workbench.outdated"
rm -rf "$outdated"
if [[ -e "$installed" ]]; then mv "$installed" "$outdated"; fi
mv "$building" "$installed"
rm -rf "$outdated"
