// SPDX-License-Identifier: GPL-2.0-only
// The same scenario on the same revision gives the same run, whatever ran before.
#include "report/trace.hpp"
#include "run/random_scenarios.hpp"
#include "run/testing.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

namespace run::testing {
namespace {

constexpr std::uint64_t seed = 20260319;
constexpr int random_scenarios = 10'000;
// Printing is slower than running: the text of the trace is compared on these.
constexpr std::array<std::string_view, 2> printed = {"v7", "mainline"};

void expect_same_twice(Machine &left, Machine &right, const scenario::Scenario &scenario)
{
    std::size_t compared = 0;
    for (const drivers::Revision &tested : drivers::revisions()) {
        const Result first = left.run(tested, scenario);
        const Result second = right.run(tested, scenario);
        ASSERT_EQ(first_difference(first.events, second.events), -1) << tested.id;
        ASSERT_EQ(identities(first, scenario), identities(second, scenario)) << tested.id;
        if (std::find(printed.begin(), printed.end(), tested.id) != printed.end()) {
            ASSERT_EQ(report::trace(first, scenario), report::trace(second, scenario));
            ++compared;
        }
    }
    ASSERT_EQ(compared, printed.size());
}

} // namespace

TEST(Determinism, TwoMachinesWithDifferentPastsRunRandomScenariosAlike)
{
    std::mt19937_64 random(seed);
    Machine left;
    Machine right;
    // From here on no buffer, fiber or heap of the two is in the same state.
    for (int i = 0; i < 100; ++i)
        left.run(revision("v8"), random_scenario(random));
    for (int i = 0; i < random_scenarios && !::testing::Test::HasFatalFailure(); ++i)
        expect_same_twice(left, right, random_scenario(random));
}

TEST(Determinism, EveryFileOfTheCorpusAndTheRegressionsGivesTheSameTraceTwice)
{
    int files = 0;
    for (const char *folder : {"/corpus", "/regressions"})
        for (const auto &entry : std::filesystem::recursive_directory_iterator(
                 std::string(HMEMFUZZ_SOURCE_DIR) + folder)) {
            if (entry.path().extension() != ".toml")
                continue;
            const scenario::Scenario scenario = parse(read_file(entry.path().string()));
            ++files;
            for (const drivers::Revision &tested : drivers::revisions()) {
                Machine first;
                Machine second;
                second.run(revision("v7"), scenario);
                const std::string left = report::trace(first.run(tested, scenario), scenario);
                const std::string right = report::trace(second.run(tested, scenario), scenario);
                EXPECT_EQ(left, right) << entry.path() << " on " << tested.id;
            }
        }
    EXPECT_GE(files, 8);
}

TEST(Determinism, TheFirstRunOfAMachineIsLikeItsThousandth)
{
    std::mt19937_64 random(seed);
    const scenario::Scenario probe = random_scenario(random);
    Machine machine;
    const kernel::Events first = machine.run(revision("v7"), probe).events;
    for (int i = 0; i < 1000; ++i)
        machine.run(revision("v7"), random_scenario(random));
    EXPECT_EQ(first_difference(first, machine.run(revision("v7"), probe).events), -1);
}

} // namespace run::testing
