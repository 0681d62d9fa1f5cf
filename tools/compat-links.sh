#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes folder $1 with one link to the executable beside it for each of the other arguments.
set -eu
folder=$1
shift
mkdir -p "$folder"
for name in "$@"; do
	ln -sfn ../saker "$folder/$name"
done
