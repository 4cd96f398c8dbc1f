// SPDX-License-Identifier: GPL-2.0-only
// Replays every file of regressions/ and every posted layout on every revision against the verdicts and
// owners it promises.
#include "run/matrix.hpp"
#include "run/testing.hpp"
#include "scenario/words.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace run::testing {
namespace {

class Regression : public ::testing::TestWithParam<std::string> {
protected:
    scenario::Scenario scenario_ = regression(GetParam());
};

} // namespace

TEST_P(Regression, SaysWhatToExpectOfEveryRevisionAndOfNoOther)
{
    for (const drivers::Revision &tested : drivers::revisions())
        EXPECT_NE(promised(scenario_, tested.id), nullptr) << tested.id;
    EXPECT_EQ(scenario_.expect.size(), drivers::revisions().size());
    for (const scenario::Expectation &promise : scenario_.owners)
        EXPECT_NE(drivers::find_revision(promise.revision), nullptr) << promise.revision;
    EXPECT_FALSE(scenario_.title.empty());
}

TEST_P(Regression, KeepsItsPromiseOnEveryRevision)
{
    Machine machine;
    for (const drivers::Revision &tested : drivers::revisions()) {
        SCOPED_TRACE(std::string(tested.id));
        const Cell cell = examine(machine, tested, scenario_);
        noted(cell.findings);
        ASSERT_TRUE(cell.expected);
        EXPECT_EQ(cell.observed, *cell.expected);
        if (cell.expected_owners)
            EXPECT_EQ(cell.owners, *cell.expected_owners);
        EXPECT_EQ(cell.misplaced, std::vector<std::string>{});
        EXPECT_TRUE(cell.agrees()) << cell.unmodelled;
    }
}

TEST_P(Regression, NamesTheEntriesThatItShows)
{
    EXPECT_FALSE(scenario_.shows.empty());
    for (const scenario::Shown &shown : scenario_.shows) {
        const std::string &entry = shown.entry;
        for (const std::string &id : shown.on)
            EXPECT_NE(drivers::find_revision(id), nullptr) << entry << ": " << id;
        if (scenario::is_catalogued(entry))
            continue;
        const auto rows = properties::exceptions();
        EXPECT_TRUE(
            std::any_of(rows.begin(), rows.end(), [&](const auto &row) { return row.id == entry; }))
            << entry << " is neither in the catalogue nor an open finding";
    }
}

TEST_P(Regression, IsMarkedOpenIfItShowsAnOpenFindingOnMainline)
{
    Machine machine;
    const Result result = machine.run(revision("mainline"), scenario_);
    bool open = false;
    for (const auto &finding : properties::findings(result.verdict, {scenario_, result.events})) {
        EXPECT_NE(finding.judgement.status, properties::Status::violation)
            << properties::identity(finding.violation);
        open |= finding.judgement.status == properties::Status::open;
    }
    EXPECT_EQ(open, scenario_.open);
}

namespace {

std::string name_of_file(const ::testing::TestParamInfo<std::string> &param_info)
{
    std::string name = param_info.param;
    name.resize(name.size() - std::string(".toml").size());
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c == '-' || c == '.' || c == '/'; }, '_');
    return name;
}

} // namespace

INSTANTIATE_TEST_SUITE_P(Files, Regression, ::testing::ValuesIn(regression_names()), name_of_file);
INSTANTIATE_TEST_SUITE_P(Layouts, Regression, ::testing::ValuesIn(layout_names()), name_of_file);

} // namespace run::testing
