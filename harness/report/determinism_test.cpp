// SPDX-License-Identifier: GPL-2.0-only
// The same scenario on the same revision gives the same run, whatever ran before.
#include "report/determinism_testing.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace run::testing {

// Ten thousand: determinism_long_test.cpp.
TEST(Determinism, TwoMachinesWithDifferentPastsRunRandomScenariosAlike)
{
    expect_random_scenarios_alike(500);
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
