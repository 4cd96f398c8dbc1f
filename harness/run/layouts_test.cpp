// SPDX-License-Identifier: GPL-2.0-only
// The posted layouts: that each file of regressions/layouts/ promises who owns what on the revisions it was
// posted on and on mainline, and shows the posted owner there. regression_test.cpp replays them.
#include "run/matrix.hpp"
#include "run/testing.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace run::testing {
namespace {

using Ids = std::vector<std::string_view>;

struct Posted {
    std::string_view file;
    Ids on;
    Ids without; // of these, where the model has another owner, or another one was posted
};

// UPSTREAM.md section 5. What has no revision was posted on the approach that v1 replaced.
const std::vector<Posted> &posted()
{
    static const std::vector<Posted> rows = {
        {"t-s1", {"v4", "v5", "v6", "v7", "v8"}, {}},
        {"t-s1-recreate", {"v4", "v5", "v6", "v7", "v8"}, {}},
        {"t-s1-recreate-without-decommit", {"v4", "v5", "v6", "v7", "v8"}, {"v5", "v6"}},
        {"t-s2", {"v4", "v5", "v6", "v7", "v8"}, {}},
        {"t-s3", {"v4", "v5"}, {}},
        {"t-s3-region-left", {"v4", "v5"}, {"v4"}},
        {"t-s4", {"v7", "v8"}, {}},
        {"t-s5", {"v6", "v7", "v8"}, {}},
        {"t-s6", {"v6"}, {}},
        {"t-s8", {"v1"}, {}},
        {"t-s10", {"v5"}, {}},
        {"t-l1", {"v4"}, {}},
        {"t-l1-split", {"v4"}, {}},
        {"t-l2", {"v4"}, {}},
        {"t-l3", {"v4"}, {}},
        {"t-l3-split", {"v4"}, {}},
        {"t-l4", {"v4"}, {}},
        {"t-a1", {"v1", "v4", "v6"}, {}},
        {"t-a1-recreate", {"v1", "v4", "v6"}, {}},
        {"t-a2", {"v1"}, {}},
        {"t-a4", {"v5", "v6"}, {"v5"}},
        {"t-a4-user", {"v5", "v6"}, {"v5"}},
        {"t-a5", {"v6"}, {}},
        {"t-a6", {"v7"}, {}},
        {"t-t0a", {"v1"}, {}},
        {"t-t0b", {"v1"}, {}},
        {"t-t0b-split", {"v1"}, {}},
        {"t-t0c", {"v1"}, {}},
        {"t-t0c-split", {"v1"}, {}},
        {"t-t1a", {"v4"}, {}},
        {"t-t1b", {"v4"}, {}},
        {"t-t1b-recreate", {"v4"}, {}},
        {"t-t1c", {"v4"}, {}},
        {"t-t1d", {"v4"}, {}},
        {"t-t2", {"v4"}, {}},
        {"t-t2-split", {"v4"}, {}},
        {"t-t2-recreate", {"v4"}, {}},
        {"t-t2.1", {"v4"}, {}},
        {"t-t3", {"v4"}, {}},
        {"t-t3-split", {"v4"}, {}},
        {"t-t3-recreate", {"v4"}, {}},
        {"t-t4", {"v4", "v6", "v8"}, {}},
        {"t-t6", {"v6"}, {}},
        {"t-z1", {}, {}},
        {"t-z2", {}, {}},
        {"t-z4", {}, {}},
        {"t-o1", {}, {}},
        {"t-e1", {"pre"}, {}},
    };
    return rows;
}

bool has(const std::vector<std::string> &lines, std::string_view line)
{
    return std::find(lines.begin(), lines.end(), line) != lines.end();
}

bool promises_owners(const scenario::Scenario &scenario, std::string_view id)
{
    return std::any_of(scenario.owners.begin(), scenario.owners.end(),
                       [&](const auto &promise) { return promise.revision == id; });
}

} // namespace

TEST(Layouts, AreTheFilesOfTheFolder)
{
    std::vector<std::string> files;
    for (const Posted &row : posted())
        files.push_back("layouts/" + std::string(row.file) + ".toml");
    std::sort(files.begin(), files.end());
    EXPECT_EQ(files, layout_names());
}

TEST(Layouts, PromiseTheOwnersOnTheRevisionsTheyWerePostedOnAndOnMainline)
{
    for (const Posted &row : posted()) {
        SCOPED_TRACE(row.file);
        const scenario::Scenario layout = regression("layouts/" + std::string(row.file) + ".toml");
        Ids wanted = row.on;
        wanted.push_back("mainline");
        for (const std::string_view id : wanted) {
            const Identities *verdict = promised(layout, id);
            ASSERT_NE(verdict, nullptr) << id;
            // Where there is no such kernel nobody owns anything.
            const bool configurable = *verdict != Identities{std::string(scenario::not_applicable)};
            EXPECT_EQ(promises_owners(layout, id), configurable) << id;
        }
    }
}

// That [[shows]] is true, regression_test.cpp says.
TEST(Layouts, ShowThePostedOwnerOnTheRevisionsTheyWerePostedOn)
{
    for (const Posted &row : posted()) {
        SCOPED_TRACE(row.file);
        const scenario::Scenario layout = regression("layouts/" + std::string(row.file) + ".toml");
        // The layout itself stands first, then the bugs that show on some revisions.
        ASSERT_FALSE(layout.shows.empty());
        for (std::size_t i = 1; i < layout.shows.size(); ++i)
            EXPECT_FALSE(layout.shows[i].entry.starts_with("T-")) << layout.shows[i].entry;
        std::string entry = layout.shows[0].entry;
        std::transform(entry.begin(), entry.end(), entry.begin(), ::tolower);
        EXPECT_TRUE(row.file == entry || row.file.starts_with(entry + "-")) << entry;
        for (const std::string_view id : row.on)
            EXPECT_NE(has(layout.shows[0].on, id),
                      std::find(row.without.begin(), row.without.end(), id) != row.without.end())
                << id;
    }
}

} // namespace run::testing
