// SPDX-License-Identifier: GPL-2.0-only
// The fault loop: that it misses no call, and that what it shows of every regression on every
// revision is known.
#include "run/fault_loop.hpp"
#include "run/planted.hpp"
#include "scenario/sentences.hpp"

#include <gtest/gtest.h>

namespace run::testing {

using namespace kernel;

namespace {

using Lines = std::vector<std::string>;

// "admin: nth 1: memregion_alloc(-) in planted_init: leaked-resource:planted_init".
std::string line_of(const FaultRun &run, const scenario::Scenario &scenario)
{
    std::string line = scenario::fault_text(run.fault, scenario.actors) + ": " +
                       std::string(site_text(run.site)) + "(" + to_string(run.object) + ") in " +
                       std::string(run.function);
    for (const properties::Finding &finding : run.findings)
        line += ": " + properties::identity(finding.violation);
    return line;
}

Lines loop(const module_info &module, const scenario::Scenario &scenario)
{
    drivers::Revision revision = *drivers::find_revision("v8");
    revision.dax_hmem = &module;
    Lines lines;
    Machine machine;
    fault_loop(machine, revision, scenario, [&](const FaultRun &run) {
        EXPECT_FALSE(run.is_trouble());
        lines.push_back(line_of(run, scenario));
    });
    return lines;
}

scenario::Scenario one_module()
{
    return PlantedRun(planted_module([] { return 0; })).scenario;
}

// Two allocations; when the second fails, the first is forgotten, or given back.
template <bool undo> int two_ids_init()
{
    const int first = memregion_alloc();
    if (first < 0)
        return first;
    const int second = memregion_alloc();
    if (second < 0 && undo)
        memregion_free(first);
    if (second < 0)
        return second;
    memregion_free(first);
    memregion_free(second);
    return 0;
}

} // namespace

TEST(FaultLoop, FailsEachFallibleCallAndShowsWhatItsErrorPathForgets)
{
    EXPECT_EQ(loop(planted_module(two_ids_init<false>), one_module()),
              (Lines{"boot: nth 1: platform_device_alloc(hmem_platform.0) in hmem_init",
                     "boot: nth 2: platform_device_add(hmem_platform.0) in hmem_init",
                     "boot: nth 3: device_add(hmem_platform.0) in hmem_init",
                     "admin: nth 1: memregion_alloc(-) in planted_init",
                     "admin: nth 2: memregion_alloc(-) in planted_init: "
                     "leaked-resource:planted_init"}));
}

TEST(FaultLoop, IsSilentOnAnErrorPathThatUndoes)
{
    const Lines lines = loop(planted_module(two_ids_init<true>), one_module());
    ASSERT_EQ(lines.size(), 5u);
    EXPECT_EQ(lines[4], "admin: nth 2: memregion_alloc(-) in planted_init");
}

// The scenario's own fault stays, and its call is counted by number like any other.
TEST(FaultLoop, FailsCallsBesideTheFaultsOfTheScenario)
{
    scenario::Scenario scenario = one_module();
    scenario.faults = {
        {.role = actor_role(0), .site = Site::memregion_alloc, .object = {}, .count = 2}};
    const Lines lines = loop(planted_module(two_ids_init<false>), scenario);
    ASSERT_EQ(lines.size(), 5u);
    EXPECT_EQ(lines[2], "boot: nth 3: device_add(hmem_platform.0) in hmem_init: "
                        "leaked-resource:planted_init");
    EXPECT_EQ(lines[3], "admin: nth 1: memregion_alloc(-) in planted_init");
    EXPECT_EQ(lines[4],
              "admin: nth 2: memregion_alloc(-) in planted_init: leaked-resource:planted_init");
}

TEST(FaultLoop, KnowsTheViolationsThatFilesPromiseAndShow)
{
    Machine machine;
    const std::vector<scenario::Scenario> files = {
        regression("v7-1-flush-before-init.toml"), regression("v7-2-exit-flush.toml"),
        // An open finding: the table of exceptions knows it, whatever the identity.
        regression("ml-13-unaligned-range.toml")};
    EXPECT_EQ(known_violations(machine, revision("v7"), files),
              (Identities{"uninitialized-work:cxl_dax_region_driver_register",
                          "uninitialized-work:dax_hmem_exit"}));
    EXPECT_EQ(known_violations(machine, revision("v8"), files), Identities{});

    // What is shown and not promised is not known.
    std::vector<scenario::Scenario> other = {files[0]};
    for (scenario::Expectation &expectation : other[0].expect)
        std::erase(expectation.verdict, "uninitialized-work:dax_hmem_exit");
    EXPECT_EQ(known_violations(machine, revision("v7"), other),
              (Identities{"uninitialized-work:cxl_dax_region_driver_register"}));
}

TEST(FaultLoop, CallsNewsWhatIsNeitherExceptedNorKnown)
{
    properties::Finding finding;
    finding.violation.property = properties::Property::lost_range;
    finding.violation.cause = "f";
    EXPECT_FALSE(is_news(finding, {"double-claim:h", "lost-range:f"}));
    EXPECT_TRUE(is_news(finding, {"double-claim:h", "lost-range:g"}));
    finding.judgement.status = properties::Status::open;
    EXPECT_FALSE(is_news(finding, {}));
}

namespace {

// Every regression, every posted layout, and the layouts and stories that fuzzing starts from.
std::vector<scenario::Scenario> all_scenarios()
{
    std::vector<scenario::Scenario> scenarios;
    for (const std::string &name : regression_names())
        scenarios.push_back(regression(name));
    for (const std::string &name : layout_names())
        scenarios.push_back(regression(name));
    for (const auto &entry :
         std::filesystem::recursive_directory_iterator(HMEMFUZZ_SOURCE_DIR "/corpus"))
        if (entry.path().extension() == ".toml")
            scenarios.push_back(parse(read_file(entry.path().string())));
    return scenarios;
}

} // namespace

TEST(FaultLoop, ShowsNothingNewOfAnyRegressionLayoutOrSeedOnAnyRevision)
{
    const std::vector<scenario::Scenario> files = all_scenarios();
    Machine machine;
    int runs = 0;
    for (const drivers::Revision &tested : drivers::revisions()) {
        const Identities known = known_violations(machine, tested, files);
        for (const scenario::Scenario &file : files)
            fault_loop(machine, tested, file, [&](const FaultRun &run) {
                ++runs;
                EXPECT_FALSE(run.is_trouble()) << tested.id << ", " << file.title << ", "
                                               << line_of(run, file) << ": " << run.unmodelled;
                for (const properties::Finding &finding : run.findings)
                    EXPECT_FALSE(is_news(finding, known))
                        << tested.id << ", " << file.title << ", " << line_of(run, file);
            });
    }
    EXPECT_GT(runs, 1000);
}

} // namespace run::testing
