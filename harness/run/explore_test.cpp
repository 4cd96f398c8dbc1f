// SPDX-License-Identifier: GPL-2.0-only
// The explorer: that it runs each schedule within its bounds, each once, and finds what is there.
#include "run/explore.hpp"
#include "run/final_state.hpp"
#include "run/random_scenarios.hpp"
#include "run/testing.hpp"

#include <limits>
#include <map>
#include <stdexcept>

namespace run::testing {

using namespace kernel;

namespace {

constexpr const char *two_ranges = R"(title = "t"
[layout]
soft_reserved = [{ range = "0x850000000-0x94fffffff" }, { range = "0x950000000-0xa4fffffff" }]
windows = [{ name = "window0", range = "0x850000000-0x284fffffff" }]
[[actor]]
name = "admin"
ops = ["modprobe dax_hmem"]
)";

// What tells schedules apart: who ran when. The records of switches are left out.
std::uint64_t course(const Result &result)
{
    std::uint64_t digest = 0;
    for (const Event &event : result.events)
        if (event.kind != EventKind::switched && event.kind != EventKind::switch_idle)
            digest = digest * 0x100000001b3 + (static_cast<std::uint64_t>(event.kind) << 32 ^
                                               static_cast<std::uint64_t>(event.task) << 16 ^
                                               event.detail ^ static_cast<unsigned>(event.value));
    return digest;
}

// The same search written down plainly, without the explorer's list of choices: every gap is tried
// until the switch no longer comes to pass, every pick until one repeats the first. Switches of the
// two kinds have gaps of their own: lists that are not in the order of time are left out.
class Plain {
public:
    Plain(const drivers::Revision &revision, scenario::Scenario scenario, std::size_t switches)
        : revision_(revision), scenario_(std::move(scenario)), switches_(switches)
    {
        scenario_.switches.clear();
        visit();
    }

    std::map<std::uint64_t, std::uint64_t> courses; // and how often each was run
    std::set<std::uint64_t> final_states;
    std::uint64_t complete = 0;
    std::uint64_t blocked = 0;
    std::uint64_t differed = 0; // runs of which a second one made other records

private:
    Machine machine_;
    Machine again_; // with a past of its own
    const drivers::Revision &revision_;
    scenario::Scenario scenario_;
    std::size_t switches_;

    enum class Visit { is_new, is_known, is_early, is_unspent };

    Visit run()
    {
        const Result result = machine_.run(revision_, scenario_);
        std::int32_t spent = 0;
        for (const Event &event : result.events)
            if (event.kind == EventKind::switched && event.value != spent++)
                return Visit::is_early;
        if (static_cast<std::size_t>(spent) < scenario_.switches.size())
            return Visit::is_unspent;
        if (!scenario_.switches.empty() && courses.contains(course(result)))
            return Visit::is_known;
        ++courses[course(result)];
        if (first_difference(result.events, again_.run(revision_, scenario_).events) != -1)
            ++differed;
        final_states.insert(final_state(result));
        ++(result.completed ? complete : blocked);
        return Visit::is_new;
    }

    Visit visit()
    {
        const Visit own = run();
        if (own == Visit::is_new && scenario_.switches.size() < switches_)
            for (const Occasion occasion : {Occasion::before, Occasion::blocks})
                visit_behind(occasion);
        return own;
    }

    void visit_behind(Occasion occasion)
    {
        for (std::uint16_t gap = 1;; ++gap)
            for (std::uint8_t pick = 0;; ++pick) {
                scenario_.switches.push_back(
                    {.indexed = true, .occasion = occasion, .gap = gap, .pick = pick});
                const Visit next = visit();
                scenario_.switches.pop_back();
                if (next == Visit::is_unspent)
                    return;
                if (next != Visit::is_new)
                    break;
            }
    }
};

struct Counts {
    std::uint64_t complete;
    std::uint64_t blocked;
    std::uint64_t final_states;

