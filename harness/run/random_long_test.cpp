// SPDX-License-Identifier: GPL-2.0-only
// A million random byte strings decode and run without a failure of the harness itself: no failed
// assertion, no run without an end, nothing that the simulated kernel does not model.
#include "run/random_scenarios.hpp"
#include "run/testing.hpp"

#include <gtest/gtest.h>

namespace run::testing {

TEST(RandomBytes, AMillionStringsDecodeAndRunWithoutAHarnessFailure)
{
    constexpr int strings = 1'000'000;
    std::mt19937_64 random(7);
    Machine machine;
    std::size_t completed = 0;
    for (int i = 0; i < strings; ++i) {
        const drivers::Revision &tested =
            drivers::revisions()[static_cast<std::size_t>(i) % drivers::revisions().size()];
        const Result result = machine.run(tested, random_scenario(random));
        ASSERT_EQ(result.unmodelled, nullptr) << i << ": " << result.unmodelled;
        completed += result.completed;
        for (const properties::Violation &violation : result.verdict)
            ASSERT_NE(violation.property, properties::Property::step_budget) << i;
    }
    EXPECT_GT(completed, strings * 9 / 10);
}

} // namespace run::testing
