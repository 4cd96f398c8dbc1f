// SPDX-License-Identifier: GPL-2.0-only
#include "generators/faults.hpp"
#include "generators/schedules.hpp"
#include "generators/testing.hpp"
#include "scenario/words.hpp"

#include <algorithm>
#include <set>

namespace generators {
namespace {

using kernel::Word;
using scenario::OperationCode;

scenario::Scenario two_actors()
{
    scenario::Scenario scenario;
    scenario.layout.regions = {{3, {0x1000, 0x1fff}}};
    scenario.actors = {{"actor0", {{OperationCode::modprobe, kernel::name_of(Word::dax_hmem)}}},
                       {"actor1", {{OperationCode::modprobe, kernel::name_of(Word::dax_cxl)}}}};
    return scenario;
}

TEST(Schedules, EveryPointAndEveryRoleComesUpWithinAThousandSwitches)
{
    Seeded source(1);
    std::array<int, scenario::points_count> points{};
    std::set<Word> roles;
    std::set<Word> targets;
    for (int draw = 0; draw < 1000; ++draw) {
        const auto item = named_switch(two_actors(), source);
        ++points[static_cast<std::size_t>(item.point)];
        roles.insert(item.role.kind);
        targets.insert(item.target.kind);
    }
    EXPECT_GT(*std::min_element(points.begin(), points.end()), 2);
    EXPECT_EQ(roles.size(), scenario::role_kinds.size());
    EXPECT_EQ(targets.size(), scenario::role_kinds.size());
}

TEST(Schedules, PointsMostlyHaveObjectsThatArriveThere)
{
    Seeded source(2);
    int queued = 0;
    int works = 0;
    for (int draw = 0; draw < 5000; ++draw) {
        const auto item = named_switch(two_actors(), source);
        if (item.point != kernel::Point::queue_work)
            continue;
        ++queued;
        works += item.object.word == Word::resolution || item.object.word == Word::cxl_register ||
                 item.object.word == Word::cxl_enumerate;
    }
    EXPECT_GT(works, queued / 2);
    EXPECT_LT(works, queued); // what no table thinks of comes up too
}

TEST(Schedules, KindsAreWhatTheirRowsSay)
{
    Seeded source(3);
    const auto make = [&](Schedule kind) { return make_switches(two_actors(), kind, 24, source); };
    std::size_t longest = 0;
    bool favourite = false;
    for (int draw = 0; draw < 200; ++draw) {
        EXPECT_TRUE(make(Schedule::by_default).empty());
        EXPECT_LE(make(Schedule::few_switches).size(), 3u);
        EXPECT_GE(make(Schedule::few_switches).size(), 1u);
        const Switches priorities = make(Schedule::priorities);
        EXPECT_LE(priorities.size(), 5u);
        favourite = favourite || (priorities.size() > 1 && !priorities[1].indexed &&
                                  priorities[0].target == priorities[1].target &&
                                  priorities[0].arrival + 1 == priorities[1].arrival);
        const Switches random = make(Schedule::fully_random);
        for (const auto &item : random)
            EXPECT_TRUE(item.indexed && item.gap <= 8);
        longest = std::max(longest, random.size());
    }
    EXPECT_EQ(longest, 24u);
    EXPECT_TRUE(favourite);
}

TEST(Schedules, FollowTheirWeightsAndKeepTheLimit)
{
    Seeded source(4);
    Weights weights = even_weights();
    weights.schedules = {0, 0, 0, 1};
    std::size_t most = 0;
    for (int draw = 0; draw < 100; ++draw) {
        const Switches switches = make_schedule(two_actors(), weights, 5, source);
        for (const auto &item : switches)
            EXPECT_TRUE(item.indexed);
        most = std::max(most, switches.size());
    }
    EXPECT_EQ(most, 5u);
    for (int draw = 0; draw < 100; ++draw)
        EXPECT_TRUE(make_schedule(two_actors(), even_weights(), 0, source).empty());
}

TEST(Faults, EverySiteAndEveryRoleComesUpWithinFiveHundredFaults)
{
    Seeded source(5);
    std::array<int, scenario::sites_count> sites{};
    std::set<Word> roles;
    int numbered = 0;
    for (int draw = 0; draw < 500; ++draw) {
        const auto fault = make_fault(two_actors(), source);
        ++(fault.nth ? numbered : sites[static_cast<std::size_t>(fault.site)]);
        roles.insert(fault.role.kind);
        EXPECT_GE(fault.count, 1u);
        EXPECT_LE(fault.count, 16u);
    }
    EXPECT_GT(*std::min_element(sites.begin(), sites.end()), 5);
    EXPECT_GT(numbered, 100);
    EXPECT_EQ(roles.size(), scenario::role_kinds.size());
}

TEST(Faults, AreNoneIfSwitchedOffAndMostlyFewOtherwise)
{
    Seeded source(6);
    Weights weights = even_weights();
    std::array<int, 4> counts{};
    for (int draw = 0; draw < 500; ++draw)
        ++counts.at(make_faults(two_actors(), weights, 3, source).size());
    EXPECT_GT(counts[0], counts[1] + counts[2] + counts[3]);
    EXPECT_GT(counts[2], 0);
    weights.faults = 0;
    for (int draw = 0; draw < 100; ++draw)
        EXPECT_TRUE(make_faults(two_actors(), weights, 3, source).empty());
}

TEST(Names, WithoutActorsNoneIsSpokenOf)
{
    Seeded source(7);
    for (int draw = 0; draw < 500; ++draw) {
        const auto item = named_switch({}, source);
        EXPECT_NE(item.role.kind, Word::actor);
        EXPECT_NE(item.target.kind, Word::actor);
        EXPECT_NE(make_fault({}, source).role.kind, Word::actor);
    }
}

} // namespace
} // namespace generators
