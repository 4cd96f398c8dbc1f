// SPDX-License-Identifier: GPL-2.0-only
// Covers: that pairs of revisions agree on what the tree holds, that no row of the table of allowed
// differences is idle, and that a difference is told. Does not cover: schedules and faults.
#include "fuzz/revisions_agree.hpp"

#include "kernel/bounds.hpp"
#include "scenario/text.hpp"
#include "scenario/wire.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <variant>
#include <vector>

namespace fuzz {
namespace {

scenario::Scenario with_operations(std::string_view operations)
{
    const std::string text = "[layout]\n"
                             "soft_reserved = [{ range = '0x100000000-0x13fffffff' }]\n"
                             "windows = [{ name = 'window0', range = '0x100000000-0x13fffffff' }]\n"
                             "[[actor]]\nname = 'a'\nops = [" +
                             std::string(operations) + "]\n";
    return std::get<scenario::Scenario>(scenario::parse_text(text));
}

std::vector<scenario::Scenario> scenarios_of_the_tree()
{
    std::vector<scenario::Scenario> scenarios;
    for (const char *folder : {"/corpus/fuzz_ownership", "/regressions"})
        for (const auto &entry : std::filesystem::recursive_directory_iterator(
                 std::string(HMEMFUZZ_SOURCE_DIR) + folder)) {
            if (entry.path().extension() != ".toml")
                continue;
            std::ifstream file(entry.path());
            const std::string text{std::istreambuf_iterator<char>(file), {}};
            scenarios.push_back(std::get<scenario::Scenario>(scenario::parse_text(text)));
        }
    // Stories that the tree tells with switches only.
    scenarios.push_back(std::get<scenario::Scenario>(scenario::parse_text(
        "[layout]\nsoft_reserved = [{ range = '0x100000000-0x13fffffff' }]\n"
        "windows = [{ name = 'window0', range = '0x100000000-0x1ffffffff' }]\n"
        "regions = [{ name = 'region0', range = '0x180000000-0x18fffffff' }]\n"
        "[[actor]]\nname = 'a'\n"
        "ops = ['slow-probe start', 'modprobe dax_hmem', 'rmmod cxl_pci', 'modprobe cxl_pci',\n"
        "       'unbind hmem_platform.0', 'bind hmem_platform.0']\n")));
    scenarios.push_back(with_operations("'slow-probe start', 'modprobe dax_hmem', "
                                        "'rmmod dax_hmem', 'modprobe dax_hmem'"));
    // The same, but the work began before the unload did and walks during it.
    scenarios.push_back(scenarios.back());
    scenarios.back().layout.config.async_probe.add(kernel::Word::hmem_platform);
    scenarios.push_back(std::get<scenario::Scenario>(scenario::parse_text(
        "[layout]\nhmem_platform_1 = { range = '0x120000000-0x13fffffff' }\n"
        "config = { builtin = ['dax_hmem', 'dax_cxl', 'cxl_acpi', 'cxl_pci', 'dax.ko'] }\n"
        "[[actor]]\nname = 'a'\nops = ['add hmem_platform.1']\n")));
    scenarios.push_back(std::get<scenario::Scenario>(scenario::parse_text(
        "[layout]\nwindows = [{ name = 'window0', range = '0x208000000-0x25fffffff' }]\n"
        "hmem_platform_1 = { range = '0x228000000-0x23fffffff', node = 1 }\n"
        "config = { async_probe = ['hmem_platform', 'hmem'] }\n[[actor]]\nname = 'a'\n"
        "ops = ['slow-probe start', 'modprobe dax_hmem', 'add hmem_platform.1',\n"
        "       'add hmem_platform.1', 'rmmod dax_hmem', 'modprobe cxl_acpi', 'slow-probe end']\n")));
    return scenarios;
}

} // namespace

TEST(RevisionsAgree, ASequentialScenarioHasOneActorWhoDoesWhatAllDid)
{
    const auto scenario = std::get<scenario::Scenario>(scenario::parse_text(
        "faults = ['a: driver_register(hmem)#1']\n"
        "switches = ['a ends #1 -> b']\n"
        "[[actor]]\nname = 'a'\nops = ['modprobe dax_hmem', 'rmmod dax_hmem']\n"
        "[[actor]]\nname = 'b'\nops = ['modprobe dax_cxl']\n"));
    const scenario::Scenario one = sequential(scenario);
    ASSERT_EQ(one.actors.size(), 1U);
    ASSERT_EQ(one.actors[0].operations.size(), 3U);
    EXPECT_EQ(one.actors[0].operations[2], scenario.actors[1].operations[0]);
    EXPECT_TRUE(one.switches.empty());
    EXPECT_TRUE(one.faults.empty());
    EXPECT_EQ(one.layout, scenario.layout);
    EXPECT_TRUE(sequential({}).actors.empty());
}

TEST(RevisionsAgree, ASequentialScenarioCanBeReadAgain)
{
    scenario::Scenario scenario = with_operations("'modprobe dax_hmem', 'rmmod dax_hmem'");
    scenario.actors.push_back(scenario.actors[0]);
    scenario.actors[1].name = "b";
    scenario.actors[1].operations.resize(bounds::operations_max, scenario.actors[0].operations[0]);
    const scenario::Scenario one = sequential(scenario);
    EXPECT_EQ(one.actors[0].operations.size(), bounds::operations_max);
    const auto read = scenario::parse_text(scenario::print_text(one));
    ASSERT_TRUE(std::holds_alternative<scenario::Scenario>(read));
    EXPECT_EQ(std::get<scenario::Scenario>(read), one);
}

TEST(RevisionsAgree, OnWhatTheTreeHolds)
{
    for (const scenario::Scenario &scenario : scenarios_of_the_tree())
        for (const RevisionPair &pair : agreeing_revisions)
            EXPECT_EQ(difference_on(pair, scenario), "")
                << pair.left << " and " << pair.right << ": " << scenario.title;
}

TEST(RevisionsAgree, EveryRowIsOfAPairAndHasAReason)
{
    for (const AllowedDifference &row : allowed_differences()) {
        EXPECT_NE(std::find_if(agreeing_revisions.begin(), agreeing_revisions.end(),
                               [&](const RevisionPair &pair) {
                                   return pair.left == row.pair.left &&
                                          pair.right == row.pair.right;
                               }),
                  agreeing_revisions.end())
            << row.reason;
        EXPECT_FALSE(row.left.empty() && row.right.empty() && row.ranges == nullptr) << row.reason;
        EXPECT_FALSE(row.reason.empty() || row.source.empty());
    }
}

// What no scenario needs is allowed for nothing.
TEST(RevisionsAgree, NoRowIsIdle)
{
    const std::vector<scenario::Scenario> scenarios = scenarios_of_the_tree();
    const auto rows = allowed_differences();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::vector<AllowedDifference> others(rows.begin(), rows.end());
        others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
        EXPECT_TRUE(std::any_of(scenarios.begin(), scenarios.end(), [&](const auto &scenario) {
            return !difference_on(rows[i].pair, scenario, others).empty();
        })) << rows[i].reason;
    }
}

