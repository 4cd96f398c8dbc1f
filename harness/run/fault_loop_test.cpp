// SPDX-License-Identifier: GPL-2.0-only
// The fault loop: that it misses no call, and that what it shows of every regression on every
// revision is known.
#include "run/fault_loop.hpp"
#include "run/planted.hpp"
#include "scenario/sentences.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

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

// The error path of memregion_alloc is known to leak; that of another call is not.
TEST(FaultLoop, CallsAKnownViolationNewsAtAnotherSite)
{
    FaultRun run;
    run.site = Site::memregion_alloc;
    properties::Finding finding;
    finding.violation.property = properties::Property::lost_range;
    finding.violation.cause = "f";
    const SiteViolations known = {{"lost-range:f", Site::memregion_alloc}};
    EXPECT_FALSE(is_news_at_site(run, finding, known));
    run.site = Site::device_add;
    EXPECT_TRUE(is_news_at_site(run, finding, known));
    run.before = {"lost-range:f"}; // also without the fault
    EXPECT_FALSE(is_news_at_site(run, finding, known));
    run.before = {"lost-range:g"};
    EXPECT_TRUE(is_news_at_site(run, finding, known));
    finding.judgement.status = properties::Status::open;
    EXPECT_FALSE(is_news_at_site(run, finding, known));
}

TEST(FaultLoop, KnowsViolationsByTheSiteThatFilesMakeFail)
{
    Machine machine;
    const std::vector<scenario::Scenario> files = {regression("v8-1-reference-leaked.toml"),
                                                   regression("v7-1-flush-before-init.toml")};
    EXPECT_EQ(known_at_sites(machine, revision("v8"), files),
              (SiteViolations{{"missing-put-device:dax_hmem_init", Site::driver_register}}));
    EXPECT_EQ(known_at_sites(machine, revision("mainline"), files), SiteViolations{});
}

namespace {

void add_folder(const std::string &folder, std::vector<scenario::Scenario> &scenarios)
{
    for (const auto &entry : std::filesystem::directory_iterator(HMEMFUZZ_SOURCE_DIR + folder))
        if (entry.path().extension() == ".toml")
            scenarios.push_back(parse(read_file(entry.path().string())));
}

// Every regression, every posted layout, and the seeds that were told by hand.
std::vector<scenario::Scenario> all_scenarios()
{
    std::vector<scenario::Scenario> scenarios;
    for (const std::string &name : regression_names())
        scenarios.push_back(regression(name));
    for (const std::string &name : layout_names())
        scenarios.push_back(regression(name));
    add_folder("/corpus/fuzz_ownership", scenarios);
    return scenarios;
}

// A violation that other failing calls than those of regressions bring about as well.
struct Elsewhere {
    std::set<std::string_view> revisions;
    std::vector<std::string> identities;
    std::vector<Site> sites;
    const char *entry; // of the catalogue: whose cause it is
};

const std::vector<Elsewhere> &known_elsewhere()
{
    using enum Site;
    static const std::vector<Site> child = {devm_add_action, platform_device_alloc,
                                            platform_device_add_data, platform_device_add,
                                            device_add};
    static const std::vector<Site> no_device = {platform_device_alloc, platform_device_add,
                                                device_add};
    static const std::vector<Site> no_dax = {driver_register, alloc_dax_region, devm_add_action,
                                             create_dev_dax, device_add};
    static const std::vector<Elsewhere> all = {
        // There is no hmem_platform device, and so nobody initialises the work.
        {{"v7", "v7-gated-exit"},
         {"uninitialized-work:cxl_dax_region_driver_register"},
         no_device,
         "V7-1"},
        {{"v7"}, {"uninitialized-work:dax_hmem_exit"}, no_device, "V7-2"},
        // Of a range in two regions, one without its dax device: nobody falls back to HMEM.
        {{"pre"}, {"lost-range:dax_hmem_init"}, no_dax, "P-1"},
        {{"v1"}, {"lost-range:process_defer_work"}, no_dax, "V1-1"},
        {{"v4"}, {"lost-range:process_defer_work"}, {alloc_dax_region, create_dev_dax}, "ML-3"},
        // A bind after a probe that failed.
        {{"v1"}, {"lost-range:process_defer_work"}, {memregion_alloc, kzalloc}, "V1-1"},
        {{"pre"}, {"lost-range:dax_hmem_platform_probe"}, child, "P-1"},
        {{"pre"}, {"lost-range:dax_hmem_platform_probe"}, {memregion_alloc}, "P-1"},
        {{"v5"},
         {"double-registration:process_defer_work", "double-claim:process_defer_work"},
         {memregion_alloc, devm_add_action, kzalloc},
         "V5-4"},
        // A probe that fails is cleaned up, by the wrong address, or with a flush.
        {{"v1", "v4", "v5"},
         {"uninitialized-work:dax_hmem_init", "warn:dax_hmem_init"},
         child,
         "V1-6"},
        {{"v1", "v4", "v5"},
         {"uninitialized-work:dax_hmem_exit", "warn:dax_hmem_exit"},
         {devm_add_action, memregion_alloc, kzalloc},
         "V1-6"},
        {{"v4", "v5"},
         {"uninitialized-work:kill_defer_work", "warn:kill_defer_work"},
         {kzalloc},
         "V1-6"},
        {{"v6"}, {"flush-in-probe:dax_hmem_init"}, child, "V6-1"},
        {{"v6"}, {"flush-in-probe:kill_defer_work"}, child, "V6-1"},
        {{"v6"}, {"flush-in-probe:kill_defer_work"}, {memregion_alloc}, "V6-1"},
        // No dax_hmem decides, for want of a device or of a driver.
        {{"v4", "v5"},
         {"lost-range:-"},
         {platform_device_alloc, platform_device_add, device_add, driver_register, devm_add_action,
          kzalloc},
         "V4-5, V5-1"},
        // The resolution ignores what fails.
        {{"v4"}, {"lost-range:process_defer_work"}, child, "ML-3"},
    };
    return all;
}

SiteViolations known_of(Machine &machine, const drivers::Revision &tested,
                        const std::vector<scenario::Scenario> &files)
{
    SiteViolations known = known_at_sites(machine, tested, files);
    for (const Elsewhere &row : known_elsewhere())
        if (row.revisions.contains(tested.id))
            for (const std::string &identity : row.identities)
                for (const Site site : row.sites)
                    known.push_back({identity, site});
    std::sort(known.begin(), known.end());
    return known;
}

} // namespace

