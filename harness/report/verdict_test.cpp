// SPDX-License-Identifier: GPL-2.0-only
#include "report/verdict.hpp"

#include "report/test_runs.hpp"

#include <gtest/gtest.h>

#include <string>

namespace report {
namespace {

using namespace report::test;
using properties::Property;
using properties::Status;

const drivers::Revision &v7() { return *drivers::find_revision("v7"); }

TEST(Verdict, OfACleanRunIsOneLine)
{
    const scenario::Scenario scenario = flush_before_probe();
    run::Machine machine;
    const auto &revision = *drivers::find_revision("v7-reviewed");
    const run::Result result = machine.run(revision, scenario);
    const Subject subject{revision, scenario, result};
    const Verdict verdict = judge(subject, true);
    EXPECT_EQ(verdict.outcome, Outcome::clean);
    EXPECT_EQ(verdict_text(subject, verdict), "v7-reviewed: clean\n");
}

TEST(Verdict, TellsRuleObjectPlaceAndWhatLedThere)
{
    const WrittenRun run = short_run();
    const scenario::Scenario scenario = work_between_queues();
    const run::Result result =
        run.result({{Property::double_claim, "process_defer_work", name_of(Word::hmem, 1),
                     first_range, "the range overlaps another dax region", 12}});
    const Subject subject{written_revision, scenario, result};
    EXPECT_EQ(
        verdict_text(subject, judge(subject, false)),
        "1. double-claim:process_defer_work  [violation]\n" + rule_text(Property::double_claim) +
            "   Here:  hmem.1 [mem 0x850000000-0x94fffffff] (SR0): the range overlaps another dax "
            "region\n"
            "   Where: event 12, task resolution\n"
            "       [    6] > admin           switch 1 (admin before queue_work resolution #2 -> "
            "resolution): resolution runs instead\n"
            "       [    8] > resolution    work item resolution starts, it can be queued again\n"
            "       [    9]   resolution      hmem_platform.0: walk over hmem_active by the "
            "deferred work\n"
            "       [   10]   resolution        visit [mem 0x850000000-0x94fffffff] (SR0)\n"
            "       [   11]   resolution          hmem_platform.0: registering: "
            "[mem 0x850000000-0x94fffffff] (SR0)\n"
            "       [   12]   resolution          DAX Regions: hmem.1 claims "
            "[mem 0x850000000-0x94fffffff] (SR0)\n"
            "\n"
            "v7: 1 violation\n");
}

TEST(Verdict, TellsBothPlacesOfAnOrderOfLocks)
{
    WrittenRun run;
    run.roles = {kernel::actor_role(0), kernel::role_of(Word::resolution)};
    run.phase(kernel::Phase::actors);
    run.add(EventKind::task_runs, 0);
    run.add(EventKind::lock, 0, name_of(Word::hmem_resource_lock));
    run.add(EventKind::task_runs, 1);
    run.add(EventKind::waits, 1, name_of(Word::resolution)).detail =
        static_cast<std::uint8_t>(kernel::WaitCall::flush_work);
    const scenario::Scenario scenario = flush_before_probe();
    const run::Result result = run.result({{.property = Property::lock_order,
                                            .cause = "process_defer_work",
                                            .object = name_of(Word::resolution),
                                            .detail = "elsewhere the order is the other way round",
                                            .event = 4,
                                            .other = 2}});
    const Subject subject{written_revision, scenario, result};
    EXPECT_EQ(verdict_text(subject, judge(subject, false)),
              "1. lock-order:process_defer_work  [violation]\n" + rule_text(Property::lock_order) +
                  "   Here:  resolution: elsewhere the order is the other way round\n"
                  "   Where: event 4, task resolution\n"
                  "   And:   event 2, task admin: takes lock hmem_resource_lock\n"
                  "       [    0] > harness     actors: administration begins\n"
                  "       [    2] > admin       takes lock hmem_resource_lock\n"
                  "       [    4] > resolution  calls flush_work(resolution), which may wait\n"
                  "\n"
                  "v7: 1 violation\n");
}

TEST(Verdict, PointsAtTheAllocationOfWhatIsLeftAtTheEnd)
{
    WrittenRun run = short_run();
    run.events[3] = {};
    run.events[3].kind = EventKind::allocated;
    run.events[3].task = 1;
    run.events[3].object = name_of(Word::hmem, 3);
    const scenario::Scenario scenario = work_between_queues();
    const run::Result result = run.result({{.property = Property::leaked_resource,
                                            .cause = "dax_hmem_init",
                                            .object = name_of(Word::hmem, 3),
                                            .detail = "the object allocated here is never freed",
                                            .event = 3}});
    const Subject subject{written_revision, scenario, result};
    EXPECT_EQ(verdict_text(subject, judge(subject, false)),
              "1. leaked-resource:dax_hmem_init  [violation]\n" +
                  rule_text(Property::leaked_resource) +
                  "   Here:  hmem.3: the object allocated here is never freed\n"
                  "   Where: event 3, task admin; found at the end of the run\n"
                  "       [    3] > admin           hmem.3 allocated\n"
                  "\n"
                  "v7: 1 violation\n");
}

TEST(Verdict, FindsTheUninitializedWorkOfV7)
{
    const scenario::Scenario scenario = flush_before_probe();
    run::Machine machine;
    const run::Result result = machine.run(v7(), scenario);
    const Subject subject{v7(), scenario, result};
    const Verdict verdict = judge(subject, false);
    EXPECT_EQ(verdict.outcome, Outcome::violation);
    EXPECT_EQ(headline(subject, verdict), "v7: 2 violations");
    const std::string text = verdict_text(subject, verdict);
    EXPECT_NE(text.find("WARN at flush_work(resolution): work item has no function, in "
                        "cxl_dax_region_driver_register\n"),
              text.npos);
    EXPECT_NE(text.find(", task cxl-register\n"), text.npos);
}

TEST(Verdict, IsNotFiredIfAFaultNeverCame)
{
    scenario::Scenario scenario = flush_before_probe();
    scenario.faults.push_back({.role = kernel::actor_role(0), .nth = true, .count = 999});
    run::Machine machine;
    const auto &revision = *drivers::find_revision("v7-reviewed");
    const run::Result result = machine.run(revision, scenario);
    const Subject subject{revision, scenario, result};
    const Verdict verdict = judge(subject, false);
    EXPECT_EQ(verdict.outcome, Outcome::not_fired);
    EXPECT_EQ(verdict_text(subject, verdict), "fault never fired: admin: nth 999\n"
                                              "v7-reviewed: not-fired\n");
}

TEST(Verdict, SaysWhatIsNotModelled)
{
    const WrittenRun run = short_run();
    const scenario::Scenario scenario = flush_before_probe();
    run::Result result = run.result();
    result.unmodelled = "a probe returned -EPROBE_DEFER";
    const Subject subject{written_revision, scenario, result};
    const Verdict verdict = judge(subject, false);
    EXPECT_EQ(verdict.outcome, Outcome::not_modelled);
    EXPECT_EQ(headline(subject, verdict), "v7: not modelled: a probe returned -EPROBE_DEFER");

    result.unmodelled = "no such kernel";
    result.configurable = false;
    const Verdict other = judge(subject, false);
    EXPECT_EQ(outcome_text(other.outcome), "n/a");
    EXPECT_EQ(headline(subject, other), "v7: n/a: no such kernel");
}

TEST(Verdict, CountsKnownFindingsOnlyIfStrict)
{
    const WrittenRun run = short_run();
    const scenario::Scenario scenario = flush_before_probe();
    const run::Result result = run.result();
    const Subject subject{written_revision, scenario, result};
    Verdict verdict;
    verdict.findings.push_back({{}, {Status::accepted, "ML-10", "a message"}});
    EXPECT_EQ(headline(subject, verdict), "v7: clean (1 accepted)");
    verdict.findings.push_back({{}, {Status::open, "ML-13", "a mark"}});
    verdict.outcome = Outcome::violation;
    EXPECT_EQ(headline(subject, verdict), "v7: violation (1 accepted, 1 open)");
    verdict.findings.push_back({});
    EXPECT_EQ(headline(subject, verdict), "v7: 1 violation, 1 accepted, 1 open");
    EXPECT_EQ(status_text(verdict.findings[0].judgement), "accepted (ML-10)");
}

TEST(Verdict, TellsWhoHoldsWhatInADeadlock)
{
    WrittenRun run;
    run.roles = {kernel::role_of(Word::boot), kernel::actor_role(0),
                 kernel::role_of(Word::resolution)};
    const kernel::Name platform = name_of(Word::hmem_platform, 0);
    const auto stuck = [&](std::uint16_t task, kernel::Name object, kernel::Wait wait) {
        run.add(EventKind::stuck, task, object).detail = static_cast<std::uint8_t>(wait);
    };
    stuck(1, name_of(Word::resolution), kernel::Wait::work_done);
    run.add(EventKind::stuck_holds, 1, platform);
    stuck(2, platform, kernel::Wait::lock);
    Event &misuse = run.add(EventKind::misuse, 1, name_of(Word::resolution));
    misuse.detail = static_cast<std::uint8_t>(kernel::Misuse::deadlock);
    misuse.function = "dax_hmem_exit";
    const scenario::Scenario scenario = flush_before_probe();
    run::Result result = run.result({{Property::deadlock,
                                      "dax_hmem_exit",
                                      name_of(Word::resolution),
                                      {},
                                      "nothing can run",
                                      3}});
    result.completed = false;
    const Subject subject{written_revision, scenario, result};
    EXPECT_EQ(verdict_text(subject, judge(subject, false)),
              "1. deadlock:dax_hmem_exit  [violation]\n" + rule_text(Property::deadlock) +
                  "   Here:  resolution: nothing can run\n"
                  "   Where: event 3, task admin\n"
                  "   Tasks: admin holds hmem_platform.0 and waits for work item resolution (with "
                  "resolution)\n"
                  "          resolution waits for lock hmem_platform.0 (with admin)\n"
                  "       [    0] > admin       is stuck waiting for work item resolution\n"
                  "       [    1]   admin       holds lock hmem_platform.0 meanwhile\n"
                  "       [    2] > resolution  is stuck waiting for lock hmem_platform.0\n"
                  "       [    3] > admin       deadlock: nothing can run and some task waits, in "
                  "dax_hmem_exit\n"
                  "\n"
                  "The run stopped at event 3: what would follow is not judged.\n"
                  "v7: 1 violation\n");
}

TEST(Verdict, IsColouredOnlyForATerminal)
{
    const WrittenRun run = short_run();
    const scenario::Scenario scenario = flush_before_probe();
    const run::Result result = run.result();
    const Subject subject{written_revision, scenario, result};
    const Verdict verdict = judge(subject, false);
    EXPECT_EQ(verdict_text(subject, verdict).find('\x1b'), std::string::npos);
    EXPECT_EQ(verdict_text(subject, verdict, Paint(true)), "\x1b[32mv7: clean\x1b[0m\n");
}

} // namespace
} // namespace report
