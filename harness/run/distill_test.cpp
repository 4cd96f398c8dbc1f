// SPDX-License-Identifier: GPL-2.0-only
// Distilling: nothing that was come across is lost, nothing that is superfluous stays.
#include "run/distill.hpp"
#include "run/random_scenarios.hpp"
#include "run/testing.hpp"

#include <gtest/gtest.h>

namespace run::testing {
namespace {

using Revisions = std::vector<const drivers::Revision *>;

scenario::Scenario story(std::string_view operations, std::string_view more = "")
{
    return parse("title = 'a story'\n" + std::string(more) +
                 "\n[layout]\nsoft_reserved = [{ range = '0x100000000-0x13fffffff' }]\n"
                 "windows = [{ name = 'window0', range = '0x100000000-0x1ffffffff' }]\n"
                 "[[actor]]\nname = 'admin'\nops = [" +
                 std::string(operations) + "]\n[expect]\nv7 = []\n");
}

Distilled distilled(std::vector<scenario::Scenario> corpus, const Revisions &revisions)
{
    Machine machine;
    return distill(machine, std::move(corpus), revisions);
}

// The findings of the scenarios, all together.
std::set<std::string> identities(std::span<const scenario::Scenario> scenarios,
                                 const Revisions &revisions)
{
    std::set<std::string> seen;
    Machine machine;
    for (const scenario::Scenario &scenario : scenarios)
        for (const drivers::Revision *revision : revisions)
            for (const properties::Violation &violation : machine.run(*revision, scenario).verdict)
                seen.insert(std::string(revision->id) + properties::identity(violation));
    return seen;
}

} // namespace

TEST(Distill, EqualProgramsAreOneWhateverTheirTitleAndPromises)
{
    scenario::Scenario other = story("'modprobe dax_hmem'");
    other.title = "another one";
    other.expect.clear();
    const Distilled result =
        distilled({story("'modprobe dax_hmem'"), other}, {&revision("mainline")});
    ASSERT_EQ(result.scenarios.size(), 1u);
    EXPECT_EQ(result.scenarios[0].title, "");
    EXPECT_TRUE(result.scenarios[0].expect.empty());
    EXPECT_GT(result.features, 10u);
}

TEST(Distill, AStoryThatIsPartOfAnotherIsSuperfluous)
{
    const Distilled result =
        distilled({story("'slow-probe start'"), story("'slow-probe start', 'slow-probe end'")},
                  {&revision("mainline")});
    ASSERT_EQ(result.scenarios.size(), 1u);
    EXPECT_EQ(result.scenarios[0].actors.at(0).operations.size(), 2u);
}

TEST(Distill, StoriesThatDifferInWhatTheyComeAcrossBothStay)
{
    EXPECT_EQ(distilled({story("'modprobe dax_hmem'"), story("'unbind cxl_acpi'")},
                        {&revision("mainline")})
                  .scenarios.size(),
              2u);
}

// The reload that v7 takes for a first load (V7-3) is nothing new on v8.
TEST(Distill, WhatDiffersOnOneOfTheRevisionsIsEnough)
{
    const std::vector<scenario::Scenario> corpus = {
        story("'modprobe dax_hmem'", "faults = ['admin: memregion_alloc(-)#1']"),
        regression("v7-3-reload-takes-from-cxl.toml")};
    const Revisions both = {&revision("v7"), &revision("v8")};
    const Distilled result = distilled(corpus, both);
    EXPECT_EQ(identities(result.scenarios, both), identities(corpus, both));
    EXPECT_TRUE(identities(corpus, both).contains("v7wrong-owner:dax_hmem_init"));
}

// A window that nothing touches adds nothing, nor does a third range that goes the way of the second
// (that one queues what is queued already).
TEST(Distill, WhatAScenarioIsNotThereForIsDropped)
{
    scenario::Scenario bulky = story("'modprobe dax_hmem'");
    bulky.layout.soft_reserved.push_back({{0x140000000, 0x17fffffff}});
    bulky.layout.soft_reserved.push_back({{0x180000000, 0x1bfffffff}});
    bulky.layout.windows.push_back({1, {0x800000000, 0x8ffffffff}});
    const Distilled result = distilled({bulky}, {&revision("mainline")});
    ASSERT_EQ(result.scenarios.size(), 1u);
    EXPECT_EQ(result.scenarios[0].layout.soft_reserved.size(), 2u);
    EXPECT_EQ(result.scenarios[0].layout.windows.size(), 1u);
    EXPECT_EQ(size_of(result.scenarios[0]), size_of(bulky) - 2);
}

// What is found by all is found by the few; and what was distilled once stays as it is.
TEST(Distill, FewRandomScenariosShowWhatAllOfThemShow)
{
    std::vector<scenario::Scenario> corpus;
    std::mt19937_64 random(7);
    for (int i = 0; i < 300; ++i)
        corpus.push_back(random_scenario(random));
    const Revisions revisions = {&revision("v5"), &revision("v7"), &revision("mainline")};
    const Distilled result = distilled(corpus, revisions);
    EXPECT_LT(result.scenarios.size(), corpus.size() / 2);
    const std::set<std::string> all = identities(corpus, revisions);
    const std::set<std::string> few = identities(result.scenarios, revisions);
    EXPECT_GT(all.size(), 10u);
    EXPECT_TRUE(std::includes(few.begin(), few.end(), all.begin(), all.end()));

    const Distilled again = distilled(result.scenarios, revisions);
    EXPECT_GE(again.features, result.features);
    EXPECT_LE(again.scenarios.size(), result.scenarios.size());
}

} // namespace run::testing
