// SPDX-License-Identifier: GPL-2.0-only
#include "run/minimize.hpp"

#include "run/matrix.hpp"
#include "run/parts.hpp"
#include "run/random_scenarios.hpp"
#include "run/testing.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace run::testing {
namespace {

using scenario::Scenario;

constexpr std::string_view flush_before_init = "uninitialized-work:cxl_dax_region_driver_register";
constexpr std::string_view flush_at_exit = "uninitialized-work:dax_hmem_exit";

// What it shows; several targets on each revision.
std::vector<Target> targets_of(Machine &machine, const drivers::Revision &tested,
                               const Scenario &scenario)
{
    std::vector<Target> targets;
    const Result result = machine.run(tested, scenario);
    for (const auto &finding : properties::findings(result.verdict, {scenario, result.events}))
        targets.push_back(target_of(tested, finding));
    return targets;
}

// The one of that identity, if there is one.
std::vector<Target> targets_of(Machine &machine, const drivers::Revision &tested,
                               const Scenario &scenario, std::string_view identity)
{
    std::vector<Target> targets = targets_of(machine, tested, scenario);
    std::erase_if(targets, [&](const Target &target) { return target.identity != identity; });
    return targets;
}

std::vector<std::string> identities_of(Machine &machine, const drivers::Revision &tested,
                                       const Scenario &scenario)
{
    std::vector<std::string> identities;
    for (const Target &target : targets_of(machine, tested, scenario))
        identities.push_back(target.identity);
    return identities;
}

void expect_minimal(Machine &machine, const Scenario &scenario, std::span<const Target> targets)
{
    ASSERT_TRUE(shows(machine, scenario, targets));
    for (const Part &part : parts())
        for (std::size_t i = 0; i < part.count(scenario); ++i) {
            Scenario less = scenario;
            part.drop(less, i, 1);
            EXPECT_FALSE(shows(machine, less, targets))
                << "the same without number " << i + 1 << " of its " << part.name << "\n"
                << scenario::print_text(scenario);
        }
}

// The smallest scenario of `text` that shows `identity`, as text, without its revision.
std::string minimized(const std::string &text, std::string_view id, std::string_view identity)
{
    Machine machine;
    const Scenario scenario = parse(text);
    const auto targets = targets_of(machine, revision(id), scenario, identity);
    if (targets.empty())
        return "does not show it";
    Minimized result = minimize(machine, scenario, targets);
    EXPECT_EQ(result.end, MinimizeEnd::minimal);
    EXPECT_EQ(result.scenario.revision, id);
    expect_minimal(machine, result.scenario, targets);
    result.scenario.revision.clear();
    return scenario::print_text(result.scenario);
}

constexpr std::size_t operations_wanted = 40;

// Four actors with 40 operations at random, and what else there is. Without ranges and modules built
// in, under which V7-1 cannot show or is another story.
Scenario long_scenario(std::mt19937_64 &random)
{
    const Part &operations = parts()[1];
    for (;;) {
        std::vector<std::uint8_t> bytes(2 * random_bytes_max);
        for (std::uint8_t &byte : bytes)
            byte = static_cast<std::uint8_t>(random());
        Scenario scenario = scenario::decode(bytes, drivers::revision_ids());
        const std::size_t count = operations.count(scenario);
        if (count < operations_wanted)
            continue;
        operations.drop(scenario, operations_wanted, count - operations_wanted);
        scenario.layout.soft_reserved.clear();
        scenario.layout.hmat.clear();
        scenario.layout.config.builtin = {};
        return scenario;
    }
}

} // namespace

TEST(Minimize, TakesFortyRandomOperationsToTheKnownMinimumOfV71)
{
    constexpr std::string_view known =
        "[[actor]]\nname = \"actor0\"\nops = [\"modprobe dax_cxl\"]\n";
    constexpr std::size_t runs_expected_max = 500; // a hundred are usual
    const drivers::Revision &v7 = revision("v7");
    Machine machine;
    for (unsigned seed = 1; seed <= 5; ++seed) {
        std::mt19937_64 random(seed);
        Scenario scenario;
        std::vector<Target> targets;
        while (targets.empty()) {
            scenario = long_scenario(random);
            targets = targets_of(machine, v7, scenario, flush_before_init);
        }
        ASSERT_EQ(parts()[1].count(scenario), operations_wanted);
        Minimized result = minimize(machine, scenario, targets);
        result.scenario.revision.clear();
        EXPECT_EQ(scenario::print_text(result.scenario), known) << "seed " << seed;
        EXPECT_EQ(result.end, MinimizeEnd::minimal);
        EXPECT_LE(result.runs, runs_expected_max) << "seed " << seed;
    }
}

