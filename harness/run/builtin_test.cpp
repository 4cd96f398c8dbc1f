// SPDX-License-Identifier: GPL-2.0-only
// Covers: machines whose modules are built in: which a revision's Kconfig allows, the order of
// initcalls, inits that fail, what is a leak there; and drivers that driver_async_probe= names.
#include "run/planted.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace run::testing {

using namespace kernel;

namespace {

using Words = std::vector<Word>;

const Words everything{scenario::modules.begin(), scenario::modules.end()};

template <const auto &Table> scenario::WordSet<Table> set_of(const Words &words)
{
    scenario::WordSet<Table> set;
    for (std::size_t i = 0; i < Table.size(); ++i)
        if (std::find(words.begin(), words.end(), Table[i]) != words.end())
            set.bits |= 1U << i;
    return set;
}

//   Soft Reserved     |=======|
//   window0           |===============|
//   region0           |-------|
scenario::Scenario story(const Words &built_in)
{
    scenario::Scenario scenario = parse(R"(
[layout]
soft_reserved = [{ range = "0x100000000-0x13fffffff" }]
windows = [{ name = "window0", range = "0x100000000-0x1ffffffff" }]
regions = [{ name = "region0", range = "0x100000000-0x13fffffff" }]
[[actor]]
name = "admin"
ops = ["modprobe dax_hmem", "modprobe dax_cxl"]
)");
    scenario.layout.config.builtin = set_of<scenario::modules>(built_in);
    return scenario;
}

Switch boot_lets(Role target, Word before_initcall_of)
{
    return {.role = role_of(Word::boot),
            .point = Point::module_coming,
            .object = name_of(before_initcall_of),
            .target = target};
}

Fault boot_fails(Site site, Word object)
{
    return {.role = role_of(Word::boot), .site = site, .object = name_of(object)};
}

struct Outcome {
    std::vector<std::string> verdict;
    std::vector<std::string> owners; // who made each dax region, in order
    std::vector<Word> live;          // modules in the order in which they became LIVE
    std::string unmodelled;
    bool completed;
    bool faults_fired;
};

Outcome outcome_of(std::string_view revision_id, const scenario::Scenario &scenario)
{
    Machine machine;
    const Result result = machine.run(revision(revision_id), scenario);
    Outcome outcome{identities(result, scenario), {}, {}, "", result.completed,
                    result.all_faults_fired()};
    if (result.unmodelled != nullptr)
        outcome.unmodelled = result.unmodelled;
    for (const Event &event : result.events) {
        if (event.kind == EventKind::dax_region_added)
            outcome.owners.push_back(to_string(event.object));
        if (event.kind == EventKind::module_state &&
            event.value == static_cast<std::int32_t>(module_state::live))
            outcome.live.push_back(event.object.word);
    }
    return outcome;
}

// Those that give CXL its range by default and end clean: v1 to v5 free their work by a wrong address, and
// up to v4 nobody waits for the memdevs (UPSTREAM.md V1-6, V1-2).
std::vector<const drivers::Revision *> revisions_since_v6()
{
    std::vector<const drivers::Revision *> found;
    for (const drivers::Revision &each : drivers::revisions())
        if (each.posted >= revision("v6").posted)
            found.push_back(&each);
    return found;
}

using Owners = std::vector<std::string>;
using Verdict = std::vector<std::string>;

} // namespace

// ---------------------------------------------------------------- initcalls

TEST(BuiltInMachine, InitcallsRunByLevelAndThenByLinkOrder)
{
    const Outcome outcome = outcome_of("mainline", story(everything));
    EXPECT_EQ(outcome.live, (Words{Word::cxl_acpi, Word::dax_hmem, Word::dax_cxl, Word::cxl_pci}));
}

TEST(BuiltInMachine, MakefileThatListsHmemLastPutsDaxCxlBeforeDaxHmem)
{
    drivers::Revision early = revision("v8");
    early.build.hmem_first = false;
    Machine machine;
    const Result result = machine.run(early, story(everything));
    Words inits;
    for (const Event &event : result.events)
        if (event.kind == EventKind::point &&
            event.detail == static_cast<std::uint8_t>(Point::module_coming))
            inits.push_back(event.object.word);
    EXPECT_EQ(inits, (Words{Word::cxl_acpi, Word::dax_cxl, Word::dax_hmem, Word::cxl_pci}));
}

TEST(BuiltInMachine, CxlGetsItsRangeByDefaultSinceV6)
{
    for (const drivers::Revision *each : revisions_since_v6()) {
        const Outcome outcome = outcome_of(each->id, story(everything));
        EXPECT_EQ(outcome.owners, Owners{"dax_region0"}) << each->id;
        EXPECT_EQ(outcome.verdict, Verdict{}) << each->id;
        EXPECT_TRUE(outcome.completed) << each->id;
    }
}

