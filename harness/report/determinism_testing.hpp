// SPDX-License-Identifier: GPL-2.0-only
// For tests: the same scenario on the same revision gives the same run, whatever ran before.
#pragma once

#include "report/trace.hpp"
#include "run/random_scenarios.hpp"
#include "run/testing.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace run::testing {

inline constexpr std::uint64_t seed = 20260319;
// Printing is slower than running: the text of the trace is compared on these.
inline constexpr std::array<std::string_view, 2> printed = {"v7", "mainline"};

inline void expect_same_twice(Machine &left, Machine &right, const scenario::Scenario &scenario)
{
    std::size_t compared = 0;
    for (const drivers::Revision &tested : drivers::revisions()) {
        const Result first = left.run(tested, scenario);
        const Result second = right.run(tested, scenario);
        ASSERT_EQ(first_difference(first.events, second.events), -1) << tested.id;
        ASSERT_EQ(identities(first, scenario), identities(second, scenario)) << tested.id;
        if (std::find(printed.begin(), printed.end(), tested.id) != printed.end()) {
            ASSERT_EQ(report::trace(first, scenario), report::trace(second, scenario));
            ++compared;
        }
    }
    ASSERT_EQ(compared, printed.size());
}

// The same random scenarios on two machines with different pasts.
inline void expect_random_scenarios_alike(int count)
{
    std::mt19937_64 random(seed);
    Machine left;
    Machine right;
    // From here on no buffer, fiber or heap of the two is in the same state.
    for (int i = 0; i < 100; ++i)
        left.run(revision("v8"), random_scenario(random));
    for (int i = 0; i < count && !::testing::Test::HasFatalFailure(); ++i)
        expect_same_twice(left, right, random_scenario(random));
}

} // namespace run::testing
