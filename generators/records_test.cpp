// SPDX-License-Identifier: GPL-2.0-only
#include "generators/records.hpp"
#include "generators/scenarios.hpp"
#include "generators/testing.hpp"

#include <algorithm>

namespace generators {
namespace {

scenario::Scenario some_scenario(std::uint64_t seed)
{
    Seeded source(seed);
    return make_scenario(source, {8, 40, 64, 16});
}

TEST(Records, AreTheBytesInPieces)
{
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        const scenario::Scenario scenario = some_scenario(seed);
        EXPECT_EQ(to_scenario(to_records(scenario)), scenario);
        Seeded source(seed);
        std::vector<std::uint8_t> bytes(1 + source.below(100));
        for (auto &byte : bytes)
            byte = static_cast<std::uint8_t>(source.next());
        EXPECT_EQ(bytes_of(records_of(bytes), bytes[0]), bytes);
    }
}

TEST(Records, EndWhereTheDecoderEndsThem)
{
    // One record for each item, no more and no less.
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        const scenario::Scenario scenario = some_scenario(seed);
        std::size_t items = scenario.layout.soft_reserved.size() + scenario.layout.hmat.size() +
                            scenario.layout.windows.size() + scenario.layout.regions.size() +
                            (scenario.layout.hmem_platform_1 ? 1 : 0) +
                            (scenario.layout.config == scenario::Config{} ? 0 : 1) +
                            scenario.faults.size() + scenario.switches.size();
        for (const auto &actor : scenario.actors)
            items += 1 + actor.operations.size();
        EXPECT_EQ(to_records(scenario).size(), items);
    }
}

TEST(Records, EachCanGo)
{
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        const Records records = to_records(some_scenario(seed));
        for (std::size_t i = 0; i < records.size(); ++i) {
            Records fewer = records;
            fewer.erase(fewer.begin() + static_cast<Records::difference_type>(i));
            ASSERT_TRUE(testing::is_valid(to_scenario(fewer)));
        }
    }
}

TEST(Records, SimplerOnesKeepTheKindAndHaveOneSmallerNumber)
{
    const Record record = {6, 9, 1};
    const std::vector<Record> expected = {{6, 0, 1}, {6, 4, 1}, {6, 8, 1}, {6, 9, 0}};
    EXPECT_EQ(simpler(record), expected);
    EXPECT_TRUE(simpler({5}).empty());
    EXPECT_TRUE(simpler({6, 0, 0}).empty());
}

} // namespace
} // namespace generators
