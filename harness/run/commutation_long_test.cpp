// SPDX-License-Identifier: GPL-2.0-only
#include "run/commutation.hpp"

namespace run::testing {

TEST(Commutation, IndependentNeighboursOfManyRandomSchedulesCanBeExchanged)
{
    check_commutation(12, 50'000);
}

} // namespace run::testing