TEST(FaultLoop, ShowsNothingNewOfAnyRegressionLayoutOrSeedOnAnyRevision)
{
    const std::vector<scenario::Scenario> files = all_scenarios();
    Machine machine;
    int runs = 0;
    std::set<Site> failed;
    for (const drivers::Revision &tested : drivers::revisions()) {
        const SiteViolations known = known_of(machine, tested, files);
        for (const scenario::Scenario &file : files)
            fault_loop(machine, tested, file, [&](const FaultRun &run) {
                ++runs;
                failed.insert(run.site);
                EXPECT_FALSE(run.is_trouble()) << tested.id << ", " << file.title << ", "
                                               << line_of(run, file) << ": " << run.unmodelled;
                for (const properties::Finding &finding : run.findings)
                    EXPECT_FALSE(is_news_at_site(run, finding, known))
                        << tested.id << ", " << file.title << ", " << line_of(run, file);
            });
    }
    EXPECT_GT(runs, 1000);
    EXPECT_EQ(failed.size(), static_cast<std::size_t>(Site::count_));
}

// Distilled seeds were chosen for what earlier revisions do wrong, among other things.
TEST(FaultLoop, ShowsNothingNewOfADistilledSeedOnMainline)
{
    std::vector<scenario::Scenario> seeds;
    add_folder("/corpus/fuzz_ownership/distilled", seeds);
    Machine machine;
    const drivers::Revision &tested = revision("mainline");
    const SiteViolations known = known_of(machine, tested, all_scenarios());
    int runs = 0;
    for (const scenario::Scenario &seed : seeds)
        fault_loop(machine, tested, seed, [&](const FaultRun &run) {
            ++runs;
            for (const properties::Finding &finding : run.findings)
                EXPECT_FALSE(is_news_at_site(run, finding, known))
                    << seed.title << ", " << line_of(run, seed);
        });
    EXPECT_GT(runs, 1000);
}

} // namespace run::testing
