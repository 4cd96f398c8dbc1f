// SPDX-License-Identifier: GPL-2.0-only
// The matrix: what a cell observes, when it agrees, what is counted.
#include "run/matrix.hpp"
#include "run/planted.hpp"
#include "run/testing.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
namespace run::testing {
namespace {

constexpr const char *flush_before_probe = R"(
[layout]
windows = [{ name = "window0", range = "0x850000000-0x284fffffff" }]
[[actor]]
name = "admin"
ops = ["modprobe dax_cxl"]
[expect]
v7 = ["uninitialized-work:cxl_dax_region_driver_register", "uninitialized-work:dax_hmem_exit"]
v7-static-init = ["uninitialized-work:dax_hmem_exit"]
v8 = []
)";

Cell examined(const scenario::Scenario &scenario, std::string_view id)
{
    Machine machine;
    return examine(machine, revision(id), scenario);
}

// A row of cells that agree, or not, with what they show, which is a sign of each of the entries.
MatrixRow row(const std::vector<std::string> &entries, std::initializer_list<Cell> cells)
{
    MatrixRow result;
    for (const std::string &entry : entries)
        result.scenario.shows.push_back({entry, {"lost-range:f"}, {}});
    result.cells = cells;
    return result;
}

Cell cell(bool agrees, bool shows)
{
    Cell result;
    if (shows)
        result.findings.emplace_back();
    if (shows)
        result.observed = {"lost-range:f"};
    result.expected = agrees ? result.observed : Identities{"warn:g"};
    return result;
}

} // namespace

TEST(Matrix, CellsAgreeOnlyWithTheWholeListInItsOrder)
{
    scenario::Scenario scenario = parse(flush_before_probe);
    EXPECT_TRUE(examined(scenario, "v7").agrees());
    EXPECT_TRUE(examined(scenario, "v8").agrees());
    const Cell fixed = examined(scenario, "v7-static-init");
    EXPECT_EQ(fixed.observed, Identities{});
    EXPECT_FALSE(fixed.agrees());
    std::swap(scenario.expect[0].verdict[0], scenario.expect[0].verdict[1]);
    EXPECT_FALSE(examined(scenario, "v7").agrees());
}

TEST(Matrix, ARevisionOfWhichTheFileSaysNothingDoesNotAgree)
{
    const Cell cell = examined(parse(flush_before_probe), "mainline");
    EXPECT_EQ(cell.observed, Identities{});
    EXPECT_FALSE(cell.expected);
    EXPECT_FALSE(cell.agrees());
}

TEST(Matrix, AFaultThatNeverFiredIsObservedBeforeWhatElseIsWrong)
{
    scenario::Scenario scenario = parse(flush_before_probe);
    scenario.faults = {{.role = kernel::actor_role(0), .nth = true, .count = 999}};
    EXPECT_EQ(examined(scenario, "v8").observed, Identities{"not-fired"});
    EXPECT_FALSE(examined(scenario, "v8").agrees());
    EXPECT_EQ(examined(scenario, "v7").observed,
              (Identities{"not-fired", "uninitialized-work:cxl_dax_region_driver_register",
                          "uninitialized-work:dax_hmem_exit"}));
    scenario.expect[2].verdict = {"not-fired"};
    EXPECT_TRUE(examined(scenario, "v8").agrees());
}

TEST(Matrix, NoFileCanExpectWhatIsNotModelled)
{
    const std::vector<kernel::Role> roles;
    const kernel::Events events;
    Result result{events, roles, {}, {}, {}, "something new", false};
    EXPECT_EQ(observed(result, {}), Identities{"not-modelled"});
    const auto read = scenario::parse_text("[expect]\nv7 = ['not-modelled']\n");
    EXPECT_TRUE(std::holds_alternative<scenario::TextError>(read));
}

