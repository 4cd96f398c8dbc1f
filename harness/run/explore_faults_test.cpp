// SPDX-License-Identifier: GPL-2.0-only
// The explorer's faults: every set of calls, once; those that no fault can name; and those of the file.
#include "run/explore.hpp"
#include "run/planted.hpp"
#include "run/testing.hpp"

#include <limits>

namespace run::testing {

using namespace kernel;

namespace {

bool has(const Explored &explored, const std::string &identity)
{
    return std::any_of(explored.rows.begin(), explored.rows.end(), [&](const ExploredRow &row) {
        return properties::identity(row.finding.violation) == identity;
    });
}

// Two allocations; when both fail, the message that says so is lost.
int only_a_pair_shows_init()
{
    const int first = memregion_alloc();
    const int second = memregion_alloc();
    const int third = first < 0 && second < 0 ? memregion_alloc() : -1;
    if (third >= 0) // and is never given back
        return 0;
    if (first >= 0)
        memregion_free(first);
    if (second >= 0)
        memregion_free(second);
    return 0;
}

} // namespace

TEST(Explore, TriesEverySetOfFaultsOnce)
{
    const module_info module = planted_module(only_a_pair_shows_init);
    drivers::Revision planted = *drivers::find_revision("v8");
    planted.dax_hmem = &module;
    const scenario::Scenario scenario = PlantedRun(module).scenario;
    Machine machine;
    const auto schedules = [&](std::size_t faults) {
        return explore(machine, planted, scenario, {.switches_max = 0, .faults_max = faults});
    };
    // boot makes three fallible calls, of which the second and third are not made after the first
    // fails, and so on; the module makes two, and a third if both fail.
    EXPECT_EQ(schedules(0).schedules(), 1U);
    EXPECT_EQ(schedules(1).schedules(), 1U + 3 + 2);
    EXPECT_EQ(schedules(2).schedules(), 1U + 3 + 2 + 3 * 2 + 1);
    EXPECT_FALSE(has(schedules(1), "leaked-resource:planted_init"));
    const Explored pairs = schedules(2);
    ASSERT_TRUE(has(pairs, "leaked-resource:planted_init"));
    EXPECT_EQ(pairs.rows.front().faults.size(), 2U);
}

namespace {

constexpr unsigned calls_in_reach = std::numeric_limits<std::uint16_t>::max();
constexpr unsigned calls_of_init = calls_in_reach + 2;

int more_calls_than_numbers_init()
{
    for (unsigned i = 0; i < calls_of_init; ++i)
        memregion_free(memregion_alloc());
    return 0;
}

} // namespace

// Of a search in so many parts that one call is a part, those of the last calls.
TEST(Explore, ACallThatNoFaultCanNumberIsOutOfReachAndTheSearchNotTheWhole)
{
    const module_info module = planted_module(more_calls_than_numbers_init);
    drivers::Revision planted = *drivers::find_revision("v8");
    planted.dax_hmem = &module;
    Machine machine;
    const scenario::Scenario scenario = PlantedRun(module).scenario;
    constexpr std::size_t calls_of_boot = 3; // of the task that boots, before
    const auto part = [&](std::size_t call) {
        return explore(machine, planted, scenario,
                       {.switches_max = 0,
                        .faults_max = 1,
                        .shard = calls_of_boot + call - 1,
                        .shards = calls_of_boot + calls_of_init});
    };
    const Explored last_in_reach = part(calls_in_reach);
    EXPECT_EQ(last_in_reach.schedules(), 1U);
    EXPECT_EQ(last_in_reach.out_of_reach, 0U);
    EXPECT_TRUE(last_in_reach.is_whole());
    for (const std::size_t call : {calls_in_reach + 1, calls_in_reach + 2}) {
        const Explored beyond = part(call);
        EXPECT_EQ(beyond.schedules(), 0U) << call;
        EXPECT_EQ(beyond.out_of_reach, 1U) << call;
        EXPECT_FALSE(beyond.is_whole()) << call;
    }
}

// `run` says of such a file that it shows nothing, too.
TEST(Explore, CountsSchedulesOnWhichAFaultOfTheFileNeverFires)
{
    Machine machine;
    const auto of_file = [&](std::string_view id, std::size_t shard = 0, std::size_t shards = 1) {
        return explore(machine, revision(id), regression("v1-6-probe-fails-at-once.toml"),
                       {.switches_max = 1, .shard = shard, .shards = shards});
    };
    const Explored never = of_file("v7");
    EXPECT_GT(never.complete, 1U);
    EXPECT_EQ(never.unfired, never.schedules());
    EXPECT_TRUE(never.says_nothing());
    EXPECT_TRUE(never.is_whole());
    Explored united = of_file("v7", 0, 2);
    EXPECT_LT(united.unfired, never.unfired);
    merge(united, of_file("v7", 1, 2));
    EXPECT_EQ(united.unfired, never.unfired);
    const Explored always = of_file("v1");
    EXPECT_EQ(always.unfired, 0U);
    EXPECT_FALSE(always.says_nothing());
    const scenario::Scenario two_loads =
        parse("faults = ['a: driver_register(hmem)#1']\n[[actor]]\nname = 'a'\n"
              "ops = ['insmod dax_hmem']\n[[actor]]\nname = 'b'\nops = ['insmod dax_hmem']\n");
    const Explored some = explore(machine, revision("v7"), two_loads, {.switches_max = 1});
    EXPECT_GT(some.unfired, 0U);
    EXPECT_LT(some.unfired, some.schedules());
    EXPECT_FALSE(some.says_nothing());
}

} // namespace run::testing
