// SPDX-License-Identifier: GPL-2.0-only
// Builds differ in where the simulated kernel's objects lie (HMEMFUZZ_ARENA), properties are shown only
// the records that they declare to read, and a run may make only those: it makes no difference to what a
// run gives.
#include "run/final_state.hpp"
#include "run/random_scenarios.hpp"
#include "run/testing.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>

namespace run::testing {
namespace {

constexpr std::uint64_t seed = 20260323;
constexpr int random_scenarios = 500;

constexpr Options on_heap{.place = kernel::Place::heap};
constexpr Options in_arena{.place = kernel::Place::arena};
const Options all_records{.reading = properties::Reading::everything};

// Everything a run gives, but for the records.
std::vector<std::string> told(const Result &result)
{
    std::vector<std::string> lines;
    for (const properties::Violation &violation : result.verdict)
        lines.push_back(properties::identity(violation) + " " +
                        kernel::to_string(violation.object) + " " + std::string(violation.detail) +
                        " at " + std::to_string(violation.event) + ", " +
                        std::to_string(violation.other) + ", " + std::string(violation.getter));
    for (const properties::Unowned &unowned : result.unowned)
        lines.push_back(std::to_string(unowned.range.start) +
                        " unowned: " + std::string(unowned.why));
    return lines;
}

// The same, but for the places in the records.
std::vector<std::string> without_records(const Result &result)
{
    Result copy = result;
    for (properties::Violation &violation : copy.verdict) {
        violation.event = properties::no_event;
        violation.other = properties::no_event;
    }
    return told(copy);
}

// Which of them are accepted or open, and by what: "accepted ML-10".
std::vector<std::string> judgements(const Result &result, const scenario::Scenario &scenario)
{
    std::vector<std::string> lines;
    for (const auto &finding : properties::findings(result.verdict, {scenario, result.events}))
        lines.push_back(std::string(properties::status_text(finding.judgement.status)) + " " +
                        std::string(finding.judgement.id));
    return lines;
}

bool shows_violation(const Result &result, const scenario::Scenario &scenario)
{
    const auto lines = judgements(result, scenario);
    return std::any_of(lines.begin(), lines.end(),
                       [](const std::string &line) { return line.starts_with("violation"); });
}

class Pair {
public:
    enum class Records : std::uint8_t { always, if_found };

    Pair(const Options &one, const Options &other, Records compared = Records::always)
        : one_(one), other_(other), compared_(compared)
    {}

    void expect_alike(const scenario::Scenario &scenario)
    {
        for (const drivers::Revision &tested : drivers::revisions()) {
            const Result first = left_.run(tested, scenario, one_);
            const Result second = right_.run(tested, scenario, other_);
            if (compared_ == Records::always || shows_violation(first, scenario))
                ASSERT_EQ(first_difference(first.events, second.events), -1) << tested.id;
            if (compared_ == Records::always || shows_violation(first, scenario))
                ASSERT_EQ(told(first), told(second)) << tested.id;
            else
                ASSERT_EQ(without_records(first), without_records(second)) << tested.id;
            ASSERT_EQ(first.completed, second.completed) << tested.id;
        }
    }

private:
    Options one_;
    Options other_;
    Records compared_;
    Machine left_;
    Machine right_;
};

template <class Check> void for_each_scenario(Check check)
{
    int files = 0;
    for (const char *folder : {"/corpus", "/regressions"})
        for (const auto &entry : std::filesystem::recursive_directory_iterator(
                 std::string(HMEMFUZZ_SOURCE_DIR) + folder)) {
            if (entry.path().extension() != ".toml")
                continue;
            SCOPED_TRACE(entry.path().string());
            check(parse(read_file(entry.path().string())));
            ++files;
        }
    EXPECT_GE(files, 8);
    std::mt19937_64 random(seed);
    for (int i = 0; i < random_scenarios && !::testing::Test::HasFatalFailure(); ++i)
        check(random_scenario(random));
}

} // namespace

TEST(Place, ARunIsTheSameOnTheHeapAndInTheArena)
{
    Pair pair(on_heap, in_arena);
    for_each_scenario([&](const scenario::Scenario &scenario) { pair.expect_alike(scenario); });
}

TEST(Place, AMachineMayChangeTheOneForTheOther)
{
    std::mt19937_64 random(seed);
    Machine machine;
    for (int i = 0; i < 100; ++i) {
        const scenario::Scenario scenario = random_scenario(random);
        const kernel::Events first = machine.run(revision("v7"), scenario, in_arena).events;
        const Result second = machine.run(revision("v7"), scenario, on_heap);
        ASSERT_EQ(first_difference(first, second.events), -1);
    }
}

TEST(Place, ARunThatMakesOnlyTheRecordsThatAreJudgedHasTheSameVerdict)
{
    Machine all;
    Machine few;
    std::size_t left_out = 0;
    std::size_t found = 0;
    for_each_scenario([&](const scenario::Scenario &scenario) {
        for (const drivers::Revision &tested : drivers::revisions()) {
            const Result first = all.run(tested, scenario);
            const Result second = few.run(tested, scenario, {.recording = Recording::judged});
            ASSERT_EQ(without_records(first), without_records(second)) << tested.id;
            ASSERT_EQ(judgements(first, scenario), judgements(second, scenario)) << tested.id;
            ASSERT_EQ(first.steps, second.steps) << tested.id;
            ASSERT_EQ(first.completed, second.completed) << tested.id;
            ASSERT_EQ(first.fault_fired, second.fault_fired) << tested.id;
            ASSERT_EQ(first.unmodelled, second.unmodelled) << tested.id;
            left_out += first.events.size() - second.events.size();
            found += first.verdict.size();
        }
    });
    EXPECT_GT(left_out, 0U);
    EXPECT_GT(found, 0U);
}

TEST(Place, ARunThatRecordsHowItEndsHasTheSameFinalStateAndVerdict)
{
    Machine all;
    Machine few;
    std::set<std::uint64_t> states;
    for_each_scenario([&](const scenario::Scenario &scenario) {
        for (const drivers::Revision &tested : drivers::revisions()) {
            const Result first = all.run(tested, scenario);
            const Result second = few.run(tested, scenario, {.recording = Recording::ends});
            ASSERT_EQ(judgements(first, scenario), judgements(second, scenario)) << tested.id;
            ASSERT_EQ(final_state(first), final_state(second)) << tested.id;
            states.insert(final_state(first));
        }
    });
    EXPECT_GT(states.size(), 1000U);
}

TEST(Place, ARunInWhichAViolationIsFoundHasAllRecords)
{
    Pair pair({}, {.recording = Recording::if_found}, Pair::Records::if_found);
    for_each_scenario([&](const scenario::Scenario &scenario) { pair.expect_alike(scenario); });
}

TEST(Place, PropertiesFindTheSameInAllRecordsAsInThoseTheyDeclareToRead)
{
    Pair pair({}, all_records);
    for_each_scenario([&](const scenario::Scenario &scenario) { pair.expect_alike(scenario); });
}

} // namespace run::testing