TEST(Matrix, WhatNoKernelCanBeConfiguredToIsNotApplicable)
{
    scenario::Scenario scenario = parse(flush_before_probe);
    scenario.layout.config.builtin.add(kernel::Word::dax_hmem);
    scenario.expect = {{"mainline", {"n/a"}}, {"v7", {"n/a"}}};
    for (const char *id : {"mainline", "v7"}) {
        const Cell cell = examined(scenario, id);
        EXPECT_TRUE(cell.agrees()) << id;
        EXPECT_NE(cell.unmodelled.find("Kconfig"), cell.unmodelled.npos) << cell.unmodelled;
    }
    scenario.layout.config.builtin.add(kernel::Word::cxl_acpi);
    scenario.layout.config.builtin.add(kernel::Word::cxl_pci);
    EXPECT_FALSE(examined(scenario, "mainline").agrees());
}

TEST(Matrix, AnEntryIsReproducedIfAllItsFilesAgreeAndSomeShowIt)
{
    Matrix matrix;
    matrix.rows = {row({"A-1", "A-2"}, {cell(true, true), cell(true, false)}),
                   row({"A-2"}, {cell(true, false), cell(false, true)}),
                   row({"A-3"}, {cell(true, false), cell(true, false)}),
                   row({"A-4"}, {cell(true, false), cell(true, false)}),
                   row({"A-4"}, {cell(true, true), cell(true, true)}),
                   row({"a-finding"}, {cell(true, true), cell(true, true)})};
    const MatrixCount total = count(matrix);
    EXPECT_EQ(total.cells, 12u);
    EXPECT_EQ(total.agreeing, 11u);
    EXPECT_EQ(total.entries, 5u);
    EXPECT_EQ(total.catalogued, 4u);
    EXPECT_EQ(total.reproduced, 3u) << "A-1, A-4, a-finding";
    EXPECT_EQ(total.silent, 1u) << "A-3";
}

// V7-1 is what the file shows on v7, and nothing of V7-9.
TEST(Matrix, AnEntryThatShowsWhereItIsSaidNotToBeIsMisplacedAndSoIsOneThatDoesNotShow)
{
    scenario::Scenario scenario = parse(flush_before_probe);
    const std::string sign = "uninitialized-work:cxl_dax_region_driver_register";
    scenario.shows = {{"V7-1", {"a:b", sign}, {"v7"}}, {"V7-9", {"a:b"}, {}}};
    EXPECT_EQ(examined(scenario, "v7").misplaced, std::vector<std::string>{});
    EXPECT_EQ(examined(scenario, "v7").shown, std::vector<std::string>{"V7-1"});
    EXPECT_EQ(examined(scenario, "v8").shown, std::vector<std::string>{});
    EXPECT_TRUE(examined(scenario, "v7").agrees());
    EXPECT_TRUE(examined(scenario, "v8").agrees());

    scenario.shows[0].on = {"v8"};
    EXPECT_EQ(examined(scenario, "v7").misplaced, std::vector<std::string>{"V7-1"});
    EXPECT_FALSE(examined(scenario, "v7").agrees());
    EXPECT_EQ(examined(scenario, "v8").misplaced, std::vector<std::string>{"V7-1"});
    EXPECT_FALSE(examined(scenario, "v8").agrees());
}

TEST(Matrix, ASignThatEntriesShareIsExplainedByAnyThatHasTheRevision)
{
    scenario::Scenario scenario = parse(flush_before_probe);
    const std::string sign = "uninitialized-work:dax_hmem_exit";
    scenario.shows = {{"V7-2", {sign}, {"v7"}}, {"V1-6", {sign}, {"v1"}}};
    EXPECT_EQ(examined(scenario, "v7").misplaced, std::vector<std::string>{});
    scenario.shows[0].on = {};
    EXPECT_EQ(examined(scenario, "v7").misplaced, (std::vector<std::string>{"V7-2", "V1-6"}));
}

// UPSTREAM.md V6-5 is no violation of the rule it was written by: who has what tells it.
TEST(Matrix, AnOwnerCanBeTheSignOfAnEntry)
{
    Cell cell;
    cell.observed = {"lost-range:f"};
    cell.owners = {"0x1-0x2 hmem"};
    EXPECT_TRUE(is_shown({"V6-5", {"0x1-0x2 hmem"}, {}}, cell));
    EXPECT_FALSE(is_shown({"V6-5", {"0x1-0x2 cxl"}, {}}, cell));
    EXPECT_FALSE(is_shown({"V6-5", {}, {}}, cell));
}

