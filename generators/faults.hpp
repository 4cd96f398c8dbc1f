// SPDX-License-Identifier: GPL-2.0-only
// Faults: which fallible calls fail.
//
// Covers: faults by number, which hit whatever comes there, and by name. Does not cover: trying each
// of a scenario's calls in turn (run/fault_loop.hpp).
#pragma once

#include "generators/weights.hpp"
#include "scenario/scenario.hpp"

#include <vector>

namespace generators {

// For the actors that the scenario has; mostly few. At most `faults_max`.
std::vector<scenario::Fault> make_faults(const scenario::Scenario &scenario, const Weights &weights,
                                         std::size_t faults_max, Source &source);

scenario::Fault make_fault(const scenario::Scenario &scenario, Source &source);

} // namespace generators