// A pair that does not agree: what a fuzzer would see of a revision that went wrong.
TEST(RevisionsAgree, ADifferenceThatNoRowAllowsIsTold)
{
    const scenario::Scenario scenario = with_operations("'modprobe dax_cxl'");
    EXPECT_EQ(difference_on({"v8", "v7"}, scenario), "");
    const scenario::Scenario early = std::get<scenario::Scenario>(
        scenario::parse_text("[[actor]]\nname = 'a'\nops = ['modprobe dax_cxl']\n"));
    EXPECT_EQ(difference_on({"v8", "v7"}, early),
              "uninitialized-work:cxl_dax_region_driver_register");
    EXPECT_EQ(difference_on({"v7", "v7-reviewed"}, early), "") << "the table allows it";
}

TEST(RevisionsAgree, OtherOwnersAreTold)
{
    const scenario::Scenario scenario = with_operations("'modprobe dax_hmem'");
    EXPECT_EQ(difference_on({"v1", "v8"}, scenario), "lost-range:process_defer_work");
    Story left = sequential_story(*drivers::find_revision("v8"), scenario);
    const Story right = left;
    left.owners.clear();
    EXPECT_EQ(difference({"v8", "mainline"}, scenario, left, right), "owners");
}

namespace {

// V7-1, which v7-reviewed has not.
std::vector<std::uint8_t> differs_on_v7()
{
    const auto early = scenario::parse_text("[[actor]]\nname = 'a'\nops = ['modprobe dax_cxl']\n");
    return scenario::encode(std::get<scenario::Scenario>(early), drivers::revision_ids());
}

} // namespace

TEST(RevisionsAgreeDeathTest, ADifferenceIsALineOfThePairAndWhatDiffers)
{
    const auto bytes = differs_on_v7();
    EXPECT_EQ(revisions_agree(bytes.data(), bytes.size()), 0) << "the table has it";
    const std::string cause = "v7,v7-reviewed:uninitialized-work:cxl_dax_region_driver_register";
    EXPECT_DEATH(revisions_agree(bytes.data(), bytes.size(), nullptr, {}),
                 "^ASSERTION FAILED: revisions-agree " + cause +
                     "\n.*minimize FILE -o OUT.toml --identity revisions-agree:" + cause + "\n");
}

TEST(RevisionsAgreeDeathTest, KeepGoingKeepsWhatDiffers)
{
    const auto bytes = differs_on_v7();
    const std::filesystem::path folder =
        std::filesystem::path(::testing::TempDir()) / ("agree." + std::to_string(::getpid()));
    std::filesystem::create_directory(folder);
    const auto keep = [&] {
        setenv("HMEMFUZZ_KEEP_GOING", folder.c_str(), 1);
        std::_Exit(revisions_agree(bytes.data(), bytes.size(), nullptr, {}));
    };
    EXPECT_EXIT(keep(), ::testing::ExitedWithCode(0), "^found revisions-agree:v7,v7-reviewed:");
    EXPECT_TRUE(
        std::filesystem::exists(folder / "revisions-agree.v7,v7-reviewed.uninitialized-work."
                                         "cxl_dax_region_driver_register.wire"));
    std::filesystem::remove_all(folder);
}

} // namespace fuzz
