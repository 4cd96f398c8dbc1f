#!/bin/bash -eu
# SPDX-License-Identifier: GPL-2.0-only
# Copyright the hmemfuzz authors
#
# Builds again what build.sh built, after a change to the sources: offline, and only what changed.
cmake --build "$WORK/build"
cmake --install "$WORK/build" --prefix "$OUT"
