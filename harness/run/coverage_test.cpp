// SPDX-License-Identifier: GPL-2.0-only
// That nothing is left out: no property is without a planted bug that it must find, and a near miss
// that it must let pass; and what tests came across in runs is every property, every accepted outcome
// and every open finding.
#include "properties/properties.hpp"
#include "run/testing.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace run::testing {
namespace {

// All test sources of the rooms.
std::string test_sources()
{
    std::ostringstream text;
    for (const auto &entry :
         std::filesystem::recursive_directory_iterator(HMEMFUZZ_SOURCE_DIR "/harness"))
        if (entry.path().string().ends_with("_test.cpp"))
            text << std::ifstream(entry.path()).rdbuf();
    return text.str();
}

std::string suite_of(std::string_view id)
{
    std::string suite;
    bool capital = true;
    for (const char letter : id) {
        if (letter != '-')
            suite += capital ? static_cast<char>(std::toupper(letter)) : letter;
        capital = letter == '-';
    }
    return suite;
}

// Judges at the end, if no test was left out.
class NothingIsLeftOut : public ::testing::Environment {
    void TearDown() override
    {
        const auto &tests = *::testing::UnitTest::GetInstance();
        if (tests.test_to_run_count() != tests.total_test_count() - tests.disabled_test_count())
            return;
        for (std::size_t i = 0; i < properties::property_count; ++i) {
            const auto property = static_cast<properties::Property>(i);
            EXPECT_EQ(reached().properties.count(property), 1u)
                << properties::property_row(property).id << " was found in no run";
        }
        for (const properties::ExceptionRow &row : properties::exceptions())
            EXPECT_EQ(reached().exceptions.count(row.id), 1u) << row.id << " took no violation";
    }
};

const auto *const nothing_is_left_out =
    ::testing::AddGlobalTestEnvironment(new NothingIsLeftOut); // owned by GoogleTest

} // namespace

// Names are claims here: the suite of `lock-order` is LockOrder, its cases are called Fires..., its
// near misses IsSilent...
TEST(PropertyTable, EveryPropertyHasACaseInWhichItFiresAndOneInWhichItIsSilent)
{
    const std::string sources = test_sources();
    for (std::size_t i = 0; i < properties::property_count; ++i) {
        const std::string suite =
            suite_of(properties::property_row(static_cast<properties::Property>(i)).id);
        for (const char *claim : {"Fires", "IsSilent"})
            EXPECT_NE(sources.find("TEST(" + suite + ", " + claim), std::string::npos)
                << suite << " has no test " << claim << "...";
    }
}

} // namespace run::testing
