// SPDX-License-Identifier: GPL-2.0-only
// What every fuzz_ownership_* target does with an input: decode, run, judge.
#pragma once

#include "run/machine.hpp"
#include "scenario/scenario.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace fuzz {

// Sees a run before anything is told of it.
using RunObserver = std::function<void(const scenario::Scenario &, const run::Result &)>;

// Once, before the first input: see warm_up.hpp.
void prepare_ownership(std::string_view revision);

// Runs the bytes on the revision; what they say of one is ignored, so that a target tests what its
// name says.
// Aborts, on the main stack and after the run, on a violation that is neither accepted nor open: the
// line "ASSERTION FAILED: <property> <cause>" comes first (failure.hpp). An open finding is told once.
// With HMEMFUZZ_KEEP_GOING it does not abort: the smallest input that shows an identity is kept
// (collection.hpp), and each new identity is told once.
// With HMEMFUZZ_WANTED, a list as in wanted.hpp, it tells when each item of it was found and aborts
// on the last one: a benchmark asks how long bugs take.
// With an observer the run has all its records.
// Returns 0.
int ownership(std::string_view revision, const std::uint8_t *data, std::size_t size,
              const RunObserver &observer = nullptr);

} // namespace fuzz
