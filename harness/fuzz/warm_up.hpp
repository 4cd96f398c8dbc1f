// SPDX-License-Identifier: GPL-2.0-only
// What a target does before its first input under AFL++: it lets its buffers grow. Otherwise an input takes
// another path through the allocator when it comes first than when it comes again, which AFL++ ("stability")
// takes for a choice of the input's. Other engines look at an input once, and have a crash file for whatever
// code under test does: what would crash here has none.
//
// Covers: a machine, by runs of generated scenarios, whose results nobody sees. Does not cover: a buffer
// that an input makes grow further still.
#pragma once

#include "drivers/registry.hpp"
#include "run/machine.hpp"

namespace fuzz {

// Whether AFL++ runs this process.
bool steadiness_counts();

void warm_up(run::Machine &machine, const drivers::Revision &revision);

} // namespace fuzz
