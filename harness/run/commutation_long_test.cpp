// SPDX-License-Identifier: GPL-2.0-only
#include "run/commutation.hpp"

namespace run::testing {

TEST(Commutation, IndependentNeighboursOfManyRandomProgramsCanBeExchanged)
{
    check_random_programs(13, 20'000);
}

TEST(Commutation, IndependentNeighboursOfManyCrowdedProgramsCanBeExchanged)
{
    check_crowded_programs(16, 5'000);
}

TEST(Commutation, IndependentNeighboursOfRegressionsCanBeExchangedOnManySchedules)
{
    check_regressions(14, 100);
}

} // namespace run::testing
