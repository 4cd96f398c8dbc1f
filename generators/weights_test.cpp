// SPDX-License-Identifier: GPL-2.0-only
// Covers: that swarm weights switch things off and have others dominate, each as often as promised and
// on its own. Does not cover: who draws by them (actors_test.cpp, layouts_test.cpp, schedules_test.cpp).
#include "generators/scenarios.hpp"
#include "generators/weights.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

namespace generators {
namespace {

constexpr int swarms = 4000;
// Five standard deviations of a count of one in four.
constexpr int a_quarter = swarms / 4;
constexpr int deviation = 140;

Weights swarm_of(int seed)
{
    Seeded source(static_cast<std::uint64_t>(seed));
    return swarm(source);
}

std::vector<Weight> all_of(const Weights &weights)
{
    std::vector<Weight> all(weights.operations.begin(), weights.operations.end());
    all.insert(all.end(), weights.shapes.begin(), weights.shapes.end());
    all.insert(all.end(), weights.schedules.begin(), weights.schedules.end());
    all.insert(all.end(), {weights.likely, weights.unlikely, weights.faults});
    return all;
}

int off(const Weights &weights)
{
    return static_cast<int>(
        std::count(weights.operations.begin(), weights.operations.end(), Weight{0}));
}

TEST(SwarmWeights, SwitchEachThingOffInAQuarterOfScenariosAndHaveItDominateInAnother)
{
    std::vector<int> zero(all_of(even_weights()).size());
    std::vector<int> most = zero;
    for (int seed = 0; seed < swarms; ++seed) {
        const std::vector<Weight> all = all_of(swarm_of(seed));
        const Weight top = *std::max_element(all.begin(), all.end());
        for (std::size_t i = 0; i < all.size(); ++i) {
            zero[i] += all[i] == 0 ? 1 : 0;
            most[i] += all[i] == top ? 1 : 0;
        }
        EXPECT_GE(top, 8) << "nothing dominates";
    }
    for (std::size_t i = 0; i < zero.size(); ++i) {
        const bool loads = i == static_cast<std::size_t>(scenario::OperationCode::modprobe);
        EXPECT_NEAR(zero[i], loads ? 0 : a_quarter, loads ? 0 : deviation) << i;
        EXPECT_NEAR(most[i], a_quarter, deviation) << i;
    }
}

TEST(SwarmWeights, SwitchSomeOperationsOffInNearlyEachScenarioAndHardlyEverAll)
{
    int some = 0;
    int all = 0;
    for (int seed = 0; seed < swarms; ++seed) {
        const int operations = off(swarm_of(seed));
        some += operations > 0 ? 1 : 0;
        all += operations == scenario::operation_codes ? 1 : 0;
    }
    EXPECT_GT(some, swarms * 9 / 10);
    EXPECT_EQ(all, 0);
    EXPECT_EQ(off(even_weights()), 0);
}

// Each pair of operations is parted by some scenario: one is on while the other is off.
TEST(SwarmWeights, SwitchOperationsOffEachOnItsOwn)
{
    constexpr std::size_t count = scenario::operation_codes;
    std::set<std::pair<std::size_t, std::size_t>> parted;
    for (int seed = 0; seed < 200; ++seed) {
        const Weights weights = swarm_of(seed);
        for (std::size_t on = 0; on < count; ++on)
            for (std::size_t other = 0; other < count; ++other)
                if (weights.operations[on] > 0 && weights.operations[other] == 0)
                    parted.emplace(on, other);
    }
    EXPECT_EQ(parted.size(), (count - 1) * (count - 1)) << "all but modprobe are off at times";
}

// What the weights are for: with many operations, an even mix has nearly every kind in each scenario.
TEST(SwarmWeights, LeaveKindsOfOperationsOutOfScenariosThatHaveRoomForAll)
{
    const auto kinds = [](const scenario::Scenario &scenario) {
        std::set<scenario::OperationCode> codes;
        for (const auto &actor : scenario.actors)
            for (const auto &operation : actor.operations)
                codes.insert(operation.code);
        return codes.size();
    };
    constexpr Size long_program = {4, 64, 0, 0};
    std::size_t in_swarms = 0;
    std::size_t in_even = 0;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        Seeded source(seed);
        Weights weights = swarm(source);
        in_swarms += kinds(make_scenario(source, weights, long_program));
        weights = even_weights();
        in_even += kinds(make_scenario(source, weights, long_program));
    }
    EXPECT_LT(in_swarms, in_even * 4 / 5);
}

} // namespace
} // namespace generators
