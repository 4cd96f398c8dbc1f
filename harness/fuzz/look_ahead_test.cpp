// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz/look_ahead.hpp"

#include "drivers/registry.hpp"
#include "generators/scenarios.hpp"
#include "run/machine.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace fuzz {
namespace {

using generators::Passed;
using kernel::name_of;
using kernel::Word;
using scenario::OperationCode;
using scenario::Scenario;

Scenario loads_dax_hmem()
{
    Scenario scenario;
    scenario.layout.soft_reserved = {{{0x100000000, 0x13fffffff}, 0}};
    scenario.layout.windows = {{0, {0x100000000, 0x13fffffff}}};
    scenario.actors = {{"admin", {{OperationCode::modprobe, name_of(Word::dax_hmem)}}}};
    return scenario;
}

bool comes_past(const Passed &passed, kernel::Role role, kernel::Point point)
{
    return std::any_of(passed.steps.begin(), passed.steps.end(), [&](const Passed::Step &step) {
        return step.role == role && step.point == point;
    });
}

} // namespace

TEST(LookAhead, TellsTheStepsOfEveryTaskButThoseOfTheEpilogue)
{
    const Passed passed = look_ahead("mainline", loads_dax_hmem());
    EXPECT_TRUE(comes_past(passed, kernel::actor_role(0), kernel::Point::queue_work));
    EXPECT_TRUE(comes_past(passed, kernel::role_of(Word::resolution), kernel::Point::work_start));
    for (const Passed::Step &step : passed.steps)
        EXPECT_NE(step.role.kind, Word::epilogue);
    for (const Passed::Task &task : passed.tasks)
        EXPECT_LE(task.first, task.end);
}

TEST(LookAhead, TellsWhichSwitchesAndFaultsCameToPass)
{
    Scenario scenario = loads_dax_hmem();
    const Passed plain = look_ahead("mainline", scenario);
    const auto call =
        std::find_if(plain.choices.begin(), plain.choices.end(), [](const kernel::Choice &choice) {
            return choice.kind == kernel::Choice::Kind::call;
        });
    ASSERT_NE(call, plain.choices.end());
    scenario.faults = {
        {.role = call->role, .nth = true, .count = 999},
        {.role = call->role, .nth = true, .count = static_cast<std::uint16_t>(call->place)}};
    scenario.switches = {{.indexed = true, .gap = 1, .pick = 0},
                         {.indexed = true, .gap = 9999, .pick = 0}};
    const Passed passed = look_ahead("mainline", scenario);
    EXPECT_EQ(passed.switched, (std::vector<bool>{true, false}));
    EXPECT_EQ(passed.fired, (std::vector<bool>{false, true}));
}

TEST(LookAhead, MostAimedSwitchesAndFaultsComeToPass)
{
    int added = 0;
    int came = 0;
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
        generators::Seeded source(seed);
        Scenario scenario = generators::make_scenario(source);
        scenario.switches.clear();
        scenario.faults.clear();
        generators::aim(scenario, look_ahead("mainline", scenario), source);
        if (scenario.switches.empty() && scenario.faults.empty())
            continue;
        const Passed passed = look_ahead("mainline", scenario);
        ++added;
        came += std::count(passed.switched.begin(), passed.switched.end(), true) +
                    std::count(passed.fired.begin(), passed.fired.end(), true) >
                0;
    }
    EXPECT_GT(added, 300);
    EXPECT_GT(came, added * 2 / 3);
}

} // namespace fuzz
