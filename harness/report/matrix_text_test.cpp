// SPDX-License-Identifier: GPL-2.0-only
// Tables over many runs: what each cell says, how they stand, what differs.
#include "report/matrix_text.hpp"
#include "report/test_runs.hpp"

#include <gtest/gtest.h>

namespace report {
namespace {

using kernel::name_of;
using properties::Finding;
using properties::Property;
using properties::Status;

constexpr const char *early_id = "v7-static-init";
constexpr const char *late_id = "v8";
constexpr drivers::Revision early{.id = early_id, .posted = "2026-03-19"};
constexpr drivers::Revision late{.id = late_id, .posted = "2026-03-22"};

Finding finding(Property property, std::string_view cause, Status status = Status::violation)
{
    Finding result;
    result.violation.property = property;
    result.violation.cause = cause;
    result.judgement = {status, status == Status::violation ? "" : "ML-8", ""};
    return result;
}

// Agrees with what it shows.
run::Cell cell(const drivers::Revision &revision, std::vector<Finding> findings = {},
               run::Identities before = {})
{
    run::Cell result;
    result.revision = &revision;
    result.observed = std::move(before);
    for (const Finding &item : findings)
        result.observed.push_back(properties::identity(item.violation));
    result.findings = std::move(findings);
    result.expected = result.observed;
    return result;
}

const Finding bug = finding(Property::lost_range, "f");
const Finding open = finding(Property::warn, "g", Status::open);
const Finding accepted = finding(Property::lost_range, "h", Status::accepted);

TEST(MatrixText, CellsSayWhatWeighsMost)
{
    EXPECT_EQ(cell_text(cell(late)), "clean");
    EXPECT_EQ(cell_text(cell(late, {bug})), "1 bug");
    EXPECT_EQ(cell_text(cell(late, {bug, finding(Property::warn, "f")})), "2 bugs");
    EXPECT_EQ(cell_text(cell(late, {accepted, bug})), "1 bug+");
    EXPECT_EQ(cell_text(cell(late, {open})), "1 open");
    EXPECT_EQ(cell_text(cell(late, {open, accepted})), "1 open+");
    EXPECT_EQ(cell_text(cell(late, {accepted})), "1 acc.");
    EXPECT_EQ(cell_text(cell(late, {}, {"n/a"})), "n/a");
    EXPECT_EQ(cell_text(cell(late, {}, {"not-fired"})), "not-fired");
    EXPECT_EQ(cell_text(cell(late, {bug}, {"not-fired"})), "not-fired+");
}

TEST(MatrixText, CellsInWhichAnEntryShowsAreMarked)
{
    run::Cell showing = cell(late, {bug});
    showing.shown = {"V7-1"};
    EXPECT_EQ(cell_text(showing), "1 bug*");
    showing.expected.reset();
    EXPECT_EQ(cell_text(showing), "!!1 bug*");
    run::Cell owners = cell(late);
    owners.shown = {"V6-5"};
    EXPECT_EQ(cell_text(owners), "clean*");
}

TEST(MatrixText, CellsThatDifferAreMarked)
{
    run::Cell differing = cell(late, {bug});
    differing.expected = run::Identities{};
    EXPECT_EQ(cell_text(differing), "!!1 bug");
    differing.expected.reset();
    EXPECT_EQ(cell_text(differing), "!!1 bug");
}

run::Matrix small_matrix()
{
    run::Matrix matrix;
    matrix.revisions = {&early, &late};
    matrix.rows.resize(2);
    matrix.rows[0].file = "a-story.toml";
    matrix.rows[0].scenario.shows = {{"V7-1", {"lost-range:f"}, {early_id}},
                                     {"V7-2", {"lost-range:f"}, {early_id}}};
    matrix.rows[0].cells = {cell(early, {bug}), cell(late)};
    matrix.rows[1].file = "another.toml";
    matrix.rows[1].scenario.shows = {{"ML-8", {"lost-range:h"}, {late_id}}};
    matrix.rows[1].cells = {cell(early, {}, {"not-fired"}), cell(late, {accepted})};
    return matrix;
}

TEST(MatrixText, ColumnsAreRevisionsAndRowsAreFiles)
{
    EXPECT_EQ(matrix_text(small_matrix()),
              "file     v7         v8      shows\n"
              "         static\n"
              "         init\n"
              "a-story  1 bug      clean   V7-1, V7-2\n"
              "another  not-fired  1 acc.  ML-8\n"
              "\n"
              "bugs: violations; open: findings without an answer; acc.: accepted upstream; +: and "
              "some of\n"
              "less weight; *: an entry on the right shows; !!: not as expected\n"
              "2 files, 4 cells: 4 as expected, 0 not; 3 of 3 entries (3 of the catalogue, 0 "
              "open findings beside it) reproduced on exactly the affected revisions\n");
}

TEST(MatrixText, DifferencesAreListedBelowTheTable)
{
    run::Matrix matrix = small_matrix();
    matrix.rows[0].cells[1].expected = run::Identities{"warn:g", "warn:h"};
    matrix.rows[1].cells[0] = cell(early, {}, {"not-modelled"});
    matrix.rows[1].cells[0].expected.reset();
    matrix.rows[1].cells[0].unmodelled = "a second sun";
    const std::string text = matrix_text(matrix);
    EXPECT_NE(text.find("not as expected: a-story.toml on v8\n"
                        "  expected: warn:g, warn:h\n"
                        "  observed: nothing\n"
                        "not as expected: another.toml on v7-static-init\n"
                        "  expected: [expect] says nothing of it\n"
                        "  observed: not-modelled (a second sun)\n"
                        "2 files, 4 cells: 2 as expected, 2 not; 0 of 3 entries "),
              text.npos)
        << text;
}

TEST(MatrixText, EntriesThatShowWhereTheyShouldNotAreNamed)
{
    run::Matrix matrix = small_matrix();
    matrix.rows[0].cells[1].misplaced = {"V7-2"};
    matrix.rows[0].cells[0].misplaced = {"V7-1"};
    const std::string text = matrix_text(matrix);
    EXPECT_NE(text.find("  V7-2 shows, and the revision is not among those that have it\n"),
              text.npos)
        << text;
    EXPECT_NE(text.find("  V7-1 does not show, and the revision is among those that have it\n"),
              text.npos)
        << text;
}

TEST(MatrixText, WhatShowsOnOtherSchedulesIsListedBelowTheTable)
{
    run::Matrix matrix = small_matrix();
    matrix.rows[0].cells[1].schedules = 9;
    matrix.rows[1].cells[0].schedules = 3;
    EXPECT_TRUE(matrix_text(matrix).ends_with("; clean cells were run on 12 schedules\n"));
    matrix.rows[0].cells[1].on_other_schedules = {"lost-range:f"};
    const std::string text = matrix_text(matrix);
    EXPECT_NE(text.find("not as expected: a-story.toml on v8\n"
                        "  expected: nothing\n"
                        "  observed: nothing\n"
                        "  on other schedules: lost-range:f\n"),
              text.npos)
        << text;
}

TEST(MatrixText, EntriesThatTheCatalogueHasElsewhereAreListedLast)
{
    run::Matrix matrix = small_matrix();
    matrix.rows[0].scenario.shows[1].catalogue = {"v6", late_id};
    matrix.rows[1].scenario.shows[0] = {"ML-8", {"lost-range:h"}, {}, {late_id}};
    const std::string text = matrix_text(matrix);
    EXPECT_TRUE(text.ends_with("\nnot where the catalogue has it, 2; the files say why:\n"
                               "  V7-2  on v7-static-init  catalogue: v6, v8\n"
                               "  ML-8  nowhere            catalogue: v8\n"))
        << text;
}

TEST(MatrixText, IsColouredForATerminalOnly)
{
    EXPECT_EQ(matrix_text(small_matrix()).find('\x1b'), std::string::npos);
    const std::string text = matrix_text(small_matrix(), Paint(true));
    EXPECT_NE(text.find("\x1b[33m1 bug\x1b[0m      \x1b[32mclean\x1b[0m"), text.npos) << text;
}

TEST(FaultTable, HasALineForEachCallThatFailed)
{
    scenario::Scenario scenario;
    scenario.actors = {{"admin", {}}};
    std::vector<run::FaultRun> runs(4);
    for (std::size_t i = 0; i < runs.size(); ++i) {
        runs[i].fault = {.role = kernel::actor_role(0), .nth = true};
        runs[i].fault.count = static_cast<std::uint16_t>(i + 1);
        runs[i].site = kernel::Site::driver_register;
        runs[i].object = name_of(kernel::Word::hmem);
        runs[i].function = "dax_hmem_init";
    }
    runs[1].findings = {bug, accepted};
    runs[2].findings = {finding(Property::warn, "news")};
    runs[3].unmodelled = "a second sun";
    EXPECT_EQ(
        fault_table(runs, scenario, {"lost-range:f"}),
        "role   nth  call                   made by        verdict\n"
        "admin  1    driver_register(hmem)  dax_hmem_init  clean\n"
        "admin  2    driver_register(hmem)  dax_hmem_init  lost-range:f [known], lost-range:h "
        "[accepted (ML-8)]\n"
        "admin  3    driver_register(hmem)  dax_hmem_init  warn:news [NEW]\n"
        "admin  4    driver_register(hmem)  dax_hmem_init  no verdict: a second sun\n");
}

} // namespace
} // namespace report
