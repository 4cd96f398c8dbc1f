// SPDX-License-Identifier: GPL-2.0-only
#include "generators/edits.hpp"
#include "generators/scenarios.hpp"
#include "generators/testing.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace generators {
namespace {

using kernel::Word;
using scenario::OperationCode;
using scenario::Scenario;

const Edit &edit_of(std::string_view id)
{
    const auto found =
        std::find_if(edits().begin(), edits().end(), [&](const Edit &row) { return row.id == id; });
    EXPECT_NE(found, edits().end()) << id;
    return *found;
}

std::size_t operations_of(const Scenario &scenario)
{
    std::size_t count = 0;
    for (const auto &actor : scenario.actors)
        count += actor.operations.size();
    return count;
}

// Of 200 scenarios, those for which it holds before and after the edit.
template <class Holds> int count_edited(const Edit &row, Holds holds)
{
    Weights weights = even_weights();
    weights.faults = 4; // half of the scenarios have one to edit
    int count = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        SCOPED_TRACE(seed);
        Seeded source(seed);
        const Scenario before = make_scenario(source, weights, {});
        Scenario after = before;
        row.apply(after, source);
        count += holds(before, after) ? 1 : 0;
    }
    return count;
}

TEST(Edits, EachLeavesAValidScenarioAndMostlyAnotherOne)
{
    for (const Edit &row : edits()) {
        const int changed = count_edited(row, [&](const Scenario &before, Scenario after) {
            mend(after);
            EXPECT_TRUE(testing::is_valid(after)) << row.id;
            return after != before;
        });
        EXPECT_GT(changed, 30) << row.id;
    }
}

TEST(Edits, ThoseOfUseToSequentialRunsAreThoseOfLayoutsAndActors)
{
    for (const Edit &row : edits()) {
        const int changed = count_edited(row, [](const Scenario &before, const Scenario &after) {
            return after.layout != before.layout || after.actors != before.actors;
        });
        if (row.runs == Runs::sequential)
            EXPECT_GT(changed, 30) << row.id;
        else
            EXPECT_EQ(changed, 0) << row.id;
    }
}

TEST(Edits, OnlyThoseOfUseAreDrawnForSequentialRuns)
{
    for (const Runs runs : {Runs::sequential, Runs::scheduled}) {
        int others = 0;
        for (std::uint64_t seed = 0; seed < 300; ++seed) {
            Seeded source(seed);
            Scenario after;
            edit(after, source, runs);
            others += after.switches.empty() && after.faults.empty() ? 0 : 1;
        }
        EXPECT_EQ(others > 0, runs == Runs::scheduled) << others;
    }
}

TEST(Edits, EachKeepsTheBoundsOfAFullScenario)
{
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        Seeded source(seed);
        Scenario scenario = make_scenario(source, even_weights(),
                                          {60, 200, bounds::switches_max, bounds::faults_max});
        for (int i = 0; i < 300; ++i)
            edit(scenario, source);
        ASSERT_TRUE(testing::is_valid(scenario)) << seed;
    }
}

TEST(Edits, EachTakesAnEmptyScenario)
{
    for (const Edit &row : edits())
        for (std::uint64_t seed = 0; seed < 20; ++seed) {
            Seeded source(seed);
            Scenario scenario;
            row.apply(scenario, source);
            mend(scenario);
            ASSERT_TRUE(testing::is_valid(scenario)) << row.id;
        }
}

TEST(Edits, MoveAndSwapKeepEveryOperation)
{
    for (const char *id : {"move operation", "swap operations"})
        for (std::uint64_t seed = 0; seed < 200; ++seed) {
            Seeded source(seed);
            Scenario scenario = make_scenario(source, even_weights(), {2, 10, 0, 0});
            const std::size_t before = operations_of(scenario);
            edit_of(id).apply(scenario, source);
            EXPECT_EQ(operations_of(scenario), before) << id;
        }
}

TEST(Edits, ASwitchInsertedBeforeAnotherLeavesThatOneWhereItWas)
{
    Scenario before;
    before.switches.resize(1);
    before.switches[0].indexed = true;
    before.switches[0].gap = 40;
    int split = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        Seeded source(seed);
        Scenario after = before;
        edit_of("insert switch").apply(after, source);
        ASSERT_EQ(after.switches.size(), 2u);
        const bool of_its_kind = after.switches[0].occasion == after.switches[1].occasion;
        if (after.switches[0].indexed && of_its_kind && after.switches[0].gap < 40) {
            EXPECT_EQ(after.switches[0].gap + after.switches[1].gap, 40);
            ++split;
        } else {
            EXPECT_TRUE(after.switches[0] == before.switches[0] ||
                        after.switches[1] == before.switches[0]);
        }
    }
    EXPECT_GT(split, 20);
}

// As many actors as there may be, so that none is made; each operation is there once.
Scenario four_actors()
{
    Scenario scenario;
    const std::array codes = {OperationCode::modprobe, OperationCode::rmmod};
    for (std::size_t i = 0; i < bounds::actors_max; ++i) {
        scenario.actors.push_back({"", {}});
        for (const OperationCode code : codes)
            scenario.actors.back().operations.push_back(
                {code, kernel::name_of(scenario::modules[i])});
    }
    mend(scenario);
    return scenario;
}

