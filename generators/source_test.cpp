// SPDX-License-Identifier: GPL-2.0-only
#include "generators/source.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace generators {
namespace {

TEST(Source, ASeedGivesTheSameNumbersEverywhere)
{
    Seeded source(1234567);
    // The first outputs of the reference implementation for this seed.
    EXPECT_EQ(source.next(), 6457827717110365317u);
    EXPECT_EQ(source.next(), 3203168211198807973u);
    EXPECT_EQ(source.next(), 9817491932198370423u);
}

TEST(Source, WeightsOfZeroAreNeverDrawnUnlessAllAre)
{
    Seeded source(1);
    const std::array<std::uint8_t, 4> weights = {0, 3, 0, 1};
    std::array<int, 4> drawn{};
    for (int i = 0; i < 4000; ++i)
        ++drawn[source.weighted(weights)];
    EXPECT_EQ(drawn[0] + drawn[2], 0);
    EXPECT_NEAR(drawn[1], 3000, 200);
    const std::array<std::uint8_t, 4> none{};
    std::array<int, 4> any{};
    for (int i = 0; i < 400; ++i)
        ++any[source.weighted(none)];
    EXPECT_GT(*std::min_element(any.begin(), any.end()), 0);
}

TEST(Source, MagnitudesReachBothEndsAndAreMostlySmall)
{
    Seeded source(1);
    std::array<int, 130> drawn{};
    for (int i = 0; i < 8000; ++i) {
        const std::size_t value = source.magnitude(7);
        ASSERT_GE(value, 1u);
        ASSERT_LE(value, 128u);
        ++drawn[value];
    }
    EXPECT_GT(drawn[1], 8000 / 10);
    EXPECT_GT(drawn[128], 0);
    EXPECT_GT(drawn[65], 0);
    EXPECT_LT(drawn[100], drawn[2]);
}

} // namespace
} // namespace generators
