#!/bin/bash -eu
# SPDX-License-Identifier: GPL-2.0-only
# Copyright the hmemfuzz authors
#
# Builds the fuzz targets and their side files into $OUT. CMake takes compiler, flags and engine from
# the environment. Started in the root of the tree.
cmake -S . -B "$WORK/build" -G Ninja
cmake --build "$WORK/build"
cmake --install "$WORK/build" --prefix "$OUT"
