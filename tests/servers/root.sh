#!/usr/bin/env bash
# root.sh NAME: prints the folder of a small system of another Debian release with a database server
# in it, for tests that chroot there. Made at the first time (a minute, half a GB), from the sources
# that this machine's own apt has. Needs root and mmdebstrap.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

case $1 in
  mysql) suite=sid packages=mysql-server-core,mysql-client-core ;;
  mariadb11) suite=trixie packages=mariadb-server-core,mariadb-client-core ;;
  *) echo "no such server: $1" >&2; exit 2 ;;
esac
root=$PWD/build/servers/$1

# The address of Debian as this machine's apt knows it, in whatever form it is written down.
debian() {
  apt-get indextargets --format '$(ORIGIN)/$(LABEL) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
    awk '$1 == "Debian/Debian" && $2 == "main" {print $3; exit}'
}

if [[ ! -e $root/made ]]; then
  [[ $(id -u) == 0 ]] || { echo "this needs root: it makes a system to chroot into" >&2; exit 1; }
  from=$(debian)
  [[ -n $from ]] || { apt-get update -qq; from=$(debian); }
  [[ -n $from ]] || { echo "apt has no source of Debian here, and this server comes from there" >&2; exit 1; }
  rm -rf "$root"
  mkdir -p "${root%/*}"
  # A mirror may be older than its own dates allow.
  timeout 1200 mmdebstrap --quiet --variant=minbase --include="$packages" \
    --aptopt='Acquire::Check-Valid-Until "false"' "$suite" "$root" \
    "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $from $suite main" >&2
  touch "$root/made"
fi
echo "$root"
