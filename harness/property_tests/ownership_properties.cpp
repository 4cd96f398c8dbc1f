// SPDX-License-Identifier: GPL-2.0-only
// Claims about all scenarios, tried on random ones. A claim that fails leaves its smallest
// counterexample as a scenario file in GoogleTest's folder of temporary files, and says its path.
#include "drivers/registry.hpp"
#include "properties/exceptions.hpp"
#include "property_tests/scenarios.hpp"
#include "run/machine.hpp"
#include "run/random_scenarios.hpp"
#include "scenario/text.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <functional>

namespace property_tests {
namespace {

using Claim = std::function<bool(const scenario::Scenario &)>;

constexpr std::uint64_t seed = 20260319;
constexpr int tries = 10'000;

struct Outcome {
    bool holds;
    scenario::Scenario smallest; // if it does not
    std::string text;
};

// RapidCheck goes on from a counterexample only to smaller ones, so the last is the smallest.
Outcome check(const Claim &claim)
{
    scenario::Scenario smallest;
    const auto property = [&] {
        const scenario::Scenario scenario = generators::to_scenario(*scenarios());
        const bool holds = claim(scenario);
        if (!holds)
            smallest = scenario;
        RC_ASSERT(holds);
    };
    rc::detail::TestParams params;
    params.seed = seed;
    params.maxSuccess = tries;
    const auto result = rc::detail::checkTestable(property, rc::detail::TestMetadata{}, params);
    const bool holds = result.template is<rc::detail::SuccessResult>();
    return {holds, smallest, holds ? "" : scenario::print_text(smallest)};
}

std::vector<properties::Finding> findings(run::Machine &machine, std::string_view revision,
                                          const scenario::Scenario &scenario)
{
    const run::Result result = machine.run(*drivers::find_revision(revision), scenario);
    return properties::findings(result.verdict, {scenario, result.events});
}

bool shows(const std::vector<properties::Finding> &found, std::string_view identity)
{
    return std::any_of(found.begin(), found.end(), [&](const properties::Finding &finding) {
        return properties::identity(finding.violation) == identity;
    });
}

void expect_holds(const Outcome &outcome, const std::string &name)
{
    EXPECT_TRUE(outcome.holds) << "smallest counterexample, kept as "
                               << keep_counterexample(outcome.smallest, name) << ":\n"
                               << outcome.text;
}

} // namespace

TEST(Ownership, MainlineShowsNothingButAcceptedOutcomesAndOpenFindings)
{
    run::Machine machine;
    expect_holds(check([&](const scenario::Scenario &scenario) {
                     for (const auto &finding : findings(machine, "mainline", scenario))
                         if (finding.judgement.status == properties::Status::violation)
                             return false;
                     return true;
                 }),
                 "mainline");
}

TEST(Ownership, BothRemediesOfTheReviewEndTheUninitialisedFlushes)
{
    run::Machine machine;
    expect_holds(check([&](const scenario::Scenario &scenario) {
                     const auto found = findings(machine, "v7-reviewed", scenario);
                     return !shows(found, "uninitialized-work:cxl_dax_region_driver_register") &&
                            !shows(found, "uninitialized-work:dax_hmem_exit");
                 }),
                 "v7-reviewed");
}

TEST(Ownership, TheGatedExitAloneDoesNotMendTheFlushOfDaxCxl)
{
    run::Machine machine;
    const Outcome outcome = check([&](const scenario::Scenario &scenario) {
        return scenario.layout.config.builtin.bits != 0 || // which takes not even an operation
               !shows(findings(machine, "v7-gated-exit", scenario),
                      "uninitialized-work:cxl_dax_region_driver_register");
    });
    ASSERT_FALSE(outcome.holds);
    // One module load on an empty machine: the whole story of V7-1. (Of the ways to load dax_cxl
    // with what it needs, modprobe is the only one that is a single operation.)
    EXPECT_EQ(outcome.text, "[[actor]]\nname = \"actor0\"\nops = [\"modprobe dax_cxl\"]\n");
}

namespace {

bool has(const scenario::Scenario &scenario, scenario::OperationCode code)
{
    return std::any_of(scenario.actors.begin(), scenario.actors.end(), [code](const auto &actor) {
        return std::any_of(actor.operations.begin(), actor.operations.end(),
                           [code](const auto &operation) { return operation.code == code; });
    });
}

} // namespace

TEST(Ownership, V7NeedsARangeInAWindowToRegisterItTwice)
{
    run::Machine machine;
    const Outcome outcome = check([&](const scenario::Scenario &scenario) {
        // Built-in modules take no operation; a second device, or a device that is bound again, is
        // another story of three or four.
        return scenario.layout.config.builtin.bits != 0 || scenario.layout.hmem_platform_1 ||
               has(scenario, scenario::OperationCode::bind) ||
               !shows(findings(machine, "v7", scenario), "repeated-resolution:process_defer_work");
    });
    ASSERT_FALSE(outcome.holds);
    const scenario::Layout &layout = outcome.smallest.layout;
    EXPECT_GE(layout.soft_reserved.size() + layout.hmat.size(), 1u) << outcome.text;
    EXPECT_GE(layout.windows.size(), 1u) << outcome.text;
    std::size_t operations = 0;
    for (const scenario::Actor &actor : outcome.smallest.actors)
        operations += actor.operations.size();
    EXPECT_EQ(operations, 1u) << outcome.text;
}

TEST(Scenarios, RunAlikeAfterARoundTripThroughText)
{
    run::Machine left;
    run::Machine right;
    expect_holds(check([&](const scenario::Scenario &scenario) {
                     const auto parsed = scenario::parse_text(scenario::print_text(scenario));
                     const auto *again = std::get_if<scenario::Scenario>(&parsed);
                     if (again == nullptr)
                         return false;
                     const drivers::Revision &revision = *drivers::find_revision("v8");
                     return run::testing::first_difference(left.run(revision, scenario).events,
                                                           right.run(revision, *again).events) ==
                            -1;
                 }),
                 "text-round-trip");
}

} // namespace property_tests