TEST(Minimize, LeavesNothingThatCouldGo)
{
    constexpr int scenarios = 1500;
    std::mt19937_64 random(3);
    Machine machine;
    std::vector<std::string> seen;
    for (int i = 0; i < scenarios; ++i) {
        const Scenario scenario = random_scenario(random);
        const auto revisions = drivers::revisions();
        const drivers::Revision &tested = revisions[static_cast<std::size_t>(i) % revisions.size()];
        for (const Target &target : targets_of(machine, tested, scenario)) {
            const std::string bug =
                std::string(tested.id) + target.identity + std::string(target.judgement.id);
            if (std::find(seen.begin(), seen.end(), bug) != seen.end())
                continue;
            seen.push_back(bug);
            const Minimized result = minimize(machine, scenario, std::array{target});
            EXPECT_EQ(result.end, MinimizeEnd::minimal);
            expect_minimal(machine, result.scenario, std::array{target});
            // A scenario that is minimal already stays what it is.
            EXPECT_EQ(minimize(machine, result.scenario, std::array{target}).scenario,
                      result.scenario);
            // What is printed can be read.
            EXPECT_EQ(parse(scenario::print_text(result.scenario)), result.scenario);
        }
    }
    EXPECT_GE(seen.size(), 50U);
}

TEST(Minimize, NeverSlidesToAnotherIdentity)
{
    constexpr const char *both = R"(
        [[actor]]
        name = "admin"
        ops = ["modprobe dax_hmem", "modprobe dax_cxl"])";
    EXPECT_EQ(minimized(both, "v7", flush_before_init),
              "[[actor]]\nname = \"admin\"\nops = [\"modprobe dax_cxl\"]\n");
    EXPECT_EQ(minimized(both, "v7", flush_at_exit),
              "[[actor]]\nname = \"admin\"\nops = [\"modprobe dax_hmem\"]\n");
}

TEST(Minimize, KeepsSeveralIdentitiesIfAsked)
{
    Machine machine;
    const Scenario scenario = parse(R"(
        [[actor]]
        name = "one"
        ops = ["modprobe cxl_acpi", "modprobe dax_hmem"]
        [[actor]]
        name = "two"
        ops = ["modprobe dax_cxl"])");
    const auto targets = targets_of(machine, revision("v7"), scenario);
    ASSERT_EQ(targets.size(), 2U);
    const Scenario result = minimize(machine, scenario, targets).scenario;
    EXPECT_EQ(identities_of(machine, revision("v7"), result),
              identities_of(machine, revision("v7"), scenario));
    EXPECT_EQ(parts()[1].count(result), 1U);
}

// One identity, two reasons: the range that holds no memory block (ML-13), the action that cannot be
// added (ML-4).
TEST(Minimize, NeverSlidesToAnotherJudgementOfTheSameIdentity)
{
    constexpr std::string_view identity = "lost-range:dax_hmem_init";
    const drivers::Revision &mainline = revision("mainline");
    Machine machine;
    const std::string actor = "[[actor]]\nname = \"admin\"\nops = [\"modprobe dax_hmem\"]\n";
    const Scenario unaligned =
        parse("[layout]\nsoft_reserved = [{ range = \"0x100000000-0x100000000\" }]\n" + actor);
    const Scenario failing =
        parse("faults = [\"admin: devm_add_action(hmem_platform.0)#1\"]\n"
              "[layout]\nsoft_reserved = [{ range = \"0x100000000-0x10fffffff\" }]\n" +
              actor);
    const auto of_unaligned = targets_of(machine, mainline, unaligned, identity);
    const auto of_failing = targets_of(machine, mainline, failing, identity);
    ASSERT_EQ(of_unaligned.size(), 1U);
    ASSERT_EQ(of_failing.size(), 1U);
    EXPECT_NE(of_unaligned[0].judgement.id, of_failing[0].judgement.id);
    EXPECT_TRUE(shows(machine, unaligned, of_unaligned));
    EXPECT_FALSE(shows(machine, failing, of_unaligned));
    EXPECT_FALSE(shows(machine, unaligned, of_failing));
}

