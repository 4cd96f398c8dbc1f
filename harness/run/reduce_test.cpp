// SPDX-License-Identifier: GPL-2.0-only
// The reduction: that what it leaves out shows nothing that is not shown by what it runs.
#include "run/explore.hpp"
#include "run/testing.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace run::testing {

namespace {

// Outside of any window; CXL is not configured, so that few tasks are about.
constexpr const char *outside = R"([layout]
soft_reserved = [{ range = "0x2850000000-0x294fffffff" }]
config = { dev_dax_cxl = false, cxl_region = false }
)";
constexpr const char *windowed = R"([layout]
soft_reserved = [{ range = "0x850000000-0x94fffffff" }]
windows = [{ name = "window0", range = "0x850000000-0x284fffffff" }]
config = { dev_dax_cxl = false }
)";
constexpr const char *no_hmem = R"([layout]
windows = [{ name = "window0", range = "0x850000000-0x284fffffff" }]
config = { dev_dax_hmem = false }
)";
constexpr const char *late_region = R"([layout]
windows = [{ name = "window0", range = "0x850000000-0x284fffffff" }]
regions = [{ name = "region0", range = "0x850000000-0x284fffffff", assembly = "late" }]
)";

scenario::Scenario program(const char *layout, const char *first, const char *second)
{
    return parse(fmt::format("{}[[actor]]\nname = \"a\"\nops = [{}]\n[[actor]]\nname = \"b\"\nops "
                             "= [{}]\n",
                             layout, first, second));
}

struct Counts {
    std::uint64_t complete;
    std::uint64_t blocked;

    friend bool operator==(const Counts &, const Counts &) = default;
};

std::ostream &operator<<(std::ostream &out, const Counts &counts)
{
    return out << "{" << counts.complete << ", " << counts.blocked << "}";
}

struct Golden {
    const char *name;
    const char *revision;
    scenario::Scenario program;
    Counts plain;
    Counts reduced;
    std::uint64_t pruned; // blocked by sleep sets
    std::size_t final_states;
};

std::vector<Golden> golden()
{
    const auto slow = program(outside, "'slow-probe start'", "'slow-probe end'");
    const auto load_and_slow =
        program(outside, "'modprobe dax_hmem'", "'slow-probe start', 'slow-probe end'");
    const auto unload = program(outside, "'modprobe dax_hmem'", "'rmmod dax_hmem'");
    const auto loads = program(outside, "'insmod dax_hmem'", "'insmod dax_hmem'");
    const auto unbind = program(outside, "'modprobe dax_hmem'", "'unbind hmem.0'");
    const auto acpi = program(windowed, "'modprobe cxl_acpi'", "'rmmod cxl_acpi'");
    const auto acpis = program(windowed, "'modprobe cxl_acpi'", "'modprobe cxl_acpi'");
    const auto dax_cxl = program(no_hmem, "'insmod dax_cxl'", "'rmmod dax_cxl'");
    const auto assemble = program(late_region, "'modprobe cxl_acpi'", "'assemble region0'");
    const auto exit_flush = regression("v7-2-exit-flush.toml");
    const auto probe_fails = regression("ml-4-fault-in-probe.toml");
    const auto init_fails = regression("built-in-init-fails.toml");
    const auto second = regression("v8-3-work-of-the-other-device.toml");
    return {
        {"slow", "mainline", slow, {3, 0}, {2, 0}, 0, 1},
        {"load_and_slow", "v7", load_and_slow, {2925, 0}, {190, 0}, 0, 1},
        {"load_and_slow", "mainline", load_and_slow, {2925, 0}, {190, 0}, 0, 1},
        {"unload", "v7", unload, {325, 0}, {16, 0}, 0, 2},
        {"unload", "mainline", unload, {325, 0}, {16, 0}, 0, 2},
        {"unload", "v4", unload, {300, 0}, {15, 0}, 0, 2},
        {"loads", "pre", loads, {322, 0}, {28, 0}, 0, 1},
        {"loads", "v7", loads, {348, 0}, {30, 0}, 0, 1},
        {"loads", "mainline", loads, {348, 0}, {30, 0}, 0, 1},
        {"unbind", "v6", unbind, {1115, 0}, {47, 0}, 0, 2},
        {"unbind", "v7", unbind, {905, 0}, {43, 0}, 0, 2},
        {"unbind", "mainline", unbind, {905, 0}, {43, 0}, 0, 2},
        {"acpi", "pre", acpi, {2220, 0}, {65, 0}, 3, 2},
        {"acpi", "v7", acpi, {2220, 0}, {65, 0}, 3, 2},
        {"acpi", "mainline", acpi, {2220, 0}, {65, 0}, 3, 2},
        {"acpis", "mainline", acpis, {1731, 0}, {74, 0}, 0, 1},
        {"dax_cxl", "pre", dax_cxl, {28, 0}, {6, 0}, 0, 2},
        {"dax_cxl", "v7", dax_cxl, {1518, 0}, {77, 0}, 8, 2},
        {"dax_cxl", "mainline", dax_cxl, {1518, 0}, {77, 0}, 8, 2},
        {"assemble", "pre", assemble, {2720, 0}, {58, 0}, 2, 1},
        {"assemble", "v7", assemble, {2720, 0}, {58, 0}, 2, 1},
        {"assemble", "mainline", assemble, {2720, 0}, {58, 0}, 2, 1},
        {"exit_flush", "pre", exit_flush, {91, 0}, {42, 0}, 0, 1},
        {"exit_flush", "v7", exit_flush, {231, 0}, {80, 0}, 0, 1},
        {"exit_flush", "mainline", exit_flush, {231, 0}, {80, 0}, 0, 1},
        {"probe_fails", "v4", probe_fails, {0, 13251}, {0, 5101}, 0, 1},
        {"init_fails", "pre", init_fails, {351, 0}, {267, 0}, 0, 1},
        {"init_fails", "mainline", init_fails, {0, 2268}, {0, 864}, 0, 2},
        {"second", "pre", second, {528, 0}, {263, 0}, 0, 1},
        {"second", "v7", second, {1275, 0}, {553, 0}, 0, 1},
        {"second", "mainline", second, {1830, 0}, {843, 0}, 0, 1},
    };
}