namespace {

Matrix matrix_of(const scenario::Scenario &scenario, std::string_view id)
{
    Matrix matrix;
    matrix.revisions = {&revision(id)};
    matrix.rows = {{"story.toml", scenario, {examined(scenario, id)}}};
    return matrix;
}

// V7-5 with a switch at the arrival that does not come in place of the one that matters.
scenario::Scenario harmless_switch()
{
    scenario::Scenario scenario = regression("v7-5-second-run-registers-again.toml");
    scenario.switches[0].arrival = 7;
    scenario.shows.clear();
    scenario.expect = {{"v7", {}}, {"v8", {}}};
    return scenario;
}

} // namespace

TEST(Matrix, ACleanCellDoesNotAgreeIfAnotherScheduleOfAsManySwitchesShowsSomething)
{
    Machine machine;
    Matrix matrix = matrix_of(harmless_switch(), "v7");
    EXPECT_TRUE(matrix.rows[0].cells[0].agrees());
    examine_schedules(machine, matrix, [] {});
    EXPECT_FALSE(matrix.rows[0].cells[0].agrees());
    EXPECT_EQ(matrix.rows[0].cells[0].on_other_schedules,
              (Identities{"double-registration:process_defer_work",
                          "repeated-resolution:process_defer_work"}));

    Matrix fixed = matrix_of(harmless_switch(), "v8");
    examine_schedules(machine, fixed, [] {});
    EXPECT_TRUE(fixed.rows[0].cells[0].agrees());
    EXPECT_GT(fixed.rows[0].cells[0].schedules, 5u);
    EXPECT_EQ(count(fixed).schedules, fixed.rows[0].cells[0].schedules);
}

TEST(Matrix, WhatSomeFileTellsOfTheRevisionIsNoNewsOnAnotherSchedule)
{
    Machine machine;
    Matrix matrix = matrix_of(harmless_switch(), "v7");
    scenario::Scenario telling;
    telling.shows = {{"V7-5", {"repeated-resolution:process_defer_work"}, {"v7"}}};
    matrix.rows.push_back({"telling.toml", telling, {}});
    examine_schedules(machine, matrix, [] {});
    EXPECT_EQ(matrix.rows[0].cells[0].on_other_schedules,
              Identities{"double-registration:process_defer_work"});
    EXPECT_EQ(matrix.rows[0].cells[0].told_elsewhere,
              (std::vector<Elsewhere>{{"repeated-resolution:process_defer_work", "telling.toml"}}));
}

namespace {

void counts_runs(kernel::work_struct *) { ++planted().runs; }

// By default the work waits until whoever queued it is done; what it finds else is not modelled.
template <bool modelled> int work_comes_first_init()
{
    kernel::INIT_WORK(&planted().work, FUNC(counts_runs));
    kernel::queue_work(kernel::system_long_wq, &planted().work);
    kernel::queue_work(kernel::system_long_wq, &planted().work);
    if (planted().runs > 0 && !modelled)
        kernel::not_modelled("a work that comes first");
    return 0;
}

void flush_exit() { kernel::flush_work(&planted().work); }

// On each schedule with up to one switch.
Matrix matrix_with(const kernel::module_info &module)
{
    static drivers::Revision revision; // the matrix refers to it
    revision = *drivers::find_revision("v8");
    revision.dax_hmem = &module;
    scenario::Scenario scenario = PlantedRun(module).scenario;
    scenario.switches = harmless_switch().switches;
    scenario.expect = {{"v8", {}}};
    Machine machine;
    Matrix matrix;
    matrix.revisions = {&revision};
    matrix.rows = {{"planted.toml", scenario, {examine(machine, revision, scenario)}}};
    EXPECT_TRUE(matrix.rows[0].cells[0].agrees());
    examine_schedules(machine, matrix, [] {});
    EXPECT_GT(matrix.rows[0].cells[0].schedules, 1u);
    return matrix;
}

} // namespace

