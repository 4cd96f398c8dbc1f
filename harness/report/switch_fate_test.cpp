// SPDX-License-Identifier: GPL-2.0-only
#include "report/switch_fate.hpp"

#include "report/explain.hpp"
#include "report/test_runs.hpp"

#include <gtest/gtest.h>

namespace report {
namespace {

using namespace report::test;
using Fates = std::vector<SwitchFate>;

scenario::Scenario with_switches(std::size_t count)
{
    scenario::Scenario scenario = work_between_queues();
    scenario.switches.resize(count, scenario.switches[0]);
    return scenario;
}

TEST(SwitchFate, SilentWhereEverySwitchApplied)
{
    const WrittenRun run = short_run();
    EXPECT_EQ(switch_fates(run.result(), with_switches(1)), Fates{SwitchFate::applied});
    EXPECT_EQ(switch_notes(run.result(), with_switches(1)), "");
}

TEST(SwitchFate, TellsASwitchThatWasNeverReached)
{
    const WrittenRun run = short_run();
    EXPECT_EQ(switch_fates(run.result(), with_switches(2)),
              (Fates{SwitchFate::applied, SwitchFate::never_reached}));
    EXPECT_EQ(switch_notes(run.result(), with_switches(2)),
              "note: switch 2 was never reached: admin before queue_work resolution #2 -> "
              "resolution\n");
}

TEST(SwitchFate, TellsWhyAReachedSwitchChangedNothing)
{
    WrittenRun run;
    run.roles = {kernel::actor_role(0)};
    run.add(EventKind::point, 0);
    run.add(EventKind::switch_idle, 0, {}, 0);
    run.add(EventKind::switched, 0, {}, 1);
    run.add(EventKind::switch_idle, 0, {}, 2);
    run.add(EventKind::point, 0);
    run.add(EventKind::switch_idle, 0, {}, 3);
    EXPECT_EQ(switch_fates(run.result(), with_switches(4)),
              (Fates{SwitchFate::target_not_runnable, SwitchFate::applied, SwitchFate::point_taken,
                     SwitchFate::target_not_runnable}));
    const std::string text = ": admin before queue_work resolution #2 -> resolution\n";
    EXPECT_EQ(switch_notes(run.result(), with_switches(4)),
              "note: switch 1 changed nothing, its target could not run" + text +
                  "note: switch 3 changed nothing, another switch had its place" + text +
                  "note: switch 4 changed nothing, its target could not run" + text);
}

// v8's work walks once: the item is not queued a ninth time, and neither command says it was.
TEST(SwitchFate, IsToldByVerdictAndStoryOfARealRun)
{
    scenario::Scenario scenario = work_between_queues();
    scenario.switches.push_back(scenario.switches[0]);
    scenario.switches[1].arrival = 9;
    run::Machine machine;
    const drivers::Revision &revision = *drivers::find_revision("v8");
    const run::Result result = machine.run(revision, scenario);
    const Subject subject{revision, scenario, result};
    const Verdict verdict = judge(subject, false);
    const std::string note = "note: switch 2 was never reached: admin before queue_work resolution "
                             "#9 -> resolution\n";
    for (const std::string &text : {verdict_text(subject, verdict), explain(subject, verdict)}) {
        EXPECT_NE(text.find(note), text.npos) << text;
        EXPECT_EQ(text.find("note: switch 1 "), text.npos) << text;
    }
}

} // namespace
} // namespace report
