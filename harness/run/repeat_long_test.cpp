// SPDX-License-Identifier: GPL-2.0-only
// A machine keeps buffers from run to run and nothing else: neither what it gives nor the memory it
// takes depends on how many runs came before.
#include "run/random_scenarios.hpp"
#include "run/testing.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <unistd.h>

namespace run::testing {
namespace {

constexpr std::uint64_t seed = 20260324;
constexpr int runs = 100'000;
// By then the buffers have the size of the largest scenarios, about.
constexpr int runs_at_first = 20'000;
// What a byte lost in every run would not exceed after the others; a lost object would, by far.
constexpr long growth_bytes_max = 1 << 20;

long resident_bytes()
{
    const std::unique_ptr<std::FILE, int (*)(std::FILE *)> file(std::fopen("/proc/self/statm", "r"),
                                                                std::fclose);
    long total = 0;
    long resident = 0;
    if (file == nullptr || std::fscanf(file.get(), "%ld %ld", &total, &resident) != 2)
        return 0;
    return resident * sysconf(_SC_PAGESIZE);
}

void expect_last_is_like_first(const Options &options)
{
    std::mt19937_64 random(seed);
    std::vector<scenario::Scenario> probes;
    for (int i = 0; i < 20; ++i)
        probes.push_back(random_scenario(random));
    Machine machine;
    std::vector<kernel::Events> first;
    std::vector<std::vector<std::string>> verdicts;
    for (const scenario::Scenario &probe : probes) {
        const Result result = machine.run(revision("v7"), probe, options);
        first.push_back(result.events);
        verdicts.push_back(identities(result, probe));
    }
    long at_first = 0;
    for (int i = 0; i < runs; ++i) {
        if (i == runs_at_first)
            at_first = resident_bytes();
        machine.run(revision(i % 2 == 0 ? "v7" : "mainline"), random_scenario(random), options);
    }
    EXPECT_GT(at_first, 0);
    EXPECT_LT(resident_bytes() - at_first, growth_bytes_max);
    for (std::size_t i = 0; i < probes.size(); ++i) {
        const Result result = machine.run(revision("v7"), probes[i], options);
        ASSERT_EQ(first_difference(first[i], result.events), -1);
        ASSERT_EQ(verdicts[i], identities(result, probes[i]));
    }
}

} // namespace

TEST(Repeat, TheFirstRunIsLikeTheLastOfAHundredThousandOnTheHeap)
{
    expect_last_is_like_first({.place = kernel::Place::heap});
}

TEST(Repeat, TheFirstRunIsLikeTheLastOfAHundredThousandInTheArena)
{
    expect_last_is_like_first({.place = kernel::Place::arena});
}

} // namespace run::testing
