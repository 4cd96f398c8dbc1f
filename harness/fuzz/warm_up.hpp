// SPDX-License-Identifier: GPL-2.0-only
// What a target does before its first input: it lets its buffers grow. Otherwise an input takes another
// path through the allocator when it comes first than when it comes again, which an engine that counts
// edges (AFL++: "stability") takes for a choice of the input's.
//
// Covers: a machine, by runs of generated scenarios, whose results nobody sees. Does not cover: a buffer
// that an input makes grow further still.
#pragma once

#include "drivers/registry.hpp"
#include "run/machine.hpp"

namespace fuzz {

void warm_up(run::Machine &machine, const drivers::Revision &revision);

} // namespace fuzz
