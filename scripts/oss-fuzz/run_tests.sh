#!/bin/bash -eu
# SPDX-License-Identifier: GPL-2.0-only
# Copyright the hmemfuzz authors
#
# Tests what build.sh built, offline: each target runs its own seeds once. The unit tests need
# GoogleTest and RapidCheck, which no fleet has (scripts/test). Leaves the tree unchanged: what a
# target writes, as one built for coverage does, goes where its seeds are unpacked.
seeds=$(mktemp -d)
trap 'rm -rf "$seeds"' EXIT
for target in "$OUT"/fuzz_*; do
    case $target in
    *.zip | *.dict | *.options) continue ;;
    esac
    rm -rf "${seeds:?}"/*
    (cd "$seeds" && cmake -E tar xf "${target}_seed_corpus.zip")
    [[ $(find "$seeds" -type f) ]] || { echo "$target has no seeds" >&2 && exit 1; }
    (cd "$seeds" && find . -type f -exec "$target" {} +)
done
