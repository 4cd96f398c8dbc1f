// SPDX-License-Identifier: GPL-2.0-only
// What a target says to the mutator that serves it (mutator.cpp). Each target that reads the wire form
// defines it.
#pragma once

#include "generators/scenarios.hpp"

#include <string_view>

namespace fuzz {

struct Served {
    generators::Runs runs;
    std::string_view revision; // on which to look ahead, for scheduled runs
};

Served served();

} // namespace fuzz
