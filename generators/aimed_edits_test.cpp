// SPDX-License-Identifier: GPL-2.0-only
// Runs are made up here: what a real one came past is told by fuzz/look_ahead_test.cpp.
#include "generators/aimed_edits.hpp"
#include "kernel/bounds.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <set>

namespace generators {
namespace {

using kernel::Choice;
using kernel::name_of;
using kernel::Point;
using kernel::role_of;
using kernel::Word;
using scenario::Scenario;

constexpr int draws = 300;
constexpr std::size_t never = std::numeric_limits<std::size_t>::max();

scenario::Switch indexed(int gap, int pick)
{
    scenario::Switch item;
    item.indexed = true;
    item.gap = static_cast<std::uint16_t>(gap);
    item.pick = static_cast<std::uint8_t>(pick);
    return item;
}

Choice task_choice(std::uint32_t place, int others)
{
    return {Choice::Kind::task, place, static_cast<std::uint16_t>(others), {}};
}

Passed steps_of_resolution()
{
    const auto hmem = name_of(Word::hmem, 1);
    Passed passed;
    passed.tasks = {{role_of(Word::boot), 0, 1},
                    {role_of(Word::resolution), 0, never},
                    {kernel::actor_role(0), 1, never},
                    {role_of(Word::cxl_register), 3, never}};
    passed.steps = {{role_of(Word::boot), Point::device_add, hmem},
                    {role_of(Word::resolution), Point::device_add, hmem},
                    {role_of(Word::resolution), Point::device_add, hmem}};
    return passed;
}

} // namespace

TEST(Aims, ANamedSwitchIsAtAStepOfTheRunAndToATaskThatLivedThen)
{
    Seeded source(1);
    std::set<std::pair<int, Word>> seen;
    for (int draw = 0; draw < draws; ++draw) {
        Scenario scenario;
        aim(scenario, steps_of_resolution(), source);
        if (scenario.switches.empty())
            continue;
        const scenario::Switch &item = scenario.switches[0];
        EXPECT_EQ(item.point, Point::device_add);
        EXPECT_EQ(item.object, name_of(Word::hmem, 1));
        if (item.role == role_of(Word::resolution))
            seen.insert({item.arrival, item.target.kind});
        else
            EXPECT_EQ(item.target, role_of(Word::resolution));
    }
    // boot had ended and cxl-register not begun.
    EXPECT_EQ(seen, (std::set<std::pair<int, Word>>{{1, Word::actor}, {2, Word::actor}}));
}

TEST(Aims, ASwitchByNumberLeavesTheOthersWhereTheyWere)
{
    Seeded source(2);
    Passed passed;
    passed.choices = {task_choice(1, 2),
                      task_choice(2, 1),
                      task_choice(3, 2),
                      {Choice::Kind::switched, 0, 0, {}},
                      task_choice(1, 3)};
    passed.switched = {true};
    std::set<std::size_t> places;
    for (int draw = 0; draw < draws; ++draw) {
        Scenario scenario;
        scenario.switches = {indexed(3, 1)};
        aim(scenario, passed, source);
        if (scenario.switches.size() == 1) { // at its place, another task, or no switch drawn
            EXPECT_EQ(scenario.switches[0].gap, 3);
            EXPECT_LT(scenario.switches[0].pick, 2);
            continue;
        }
        const int first = scenario.switches[0].gap;
        const int second = scenario.switches[1].gap;
        EXPECT_TRUE((first < 3 && first + second == 3 && scenario.switches[1].pick == 1) ||
                    (first == 3 && second == 1 && scenario.switches[0].pick == 1))
            << first << ' ' << second;
        places.insert(static_cast<std::size_t>(first));
    }
    EXPECT_EQ(places, (std::set<std::size_t>{1, 2, 3}));
}

TEST(Aims, WhereATaskStopsSwitchesAreCountedApart)
{
    Seeded source(7);
    Passed passed;
    passed.choices = {
        task_choice(1, 2), {Choice::Kind::switched, 0, 0, {}}, {Choice::Kind::stop, 4, 1, {}}};
    passed.switched = {true, true};
    int stops = 0;
    for (int draw = 0; draw < draws; ++draw) {
        Scenario scenario;
        scenario.switches = {indexed(1, 1), indexed(9, 0)};
        scenario.switches[1].occasion = kernel::Occasion::blocks;
        aim(scenario, passed, source);
        if (scenario.switches.size() != 3)
            continue;
        EXPECT_EQ(scenario.switches[0], indexed(1, 1));
        EXPECT_EQ(scenario.switches[1].occasion, kernel::Occasion::blocks);
        EXPECT_EQ(scenario.switches[1].gap, 4);
        EXPECT_EQ(scenario.switches[2].gap, 5);
        ++stops;
    }
    EXPECT_GT(stops, draws / 10);
}

TEST(Aims, AFaultIsOfACallOfTheRun)
{
    Seeded source(3);
    Passed passed;
    passed.choices = {{Choice::Kind::call, 7, 0, role_of(Word::boot)}};
    int faults = 0;
    for (int draw = 0; draw < draws; ++draw) {
        Scenario scenario;
        aim(scenario, passed, source);
        EXPECT_TRUE(scenario.switches.empty());
        for (const scenario::Fault &fault : scenario.faults) {
            EXPECT_TRUE(fault.nth && fault.count == 7 && fault.role == role_of(Word::boot));
            ++faults;
        }
    }
    EXPECT_GT(faults, draws / 10);
}

TEST(Aims, ARunThatCamePastNothingAddsNothing)
{
    Seeded source(4);
    for (int draw = 0; draw < draws; ++draw) {
        Scenario scenario;
        aim(scenario, {}, source);
        ASSERT_EQ(scenario, Scenario{});
    }
}

TEST(Aims, WhatCameToNothingMakesRoomNowAndThenTheRestNever)
{
    Seeded source(5);
    Passed passed;
    passed.switched = {true, false};
    passed.fired = {false, true};
    int tidied = 0;
    for (int draw = 0; draw < draws; ++draw) {
        Scenario scenario;
        scenario.switches = {indexed(5, 0), indexed(6, 0)};
        scenario.faults.resize(2);
        scenario.faults[1].count = 9;
        const Scenario before = scenario;
        aim(scenario, passed, source);
        if (scenario == before)
            continue;
        ASSERT_EQ(scenario.switches.size(), 1u);
        EXPECT_EQ(scenario.switches[0].gap, 5);
        ASSERT_EQ(scenario.faults.size(), 1u);
        EXPECT_EQ(scenario.faults[0].count, 9);
        ++tidied;
    }
    EXPECT_GT(tidied, draws / 10);
    EXPECT_LT(tidied, draws / 2);
}

TEST(Aims, KeepTheBoundsOfAFullScenario)
{
    Seeded source(6);
    Passed passed = steps_of_resolution();
    passed.choices = {task_choice(1, 1), {Choice::Kind::call, 1, 0, role_of(Word::boot)}};
    passed.switched.resize(bounds::switches_max, true);
    passed.fired.resize(bounds::faults_max, true);
    for (int draw = 0; draw < draws; ++draw) {
        Scenario scenario;
        scenario.switches.resize(bounds::switches_max);
        scenario.faults.resize(bounds::faults_max);
        aim(scenario, passed, source);
        ASSERT_EQ(scenario.switches.size(), bounds::switches_max);
        ASSERT_EQ(scenario.faults.size(), bounds::faults_max);
    }
}

} // namespace generators