TEST(Minimize, NamesWhatTheWireFormCounts)
{
    constexpr std::string_view identity = "double-registration:process_defer_work";
    Scenario scenario = regression("v7-5-second-run-registers-again.toml");
    const drivers::Revision &v7 = revision("v7");
    Machine machine;
    ASSERT_EQ(scenario.switches.size(), 1U);
    const std::vector<kernel::Switch> by_name = scenario.switches;
    const kernel::Events told = machine.run(v7, scenario).events;
    // The same run with the switch by number.
    bool same = false;
    for (std::uint16_t gap = 1; !same && gap < 500; ++gap)
        for (std::uint8_t pick = 0; !same && pick < 4; ++pick) {
            scenario.switches = {{.indexed = true, .gap = gap, .pick = pick}};
            same = first_difference(machine.run(v7, scenario).events, told) == -1;
        }
    ASSERT_TRUE(same);
    const auto targets = targets_of(machine, v7, scenario, identity);
    ASSERT_EQ(targets.size(), 1U);
    const Minimized result = minimize(machine, scenario, targets);
    EXPECT_EQ(result.scenario.switches, by_name);
    expect_minimal(machine, result.scenario, targets);
}

TEST(Minimize, NamesTheCallThatFails)
{
    EXPECT_EQ(minimized(R"(
        faults = ["admin: nth 5", "admin: nth 40"]
        [layout]
        soft_reserved = [{ range = "0x850000000-0x94fffffff", node = 3 }]
        [[actor]]
        name = "admin"
        ops = ["modprobe dax_hmem"])",
                        "mainline", "lost-range:dax_hmem_init"),
              "faults = [\"admin: platform_device_alloc(hmem.0)#1\"]\n"
              "\n"
              "[layout]\n"
              "soft_reserved = [{ range = \"0x100000000-0x10fffffff\" }]\n"
              "\n"
              "[[actor]]\n"
              "name = \"admin\"\n"
              "ops = [\"modprobe dax_hmem\"]\n");
}

TEST(Minimize, MakesOneActorOfSeveralAndPutsRangesOnTheGrid)
{
    EXPECT_EQ(minimized(R"(
        title = "kept"
        source = "kept, too"
        [layout]
        soft_reserved = [{ range = "0x850000000-0x284fffffff", node = 1 }]
        windows = [{ name = "window3", range = "0x850000000-0x284fffffff" }]
        config = { hmem_disable = false, async_probe = ["hmem"] }
        [[actor]]
        name = "first"
        ops = ["modprobe dax_cxl", "rmmod dax_cxl"]
        [[actor]]
        name = "idle"
        ops = ["modprobe cxl_acpi"]
        [[actor]]
        name = "second"
        ops = ["rmmod dax_hmem", "insmod dax_hmem"]
        [[shows]]
        entry = "V7-3"
        by = ["wrong-owner:dax_hmem_init"]
        on = ["v7"]
        [[shows]]
        entry = "V7-1"
        by = ["uninitialized-work:cxl_dax_region_driver_register"]
        on = ["v7"]
        [expect]
        v7 = [])",
                        "v7", "wrong-owner:dax_hmem_init"),
              "title = \"kept\"\n"
              "source = \"kept, too\"\n"
              "\n"
              "[layout]\n"
              "soft_reserved = [{ range = \"0x100000000-0x10fffffff\" }]\n"
              "windows = [{ name = \"window0\", range = \"0x100000000-0x10fffffff\" }]\n"
              "\n"
              "[[actor]]\n"
              "name = \"first\"\n"
              "ops = [\"modprobe dax_cxl\", \"rmmod dax_cxl\", \"rmmod dax_hmem\", "
              "\"modprobe dax_hmem\"]\n"
              "\n"
              "[[shows]]\n"
              "entry = \"V7-3\"\n"
              "by = [\"wrong-owner:dax_hmem_init\"]\n"
              "on = [\"v7\"]\n");
}

TEST(Minimize, SaysSoWhenItWasStopped)
{
    Machine machine;
    const Scenario scenario = parse(R"(
        [[actor]]
        name = "admin"
        ops = ["modprobe dax_hmem", "rmmod dax_hmem", "modprobe dax_cxl"])");
    const auto targets = targets_of(machine, revision("v7"), scenario, flush_before_init);
    for (const bool by_caller : {false, true}) {
        MinimizeOptions options;
        if (by_caller)
            options.go_on = [](std::size_t runs) { return runs < 3; };
        else
            options.runs_max = 3;
        const Minimized result = minimize(machine, scenario, targets, options);
        EXPECT_EQ(result.end, by_caller ? MinimizeEnd::stopped : MinimizeEnd::runs_max);
        EXPECT_EQ(result.runs, 3U);
        EXPECT_TRUE(shows(machine, result.scenario, targets));
    }
}

