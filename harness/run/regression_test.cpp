// SPDX-License-Identifier: GPL-2.0-only
// Replays every file of regressions/ on every revision against the verdicts it promises.
#include "run/testing.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace run::testing {
namespace {

std::vector<std::string> regression_files()
{
    std::vector<std::string> names;
    for (const auto &entry :
         std::filesystem::directory_iterator(HMEMFUZZ_SOURCE_DIR "/regressions"))
        if (entry.path().extension() == ".toml")
            names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

class Regression : public ::testing::TestWithParam<std::string> {
protected:
    scenario::Scenario scenario_ =
        parse(read_file(HMEMFUZZ_SOURCE_DIR "/regressions/" + GetParam()));
};

const std::vector<std::string> *promised(const scenario::Scenario &scenario, std::string_view id)
{
    for (const scenario::Expectation &expectation : scenario.expect)
        if (expectation.revision == id)
            return &expectation.verdict;
    return nullptr;
}

} // namespace

TEST_P(Regression, SaysWhatToExpectOfEveryRevisionAndOfNoOther)
{
    for (const drivers::Revision &tested : drivers::revisions())
        EXPECT_NE(promised(scenario_, tested.id), nullptr) << tested.id;
    EXPECT_EQ(scenario_.expect.size(), drivers::revisions().size());
    EXPECT_FALSE(scenario_.title.empty());
}

TEST_P(Regression, KeepsItsPromiseOnEveryRevision)
{
    Machine machine;
    for (const drivers::Revision &tested : drivers::revisions()) {
        SCOPED_TRACE(std::string(tested.id));
        const Result result = machine.run(tested, scenario_);
        EXPECT_EQ(result.unmodelled, nullptr);
        const std::vector<std::string> *expected = promised(scenario_, tested.id);
        ASSERT_NE(expected, nullptr);
        EXPECT_EQ(identities(result, scenario_), *expected);
        // A fault that never fired says nothing about the revision that it should have broken.
        EXPECT_TRUE(result.all_faults_fired() || !result.completed);
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

INSTANTIATE_TEST_SUITE_P(Files, Regression, ::testing::ValuesIn(regression_files()),
                         [](const auto &param_info) {
                             std::string name = param_info.param;
                             name.resize(name.size() - std::string(".toml").size());
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

} // namespace run::testing