    friend bool operator==(const Counts &, const Counts &) = default;
};

std::ostream &operator<<(std::ostream &out, const Counts &counts)
{
    return out << "{" << counts.complete << ", " << counts.blocked << ", " << counts.final_states
               << "}";
}

Counts counts_of(const Explored &explored)
{
    return {explored.complete, explored.blocked, explored.final_states.size()};
}

Explored explore_file(const std::string &name, std::string_view revision_id, std::size_t switches,
                      std::size_t faults = 0)
{
    Machine machine;
    return explore(machine, revision(revision_id), regression(name),
                   {.switches_max = switches, .faults_max = faults});
}

std::vector<std::string> identities_of(const Explored &explored)
{
    std::vector<std::string> ids;
    for (const ExploredRow &row : explored.rows)
        ids.push_back(properties::identity(row.finding.violation));
    return ids;
}

bool has(const Explored &explored, const std::string &identity)
{
    const auto ids = identities_of(explored);
    return std::find(ids.begin(), ids.end(), identity) != ids.end();
}

} // namespace

TEST(Explore, RunsTheSchedulesThatAPlainSearchRunsEachOnce)
{
    for (const char *id : {"v7", "mainline"})
        for (const std::size_t switches : {0U, 1U, 2U}) {
            const scenario::Scenario scenario = parse(two_ranges);
            const Plain plain(revision(id), scenario, switches);
            Machine machine;
            const Explored explored =
                explore(machine, revision(id), scenario, {.switches_max = switches});
            EXPECT_EQ(explored.complete, plain.complete) << id << ", " << switches;
            EXPECT_EQ(explored.blocked, plain.blocked) << id << ", " << switches;
            EXPECT_EQ(explored.schedules(), plain.courses.size()) << id << ", " << switches;
            EXPECT_EQ(explored.final_states, plain.final_states) << id << ", " << switches;
            EXPECT_TRUE(explored.is_whole());
            const Explored at_once = explore(machine, revision(id), scenario,
                                             {.switches_max = switches, .in_turn = false});
            EXPECT_EQ(counts_of(at_once), counts_of(explored)) << id << ", " << switches;
            EXPECT_EQ(at_once.by_switches, explored.by_switches) << id << ", " << switches;
            EXPECT_EQ(identities_of(at_once), identities_of(explored)) << id << ", " << switches;
            EXPECT_EQ(at_once.repeated, 0U);
        }
}

TEST(Explore, FindsWithOneSwitchWhatNoneShows)
{
    Machine machine;
    const scenario::Scenario scenario = parse(two_ranges);
    const std::string v7_5 = "repeated-resolution:process_defer_work";
    EXPECT_FALSE(has(explore(machine, revision("v7"), scenario, {.switches_max = 0}), v7_5));
    const Explored found = explore(machine, revision("v7"), scenario, {.switches_max = 2});
    EXPECT_TRUE(has(found, v7_5));
    EXPECT_EQ(found.rows.front().switches.size(), 1U) << "the smallest, although two show it, too";
    EXPECT_FALSE(has(explore(machine, revision("v8"), scenario, {.switches_max = 2}), v7_5));
}

TEST(Explore, TheScenarioOfARowShowsItBySwitchesWithNames)
{
    Machine machine;
    const scenario::Scenario scenario = parse(two_ranges);
    const Explored found = explore(machine, revision("v7"), scenario, {.switches_max = 1});
    ASSERT_FALSE(found.rows.empty());
    for (const ExploredRow &row : found.rows) {
        const scenario::Scenario shown = shown_by(machine, revision("v7"), scenario, row);
        const auto ids = identities(machine.run(revision("v7"), shown), shown);
        const std::string id = properties::identity(row.finding.violation);
        EXPECT_NE(std::find(ids.begin(), ids.end(), id), ids.end());
        for (const Switch &item : shown.switches)
            EXPECT_FALSE(item.indexed);
    }
}

