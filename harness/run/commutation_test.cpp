// SPDX-License-Identifier: GPL-2.0-only
#include "run/commutation.hpp"

namespace run::testing {

TEST(Commutation, IndependentNeighboursOfRandomProgramsCanBeExchanged)
{
    check_random_programs(11, 500);
}

TEST(Commutation, IndependentNeighboursOfCrowdedProgramsCanBeExchanged)
{
    check_crowded_programs(15, 300);
}

TEST(Commutation, IndependentNeighboursOfRegressionsCanBeExchanged) { check_regressions(12, 4); }

} // namespace run::testing
