// SPDX-License-Identifier: GPL-2.0-only
// No property is without a planted bug that it must find, and a near miss that it must let pass.
// Names are claims here: the suite of `lock-order` is LockOrder, its cases are called Fires...,
// its near misses IsSilent...
#include "properties/properties.hpp"

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

} // namespace

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
