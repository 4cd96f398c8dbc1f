// SPDX-License-Identifier: GPL-2.0-only
// Seeds show nothing new on mainline: what a fuzzer finds from them, it has found. For other revisions
// the build leaves out what shows something (fuzz/side_files.cpp).
#include "run/testing.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace run::testing {

TEST(Corpus, SeedsShowNothingNewOnMainline)
{
    int seeds = 0;
    Machine machine;
    for (const auto &entry : std::filesystem::recursive_directory_iterator(
             HMEMFUZZ_SOURCE_DIR "/corpus/fuzz_ownership")) {
        if (entry.is_directory())
            continue;
        ASSERT_EQ(entry.path().extension(), ".toml") << entry.path();
        const scenario::Scenario scenario = parse(read_file(entry.path().string()));
        const Result result = machine.run(revision("mainline"), scenario);
        // Not of a kernel that there is none of, and not past an oops that is known.
        EXPECT_TRUE(result.completed || !result.configurable || !result.verdict.empty())
            << entry.path();
        for (const auto &finding : properties::findings(result.verdict, {scenario, result.events}))
            EXPECT_NE(finding.judgement.status, properties::Status::violation)
                << entry.path() << ": " << properties::identity(finding.violation);
        ++seeds;
    }
    EXPECT_GE(seeds, 200); // those told by hand, and the distilled ones
}

} // namespace run::testing
