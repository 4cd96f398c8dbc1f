// SPDX-License-Identifier: GPL-2.0-only
#include "run/random_bytes.hpp"
#include "run/random_scenarios.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <random>
#include <vector>

namespace run::testing {

TEST(RandomBytes, AMillionStringsDecodeAndRunWithoutAHarnessFailure)
{
    run_random_bytes(1'000'000);
}

// A fuzz target keeps one machine for all its inputs.
TEST(RandomBytes, TheFirstRunIsLikeTheOneAfterAHundredThousandOthers)
{
    std::mt19937_64 random(20260319);
    const scenario::Scenario probe = random_scenario(random);
    Machine machine;
    std::vector<kernel::Events> first;
    for (const drivers::Revision &tested : drivers::revisions())
        first.push_back(machine.run(tested, probe).events);
    for (std::size_t i = 0; i < 100'000; ++i)
        machine.run(drivers::revisions()[i % first.size()], random_scenario(random));
    for (std::size_t i = 0; i < first.size(); ++i) {
        const drivers::Revision &tested = drivers::revisions()[i];
        EXPECT_EQ(first_difference(first[i], machine.run(tested, probe).events), -1) << tested.id;
    }
}

} // namespace run::testing
