// SPDX-License-Identifier: GPL-2.0-only
// Few small scenarios in place of many: what all of them come across, these come across as well, each
// reduced to what it alone is there for. That is what a fuzzer is best started from, and what people
// can read.
//
// What a scenario comes across, on each revision: kinds of events by the function of the code under test
// that brought them about and their result; operations by their result and by the owner that they met;
// findings. Numbers, addresses, the order of events and what the harness unloads at the end do not count. Covers: the selection. Does not cover: coverage of lines,
// which libFuzzer's own merge goes by.
#pragma once

#include "drivers/registry.hpp"
#include "run/machine.hpp"
#include "scenario/scenario.hpp"

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace run {

struct Distilled {
    std::vector<scenario::Scenario> scenarios; // from the smallest to the largest
    std::size_t features = 0;                  // what they come across, as all did before
};

// A run without a verdict comes across nothing. What is not part of the program (title, promises) is dropped.
// `ran` is called after each scenario that was looked at.
Distilled distill(Machine &machine, std::vector<scenario::Scenario> corpus,
                  std::span<const drivers::Revision *const> revisions,
                  const std::function<void()> &ran = {});

// How many parts a scenario has that could be dropped: operations, ranges, switches, ...
std::size_t size_of(const scenario::Scenario &scenario);

} // namespace run
