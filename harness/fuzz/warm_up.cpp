// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz/warm_up.hpp"

#include "generators/scenarios.hpp"
#include "kernel/bounds.hpp"

#include <cstdlib>

namespace fuzz {
namespace {

// As long as a scenario can be; as many as still take some milliseconds only, and more of them do not
// make the edges steadier.
constexpr generators::Size size{.shapes = 8,
                                .operations = bounds::actors_max * bounds::operations_max,
                                .switches = bounds::switches_max,
                                .faults = bounds::faults_max};
constexpr std::uint64_t scenarios = 100;

} // namespace

bool steadiness_counts() { return std::getenv("__AFL_SHM_ID") != nullptr; }

void warm_up(run::Machine &machine, const drivers::Revision &revision)
{
    for (std::uint64_t seed = 0; seed < scenarios; ++seed) {
        generators::Seeded source(seed);
        machine.run(revision, generators::make_scenario(source, size));
    }
}

} // namespace fuzz
