// SPDX-License-Identifier: GPL-2.0-only
// A number that two runs share if they end alike: same verdict, and at rest the same modules,
// drivers, devices, windows, regions, dax regions and memory.
//
// Covers: what can be told from the records. Does not cover: how a run got there, and the epilogue,
// whose part in the verdict counts all the same.
#pragma once

#include "kernel/record_set.hpp"
#include "run/machine.hpp"

#include <cstdint>

namespace run {

// Depends on nothing but the run: no addresses, no order in time. 64 bits: among a million states
// that differ, two share a number with a probability of 1 in 37 million.
std::uint64_t final_state(const Result &result);

// Those that it reads, beside those that are judged.
const kernel::RecordSet &final_state_records();

} // namespace run
