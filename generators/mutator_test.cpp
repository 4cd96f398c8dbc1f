// SPDX-License-Identifier: GPL-2.0-only
// Any bytes go in, and valid, small, other scenarios come out, the same for the same seed.
#include "generators/mutator.hpp"
#include "generators/records.hpp"
#include "generators/scenarios.hpp"
#include "generators/testing.hpp"

#include <algorithm>

namespace generators {
namespace {

constexpr std::size_t roomy = 4096;

Bytes random_bytes(std::uint64_t seed)
{
    Seeded source(seed);
    Bytes bytes(source.below(300));
    for (std::uint8_t &byte : bytes)
        byte = static_cast<std::uint8_t>(source.next());
    return bytes;
}

scenario::Scenario decoded(const Bytes &bytes)
{
    return scenario::decode(bytes, drivers::revision_ids());
}

std::size_t overwrite(std::uint8_t *data, std::size_t, std::size_t size_max)
{
    std::fill_n(data, size_max, std::uint8_t{5});
    return size_max;
}

TEST(Mutator, MakesAnotherScenarioInNineteenOfTwentyCalls)
{
    int other = 0;
    constexpr int calls = 2000;
    for (int i = 0; i < calls; ++i) {
        const auto seed = static_cast<std::uint64_t>(i);
        const Bytes before = i % 2 == 0 ? random_bytes(seed) : generate(roomy, seed);
        const Bytes after = mutate(before, roomy, seed);
        other += decoded(after) == decoded(before) ? 0 : 1;
    }
    EXPECT_GE(other, calls * 19 / 20);
}

TEST(Mutator, KeepsMostOfAScenarioMostly)
{
    int close = 0;
    constexpr int calls = 500;
    for (int i = 0; i < calls; ++i) {
        const auto seed = static_cast<std::uint64_t>(i);
        const Records before = records_of(generate(roomy, seed));
        const Records after = records_of(mutate(bytes_of(before, 0), roomy, seed));
        const auto kept = std::count_if(before.begin(), before.end(), [&](const Record &record) {
            return std::find(after.begin(), after.end(), record) != after.end();
        });
        close += static_cast<std::size_t>(kept) * 3 >= before.size() * 2 ? 1 : 0;
    }
    EXPECT_GT(close, calls / 2);
}

TEST(Mutator, GivesTheSameBytesForTheSameSeedAndOthersForAnother)
{
    std::uint64_t hash = 0;
    int other = 0;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        const Bytes before = random_bytes(seed);
        const Bytes after = mutate(before, roomy, seed);
        EXPECT_EQ(after, mutate(before, roomy, seed));
        other += after == mutate(before, roomy, seed + 1) ? 0 : 1;
        hash = testing::fingerprint(after, hash);
        hash = testing::fingerprint(cross_over(before, after, roomy, seed), hash);
    }
    EXPECT_GT(other, 250);
    EXPECT_EQ(hash, 8224152362458150875u); // the same on every machine
}

TEST(Mutator, TakesAnyBytesAndKeepsTheSize)
{
    for (std::uint64_t seed = 0; seed < 600; ++seed) {
        const Bytes left = random_bytes(seed);
        const Bytes right = random_bytes(seed + 1000);
        for (const std::size_t size_max : {0UL, 1UL, 2UL, 7UL, 64UL, 300UL}) {
            for (const Bytes &after :
                 {mutate(left, size_max, seed), mutate(left, size_max, seed, {overwrite}),
                  cross_over(left, right, size_max, seed), generate(size_max, seed)}) {
                ASSERT_LE(after.size(), size_max);
                ASSERT_TRUE(testing::is_valid(decoded(after)));
            }
        }
    }
}

// At many bounds: no new scenario is nearly as large.
Bytes full_scenario()
{
    Seeded source(1);
    return scenario::encode(make_scenario(source, even_weights(), {40, 64, 64, 16}),
                            drivers::revision_ids());
}

TEST(Mutator, FillsTheRoomThereIsUnlessItStartsFromNothing)
{
    const Bytes full = full_scenario();
    ASSERT_GT(full.size(), 400u);
    int filled = 0;
    for (std::uint64_t seed = 0; seed < 100; ++seed)
        filled += mutate(full, 200, seed).size() > 150 ? 1 : 0;
    EXPECT_GT(filled, 50);
}

TEST(Mutator, LeavesSomeCallsToTheEngine)
{
    const Bytes actors(32, 5);
    int by_engine = 0;
    for (std::uint64_t seed = 0; seed < 1000; ++seed)
        by_engine += mutate(random_bytes(seed), actors.size(), seed, {overwrite}) == actors ? 1 : 0;
    EXPECT_GT(by_engine, 50);
    EXPECT_LT(by_engine, 200);
}

Passed only_a_call(const scenario::Scenario &)
{
    Passed passed;
    passed.choices = {{kernel::Choice::Kind::call, 77, 0, kernel::role_of(kernel::Word::boot)}};
    return passed;
}

TEST(Mutator, AimsSomeCallsByARunOfTheInput)
{
    int aimed = 0;
    constexpr int calls = 1000;
    for (int i = 0; i < calls; ++i) {
        const auto &faults =
            decoded(mutate({}, roomy, static_cast<std::uint64_t>(i), {nullptr, only_a_call}))
                .faults;
        aimed += std::any_of(faults.begin(), faults.end(),
                             [](const auto &fault) { return fault.nth && fault.count == 77; });
    }
    EXPECT_GT(aimed, calls / 50); // of the kinds of aims, a fault is the rarest
    EXPECT_LT(aimed, calls / 5);
}

bool is_sequential(const scenario::Scenario &scenario)
{
    return scenario.switches.empty() && scenario.faults.empty();
}

Passed nobody_asks(const scenario::Scenario &)
{
    ADD_FAILURE() << "a look ahead for a run without a schedule";
    return {};
}

TEST(Mutator, MakesNeitherSwitchesNorFaultsForSequentialRuns)
{
    const Bytes full = full_scenario();
    const Help sequential{nullptr, nobody_asks, Runs::sequential};
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        const Bytes other = generate(roomy, seed);
        for (const Bytes &after :
             {mutate(full, roomy, seed, sequential), mutate(other, roomy, seed, sequential),
              cross_over(full, other, roomy, seed, sequential),
              generate(roomy, seed, Runs::sequential)})
            ASSERT_TRUE(is_sequential(decoded(after))) << seed;
    }
    EXPECT_FALSE(is_sequential(decoded(full)));
    int scheduled = 0;
    for (std::uint64_t seed = 0; seed < 500; ++seed)
        scheduled += is_sequential(decoded(mutate({}, roomy, seed))) ? 0 : 1;
    EXPECT_GT(scheduled, 100);
}