TEST(Matrix, ACleanCellDoesNotAgreeIfAScheduleHasNoVerdict)
{
    const kernel::module_info not_modelled =
        planted_module(work_comes_first_init<false>, flush_exit);
    const Matrix without = matrix_with(not_modelled);
    EXPECT_GT(without.rows[0].cells[0].schedules_unjudged, 0u);
    EXPECT_LT(without.rows[0].cells[0].schedules_unjudged, without.rows[0].cells[0].schedules);
    EXPECT_TRUE(without.rows[0].cells[0].on_other_schedules.empty());
    EXPECT_FALSE(without.rows[0].cells[0].agrees());

    const kernel::module_info modelled = planted_module(work_comes_first_init<true>, flush_exit);
    const Matrix with = matrix_with(modelled);
    EXPECT_EQ(with.rows[0].cells[0].schedules_unjudged, 0u);
    EXPECT_TRUE(with.rows[0].cells[0].agrees());
}

TEST(Matrix, ACellThatIsNotCleanIsRunOnNoOtherSchedule)
{
    Machine machine;
    scenario::Scenario scenario = harmless_switch();
    scenario.switches[0].arrival = 2;
    Matrix matrix = matrix_of(scenario, "v7");
    ASSERT_FALSE(matrix.rows[0].cells[0].observed.empty());
    examine_schedules(machine, matrix, [] {});
    EXPECT_EQ(matrix.rows[0].cells[0].schedules, 0u);
}

TEST(Matrix, EveryCleanCellOfTheRegressionsIsCleanOnEverySchedule)
{
    Machine machine;
    Matrix matrix;
    const auto columns = drivers::revisions_in_order();
    matrix.revisions.assign(columns.begin(), columns.end());
    for (const std::string &name : regression_names()) {
        matrix.rows.push_back({name, regression(name), {}});
        for (const drivers::Revision *column : matrix.revisions)
            matrix.rows.back().cells.push_back(
                examine(machine, *column, matrix.rows.back().scenario));
    }
    examine_schedules(machine, matrix, [] {});
    std::set<std::string> elsewhere;
    for (const MatrixRow &row : matrix.rows)
        for (const Cell &cell : row.cells) {
            EXPECT_EQ(cell.on_other_schedules, Identities{}) << row.file << cell.revision->id;
            EXPECT_EQ(cell.schedules_unjudged, 0u) << row.file << cell.revision->id;
            for (const Elsewhere &told : cell.told_elsewhere)
                elsewhere.insert(row.file + " on " + std::string(cell.revision->id) + " by " +
                                 told.file);
        }
    // All there are: another one wants a look. v6 walks again when a device is bound again.
    EXPECT_EQ(elsewhere,
              (std::set<std::string>{
                  "region-came-during-walk.toml on v6 by v6-10-mode-goes-with-dax-ko.toml",
                  "region-came-during-walk.toml on v6 by "
                  "v7-5-second-run-registers-again.toml"}));
    EXPECT_GT(count(matrix).schedules, matrix.rows.size());
}

TEST(Revisions, ComeInOrderOfPostingWhateverTheirPlaceInTheTable)
{
    const auto ordered = drivers::revisions_in_order();
    ASSERT_EQ(ordered.size(), drivers::revisions().size());
    for (std::size_t i = 1; i < ordered.size(); ++i)
        EXPECT_LE(ordered[i - 1]->posted, ordered[i]->posted);
    EXPECT_EQ(ordered.back()->id, "mainline");
    for (const drivers::Revision &row : drivers::revisions())
        EXPECT_EQ(std::count(ordered.begin(), ordered.end(), &row), 1) << row.id;
}

TEST(Matrix, CellsAgreeOnlyIfTheOwnersDoThatTheFilePromises)
{
    scenario::Scenario scenario = parse(R"(
[layout]
soft_reserved = [{ range = "0x100000000-0x13fffffff" }]
[[actor]]
name = "admin"
ops = ["modprobe dax_hmem"]
[expect]
v8 = []
[owners]
v8 = ["0x100000000-0x13fffffff hmem"]
)");
    EXPECT_TRUE(examined(scenario, "v8").agrees());
    scenario.owners[0].verdict = {"0x100000000-0x13fffffff cxl"};
    const Cell wrong = examined(scenario, "v8");
    EXPECT_FALSE(wrong.owners_agree());
    EXPECT_FALSE(wrong.agrees());
    scenario.owners.clear();
    EXPECT_TRUE(examined(scenario, "v8").agrees());
}

} // namespace run::testing