// What a regression keeps its promises without and tells all the same.
struct ToldAnyway {
    std::string_view file;
    std::string_view part;
    std::size_t number; // from 1
};
constexpr std::array told_anyway = {
    // HMEM has the memory with and without these: they make CXL the one that should.
    ToldAnyway{"k-2-built-in-above-modules.toml", "actors", 1},
    ToldAnyway{"k-2-built-in-above-modules.toml", "operations", 1},
    ToldAnyway{"k-2-built-in-above-modules.toml", "operations", 2},
    ToldAnyway{"k-2-built-in-above-modules.toml", "windows", 1},
    ToldAnyway{"k-2-built-in-above-modules.toml", "regions", 1},
    ToldAnyway{"k-3-no-dax-cxl.toml", "operations", 1},
    ToldAnyway{"k-3-no-dax-cxl.toml", "regions", 1},
    ToldAnyway{"v4-3-mode-of-the-last-range.toml", "regions", 1},
    // Without it nobody has the memory either, since no region ever was there to be made again.
    ToldAnyway{"p-3-soft-reserved-in-iomem.toml", "operations", 1},
    // Nor does it here, where the region that was taken down cannot be made again.
    ToldAnyway{"v4-4-decoders-stay-programmed.toml", "operations", 3},
    // One window that ends too early does as well: that is ML-9. This one is about two.
    ToldAnyway{"v4-7-range-over-two-windows.toml", "windows", 1},
    ToldAnyway{"v4-7-range-over-two-windows.toml", "windows", 2},
    // Stories in which nothing goes wrong: each step is one at which something could.
    ToldAnyway{"dax-cxl-waits.toml", "operations", 1},
    ToldAnyway{"v6-3-device-goes-under-its-work.toml", "windows", 1}, // else nothing is pending
    ToldAnyway{"v7-9-second-load.toml", "operations", 1},
    ToldAnyway{"v7-9-second-load.toml", "operations", 2},
};

// A regression promises on every revision what is violated, that nothing else is, and of some who has
// what at rest: without any part of it some promise is broken.
class MinimalRegression : public ::testing::TestWithParam<std::string> {};

TEST_P(MinimalRegression, HasNoPartWithoutWhichItKeepsEveryPromise)
{
    const Scenario scenario = regression(GetParam());
    Machine machine;
    const auto keeps = [&](const Scenario &candidate) {
        const auto revisions = drivers::revisions();
        return std::all_of(revisions.begin(), revisions.end(), [&](const auto &tested) {
            return examine(machine, tested, candidate).agrees();
        });
    };
    ASSERT_TRUE(keeps(scenario));
    for (const Part &part : parts())
        for (std::size_t i = 0; i < part.count(scenario); ++i) {
            const bool told =
                std::any_of(told_anyway.begin(), told_anyway.end(), [&](const ToldAnyway &one) {
                    return one.file == GetParam() && one.part == part.name && one.number == i + 1;
                });
            Scenario less = scenario;
            part.drop(less, i, 1);
            EXPECT_EQ(keeps(less), told) << "number " << i + 1 << " of its " << part.name;
        }
}

// A file tells all of its revisions, one of its signs on one of them may need less: what the minimiser makes of
// each is 1-minimal, and nothing more can be made of that.
TEST_P(MinimalRegression, GivesAOneMinimalStoryOfEachSignOnEachRevision)
{
    const Scenario scenario = regression(GetParam());
    Machine machine;
    for (const scenario::Shown &shown : scenario.shows)
        for (const std::string &id : shown.on)
            for (const Target &target : targets_of(machine, revision(id), scenario)) {
                if (std::find(shown.by.begin(), shown.by.end(), target.identity) == shown.by.end())
                    continue;
                SCOPED_TRACE(target.identity + " on " + id);
                const std::span<const Target> targets(&target, 1);
                const Minimized once = minimize(machine, scenario, targets);
                EXPECT_EQ(once.end, MinimizeEnd::minimal);
                expect_minimal(machine, once.scenario, targets);
                const Minimized twice = minimize(machine, once.scenario, targets);
                EXPECT_EQ(scenario::print_text(twice.scenario),
                          scenario::print_text(once.scenario));
            }
}

INSTANTIATE_TEST_SUITE_P(Files, MinimalRegression, ::testing::ValuesIn(regression_names()),
                         [](const auto &param_info) {
                             std::string name = param_info.param;
                             name.resize(name.size() - std::string(".toml").size());
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

} // namespace run::testing