// As the reduced search can give them, which takes any schedule: a file holds no more than its bound.
TEST(Explore, TheScenarioOfARowHasNoSwitchThatItShowsWithout)
{
    Machine machine;
    const scenario::Scenario scenario = parse(two_ranges);
    const drivers::Revision &v7 = revision("v7");
    const Explored found = explore(machine, v7, scenario, {.switches_max = 1});
    for (ExploredRow row : found.rows) {
        const std::size_t needed = row.switches.size();
        // Behind what shows it, as many as somebody might add.
        for (std::size_t i = 0; i < 2 * bounds::switches_max; ++i)
            row.switches.push_back(
                {.indexed = true, .occasion = Occasion::before, .gap = 1, .pick = 0});
        scenario::Scenario many = scenario;
        many.switches = row.switches;
        const auto ids = identities(machine.run(v7, many), many);
        const std::string id = properties::identity(row.finding.violation);
        if (std::find(ids.begin(), ids.end(), id) == ids.end())
            continue; // hidden by one of them
        const scenario::Scenario shown = shown_by(machine, v7, scenario, row);
        EXPECT_LE(shown.switches.size(), needed) << id;
        EXPECT_EQ(parse(scenario::print_text(shown)), shown) << id;
    }
    // One that needs its switch keeps it.
    const auto needs = std::find_if(found.rows.begin(), found.rows.end(),
                                    [](const auto &row) { return row.switches.size() == 1; });
    ASSERT_NE(needs, found.rows.end());
    EXPECT_EQ(shown_by(machine, v7, scenario, *needs).switches.size(), 1U);
}

// The switches of the file are one schedule of many.
TEST(Explore, LeavesTheSwitchesOfTheFileOut)
{
    Machine machine;
    scenario::Scenario scenario = parse(two_ranges);
    const Counts without =
        counts_of(explore(machine, revision("v7"), scenario, {.switches_max = 1}));
    scenario.switches = regression("v7-5-second-run-registers-again.toml").switches;
    ASSERT_FALSE(scenario.switches.empty());
    EXPECT_EQ(counts_of(explore(machine, revision("v7"), scenario, {.switches_max = 1})), without);
}

TEST(Explore, TheUnionOfTheShardsIsTheWhole)
{
    const scenario::Scenario scenario = parse(two_ranges);
    Machine machine;
    const ExploreOptions options{.switches_max = 2, .faults_max = 1};
    const Explored whole = explore(machine, revision("v7"), scenario, options);
    for (const std::size_t shards : {2U, 5U, 1000U}) {
        ExploreOptions part = options;
        part.shards = shards;
        Explored united = explore(machine, revision("v7"), scenario, part);
        for (part.shard = 1; part.shard < shards; ++part.shard)
            merge(united, explore(machine, revision("v7"), scenario, part));
        EXPECT_EQ(counts_of(united), counts_of(whole)) << shards;
        EXPECT_EQ(united.by_switches, whole.by_switches) << shards;
        EXPECT_EQ(united.final_states, whole.final_states) << shards;
        EXPECT_EQ(united.deepest, whole.deepest) << shards;
        ASSERT_EQ(identities_of(united), identities_of(whole)) << shards;
        for (std::size_t i = 0; i < whole.rows.size(); ++i) {
            EXPECT_EQ(united.rows[i].runs, whole.rows[i].runs) << shards;
            EXPECT_EQ(united.rows[i].switches, whole.rows[i].switches) << shards;
            EXPECT_EQ(united.rows[i].faults, whole.rows[i].faults) << shards;
        }
    }
}

TEST(Explore, SaysThatItIsNotTheWholeWhenStopped)
{
    Machine machine;
    std::uint64_t last = 0;
    const Explored some = explore(machine, revision("v7"), parse(two_ranges),
                                  {.switches_max = 1, .go_on = [&](std::uint64_t runs) {
                                       last = runs;
                                       return runs < 10;
                                   }});
    EXPECT_FALSE(some.is_whole());
    EXPECT_EQ(last, 10U);
    EXPECT_EQ(some.schedules() + some.repeated, 10U);
}

