// SPDX-License-Identifier: GPL-2.0-only
// Covers: which way of making inputs HMEMFUZZ_MUTATOR chooses. Each process reads it once, so that
// every case is a process of its own. Does not cover: what the ways make
// (generators/mutator_test.cpp).
#include "fuzz/look_ahead.hpp"
#include "fuzz/served.hpp"
#include "generators/mutator.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t *data, std::size_t size,
                                               std::size_t size_max, unsigned seed);
extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t *left, std::size_t left_size,
                                                 const std::uint8_t *right, std::size_t right_size,
                                                 std::uint8_t *out, std::size_t out_size_max,
                                                 unsigned seed);

// The engine's, which no test links.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t *data, std::size_t size, std::size_t size_max)
{
    const std::size_t grown = std::min(size + 1, size_max);
    std::fill_n(data, grown, std::uint8_t{0xee});
    return grown;
}

namespace fuzz {
namespace {

using generators::Bytes;
using generators::Runs;

Runs runs_served = Runs::scheduled;

constexpr std::size_t size_max = 4096;
constexpr unsigned seeds = 40;
const Bytes left = generators::generate(size_max, 1001);
const Bytes right = generators::generate(size_max, 1002);

generators::Passed ahead(const scenario::Scenario &scenario)
{
    return look_ahead("mainline", scenario);
}

generators::Help help() { return {LLVMFuzzerMutate, ahead, runs_served}; }

Bytes hook_mutates(unsigned seed)
{
    Bytes data = left;
    data.resize(size_max);
    data.resize(LLVMFuzzerCustomMutator(data.data(), left.size(), size_max, seed));
    return data;
}

Bytes hook_crosses(unsigned seed)
{
    Bytes out(size_max);
    out.resize(LLVMFuzzerCustomCrossOver(left.data(), left.size(), right.data(), right.size(),
                                         out.data(), size_max, seed));
    return out;
}

using Expected = Bytes (*)(unsigned seed);

// Ends the process: 0 if the hooks give what is expected for every seed.
[[noreturn]] void compare(const char *chosen, Expected mutated, Expected crossed)
{
    if (chosen != nullptr)
        setenv("HMEMFUZZ_MUTATOR", chosen, 1);
    else
        unsetenv("HMEMFUZZ_MUTATOR");
    int other = 0;
    for (unsigned seed = 0; seed < seeds; ++seed)
        other += hook_mutates(seed) != mutated(seed) || hook_crosses(seed) != crossed(seed);
    std::_Exit(other == 0 ? 0 : 1);
}

Bytes edited(unsigned seed) { return generators::mutate(left, size_max, seed, help()); }
Bytes crossed(unsigned seed) { return generators::cross_over(left, right, size_max, seed, help()); }
Bytes generated(unsigned seed) { return generators::generate(size_max, seed, runs_served); }
Bytes by_engine(unsigned) { return Bytes(left.size() + 1, 0xee); }

// As if another target were linked.
[[noreturn]] void compare_sequential(const char *chosen, Expected mutated, Expected crossed)
{
    runs_served = Runs::sequential;
    compare(chosen, mutated, crossed);
}

const auto well = ::testing::ExitedWithCode(0);
const auto badly = ::testing::ExitedWithCode(2);

} // namespace

// The tests' own; a fuzz target has its revision.
Served served() { return {runs_served, "mainline"}; }

TEST(MutatorHooksDeathTest, TheTargetSaysWhetherSchedulesAreOfUse)
{
    const auto scheduled = [](unsigned seed) {
        return generators::mutate(left, size_max, seed, {LLVMFuzzerMutate, ahead});
    };
    EXPECT_EXIT(compare_sequential(nullptr, edited, crossed), well, "");
    EXPECT_EXIT(compare_sequential("generate", generated, generated), well, "");
    EXPECT_EXIT(compare(nullptr, scheduled, crossed), well, "");
    EXPECT_EXIT(compare_sequential(nullptr, scheduled, crossed), ::testing::ExitedWithCode(1), "");
}

TEST(MutatorHooksDeathTest, StructureIsTheDefaultAndEditsScenarios)
{
    EXPECT_EXIT(compare(nullptr, edited, crossed), well, "");
    EXPECT_EXIT(compare("structure", edited, crossed), well, "");
    EXPECT_EXIT(compare("structure", generated, crossed), ::testing::ExitedWithCode(1), "");
}

// Ends the process: 0 if the first inputs that are made of nothing are short, and later ones are not.
[[noreturn]] void expect_growth()
{
    Bytes room(size_max);
    bool short_first = true;
    bool long_later = false;
    for (unsigned seed = 0; seed < seeds; ++seed) {
        const std::size_t size = LLVMFuzzerCustomMutator(room.data(), 0, size_max, seed);
        if (seed < 4)
            short_first = short_first && size <= 3;
        else
            long_later = long_later || size > 3;
    }
    std::_Exit(short_first && long_later ? 0 : 1);
}

TEST(MutatorHooksDeathTest, FromAnEmptyCorpusTheFirstFourInputsAreTooShortForAnOperation)
{
    EXPECT_EXIT(expect_growth(), well, "");
}

TEST(MutatorHooksDeathTest, BytesLeavesAllToTheEngine)
{
    EXPECT_EXIT(compare("bytes", by_engine, by_engine), well, "");
}

TEST(MutatorHooksDeathTest, GenerateOwesNothingToTheInput)
{
    EXPECT_EXIT(compare("generate", generated, generated), well, "");
}

TEST(MutatorHooksDeathTest, AnotherWordIsAnErrorThatNamesTheWordsThereAre)
{
    constexpr const char *message =
        "HMEMFUZZ_MUTATOR: '[a-zA-Z]*' is none of structure, bytes, generate\n";
    for (const char *word : {"", "Structure", "byte", "generated"})
        EXPECT_EXIT(compare(word, edited, crossed), badly, message);
}

} // namespace fuzz