// In how many of a thousand calls what a sequential run is made of is another.
int of_use(Runs runs)
{
    int count = 0;
    for (std::uint64_t seed = 0; seed < 1000; ++seed) {
        const Bytes before = generate(roomy, seed);
        const auto after = decoded(mutate(before, roomy, seed, {nullptr, nullptr, runs}));
        count += after.layout == decoded(before).layout && after.actors == decoded(before).actors
                     ? 0
                     : 1;
    }
    return count;
}

TEST(Mutator, WastesNoEditOfASequentialRun)
{
    EXPECT_GT(of_use(Runs::sequential), 990);
    EXPECT_LT(of_use(Runs::scheduled), 950) << "nothing to save";
}

TEST(Mutator, StartsAboutAThirdOfCallsFromNothing)
{
    const Bytes full = full_scenario();
    int fresh = 0;
    constexpr int calls = 1000;
    for (std::uint64_t seed = 0; seed < calls; ++seed)
        fresh += mutate(full, roomy, seed).size() < full.size() / 2 ? 1 : 0;
    EXPECT_GT(fresh, calls / 5);
    EXPECT_LT(fresh, calls / 2);
}

TEST(Mutator, KeepsTheRevision)
{
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        Bytes bytes = random_bytes(seed);
        bytes.insert(bytes.begin(), 2);
        EXPECT_EQ(mutate(bytes, roomy, seed).at(0), 2);
        EXPECT_EQ(cross_over(bytes, {}, roomy, seed).at(0), 2);
    }
}

TEST(CrossOver, MixesTheRecordsOfBoth)
{
    int mixed = 0;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        const Bytes left = generate(roomy, seed);
        const Bytes right = generate(roomy, seed + 5000);
        const Records child = records_of(cross_over(left, right, roomy, seed));
        const auto shares = [&](const Bytes &parent) {
            const Records records = records_of(parent);
            return std::any_of(child.begin(), child.end(), [&](const Record &record) {
                return record.size() > 1 &&
                       std::find(records.begin(), records.end(), record) != records.end();
            });
        };
        mixed += shares(left) && shares(right) ? 1 : 0;
    }
    EXPECT_GT(mixed, 190); // of what mutate() makes of the left one, fewer do
}

} // namespace
} // namespace generators
