// SPDX-License-Identifier: GPL-2.0-only
// Seeds show nothing on the revision of their target: what a fuzzer finds from them, it has found.
#include "run/testing.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace run::testing {

TEST(Corpus, SeedsOfATargetAreCleanOnItsRevision)
{
    constexpr std::string_view lead = "fuzz_ownership_";
    int seeds = 0;
    Machine machine;
    for (const auto &entry :
         std::filesystem::recursive_directory_iterator(HMEMFUZZ_SOURCE_DIR "/corpus")) {
        const std::string target = entry.path().parent_path().filename().string();
        if (entry.path().extension() != ".toml" || !target.starts_with(lead))
            continue;
        const scenario::Scenario scenario = parse(read_file(entry.path().string()));
        const Result result =
            machine.run(revision(std::string_view(target).substr(lead.size())), scenario);
        EXPECT_TRUE(result.completed) << entry.path();
        EXPECT_EQ(identities(result, scenario), std::vector<std::string>{}) << entry.path();
        ++seeds;
    }
    EXPECT_GE(seeds, 10);
}

} // namespace run::testing