Explored all_of(const Golden &item, bool reduced, std::size_t shard = 0, std::size_t shards = 1)
{
    Machine machine;
    return explore(machine, revision(item.revision), item.program,
                   {.switches_max = bounds::switches_max,
                    .in_turn = false,
                    .reduced = reduced,
                    .shard = shard,
                    .shards = shards});
}

std::vector<std::string> identities_of(const Explored &explored)
{
    std::vector<std::string> ids;
    for (const ExploredRow &row : explored.rows)
        ids.push_back(properties::identity(row.finding.violation) + ' ' +
                      std::string(properties::status_text(row.finding.judgement.status)));
    return ids;
}

} // namespace

// A final state's digest takes in the verdict.
TEST(Reduce, FindsTheSamePairsOfVerdictAndFinalState)
{
    for (const Golden &item : golden()) {
        SCOPED_TRACE(fmt::format("{} on {}", item.name, item.revision));
        const Explored plain = all_of(item, false);
        const Explored reduced = all_of(item, true);
        ASSERT_TRUE(plain.is_whole() && plain.exhausted);
        EXPECT_TRUE(reduced.is_whole() && reduced.exhausted);
        EXPECT_EQ(reduced.final_states, plain.final_states);
        EXPECT_EQ(identities_of(reduced), identities_of(plain));
        EXPECT_EQ((Counts{plain.complete, plain.blocked}), item.plain);
        EXPECT_EQ((Counts{reduced.complete, reduced.blocked}), item.reduced);
        EXPECT_EQ(reduced.pruned, item.pruned);
        EXPECT_EQ(plain.final_states.size(), item.final_states);
        EXPECT_EQ(plain.pruned, 0U);
    }
}

// What a part adds is schedules that it gives up: where the parts begin, nothing is reduced.
TEST(Reduce, TheUnionOfTheShardsIsTheWhole)
{
    for (const Golden &item : golden())
        for (const std::size_t shards : {2U, 3U, 50U}) {
            SCOPED_TRACE(fmt::format("{} on {}, {}", item.name, item.revision, shards));
            Explored united = all_of(item, true, 0, shards);
            for (std::size_t shard = 1; shard < shards; ++shard)
                merge(united, all_of(item, true, shard, shards));
            EXPECT_EQ((Counts{united.complete, united.blocked}), item.reduced);
            EXPECT_EQ(united.final_states.size(), item.final_states);
            EXPECT_EQ(identities_of(united), identities_of(all_of(item, true)));
            EXPECT_TRUE(united.is_whole() && united.exhausted);
        }
}

