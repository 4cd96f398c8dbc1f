// SPDX-License-Identifier: GPL-2.0-only
// Determinism on many random scenarios: most of the time goes into printing traces.
#include "report/determinism_testing.hpp"

#include <gtest/gtest.h>

namespace run::testing {

TEST(DeterminismLong, TwoMachinesWithDifferentPastsRunTenThousandRandomScenariosAlike)
{
    expect_random_scenarios_alike(10'000);
}

} // namespace run::testing