// ML-6: windows are there, cxl_pci is not registered yet and probe_count is 0, so that the resolution
// finds no region.
TEST(BuiltInMachine, ResolutionInTheGapBeforeCxlPciGivesTheRangeToHmem)
{
    scenario::Scenario gap = story(everything);
    gap.switches = {boot_lets(role_of(Word::resolution), Word::cxl_pci)};
    EXPECT_EQ(outcome_of("mainline", gap).owners, Owners{"hmem.1"});
    // Near miss: once cxl_pci is on its bus's list, its asynchronous probes are waited for.
    gap.switches[0].point = Point::bind_files_create;
    EXPECT_EQ(outcome_of("mainline", gap).owners, Owners{"dax_region0"});
}

TEST(BuiltInMachine, LoadableModulesWorkBesideBuiltInOnes)
{
    for (const Words &built_in :
         {Words{Word::cxl_acpi}, Words{Word::cxl_pci}, Words{Word::cxl_acpi, Word::cxl_pci},
          Words{Word::cxl_acpi, Word::cxl_pci, Word::dax_hmem}})
        for (const drivers::Revision *each : revisions_since_v6()) {
            const Outcome outcome = outcome_of(each->id, story(built_in));
            EXPECT_EQ(outcome.owners, Owners{"dax_region0"}) << each->id;
            EXPECT_EQ(outcome.verdict, Verdict{}) << each->id;
            EXPECT_TRUE(outcome.completed) << each->id;
        }
}

// ---------------------------------------------------------------- Kconfig

TEST(Kconfig, MainlineHasNoBuiltInHmemAboveModularCxl)
{
    for (const Words &built_in : {Words{Word::dax_hmem}, Words{Word::dax_hmem, Word::cxl_acpi},
                                  Words{Word::dax_hmem, Word::cxl_pci}}) {
        scenario::Scenario scenario = story(built_in);
        scenario.layout.config.dev_dax_cxl = false;
        const Outcome outcome = outcome_of("mainline", scenario);
        EXPECT_TRUE(outcome.unmodelled.starts_with("this revision's Kconfig does not allow"));
        EXPECT_EQ(outcome.verdict, Verdict{});
        EXPECT_FALSE(outcome.completed);
    }
}

// K-2: with `>=` the same configuration has no DEV_DAX_CXL, and HMEM owns everything.
TEST(Kconfig, EarlierRevisionsHaveItWithoutDaxCxl)
{
    scenario::Scenario scenario = story({Word::dax_hmem});
    EXPECT_NE(outcome_of("v8", scenario).unmodelled, "");
    scenario.layout.config.dev_dax_cxl = false;
    const Outcome outcome = outcome_of("v8", scenario);
    EXPECT_EQ(outcome.unmodelled, "");
    EXPECT_EQ(outcome.owners, Owners{"hmem.0"});
}

TEST(Kconfig, BuiltInDaxCxlNeedsBuiltInHmemOrNone)
{
    scenario::Scenario scenario = story({Word::dax_cxl});
    for (const std::string_view id : {"v7", "v8", "mainline"})
        EXPECT_NE(outcome_of(id, scenario).unmodelled, "") << id;
    scenario.layout.config.dev_dax_hmem = false; // K-4
    for (const std::string_view id : {"v7", "v8", "mainline"})
        EXPECT_EQ(outcome_of(id, scenario).unmodelled, "") << id;
}

TEST(Kconfig, WhatIsNotConfiguredIsNotBuiltInEither)
{
    scenario::Scenario scenario = story({Word::dax_hmem, Word::dax_cxl});
    scenario.layout.config.dev_dax_hmem = false;
    scenario.layout.config.dev_dax_cxl = false;
    const Outcome outcome = outcome_of("mainline", scenario);
    EXPECT_EQ(outcome.unmodelled, "");
    EXPECT_TRUE(outcome.live.empty());
}

// ---------------------------------------------------------------- inits that fail

TEST(BuiltInInit, MainlineFlushesAQueueThatIsNull)
{
    scenario::Scenario scenario = story(everything);
    scenario.faults = {boot_fails(Site::alloc_workqueue, Word::dax_hmem_wq)};
    EXPECT_EQ(outcome_of("mainline", scenario).verdict,
              Verdict{"dead-workqueue:cxl_dax_region_driver_register"});
}

TEST(BuiltInInit, MainlineFlushesAQueueThatItsErrorPathDestroyed)
{
    scenario::Scenario scenario = story({Word::cxl_acpi, Word::cxl_pci, Word::dax_hmem});
    scenario.faults = {boot_fails(Site::driver_register, Word::hmem)};
    EXPECT_EQ(outcome_of("mainline", scenario).verdict,
              Verdict{"dead-workqueue:cxl_dax_region_driver_register"})
        << "by the loadable dax_cxl, which finds the symbol";
}