// Otherwise what it leaves out would count as run.
TEST(Explore, APlaceToGoOnAtThatTheSearchNeverComesToIsRefused)
{
    const auto explored = [](const Explored *from, std::uint64_t runs_max) {
        Machine machine;
        return explore(machine, revision("v7"), parse(two_ranges),
                       {.switches_max = 2,
                        .faults_max = 1,
                        .go_on = [&](std::uint64_t runs) { return runs < runs_max; },
                        .from = from});
    };
    const Explored part = explored(nullptr, 500);
    ASSERT_EQ(part.next.front(), "switches 2");
    ASSERT_EQ(part.next.size(), 4U) << "two switches, and a fault";
    const auto refused = [&](const Position &next) {
        Explored other = part;
        other.next = next;
        try {
            explored(&other, std::numeric_limits<std::uint64_t>::max());
        } catch (const std::invalid_argument &) {
            return true;
        }
        return false;
    };
    EXPECT_FALSE(refused(part.next));
    for (std::size_t i = 0; i < part.next.size(); ++i) {
        Position next = part.next;
        next[i] += " junk";
        EXPECT_TRUE(refused(next)) << next[i];
    }
    EXPECT_FALSE(refused({"switches 2"}));
    EXPECT_FALSE(refused({"switches 2", "choice 5 0"}));
    for (const Position &next : std::vector<Position>{
             {},
             {"switches 3"},
             {"choice 5 0"},
             {"switches 2", "switches 2"},
             {"switches 2", "choice 5 99"},
             {"switches 2", "choice 9999 0"},
             {"switches 2", "choice -1 0"},
             {"switches 2", "choice 5"},
             {"switches 2", "choice 5 0", "choice 5 0"},
             {"switches 2", "choice 5 0", "choice 6 0", "choice 7 0", "choice 8 0"},
         })
        EXPECT_TRUE(refused(next)) << (next.empty() ? "" : next.back());
    Explored early = part;
    early.by_switches = {1};
    EXPECT_THROW(explored(&early, 1000), std::invalid_argument) << "none with one was run";
}

TEST(Explore, CountsRunsWithoutAVerdictAndSaysWhy)
{
    const Explored none = explore_file("k-4-no-dax-hmem.toml", "mainline", 0);
    EXPECT_EQ(none.unmodelled, 0U);
    scenario::Scenario scenario = parse(two_ranges);
    scenario.layout.config.builtin.add(Word::dax_cxl);
    Machine machine;
    const Explored built_in = explore(machine, revision("mainline"), scenario, {.switches_max = 1});
    EXPECT_EQ(built_in.schedules(), built_in.unmodelled);
    EXPECT_FALSE(built_in.configurable);
    EXPECT_FALSE(built_in.why_unmodelled.empty());
}

namespace {

struct Golden {
    const char *file;
    const char *revision;
    Counts counts; // with at most two switches
};

// As the explorer counts them, and the plain search as well.
constexpr Golden golden[] = {
    {"v7-1-flush-before-init.toml", "v7", {32, 0, 1}},
    {"v7-2-exit-flush.toml", "mainline", {12, 0, 1}},
    {"v7-3-reload-takes-from-cxl.toml", "v7", {1132, 0, 1}},
    {"v7-5-second-run-registers-again.toml", "v7", {228, 0, 2}},
    {"v6-1-flush-in-failed-probe.toml", "v6", {0, 52, 1}},
    {"v1-2-decision-before-region.toml", "mainline", {202, 0, 1}},
    {"v8-1-text-freed-under-work.toml", "v7", {58, 37, 2}},
    {"v8-3-second-device.toml", "mainline", {799, 0, 1}},
    {"window-withdrawn-before-resolution.toml", "mainline", {255, 0, 3}},
    {"v8-6-bind-during-unload.toml", "v7", {1629, 42, 4}},
    {"zeroed-under-its-lock.toml", "mainline", {60, 32, 2}},
};

} // namespace

