// SPDX-License-Identifier: GPL-2.0-only
#include "run/commutation.hpp"

namespace run::testing {

TEST(Commutation, IndependentNeighboursOfManyRandomProgramsCanBeExchanged)
{
    check_random_programs(13, 20'000);
}

TEST(Commutation, IndependentNeighboursOfRegressionsCanBeExchangedOnManySchedules)
{
    check_regressions(14, 500);
}

} // namespace run::testing
