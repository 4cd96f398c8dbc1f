// SPDX-License-Identifier: GPL-2.0-only
#include "report/trace.hpp"

#include "report/test_runs.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace report {
namespace {

using namespace report::test;

TEST(Trace, FindsTheFirstLineInWhichTwoDiffer)
{
    EXPECT_FALSE(first_difference("", ""));
    EXPECT_FALSE(first_difference("one\ntwo\n", "one\ntwo\n"));
    const auto middle = first_difference("one\ntwo\nthree\n", "one\ntwa\nthree\n");
    ASSERT_TRUE(middle);
    EXPECT_EQ(middle->line, 2U);
    EXPECT_EQ(middle->left, "two");
    EXPECT_EQ(middle->right, "twa");
    const auto longer = first_difference("one\n", "one\ntwo\n");
    ASSERT_TRUE(longer);
    EXPECT_EQ(longer->line, 2U);
    EXPECT_EQ(longer->left, "");
    EXPECT_EQ(longer->right, "two");
    EXPECT_TRUE(first_difference("one\n", "one")) << "byte for byte";
}

TEST(Trace, TellsEveryEventOfARun)
{
    const WrittenRun run = short_run();
    EXPECT_EQ(
        trace(run.result(), work_between_queues()),
        "[    0] > harness       actors: administration begins\n"
        "[    1] > admin         task runs\n"
        "[    2]   admin         modprobe dax_cxl\n"
        "[    3]   admin           before queue_work resolution #1\n"
        "[    4]   admin           queue_work(system_long_wq, resolution): queued\n"
        "[    5]   admin           before queue_work resolution #2\n"
        "[    6]   admin           switch 1 (admin before queue_work resolution #2 -> resolution): "
        "resolution runs instead\n"
        "[    7] > resolution    task runs\n"
        "[    8]   resolution    work item resolution starts, it can be queued again\n"
        "[    9]   resolution      hmem_platform.0: walk over hmem_active by the deferred work\n"
        "[   10]   resolution        visit [mem 0x850000000-0x94fffffff] (SR0)\n"
        "[   11]   resolution          hmem_platform.0: registering: "
        "[mem 0x850000000-0x94fffffff] (SR0)\n"
        "[   12]   resolution          DAX Regions: hmem.1 claims "
        "[mem 0x850000000-0x94fffffff] (SR0)\n"
        "[   13]   resolution        visit [mem 0x850000000-0x94fffffff] (SR0) done\n"
        "[   14]   resolution      hmem_platform.0: walk done\n"
        "[   15]   resolution    work item resolution is done\n"
        "[   16]   resolution    task ends\n"
        "[   17] > admin           task runs\n"
        "[   18]   admin         modprobe dax_cxl: failed with error -16 (-EBUSY)\n"
        "[   19]   admin         task ends\n"
        "[   20] > harness       epilogue: everything is unloaded\n"
        "[   21]   harness       end\n");
}

TEST(Trace, LeavesMachineryOutOfTheStory)
{
    const WrittenRun run = short_run();
    EXPECT_EQ(
        trace(run.result(), work_between_queues(), Level::story),
        "[    0] > harness       actors: administration begins\n"
        "[    2] > admin         modprobe dax_cxl\n"
        "[    4]   admin           queue_work(system_long_wq, resolution): queued\n"
        "[    6]   admin           switch 1 (admin before queue_work resolution #2 -> resolution): "
        "resolution runs instead\n"
        "[    8] > resolution    work item resolution starts, it can be queued again\n"
        "[    9]   resolution      hmem_platform.0: walk over hmem_active by the deferred work\n"
        "[   10]   resolution        visit [mem 0x850000000-0x94fffffff] (SR0)\n"
        "[   11]   resolution          hmem_platform.0: registering: "
        "[mem 0x850000000-0x94fffffff] (SR0)\n"
        "[   12]   resolution          DAX Regions: hmem.1 claims "
        "[mem 0x850000000-0x94fffffff] (SR0)\n"
        "[   15]   resolution    work item resolution is done\n"
        "[   18] > admin         modprobe dax_cxl: failed with error -16 (-EBUSY)\n"
        "[   20] > harness       epilogue: everything is unloaded\n"
        "[   21]   harness       end\n");
}

TEST(Trace, TellsTasksOfOneRoleApart)
{
    const WrittenRun run = short_run();
    const TaskNames tasks(run.roles, work_between_queues());
    EXPECT_EQ(tasks.of(1), "admin");
    EXPECT_EQ(tasks.of(2), "resolution");
    EXPECT_EQ(tasks.of(3), "resolution/2");
    EXPECT_EQ(tasks.of(no_task), "harness");
    EXPECT_EQ(tasks.of(99), "harness");
}

TEST(Trace, TellsWhatIsAskedForBesidesTheStory)
{
    const WrittenRun run = short_run();
    const std::vector<std::size_t> extra = {3, 19};
    const auto lines = trace_lines(run.result(), work_between_queues(), Level::story, extra);
    for (const std::size_t event : extra)
        EXPECT_TRUE(std::any_of(lines.begin(), lines.end(),
                                [event](const TraceLine &line) { return line.event == event; }));
}

TEST(Trace, IsTheSameForTheSameRun)
{
    run::Machine machine;
    for (const drivers::Revision &revision : drivers::revisions())
        for (const auto &scenario : {flush_before_probe(), work_between_queues()}) {
            const std::string first = trace(machine.run(revision, scenario), scenario);
            const std::string second = trace(machine.run(revision, scenario), scenario);
            EXPECT_EQ(first, second);
            EXPECT_EQ(first, trace(run::Machine().run(revision, scenario), scenario));
            EXPECT_EQ(first.find("0x7f"), first.npos) << "an address of the harness itself";
        }
}

// What the trace prints before a switch is what the switch was written as.
TEST(Trace, CountsArrivalsAsSwitchesDo)
{
    const scenario::Scenario scenario = work_between_queues();
    run::Machine machine;
    const run::Result result = machine.run(*drivers::find_revision("v7"), scenario);
    const auto lines = trace_lines(result, scenario, Level::full);
    bool switched = false;
    for (std::size_t i = 1; i < lines.size(); ++i)
        if (result.events[lines[i].event].kind == EventKind::switched) {
            EXPECT_EQ(lines[i - 1].text, "before queue_work resolution #2");
            switched = true;
        }
    EXPECT_TRUE(switched);
}

TEST(Trace, TellsAnOopsAndNothingAfterIt)
{
    scenario::Scenario scenario = work_between_queues();
    scenario.switches.clear();
    scenario.faults.push_back({.role = kernel::actor_role(0),
                               .site = kernel::Site::driver_register,
                               .object = name_of(Word::hmem)});
    run::Machine machine;
    const run::Result result = machine.run(*drivers::find_revision("v7"), scenario);
    const std::string text = trace(result, scenario);
    const auto oops =
        text.find("Oops on resolution: work item is pending or runs when its module's text");
    ASSERT_NE(oops, text.npos);
    EXPECT_EQ(text.find('\n', oops), text.size() - 1);
}

} // namespace
} // namespace report