struct Crossings {
    int within = 0;
    int between = 0;
    std::set<std::pair<std::size_t, std::size_t>> pairs; // from which actor to which
};

Crossings crossings_of(std::string_view id)
{
    const Scenario before = four_actors();
    Crossings crossings;
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
        Seeded source(seed);
        Scenario after = before;
        edit_of(id).apply(after, source);
        EXPECT_EQ(operations_of(after), operations_of(before)) << "none is lost or made";
        bool between = false;
        for (std::size_t to = 0; to < after.actors.size(); ++to)
            for (const auto &operation : after.actors[to].operations)
                for (std::size_t from = 0; from < before.actors.size(); ++from) {
                    const auto &mine = before.actors[from].operations;
                    if (from == to || std::count(mine.begin(), mine.end(), operation) == 0)
                        continue;
                    between = true;
                    crossings.pairs.emplace(from, to);
                }
        crossings.between += between ? 1 : 0;
        crossings.within += !between && after.actors != before.actors ? 1 : 0;
    }
    return crossings;
}

TEST(Edits, OperationsAreSwappedWithinAnActorAndBetweenAnyTwo)
{
    const Crossings crossings = crossings_of("swap operations");
    EXPECT_GT(crossings.between, 100);
    EXPECT_GT(crossings.within, 50);
    EXPECT_EQ(crossings.pairs.size(), bounds::actors_max * (bounds::actors_max - 1));
}

TEST(Edits, OperationsAreMovedWithinAnActorAndBetweenAnyTwo)
{
    const Crossings crossings = crossings_of("move operation");
    EXPECT_GT(crossings.between, 200);
    EXPECT_GT(crossings.within, 20);
    EXPECT_EQ(crossings.pairs.size(), bounds::actors_max * (bounds::actors_max - 1));
}

TEST(Edits, WhatIsGoneIsNotSpokenOf)
{
    Scenario scenario;
    const auto region = [](int number) { return kernel::name_of(Word::region, number); };
    scenario.actors = {{"x", {{OperationCode::assemble, region(5)}}},
                       {"y",
                        {{OperationCode::add, kernel::name_of(Word::hmem_platform, 1)},
                         {OperationCode::unbind, kernel::name_of(Word::hmem_platform, 1)}}}};
    scenario.faults = {{.role = kernel::actor_role(3)}};
    Scenario with_region = scenario;
    with_region.layout.regions = {{2, {0, 1}}};
    mend(with_region);
    EXPECT_EQ(with_region.actors[0].operations[0].object, region(2));
    EXPECT_EQ(with_region.actors[0].name, "actor0");
    EXPECT_EQ(with_region.faults[0].role, kernel::actor_role(1));
    mend(scenario);
    EXPECT_TRUE(scenario.actors[0].operations.empty());
    ASSERT_EQ(scenario.actors[1].operations.size(), 1u);
    EXPECT_EQ(scenario.actors[1].operations[0].object, kernel::name_of(Word::hmem_platform, 0));
    scenario.actors.clear();
    mend(scenario);
    EXPECT_TRUE(scenario.faults.empty());
}

TEST(Crossing, KeepsPartsOfBoth)
{
    int both = 0;
    constexpr int pairs = 500;
    for (int i = 0; i < pairs; ++i) {
        Seeded source(static_cast<std::uint64_t>(i));
        Scenario left;
        Scenario right;
        left.layout.windows = {{0, {0, 9}}};
        right.layout.windows = {{1, {10, 19}}};
        for (int n = 0; n < 3; ++n) {
            left.faults.push_back({.role = kernel::role_of(Word::boot)});
            right.faults.push_back({.role = kernel::role_of(Word::epilogue)});
        }
        const Scenario child = cross(left, right, source);
        const auto boot = std::count_if(child.faults.begin(), child.faults.end(),
                                        [](const auto &f) { return f.role.kind == Word::boot; });
        const auto size = static_cast<std::ptrdiff_t>(child.faults.size());
        const bool has_left = boot > 0 || (!child.layout.windows.empty() &&
                                           child.layout.windows[0] == left.layout.windows[0]);
        const bool has_right =
            boot < size || std::count(child.layout.windows.begin(), child.layout.windows.end(),
                                      right.layout.windows[0]) > 0;
        both += has_left && has_right ? 1 : 0;
        EXPECT_TRUE(testing::is_valid(child));
    }
    EXPECT_GT(both, pairs / 2);
}

TEST(Crossing, IsValidForAnyParents)
{
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        Seeded source(seed);
        const Scenario left = make_scenario(source, {8, 40, 64, 16});
        const Scenario right = make_scenario(source, {8, 40, 64, 16});
        ASSERT_TRUE(testing::is_valid(cross(left, right, source))) << seed;
    }
}

} // namespace
} // namespace generators
