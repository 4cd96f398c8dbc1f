// SPDX-License-Identifier: GPL-2.0-only
#include "generators/scenarios.hpp"
#include "generators/testing.hpp"

namespace generators {
namespace {

TEST(Scenarios, EveryOneIsValid)
{
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        Seeded source(seed);
        ASSERT_TRUE(testing::is_valid(make_scenario(source))) << seed;
    }
}

TEST(Scenarios, KeepTheBoundsWhateverTheSize)
{
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        Seeded source(seed);
        ASSERT_TRUE(testing::is_valid(make_scenario(source, {.shapes = 100,
                                                             .operations = 100,
                                                             .switches = bounds::switches_max,
                                                             .faults = bounds::faults_max})))
            << seed;
    }
}

TEST(Scenarios, OfSizeNoneAreEmpty)
{
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        Seeded source(seed);
        scenario::Scenario scenario = make_scenario(source, {0, 0, 0, 0});
        scenario.actors.clear(); // who do nothing
        EXPECT_EQ(scenario, scenario::Scenario{});
    }
}

// What changes this number makes every seed that somebody wrote down another scenario. That is
// allowed; that it differs between compilers or machines is not.
TEST(Scenarios, ASeedNamesTheSameScenarioOnEveryMachine)
{
    std::uint64_t hash = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        Seeded source(seed);
        const auto bytes = scenario::encode(make_scenario(source), drivers::revision_ids());
        hash = testing::fingerprint(bytes, hash);
        Seeded again(seed);
        EXPECT_EQ(bytes, scenario::encode(make_scenario(again), drivers::revision_ids()));
    }
    EXPECT_EQ(hash, 1168996476562064437u);
}

TEST(Scenarios, DifferFromSeedToSeed)
{
    int same = 0;
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        Seeded left(seed);
        Seeded right(seed + 1);
        same += make_scenario(left) == make_scenario(right) ? 1 : 0;
    }
    EXPECT_LT(same, 10);
}

} // namespace
} // namespace generators
