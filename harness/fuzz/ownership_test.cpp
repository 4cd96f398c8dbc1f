// SPDX-License-Identifier: GPL-2.0-only
// Covers: which ownership targets there are, and the line by which a runner tells their crashes apart.
// Does not cover: frames (failure_test.cpp), what runners demand of a linked target
// (scripts/check-oss-fuzz).
#include "fuzz/ownership.hpp"

#include "drivers/registry.hpp"
#include "run/machine.hpp"
#include "scenario/text.hpp"
#include "scenario/wire.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <string>
#include <variant>
#include <vector>

namespace fuzz {
namespace {

std::vector<std::uint8_t> wire(std::string_view text)
{
    const auto parsed = scenario::parse_text(text);
    return scenario::encode(std::get<scenario::Scenario>(parsed), drivers::revision_ids());
}

constexpr std::string_view loads_dax_cxl = "[[actor]]\nname = 'a'\nops = ['modprobe dax_cxl']\n";

} // namespace

// CMake reads the ids from the source of the table.
TEST(OwnershipTargets, AreOneForEachRevision)
{
    std::string ids;
    for (const std::string_view id : drivers::revision_ids())
        ids += std::string(ids.empty() ? "" : " ") + std::string(id);
    EXPECT_EQ(ids, HMEMFUZZ_REVISION_IDS);
}

TEST(OwnershipTargetsDeathTest, AViolationIsALineOfPropertyAndCause)
{
    const auto bytes = wire(loads_dax_cxl);
    EXPECT_DEATH(ownership("v7", bytes.data(), bytes.size()),
                 "ASSERTION FAILED: uninitialized-work cxl_dax_region_driver_register\n");
}

// The command has it from the same function (report/verdict_test.cpp).
TEST(OwnershipTargetsDeathTest, WhatHappenedIsSaidAsTheCommandSaysIt)
{
    const auto unused = wire(loads_dax_cxl);
    EXPECT_DEATH(ownership("v7", unused.data(), unused.size()),
                 "\n  what: resolution: [a-zA-Z ]+\n  revision: v7\n");
    const auto lost = wire("[layout]\nsoft_reserved = [{ range = '0x100000000-0x13fffffff' }]\n"
                           "windows = [{ name = 'window0', range = '0x100000000-0x13fffffff' }]\n"
                           "[[actor]]\nname = 'a'\nops = ['modprobe dax_hmem']\n");
    EXPECT_DEATH(ownership("pre", lost.data(), lost.size()),
                 "ASSERTION FAILED: lost-range dax_hmem_init\n"
                 "  what: .*\\[mem 0x100000000-0x13fffffff\\] \\(SR0\\): [a-zA-Z, ]+\n");
}

// All other lines are details, by their indent.
TEST(OwnershipTargetsDeathTest, OneLineNamesTheCrashHoweverManyViolationsThereAre)
{
    const auto bytes = wire(loads_dax_cxl);
    const auto verdict =
        run::Machine()
            .run(*drivers::find_revision("v7"),
                 scenario::decode({bytes.data(), bytes.size()}, drivers::revision_ids()))
            .verdict;
    ASSERT_GT(verdict.size(), 1u);
    EXPECT_DEATH(ownership("v7", bytes.data(), bytes.size()),
                 "^ASSERTION FAILED: [^\n]*\n(  [^\n]*\n)*$");
}

namespace {

// `more`: operations that change nothing.
std::vector<std::uint8_t> violates(std::size_t more)
{
    std::string text = "[[actor]]\nname = 'a'\nops = ['modprobe dax_cxl'";
    for (std::size_t i = 0; i < more; ++i)
        text += ", 'modprobe dax_cxl'";
    return wire(text + "]\n");
}

std::size_t size_of(const std::filesystem::path &folder, const char *name)
{
    const auto path = folder / name;
    return std::filesystem::exists(path) ? std::filesystem::file_size(path) : 0;
}

// Ends the process: 0 if after each input the file of each identity has the size of the smallest one.
[[noreturn]] void keep(const std::filesystem::path &folder, const std::vector<std::size_t> &more)
{
    setenv("HMEMFUZZ_KEEP_GOING", folder.c_str(), 1);
    std::size_t smallest = std::string::npos;
    for (const std::size_t count : more) {
        const auto bytes = violates(count);
        smallest = std::min(smallest, bytes.size());
        if (ownership("v7", bytes.data(), bytes.size()) != 0)
            std::_Exit(1);
        for (const char *name : {"uninitialized-work.cxl_dax_region_driver_register.wire",
                                 "uninitialized-work.dax_hmem_exit.wire"})
            if (size_of(folder, name) != smallest)
                std::_Exit(2);
    }
    const auto files = std::filesystem::directory_iterator(folder);
    std::_Exit(std::distance(begin(files), end(files)) == 2 ? 0 : 3);
}

} // namespace

// Before the first input, which may be hours before the first find.
TEST(OwnershipTargetsDeathTest, AFolderToKeepThingsInThatIsNoneIsTold)
{
    for (const char *folder : {"", "1", "/dev/null"}) {
        const auto begin = [&] {
            setenv("HMEMFUZZ_KEEP_GOING", folder, 1);
            prepare_ownership("v7");
        };
        EXPECT_EXIT(begin(), ::testing::ExitedWithCode(2),
                    std::string("^HMEMFUZZ_KEEP_GOING: is no folder: ") + folder + "\n$");
    }
}

TEST(OwnershipTargetsDeathTest,
     KeepGoingKeepsTheSmallestInputOfEachIdentityInWhicheverOrderTheyCome)
{
    const std::filesystem::path folder =
        std::filesystem::path(::testing::TempDir()) / ("keep-going." + std::to_string(::getpid()));
    for (const std::vector<std::size_t> &more :
         {std::vector<std::size_t>{3, 5}, {3, 1}, {3, 5, 1, 2, 0}, {2, 2}}) {
        std::filesystem::create_directory(folder);
        EXPECT_EXIT(keep(folder, more), ::testing::ExitedWithCode(0),
                    "^found uninitialized-work:[a-z_]*\nfound uninitialized-work:[a-z_]*\n$");
        std::filesystem::remove_all(folder);
    }
}

TEST(OwnershipTargetsDeathTest, KeepGoingSaysSoIfItCannotKeep)
{
    EXPECT_EXIT(keep("/proc", {1}), ::testing::ExitedWithCode(3), "cannot write /proc/");
}

TEST(OwnershipTargets, ACleanRunReturnsZero)
{
    const auto bytes = wire(loads_dax_cxl);
    EXPECT_EQ(ownership("v8", bytes.data(), bytes.size()), 0);
    EXPECT_EQ(ownership("mainline", nullptr, 0), 0);
}

} // namespace fuzz
