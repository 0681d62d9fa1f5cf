#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Installs from Debian's packages what a purpose needs and this machine lacks; says what it does.
#
#     packaging/install-deps.sh build|test|fuzz|dev ...
#     packaging/install-deps.sh --list build test     only prints what is missing
#
# Nothing is downloaded, and no root needed, when nothing is missing.
set -euo pipefail

declare -A packages=(
	[build]="gcc g++ make pkg-config meson ninja-build python3 clang llvm bpftool libbpf-dev
		libelf-dev zlib1g-dev libyaml-dev libjansson-dev libre2-dev libisal-dev libcmocka-dev"
	# bsdutils is essential in Debian, but script(1) left it for bsdextrautils once before.
	[test]="sysdig stress-ng containerd runc docker.io busybox-static bsdutils util-linux procps git"
	[fuzz]="clang libclang-rt-14-dev llvm"
	[dev]="clang-format clang-tidy cppcheck gdb linux-perf valgrind"
)

list_only=
if [ "${1:-}" = --list ]; then
	list_only=1
	shift
fi
if [ $# -eq 0 ]; then
	echo "usage: $0 [--list] ${!packages[*]}" >&2
	exit 2
fi

missing=()
for purpose in "$@"; do
	if [ -z "${packages[$purpose]:-}" ]; then
		echo "$0: no such purpose: $purpose (known: ${!packages[*]})" >&2
		exit 2
	fi
	for package in ${packages[$purpose]}; do
		state=$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null || true)
		case $state in
		ii*) ;;
		*) missing+=("$package") ;;
		esac
	done
done

if [ ${#missing[@]} -eq 0 ]; then
	[ -n "$list_only" ] || echo "packages for $*: nothing is missing"
	exit 0
fi
if [ -n "$list_only" ]; then
	printf '%s\n' "${missing[@]}"
	exit 0
fi

echo "packages for $*: installing ${missing[*]}"
if ! command -v apt-get >/dev/null; then
	echo "$0: no apt-get here; install the counterparts of these Debian packages by hand" >&2
	exit 1
fi
sudo=
if [ "$(id -u)" -ne 0 ]; then
	if ! command -v sudo >/dev/null; then
		echo "$0: not root and no sudo; as root: apt-get install ${missing[*]}" >&2
		exit 1
	fi
	sudo=sudo
fi
started=$SECONDS
$sudo apt-get update -q
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
echo "packages for $*: done in $((SECONDS - started)) s"