// Machines of a batch system have different numbers of processors.
TEST(Reduce, ShardsAreTheWholeHoweverManyJobsShareEach)
{
    Machine machine;
    for (const Golden &item : golden())
        for (const std::vector<std::size_t> &jobs_of :
             {std::vector<std::size_t>{1, 2}, {5, 1}, {1, 2, 3}, {4}}) {
            Explored united;
            bool is_first = true;
            for (std::size_t shard = 0; shard < jobs_of.size(); ++shard)
                for (std::size_t job = 0; job < jobs_of[shard]; ++job) {
                    const Explored part = explore(machine, revision(item.revision), item.program,
                                                  {.switches_max = bounds::switches_max,
                                                   .in_turn = false,
                                                   .reduced = true,
                                                   .shard = shard + jobs_of.size() * job,
                                                   .shards = jobs_of.size() * jobs_of[shard],
                                                   .jobs = jobs_of[shard]});
                    if (std::exchange(is_first, false))
                        united = part;
                    else
                        merge(united, part);
                }
            SCOPED_TRACE(fmt::format("{} on {}, {} shards, {} jobs for the first", item.name,
                                     item.revision, jobs_of.size(), jobs_of[0]));
            EXPECT_EQ((Counts{united.complete, united.blocked}), item.reduced);
            EXPECT_EQ(united.final_states.size(), item.final_states);
            EXPECT_EQ(identities_of(united), identities_of(all_of(item, true)));
        }
}

TEST(Reduce, TheScheduleOfARowShowsIt)
{
    Machine machine;
    std::size_t rows = 0;
    for (const Golden &item : golden())
        for (const ExploredRow &row : all_of(item, true).rows) {
            SCOPED_TRACE(fmt::format("{} on {}", item.name, item.revision));
            scenario::Scenario scenario = item.program;
            scenario.switches = row.switches;
            const auto ids = identities(machine.run(revision(item.revision), scenario), scenario);
            const std::string id = properties::identity(row.finding.violation);
            EXPECT_NE(std::find(ids.begin(), ids.end(), id), ids.end()) << id;
            ++rows;
        }
    EXPECT_GT(rows, 3U);
}

namespace {

struct WithFaults {
    const char *name;
    const char *revision;
    scenario::Scenario program;
    std::size_t faults;
    std::uint64_t plain; // schedules
    std::uint64_t reduced;
    std::size_t final_states;
};

std::vector<WithFaults> with_faults()
{
    const auto unload = program(outside, "'modprobe dax_hmem'", "'rmmod dax_hmem'");
    const auto unbind = program(outside, "'modprobe dax_hmem'", "'unbind hmem.0'");
    const auto slow =
        program(outside, "'modprobe dax_hmem'", "'slow-probe start', 'slow-probe end'");
    const auto dax_cxl = program(no_hmem, "'insmod dax_cxl'", "'rmmod dax_cxl'");
    const auto second = regression("v8-3-work-of-the-other-device.toml");
    // One call fails anyway, of a role that is searched, too.
    const auto fails =
        parse("faults = ['a: kzalloc(hmem.0)#1', 'b: nth 2']\n" + scenario::print_text(unbind));
    return {
        {"unload", "v4", unload, 2, 4660, 397, 11},
        {"unload", "v7", unload, 2, 4351, 360, 10},
        {"unload", "mainline", unload, 2, 4428, 363, 7},
        {"unbind", "v6", unbind, 1, 6003, 444, 7},
        {"unbind", "mainline", unbind, 1, 3842, 333, 6},
        {"slow", "v7", slow, 1, 25043, 2137, 6},
        {"dax_cxl", "pre", dax_cxl, 2, 43, 11, 2},
        {"dax_cxl", "v8", dax_cxl, 1, 2223, 140, 4},
        {"second", "v7", second, 1, 17015, 7458, 6},
        {"fails", "v7", fails, 1, 3871, 338, 7},
        {"fails", "mainline", fails, 2, 5008, 487, 8},
    };
}

Explored all_of(const WithFaults &item, ExploreOptions options)
{
    Machine machine;
    options.switches_max = bounds::switches_max;
    options.faults_max = item.faults;
    options.in_turn = false;
    return explore(machine, revision(item.revision), item.program, options);
}

} // namespace

TEST(Reduce, FindsTheSamePairsWithEachSetOfFaults)
{
    for (const WithFaults &item : with_faults()) {
        SCOPED_TRACE(fmt::format("{} on {}", item.name, item.revision));
        const Explored plain = all_of(item, {});
        const Explored reduced = all_of(item, {.reduced = true});
        ASSERT_TRUE(plain.is_whole() && plain.exhausted);
        EXPECT_TRUE(reduced.is_whole() && reduced.exhausted);
        EXPECT_EQ(reduced.final_states, plain.final_states);
        EXPECT_EQ(identities_of(reduced), identities_of(plain));
        EXPECT_EQ(plain.schedules(), item.plain);
        EXPECT_EQ(reduced.schedules(), item.reduced);
        EXPECT_EQ(plain.final_states.size(), item.final_states);
    }
}