TEST(Explore, CountsCompleteAndBlockedSchedulesOfSmallProgramsExactly)
{
    Machine machine; // with the past of all programs before
    for (const Golden &item : golden) {
        const scenario::Scenario scenario = regression(item.file);
        const drivers::Revision &tested = revision(item.revision);
        const Explored used = explore(machine, tested, scenario, {.switches_max = 2});
        EXPECT_EQ(counts_of(used), item.counts) << item.file;
        const Plain plain(tested, scenario, 2);
        EXPECT_EQ((Counts{plain.complete, plain.blocked, plain.final_states.size()}), item.counts)
            << item.file;
        EXPECT_EQ(used.schedules(), plain.courses.size()) << item.file;
        EXPECT_EQ(plain.differed, 0U) << item.file << ": a schedule is not one run";
        Machine fresh;
        const Explored again = explore(fresh, tested, scenario, {.switches_max = 2});
        EXPECT_EQ(again.final_states, used.final_states) << item.file;
        EXPECT_EQ(identities_of(again), identities_of(used)) << item.file;
    }
}

// What a clean cell of the matrix says of one schedule holds on all with at most one switch.
TEST(Explore, WhatMainlineFixedShowsOnNoScheduleWithOneSwitch)
{
    for (const char *file :
         {"v7-1-flush-before-init.toml", "v7-2-exit-flush.toml", "v7-3-reload-takes-from-cxl.toml",
          "v7-5-second-run-registers-again.toml"}) {
        EXPECT_EQ(identities_of(explore_file(file, "mainline", 1)), std::vector<std::string>{})
            << file;
        EXPECT_NE(identities_of(explore_file(file, "v7", 1)), std::vector<std::string>{}) << file;
    }
}

// As a run without --reached makes fewer records.
TEST(Explore, ARowsFindingNamesTheRecordThatARunOfItsScheduleMakes)
{
    std::size_t rows = 0;
    for (const char *file : {"built-in-init-fails.toml", "v7-3-reload-takes-from-cxl.toml"}) {
        const Explored explored = explore_file(file, "v7", 1);
        for (const ExploredRow &row : explored.rows) {
            scenario::Scenario scenario = regression(file);
            scenario.switches = row.switches;
            Machine machine;
            const Result result = machine.run(revision("v7"), scenario);
            const properties::Violation &known = row.finding.violation;
            rows += static_cast<std::size_t>(std::count_if(
                result.verdict.begin(), result.verdict.end(), [&](const auto &violation) {
                    return violation.property == known.property && violation.cause == known.cause &&
                           violation.event == known.event;
                }));
        }
        EXPECT_GE(rows, explored.rows.size()) << file;
    }
    EXPECT_GT(rows, 2U);
}

TEST(Explore, KnowsWhenNoScheduleHasMoreSwitches)
{
    Machine machine;
    const auto with = [&](const scenario::Scenario &scenario, std::size_t switches) {
        return explore(machine, revision("mainline"), scenario, {.switches_max = switches});
    };
    const Explored nobody = with({}, 3); // beside boot there is no task that could run
    EXPECT_TRUE(nobody.exhausted);
    EXPECT_EQ(nobody.by_switches, std::vector<std::uint64_t>{1});

    const scenario::Scenario scenario = regression("v7-2-exit-flush.toml");
    const Explored all = with(scenario, bounds::switches_max);
    EXPECT_TRUE(all.exhausted);
    const std::size_t most = all.by_switches.size() - 1;
    EXPECT_GT(most, 2U);
    EXPECT_FALSE(with(scenario, most).exhausted) << "it was not tried";
    EXPECT_EQ(with(scenario, most).schedules(), all.schedules());
    EXPECT_TRUE(with(scenario, most + 1).exhausted);
}

} // namespace run::testing
