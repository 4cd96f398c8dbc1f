// SPDX-License-Identifier: GPL-2.0-only
// For tests: many random byte strings decode and run without a failure of the harness itself: no
// failed assertion, no run without an end, nothing that the simulated kernel does not model.
#pragma once

#include "run/random_scenarios.hpp"
#include "run/testing.hpp"

namespace run::testing {

// No revision from v8 on breaks a rule of locks and waits, or registers dax_cxl's driver too early.
inline void expect_discipline(const Result &result)
{
    using enum properties::Property;
    for (const properties::Violation &violation : result.verdict)
        for (const properties::Property property :
             {early_cxl_registration, flush_in_probe, wait_under_lock, lock_order, self_deadlock})
            EXPECT_NE(violation.property, property) << properties::identity(violation);
}

inline void run_random_bytes(int strings)
{
    std::mt19937_64 random(7);
    Machine machine;
    for (int i = 0; i < strings; ++i) {
        const drivers::Revision &tested =
            drivers::revisions()[static_cast<std::size_t>(i) % drivers::revisions().size()];
        const scenario::Scenario scenario = random_scenario(random);
        const Result result = machine.run(tested, scenario);
        if (!result.configurable)
            continue;
        ASSERT_EQ(result.unmodelled, nullptr) << i << ": " << result.unmodelled;
        if (tested.id == "v8" || tested.id == "mainline")
            expect_discipline(result);
        // Only what the verdict tells may end a run before its epilogue.
        ASSERT_TRUE(result.completed || !result.verdict.empty()) << i;
        for (const properties::Violation &violation : result.verdict)
            ASSERT_NE(violation.property, properties::Property::step_budget) << i;
    }
}

} // namespace run::testing