TEST(Reduce, TheUnionOfTheShardsIsTheWholeWithFaultsToo)
{
    for (const WithFaults &item : with_faults()) {
        if (item.reduced > 1000)
            continue;
        const Explored whole = all_of(item, {.reduced = true});
        for (const std::size_t shards : {2U, 30U}) {
            SCOPED_TRACE(fmt::format("{} on {}, {}", item.name, item.revision, shards));
            Explored united = all_of(item, {.reduced = true, .shard = 0, .shards = shards});
            for (std::size_t shard = 1; shard < shards; ++shard)
                merge(united, all_of(item, {.reduced = true, .shard = shard, .shards = shards}));
            EXPECT_EQ(united.complete, whole.complete);
            EXPECT_EQ(united.blocked, whole.blocked);
            EXPECT_EQ(united.pruned, whole.pruned);
            EXPECT_EQ(united.by_switches, whole.by_switches);
            EXPECT_EQ(united.final_states, whole.final_states);
            EXPECT_EQ(identities_of(united), identities_of(whole));
        }
    }
}

// Stopped at each run in turn, and gone on with: nothing is lost, nothing is counted twice.
TEST(Reduce, GoesOnWithASetOfFaultsWhereItWasStopped)
{
    const WithFaults item{"dax_cxl", "v8", program(no_hmem, "'insmod dax_cxl'", "'rmmod dax_cxl'"),
                          1};
    const Explored whole = all_of(item, {.reduced = true});
    const std::uint64_t all = whole.schedules() + whole.pruned + whole.repeated;
    for (std::uint64_t first = 1; first < all; ++first) {
        std::uint64_t left = first;
        const auto go_on = [&](std::uint64_t) { return left-- > 0; };
        const Explored part = all_of(item, {.reduced = true, .go_on = go_on});
        ASSERT_TRUE(part.stopped);
        ASSERT_EQ(part.schedules() + part.pruned + part.repeated, first);
        const Explored rest = all_of(item, {.reduced = true, .from = &part});
        ASSERT_TRUE(rest.is_whole()) << first;
        ASSERT_EQ(rest.schedules(), whole.schedules()) << first;
        ASSERT_EQ(rest.pruned, whole.pruned) << first;
        ASSERT_EQ(rest.repeated, whole.repeated) << first;
        ASSERT_EQ(rest.final_states, whole.final_states) << first;
        ASSERT_EQ(identities_of(rest), identities_of(whole)) << first;
    }
}

// Otherwise what it leaves out would count as run.
TEST(Reduce, APlaceToGoOnAtThatSaysMoreThanThereIsIsRefused)
{
    const WithFaults item{"dax_cxl", "v8", program(no_hmem, "'insmod dax_cxl'", "'rmmod dax_cxl'"),
                          1};
    const auto go_on = [](std::uint64_t runs) { return runs < 30; };
    const Explored part = all_of(item, {.reduced = true, .go_on = go_on});
    ASSERT_TRUE(part.stopped);
    ASSERT_GT(part.next.size(), 5U);
    for (std::size_t i = 0; i < part.next.size(); ++i) {
        Explored other = part;
        other.next[i] += " junk";
        EXPECT_THROW(all_of(item, {.reduced = true, .from = &other}), std::invalid_argument)
            << other.next[i];
    }
    // Nobody is left to be tried, somebody who cannot go on, somebody asleep whom there cannot be.
    for (const char *line : {"0 1 1", "0 0 0", "0 1 2", "0 8000000000000001 0", "0 1 0 64 1 1"}) {
        Explored other = part;
        other.next.back() = line;
        EXPECT_THROW(all_of(item, {.reduced = true, .from = &other}), std::invalid_argument)
            << line;
    }
}

TEST(Reduce, TheScheduleOfARowShowsItWithItsFaults)
{
    Machine machine;
    std::size_t rows = 0;
    for (const WithFaults &item : with_faults())
        for (const ExploredRow &row : all_of(item, {.reduced = true}).rows) {
            SCOPED_TRACE(fmt::format("{} on {}", item.name, item.revision));
            scenario::Scenario scenario = item.program;
            scenario.switches = row.switches;
            scenario.faults = row.faults;
            const auto ids = identities(machine.run(revision(item.revision), scenario), scenario);
            const std::string id = properties::identity(row.finding.violation);
            EXPECT_NE(std::find(ids.begin(), ids.end(), id), ids.end()) << id;
            rows += row.faults.size() > item.program.faults.size() ? 1 : 0;
        }
    EXPECT_GT(rows, 10U);
}

TEST(Reduce, SaysThatItIsNotTheWholeWhenStopped)
{
    Machine machine;
    const Explored some =
        explore(machine, revision("v7"), regression("v7-2-exit-flush.toml"),
                {.reduced = true, .go_on = [](std::uint64_t runs) { return runs < 10; }});
    EXPECT_FALSE(some.is_whole());
    EXPECT_FALSE(some.exhausted);
    EXPECT_EQ(some.schedules() + some.pruned, 10U);
}

} // namespace run::testing
