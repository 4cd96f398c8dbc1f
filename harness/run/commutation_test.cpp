// SPDX-License-Identifier: GPL-2.0-only
#include "run/commutation.hpp"

namespace run::testing {

TEST(Commutation, IndependentNeighboursOfRandomSchedulesCanBeExchanged)
{
    check_commutation(11, 500);
}

} // namespace run::testing
