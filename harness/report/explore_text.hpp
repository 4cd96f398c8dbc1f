// SPDX-License-Identifier: GPL-2.0-only
// What an exploration found, for people: a row for each identity, the counts, and the sentence that
// says within which bounds that is all there is.
#pragma once

#include "drivers/registry.hpp"
#include "report/paint.hpp"
#include "run/explore.hpp"
#include "scenario/scenario.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace report {

struct Exploration {
    const drivers::Revision &revision;
    const run::Explored &explored;
    std::vector<scenario::Scenario> shown; // the scenario of each row
    std::size_t switches_max = 0;
    std::size_t faults_max = 0;
    std::size_t shard = 0; // from 0
    std::size_t shards = 1;
    double seconds = 0;

    double executions_a_second() const;
};

// "complete within 1 switch and 0 faults" or "NOT complete within ...: why".
std::string completeness(const Exploration &exploration);

std::string exploration_text(const Exploration &exploration, Paint paint = {});

} // namespace report