// V8-1 without a module: the text stays, the reference does not come back.
TEST(BuiltInInit, V8LosesOnlyTheReferenceWhereAModuleRunsFreedText)
{
    scenario::Scenario scenario = story(everything);
    scenario.faults = {boot_fails(Site::driver_register, Word::hmem)};
    const Outcome outcome = outcome_of("v8", scenario);
    EXPECT_TRUE(outcome.faults_fired);
    EXPECT_TRUE(outcome.completed);
    EXPECT_EQ(outcome.verdict, Verdict{"missing-put-device:dax_hmem_init"});
}

// ---------------------------------------------------------------- leaks

namespace {

struct PlantedBuiltIn {
    Verdict verdict;

    explicit PlantedBuiltIn(const module_info &module)
    {
        drivers::Revision planted_revision = revision("v8");
        planted_revision.dax_hmem = &module;
        const scenario::Scenario scenario = story({Word::dax_hmem, Word::cxl_acpi, Word::cxl_pci});
        Machine machine;
        const Result result = machine.run(planted_revision, scenario);
        EXPECT_TRUE(result.completed);
        verdict = identities(result, scenario);
    }
};

void planted_flush() {}

constexpr std::array symbols = {exported_symbol{"dax_hmem_flush_work", planted_flush}};

module_info planted_builtin(int (*init)())
{
    module_info info = planted_module(init);
    info.exports = symbols;
    return info;
}

template <int (*probe)(platform_device *)> int register_driver()
{
    planted().driver.probe = make_func(probe, "planted_probe", THIS_MODULE);
    planted().driver.driver.name = name_of(Word::hmem_platform);
    planted().driver.driver.owner = THIS_MODULE;
    return platform_driver_register(&planted().driver);
}

int keep_one_reference(platform_device *pdev)
{
    planted().pdev = pdev;
    get_device(&pdev->dev);
    return 0;
}

int keep_two_references(platform_device *pdev)
{
    get_device(&pdev->dev);
    return keep_one_reference(pdev);
}

int forget_an_id(platform_device *)
{
    memregion_alloc();
    return 0;
}

} // namespace

TEST(BuiltInLeak, QueueThatOnlyExitWouldDestroyIsNone)
{
    const PlantedBuiltIn run(planted_builtin([] {
        planted().queue = alloc_ordered_workqueue(name_of(Word::dax_hmem_wq));
        return 0;
    }));
    EXPECT_EQ(run.verdict, Verdict{});
}

TEST(BuiltInLeak, QueueThatNobodyKnowsIsOne)
{
    const PlantedBuiltIn run(planted_builtin([] {
        alloc_ordered_workqueue(name_of(Word::dax_hmem_wq));
        return 0;
    }));
    EXPECT_EQ(run.verdict, Verdict{"leaked-resource:planted_init"});
}

TEST(BuiltInLeak, ReferenceThatOnlyExitWouldPutIsNone)
{
    const PlantedBuiltIn run(planted_builtin(register_driver<keep_one_reference>));
    EXPECT_EQ(run.verdict, Verdict{});
}

TEST(BuiltInLeak, SecondReferenceOnTheSameDeviceIsOne)
{
    const PlantedBuiltIn run(planted_builtin(register_driver<keep_two_references>));
    EXPECT_EQ(run.verdict, Verdict{"missing-put-device:planted_init"});
}

// Its devices are unbound at the end, so that what unbinding does not release shows.
TEST(BuiltInLeak, WhatADeviceLeavesBehindAtItsUnbindIsOne)
{
    const PlantedBuiltIn run(planted_builtin(register_driver<forget_an_id>));
    EXPECT_EQ(run.verdict, Verdict{"leaked-resource:planted_init"});
}

// ---------------------------------------------------------------- driver_async_probe=

namespace {

std::string task_of_probe(const scenario::Scenario &scenario, Word device)
{
    Machine machine;
    const Result result = machine.run(revision("mainline"), scenario);
    EXPECT_TRUE(result.verdict.empty());
    for (const Event &event : result.events)
        if (event.kind == EventKind::probe_begin && event.object.word == device)
            return task_name(result, scenario, event.task);
    return "none";
}

} // namespace

TEST(AsyncParameter, NamedDriverProbesInATaskOfItsOwn)
{
    scenario::Scenario scenario = story({});
    EXPECT_EQ(task_of_probe(scenario, Word::hmem_platform), "admin");
    scenario.layout.config.async_probe = set_of<scenario::async_drivers>({Word::hmem_platform});
    EXPECT_EQ(task_of_probe(scenario, Word::hmem_platform), "probe:hmem_platform.0");
}

TEST(AsyncParameter, LeavesTheOtherDriverAsItWas)
{
    scenario::Scenario scenario = story({});
    scenario.layout.windows.clear(); // so that hmem_platform's probe registers the range
    scenario.layout.config.async_probe = set_of<scenario::async_drivers>({Word::hmem_platform});
    EXPECT_EQ(task_of_probe(scenario, Word::hmem), "probe:hmem_platform.0");
    scenario.layout.config.async_probe = set_of<scenario::async_drivers>({Word::hmem});
    EXPECT_EQ(task_of_probe(scenario, Word::hmem), "probe:hmem.0");
}

} // namespace run::testing
