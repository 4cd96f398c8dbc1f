// SPDX-License-Identifier: GPL-2.0-only
#include "run/random_bytes.hpp"

#include <gtest/gtest.h>

namespace run::testing {

TEST(RandomBytes, AMillionStringsDecodeAndRunWithoutAHarnessFailure)
{
    run_random_bytes(1'000'000);
}

} // namespace run::testing
