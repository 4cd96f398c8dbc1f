// SPDX-License-Identifier: GPL-2.0-only
#include "report/explain.hpp"

#include "report/state_map.hpp"
#include "report/test_runs.hpp"

#include <gtest/gtest.h>

#include <string>

namespace report {
namespace {

using namespace report::test;
using properties::Property;

const drivers::Revision &v7() { return *drivers::find_revision("v7"); }

TEST(Explain, TellsTheWholeStory)
{
    const WrittenRun run = short_run();
    const scenario::Scenario scenario = work_between_queues();
    const run::Result result =
        run.result({{Property::double_claim, "process_defer_work", name_of(Word::hmem, 1),
                     first_range, "the range overlaps another dax region", 12}});
    const Subject subject{written_revision, scenario, result};
    EXPECT_EQ(
        explain(subject, judge(subject, false)),
        "work runs twice\n"
        "revision v7 (as posted)\n"
        "v7: 1 violation\n"
        "\n"
        "Layout\n"
        "window0 [AAAAAAAABBBBBBBBCCCCCCCC] CXL Window\n"
        "SR0     [AAAAAAAA................] Soft Reserved, node 0\n"
        "SR1     [........BBBBBBBB........] Soft Reserved, node 1\n"
        "        A 0x850000000-0x94fffffff (4 GiB)\n"
        "        B 0x950000000-0xa4fffffff (4 GiB)\n"
        "        C 0xa50000000-0x284fffffff (120 GiB)\n"
        "\n"
        "Administration\n"
        "admin: modprobe dax_cxl\n"
        "switch: admin before queue_work resolution #2 -> resolution\n"
        "\n"
        "What happened (> another task, H: HMEM owns, C: CXL owns)\n"
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
        "[mem 0x850000000-0x94fffffff] (SR0)  <-- 1\n"
        "          before [........................]\n"
        "          after  [HHHHHHHH................]\n"
        "[   15]   resolution    work item resolution is done\n"
        "[   18] > admin         modprobe dax_cxl: failed with error -16 (-EBUSY)\n"
        "        events 20 to 21: the epilogue unloads everything\n"
        "\n"
        "What is wrong\n"
        "1. double-claim:process_defer_work  [violation]\n" +
            rule_text(Property::double_claim) +
            "   Here:  hmem.1 [mem 0x850000000-0x94fffffff] (SR0): the range overlaps another dax "
            "region\n"
            "   Where: event 12, task resolution\n"
            "\n"
            "Who owns what at rest\n"
            "hmem.1 [AAAAAAAA................] dax region of HMEM\n"
            "SR0    [AAAAAAAA................] owned by HMEM (hmem.1)\n"
            "SR1    [........BBBBBBBB........] owned by nobody\n"
            "owner  [HHHHHHHH................] H: HMEM, C: CXL\n"
            "       A 0x850000000-0x94fffffff (4 GiB)\n"
            "       B 0x950000000-0xa4fffffff (4 GiB)\n"
            "       C 0xa50000000-0x284fffffff (120 GiB)\n"
            "Nobody owns [mem 0x950000000-0xa4fffffff] (SR1), 4 GiB.\n");
}

TEST(Explain, TellsTheEpilogueIfAFindingNeedsIt)
{
    const scenario::Scenario scenario = flush_before_probe();
    run::Machine machine;
    const run::Result result = machine.run(v7(), scenario);
    const Subject subject{v7(), scenario, result};
    const std::string text = explain(subject, judge(subject, false));
    EXPECT_NE(text.find("work item has no function, in dax_hmem_exit  <-- 2\n"), text.npos);
    EXPECT_EQ(text.find("the epilogue unloads everything\n"), text.npos);
}

TEST(Explain, TellsWhatIsUnusualInTheConfiguration)
{
    scenario::Scenario scenario = flush_before_probe();
    scenario.layout.hmem_platform_1 = {first_range, 2};
    scenario::Config &config = scenario.layout.config;
    config.dev_dax_hmem = false;
    config.hmem_disable = config.kmem_remove_fails = true;
    config.builtin.add(Word::cxl_pci);
    config.builtin.add(Word::dax_cxl);
    config.async_probe.add(Word::hmem);
    const WrittenRun run;
    const run::Result result = run.result();
    const Subject subject{written_revision, scenario, result};
    const std::string text = explain(subject, judge(subject, false));
    EXPECT_NE(text.find("\n"
                        "window0         [AAAAAAAABBBBBBBB] CXL Window\n"
                        "hmem_platform.1 [AAAAAAAA........] walked by the second device, node 2\n"
                        "                A 0x850000000-0x94fffffff (4 GiB)\n"
                        "                B 0x950000000-0x284fffffff (124 GiB)\n"
                        "# CONFIG_DEV_DAX_HMEM is not set\n"
                        "device_hmem.disable=1\n"
                        "memory that kmem onlined cannot be taken offline again\n"
                        "built in: dax_cxl,cxl_pci\n"
                        "driver_async_probe=hmem\n"),
              text.npos)
        << text;
}

TEST(Explain, ShowsTheSecondRunOfTheWorkOfV7)
{
    const scenario::Scenario scenario = work_between_queues();
    run::Machine machine;
    const run::Result result = machine.run(v7(), scenario);
    const Subject subject{v7(), scenario, result};
    const Verdict verdict = judge(subject, false);
    const std::string text = explain(subject, verdict);
    EXPECT_EQ(text, explain(subject, verdict));
    for (const char *part :
         {"resolution/2         hmem_platform.0: walk over hmem_active by the deferred work  <-- 1",
          "repeated-resolution:process_defer_work", "double-registration:process_defer_work",
          "is refused, resource conflict for [mem 0x850000000-0x94fffffff] (SR0)",
          "          before [HHHHHHHH................]\n"
          "          after  [HHHHHHHHHHHHHHHH........]\n",
          "Every Soft Reserved byte has an owner.\n"})
        EXPECT_NE(text.find(part), text.npos) << part;
}

TEST(Explain, OfAnEmptyScenarioIsShort)
{
    const scenario::Scenario scenario;
    run::Machine machine;
    const auto &revision = *drivers::find_revision("mainline");
    const run::Result result = machine.run(revision, scenario);
    const Subject subject{revision, scenario, result};
    const std::string text = explain(subject, judge(subject, false));
    EXPECT_EQ(text.rfind("revision mainline ", 0), 0U);
    EXPECT_NE(text.find("Layout\nno ranges\n"), text.npos);
}

TEST(StateMap, FollowsWindowsRegionsAndClaims)
{
    scenario::Layout layout;
    layout.soft_reserved = {{window_range, 0}};
    layout.hmat = {{first_range, 3}};
    WrittenRun run;
    run.add(EventKind::window_published, 0, name_of(Word::window, 0), window_range);
    run.add(EventKind::region_state, 0, name_of(Word::region, 0), first_range,
            kernel::CXL_CONFIG_COMMIT);
    run.add(EventKind::dax_region_added, 0, name_of(Word::dax_region, 0), first_range);
    run.add(EventKind::dax_region_added, 0, name_of(Word::hmem, 1), second_range);
    const Columns columns = columns_of(layout, run.events);
    RangeState state;
    for (const Event &event : run.events)
        state.observe(event);
    std::vector<Row> rows = state_rows(layout, state);
    rows.push_back(owner_row(state, columns, "owner"));
    EXPECT_EQ(range_map(columns, rows, Legend::hidden),
              "window0     [AAAAAAAABBBBBBBBCCCCCCCC] in iomem\n"
              "region0     [AAAAAAAA................] committed\n"
              "dax_region0 [AAAAAAAA................] dax region of CXL\n"
              "hmem.1      [........BBBBBBBB........] dax region of HMEM\n"
              "HMAT0       [AAAAAAAA................] owned by CXL (dax_region0)\n"
              "SR0         [AAAAAAAABBBBBBBBCCCCCCCC] owned by CXL (dax_region0) and HMEM (hmem.1) "
              "and nobody\n"
              "owner       [CCCCCCCCHHHHHHHH........]\n");
    EXPECT_EQ(unowned_ranges(layout, state, columns),
              (std::vector<Range>{{0xa50000000, 0x284fffffff}}));

    run.add(EventKind::dax_region_removed, 0, name_of(Word::dax_region, 0), first_range);
    run.add(EventKind::region_state, 0, name_of(Word::region, 0), first_range, -1);
    run.add(EventKind::window_withdrawn, 0, name_of(Word::window, 0), window_range);
    for (std::size_t i = 4; i < run.events.size(); ++i)
        state.observe(run.events[i]);
    EXPECT_EQ(range_map(columns, state_rows(layout, state), Legend::hidden),
              "hmem.1 [........BBBBBBBB........] dax region of HMEM\n"
              "HMAT0  [AAAAAAAA................] owned by nobody\n"
              "SR0    [AAAAAAAABBBBBBBBCCCCCCCC] owned by HMEM (hmem.1) and nobody\n");
    EXPECT_EQ(unowned_ranges(layout, state, columns),
              (std::vector<Range>{first_range, {0xa50000000, 0x284fffffff}}));
}

TEST(StateMap, DrawsTheTraitsOfALayout)
{
    scenario::Layout layout;
    layout.regions = {{0, first_range, scenario::Assembly::late, scenario::Mode::pmem, true}};
    layout.soft_reserved = {{second_range, scenario::no_node}};
    EXPECT_EQ(range_map(columns_of(layout, {}), layout_rows(layout), Legend::hidden),
              "region0 [AAAAAAAA........] assembly late, pmem, System RAM\n"
              "SR0     [........BBBBBBBB] Soft Reserved, no node\n");
}

} // namespace
} // namespace report
