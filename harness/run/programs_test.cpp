// SPDX-License-Identifier: GPL-2.0-only
// That every program within bounds is run, each once, and that it finds what the catalogue has.
#include "run/programs.hpp"
#include "run/testing.hpp"

#include <array>
#include <stdexcept>

namespace run::testing {
namespace {

using Lines = std::set<std::string>;

ExploredPrograms programs(std::string_view revision_id, std::string_view layout_name,
                          const ProgramOptions &options)
{
    Machine machine;
    for (const auto layouts : {program_layouts(), more_program_layouts()})
        for (const NamedLayout &layout : layouts)
            if (layout.name == layout_name)
                return explore_programs(machine, revision(revision_id), {&layout, 1}, options);
    ADD_FAILURE() << layout_name;
    return {};
}

Lines lines_of(const ExploredPrograms &found)
{
    Lines lines;
    for (const ProgramRow &row : found.rows)
        lines.insert(properties::identity(row.row.finding.violation) + " " +
                     std::string(row.row.finding.judgement.id) + " on " +
                     std::to_string(row.programs) + ", " + std::to_string(row.row.runs) +
                     ", the smallest:\n" + scenario::print_text(row.scenario));
    return lines;
}

bool has(const ExploredPrograms &found, std::string_view identity)
{
    return std::any_of(found.rows.begin(), found.rows.end(), [&](const ProgramRow &row) {
        return properties::identity(row.row.finding.violation) == identity;
    });
}

} // namespace

TEST(Programs, AreAsManyAsTheFormulaSays)
{
    for (const NamedLayout &layout : program_layouts()) {
        const std::size_t n = operations_over(revision("v7"), layout.layout).size();
        const ProgramOptions options{.operations_max = 1, .actors_max = 2, .switches_max = 0};
        // The empty one, one actor, two actors in either order.
        const std::size_t expected = 1 + n + n * n;
        EXPECT_EQ(program_count(n, options), static_cast<double>(expected)) << layout.name;
        EXPECT_EQ(programs("v7", layout.name, options).programs, expected) << layout.name;
    }
}

TEST(Programs, UseEveryOperationOfTheTableThatHasAnOperand)
{
    std::set<scenario::OperationCode> codes;
    for (const NamedLayout &layout : program_layouts())
        for (const scenario::Operation &operation : operations_over(revision("v7"), layout.layout))
            codes.insert(operation.code);
    // No default layout has the second device.
    EXPECT_EQ(codes.size(), scenario::operation_codes - 2);
    scenario::Layout second = program_layouts()[1].layout;
    second.hmem_platform_1 = scenario::MemoryRange{.range = {0x100000000, 0x10fffffff}};
    for (const scenario::Operation &operation : operations_over(revision("v7"), second))
        codes.insert(operation.code);
    EXPECT_EQ(codes.size(), scenario::operation_codes);
}

TEST(Programs, ShowTheBugsOfV7WithoutHelpAndNotOnMainline)
{
    const ProgramOptions one{.operations_max = 1, .actors_max = 1, .switches_max = 0};
    EXPECT_TRUE(has(programs("v7", "no-range", one), "uninitialized-work:dax_hmem_exit")) << "V7-2";
    EXPECT_TRUE(
        has(programs("v7", "no-range", one), "uninitialized-work:cxl_dax_region_driver_register"))
        << "V7-1";
    EXPECT_TRUE(programs("mainline", "no-range", one).rows.empty());
    // modprobe, rmmod, modprobe: what CXL owns is taken from it.
    const ProgramOptions three{.operations_max = 3, .actors_max = 1, .switches_max = 0};
    EXPECT_TRUE(has(programs("v7", "region-ok", three), "wrong-owner:dax_hmem_init")) << "V7-3";
    EXPECT_FALSE(has(programs("mainline", "region-ok", three), "wrong-owner:dax_hmem_init"));
}

namespace {

// The program of these lists of two operations, one list for each of two actors, as the part of so
// many parts as there are programs.
ExploredPrograms only(const NamedLayout &layout, const std::array<scenario::Actor, 2> &actors)
{
    const std::vector<scenario::Operation> operations =
        operations_over(revision("v7"), layout.layout);
    const std::size_t n = operations.size();
    const auto number = [&](const scenario::Actor &actor) {
        const auto place = [&](const scenario::Operation &operation) {
            const auto found = std::find(operations.begin(), operations.end(), operation);
            EXPECT_NE(found, operations.end());
            return static_cast<std::size_t>(found - operations.begin()) + 1;
        };
        return place(actor.operations.at(0)) + n * place(actor.operations.at(1));
    };
    ProgramOptions options{.switches_max = 1};
    options.shards = static_cast<std::size_t>(program_count(n, options));
    options.shard = 1 + (number(actors[0]) - 1) * (1 + n + n * n) + number(actors[1]);
    Machine machine;
    return explore_programs(machine, revision("v7"), {&layout, 1}, options);
}

} // namespace

// Within one switch the other order does not come to the same.
TEST(Programs, AreRunInEitherOrderOfTheirActors)
{
    const NamedLayout &layout = program_layouts()[4];
    ASSERT_EQ(layout.name, "region-none");
    const std::vector<scenario::Actor> actors = parse(R"([layout]
soft_reserved = [{ range = "0x850000000-0x284fffffff" }]
windows = [{ name = "window0", range = "0x850000000-0x284fffffff" }]
[[actor]]
name = "a"
ops = ["modprobe dax_hmem", "rmmod dax_hmem"]
[[actor]]
name = "b"
ops = ["modprobe dax_cxl", "unbind hmem_platform.0"]
)")
                                                    .actors;
    const ExploredPrograms one = only(layout, {actors.at(0), actors.at(1)});
    ASSERT_EQ(one.programs, 1U);
    ASSERT_TRUE(has(one, "wrong-owner:dax_hmem_init"));
    EXPECT_EQ(one.rows.front().scenario.actors, actors);
    const ExploredPrograms other = only(layout, {actors.at(1), actors.at(0)});
    EXPECT_EQ(other.programs, 1U);
    EXPECT_FALSE(has(other, "wrong-owner:dax_hmem_init"));
    EXPECT_NE(other.total.final_states, one.total.final_states);
}

TEST(Programs, TheUnionOfTheShardsIsTheWhole)
{
    const ProgramOptions options{.operations_max = 1, .actors_max = 2, .switches_max = 1};
    const ExploredPrograms whole = programs("v7", "no-range", options);
    ProgramOptions part = options;
    part.shards = 3;
    ExploredPrograms united = programs("v7", "no-range", part);
    for (part.shard = 1; part.shard < part.shards; ++part.shard)
        merge(united, programs("v7", "no-range", part));
    EXPECT_EQ(united.programs, whole.programs);
    EXPECT_EQ(united.total.by_switches, whole.total.by_switches);
    EXPECT_EQ(united.total.final_states, whole.total.final_states);
    EXPECT_EQ(lines_of(united), lines_of(whole));
    EXPECT_FALSE(lines_of(whole).empty());
}

// Whoever came across it first: fewest switches, then operations, then actors, then the earliest.
TEST(Programs, OfTwoThatShowTheSameTheSmallerIsKept)
{
    const ExploredPrograms found =
        programs("v7", "no-range", {.operations_max = 1, .actors_max = 1, .switches_max = 0});
    ASSERT_FALSE(found.rows.empty());
    ProgramRow row = found.rows.front();
    row.place = 100;
    row.operations = 2;
    row.row.switches.resize(1);
    row.scenario.actors.resize(2);
    const auto one = [](const ProgramRow &only) {
        ExploredPrograms programs;
        programs.rows = {only};
        return programs;
    };
    std::vector<ProgramRow> smaller(4, row);
    smaller[0].row.switches.clear();
    smaller[0].operations = 3;
    smaller[1].operations = 1;
    smaller[1].scenario.actors.resize(3);
    smaller[2].scenario.actors.resize(1);
    smaller[2].place = 200;
    smaller[3].place = 99;
    for (const ProgramRow &less : smaller)
        for (const bool first : {false, true}) {
            ExploredPrograms whole = one(first ? less : row);
            merge(whole, one(first ? row : less));
            ASSERT_EQ(whole.rows.size(), 1U);
            EXPECT_EQ(whole.rows[0].row.switches, less.row.switches);
            EXPECT_EQ(whole.rows[0].operations, less.operations);
            EXPECT_EQ(whole.rows[0].scenario, less.scenario);
            EXPECT_EQ(whole.rows[0].place, less.place);
            EXPECT_EQ(whole.rows[0].programs, row.programs + less.programs);
            EXPECT_EQ(whole.rows[0].row.runs, row.row.runs + less.row.runs);
        }
}

TEST(Programs, GoOnWhereTheyWereStopped)
{
    const ProgramOptions options{
        .operations_max = 1, .actors_max = 2, .switches_max = 1, .shard = 1, .shards = 3};
    const ExploredPrograms whole = programs("v7", "no-range", options);
    ExploredPrograms found;
    std::size_t pieces = 0;
    do {
        std::uint64_t left = 200;
        ProgramOptions piece = options;
        piece.go_on = [&](std::uint64_t) { return left-- > 0; };
        const ExploredPrograms before = found;
        piece.from = pieces > 0 ? &before : nullptr;
        found = programs("v7", "no-range", piece);
        ASSERT_LT(++pieces, 1000U);
    } while (found.total.stopped);
    EXPECT_GT(pieces, 3U);
    EXPECT_EQ(found.programs, whole.programs);
    EXPECT_EQ(found.total.by_switches, whole.total.by_switches);
    EXPECT_EQ(found.total.final_states, whole.total.final_states);
    EXPECT_EQ(lines_of(found), lines_of(whole));
    EXPECT_TRUE(found.total.is_whole());
}

TEST(Programs, APlaceThatIsNoneIsRefused)
{
    ProgramOptions options{.operations_max = 1, .actors_max = 1, .switches_max = 0};
    std::uint64_t left = 3;
    options.shards = 2;
    options.go_on = [&](std::uint64_t) { return left-- > 0; };
    const ExploredPrograms part = programs("v7", "no-range", options);
    ASSERT_TRUE(part.total.stopped);
    ASSERT_EQ(part.programs, part.next / 2) << "those of this part before it";
    ExploredPrograms other = part;
    options.from = &other;
    for (const std::uint64_t place : {part.next + 1, part.next + 2, part.next - 2}) {
        other.next = place;
        EXPECT_THROW(programs("v7", "no-range", options), std::invalid_argument) << place;
    }
    other.next = 1'000'000; // as many as there would have to be, but there are not
    other.programs = other.next / 2;
    EXPECT_THROW(programs("v7", "no-range", options), std::invalid_argument);
}

TEST(Programs, AfterSoManyRunsThereAreNoMore)
{
    ProgramOptions options{.operations_max = 1, .actors_max = 1, .switches_max = 2};
    const ExploredPrograms whole = programs("v7", "no-range", options);
    const std::uint64_t all = whole.total.schedules() + whole.total.repeated;
    options.runs_max = all;
    EXPECT_TRUE(programs("v7", "no-range", options).total.is_whole());
    options.runs_max = all / 2;
    const ExploredPrograms some = programs("v7", "no-range", options);
    EXPECT_LT(some.programs, whole.programs);
    EXPECT_FALSE(some.total.is_whole());
    EXPECT_EQ(some.total.schedules() + some.total.repeated, all / 2);
}

TEST(Programs, WithTwoRangesShowV7_5)
{
    const ProgramOptions options{.operations_max = 1, .actors_max = 1, .switches_max = 1};
    EXPECT_TRUE(
        has(programs("v7", "two-ranges", options), "repeated-resolution:process_defer_work"));
    EXPECT_FALSE(
        has(programs("mainline", "two-ranges", options), "repeated-resolution:process_defer_work"));
    for (const NamedLayout &layout : program_layouts())
        EXPECT_NE(layout.name, "two-ranges") << "only where it is asked for";
}

TEST(Programs, OfOtherLayoutsHaveEachDeviceOfTheirsForAnOperand)
{
    using scenario::OperationCode;
    const auto is_in = [](std::string_view name, const scenario::Operation &operation) {
        for (const NamedLayout &layout : more_program_layouts())
            if (layout.name == name) {
                const auto all = operations_over(revision("v8"), layout.layout);
                return std::find(all.begin(), all.end(), operation) != all.end();
            }
        return false;
    };
    const auto hmem = [](int index) {
        return kernel::name_of(kernel::Word::hmem, index, scenario::hmem_by_index);
    };
    const kernel::Name second = kernel::name_of(kernel::Word::hmem_platform, 1);
    EXPECT_TRUE(is_in("two-ranges", {OperationCode::unbind, hmem(1)}));
    EXPECT_FALSE(is_in("two-ranges", {OperationCode::unbind, hmem(2)}));
    EXPECT_FALSE(is_in("two-ranges", {OperationCode::add, second}));
    EXPECT_TRUE(is_in("second-device", {OperationCode::unbind, hmem(1)}));
    EXPECT_FALSE(is_in("second-device", {OperationCode::unbind, hmem(2)}));
    for (const OperationCode code : {OperationCode::add, OperationCode::del, OperationCode::bind})
        EXPECT_TRUE(is_in("second-device", {code, second}));
}

TEST(Programs, OnAllSchedulesShowTheSameWithAndWithoutReduction)
{
    ProgramOptions options{.operations_max = 1,
                           .actors_max = 1,
                           .switches_max = bounds::switches_max,
                           .in_turn = false};
    const ExploredPrograms plain = programs("v7", "no-range", options);
    options.reduced = true;
    const ExploredPrograms reduced = programs("v7", "no-range", options);
    EXPECT_EQ(reduced.programs, plain.programs);
    EXPECT_EQ(reduced.total.final_states, plain.total.final_states);
    EXPECT_LT(reduced.total.schedules(), plain.total.schedules());
    EXPECT_TRUE(plain.total.exhausted && reduced.total.exhausted && reduced.total.reduced);
    ASSERT_EQ(reduced.rows.size(), plain.rows.size());
    for (const ProgramRow &row : plain.rows)
        EXPECT_TRUE(has(reduced, properties::identity(row.row.finding.violation)));
}

} // namespace run::testing
