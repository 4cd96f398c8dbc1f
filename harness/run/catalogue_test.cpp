// SPDX-License-Identifier: GPL-2.0-only
// The tables of regressions/README.md: a row for every entry of the catalogue, with exactly the files
// that show it, or a reason why there is none. The revisions that have an entry: those of the catalogue,
// or the file says that they are others. Every violation of every file is some entry's. Does not cover
// whether the files show what they say (regression_test.cpp).
#include "run/matrix.hpp"
#include "run/testing.hpp"
#include "scenario/words.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace run::testing {
namespace {

using Lines = std::vector<std::string>;

// | entry | what | told by, or none: reason | also shown by |
struct Row {
    std::string entry;
    std::set<std::string> files; // without .toml
    std::string reason;
    bool told = false;
};

// The files that show an entry, by entry.
using Shows = std::map<std::string, std::set<std::string>>;

Lines cells_of(const std::string &line)
{
    Lines cells;
    std::size_t begin = 1;
    for (std::size_t end; (end = line.find('|', begin)) != line.npos; begin = end + 1) {
        const std::string cell = line.substr(begin, end - begin);
        const auto first = cell.find_first_not_of(' ');
        const auto last = cell.find_last_not_of(' ');
        cells.push_back(first == cell.npos ? "" : cell.substr(first, last - first + 1));
    }
    return cells;
}

// Names between backticks.
void add_names(const std::string &cell, std::set<std::string> &names)
{
    for (std::size_t begin = cell.find('`'); begin != cell.npos; begin = cell.find('`', begin)) {
        const std::size_t end = cell.find('`', begin + 1);
        ASSERT_NE(end, cell.npos) << "no closing backtick: " << cell;
        names.insert(cell.substr(begin + 1, end - begin - 1));
        begin = end + 1;
    }
}

std::vector<Row> rows_of(const std::string &text)
{
    constexpr std::string_view none = "none: ";
    std::vector<Row> rows;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("| ") || line.ends_with("also shown by |"))
            continue;
        const Lines cells = cells_of(line);
        EXPECT_EQ(cells.size(), 4u) << line;
        if (cells.size() != 4)
            continue;
        Row row{.entry = cells[0], .files = {}, .reason = {}, .told = false};
        if (cells[2].starts_with(none))
            row.reason = cells[2].substr(none.size());
        else
            add_names(cells[2], row.files);
        row.told = !row.files.empty();
        add_names(cells[3], row.files);
        rows.push_back(std::move(row));
    }
    return rows;
}

// What is wrong with the rows, given what the files show.
Lines complaints(const std::vector<Row> &rows, const Shows &shows)
{
    Lines found;
    std::set<std::string> seen;
    for (const Row &row : rows) {
        if (!seen.insert(row.entry).second)
            found.push_back(row.entry + " stands twice");
        if (row.told == !row.reason.empty())
            found.push_back(row.entry + " needs files or a reason, not both");
        const auto known = shows.find(row.entry);
        const std::set<std::string> files =
            known == shows.end() ? std::set<std::string>{} : known->second;
        for (const std::string &file : row.files)
            if (!files.contains(file))
                found.push_back(row.entry + " is not shown by " + file);
        for (const std::string &file : files)
            if (!row.files.contains(file))
                found.push_back(row.entry + " is shown by " + file);
    }
    for (const auto &[entry, files] : shows)
        if (!seen.contains(entry))
            found.push_back(entry + " has no row");
    return found;
}

Shows shown_by_files()
{
    Shows shows;
    for (const std::string &name : regression_names())
        for (const scenario::Shown &shown : regression(name).shows)
            shows[shown.entry].insert(name.substr(0, name.size() - std::string(".toml").size()));
    return shows;
}

std::vector<Row> rows_of_readme()
{
    return rows_of(read_file(HMEMFUZZ_SOURCE_DIR "/regressions/README.md"));
}

// The numbers of a series that UPSTREAM.md section 3 gives to entries.
struct Series {
    const char *name;
    int first;
    int last;
    std::set<int> unused = {};
};

std::set<std::string> catalogue()
{
    const std::vector<Series> all = {
        {"P0", 1, 3},  {"P", 1, 4},        {"V1", 1, 8}, {"V4", 1, 8}, {"V5", 1, 9},
        {"V6", 1, 10}, {"V7", 1, 10, {8}}, {"V8", 1, 6}, {"K", 1, 4},  {"ML", 3, 24, {21}}};
    std::set<std::string> ids;
    for (const Series &series : all)
        for (int number = series.first; number <= series.last; ++number)
            if (!series.unused.contains(number))
                ids.insert(std::string(series.name) + "-" + std::to_string(number));
    return ids;
}

// "A" of the entries of UPSTREAM.md section 3 that have it and a file; the variants of v7, which are not
// in the catalogue, are left out. Where it names no fix, later revisions have the bug as well.
const std::map<std::string, Lines> &affected()
{
    static const std::map<std::string, Lines> revisions = {
        {"P-1", {"pre"}},
        {"P-2", {"pre"}},
        {"P-3", {"pre"}},
        {"V1-1", {"v1"}},
        {"V1-2", {"v1", "v4"}},
        {"V1-6", {"v1", "v4", "v5"}},
        {"V1-7", {"v1", "v4", "v5", "v6"}},
        {"V1-8", {"v1", "v4"}},
        {"V4-2", {"v4"}},
        {"V4-3", {"v4"}},
        {"V4-4", {"v4"}},
        {"V4-5", {"v4"}},
        {"V4-7", {"v4"}},
        {"V4-8", {"v4"}},
        {"V5-1", {"v5"}},
        {"V5-3", {"v5"}},
        {"V5-4", {"v5"}},
        {"V5-6", {"v5"}},
        {"V5-9", {"v6", "v7", "v8", "mainline"}},
        {"V6-1", {"v6"}},
        {"V6-2", {"v6"}},
        {"V6-3", {"v6"}},
        {"V6-4", {"v6"}},
        {"V6-5", {"v5", "v6"}},
        {"V6-6", {"v6", "v7", "v8", "mainline"}},
        {"V6-7", {"v5", "v6"}},
        {"V6-10", {"v6"}},
        {"V7-1", {"v7"}},
        {"V7-2", {"v7"}},
        {"V7-3", {"v7"}},
        {"V7-5", {"v7"}},
        {"V7-9", {"v7"}},
        {"V7-10", {"v7", "v8", "mainline"}},
        {"V8-1", {"v7", "v8"}},
        {"V8-3", {"v7", "v8"}},
        {"V8-6", {"v8"}},
    };
    return revisions;
}

// Of the given revisions those that the catalogue knows, in order of posting.
Lines known(const std::set<std::string> &ids)
{
    Lines result;
    for (const drivers::Revision *revision : drivers::revisions_in_order())
        if (ids.contains(std::string(revision->id)) && !revision->id.starts_with("v7-"))
            result.emplace_back(revision->id);
    return result;
}

// What files say of where an entry shows, all together.
struct Said {
    std::set<std::string> on;
    std::set<std::string> catalogue;
};

std::map<std::string, Said> said_by_files()
{
    std::map<std::string, Said> entries;
    for (const std::string &name : regression_names())
        for (const scenario::Shown &shown : regression(name).shows) {
            Said &said = entries[shown.entry];
            said.on.insert(shown.on.begin(), shown.on.end());
            said.catalogue.insert(shown.catalogue.begin(), shown.catalogue.end());
        }
    return entries;
}

// V1-6 ends nearly every run on the revisions that have it, in whatever runs down the managed resources;
// the work that it does not cancel goes on. A file need not name it.
const scenario::Shown &shows_anywhere()
{
    static const scenario::Shown shown = {"V1-6",
                                          {"uninitialized-work:dax_hmem_exit", "warn:dax_hmem_exit",
                                           "uninitialized-work:dax_hmem_init", "warn:dax_hmem_init",
                                           "uninitialized-work:kill_defer_work",
                                           "warn:kill_defer_work",
                                           "work-outlives-object:process_defer_work"},
                                          {"v1", "v4", "v5"}};
    return shown;
}

bool explains(const scenario::Shown &shown, std::string_view revision_id, const std::string &sign)
{
    return std::find(shown.on.begin(), shown.on.end(), revision_id) != shown.on.end() &&
           std::find(shown.by.begin(), shown.by.end(), sign) != shown.by.end();
}

// The violations of a file, neither accepted nor open, that are no entry's: "v7: lost-range:f".
Lines unexplained(const scenario::Scenario &file)
{
    Lines found;
    Machine machine;
    for (const drivers::Revision &revision : drivers::revisions())
        for (const properties::Finding &finding : examine(machine, revision, file).findings) {
            const std::string sign = properties::identity(finding.violation);
            const auto explained = [&](const scenario::Shown &shown) {
                return explains(shown, revision.id, sign);
            };
            if (finding.judgement.status == properties::Status::violation &&
                !explained(shows_anywhere()) &&
                std::none_of(file.shows.begin(), file.shows.end(), explained))
                found.push_back(std::string(revision.id) + ": " + sign);
        }
    return found;
}

} // namespace

TEST(Catalogue, EveryEntryHasARow)
{
    std::set<std::string> entries;
    for (const Row &row : rows_of_readme())
        if (scenario::is_catalogued(row.entry))
            entries.insert(row.entry);
    EXPECT_EQ(entries, catalogue());
}

TEST(Catalogue, EveryRowNamesTheFilesThatShowItsEntryOrSaysWhyThereIsNone)
{
    EXPECT_EQ(complaints(rows_of_readme(), shown_by_files()), Lines{});
}

TEST(Catalogue, EntriesShowWhereItHasThemOrTheirFileSaysThatTheyDoNot)
{
    std::map<std::string, Said> files = said_by_files();
    for (const auto &[entry, revisions] : affected()) {
        const Said &said = files[entry];
        EXPECT_EQ(known(said.catalogue.empty() ? said.on : said.catalogue), revisions) << entry;
        EXPECT_NE(said.on, said.catalogue) << entry << ": there is no difference to tell";
    }
    for (const auto &[entry, said] : files)
        EXPECT_TRUE(said.catalogue.empty() || affected().contains(entry)) << entry;
}

TEST(Catalogue, EveryViolationOfEveryFileIsASignOfAnEntry)
{
    for (const auto &names : {regression_names(), layout_names()})
        for (const std::string &name : names)
            EXPECT_EQ(unexplained(regression(name)), Lines{}) << name;
}

TEST(Catalogue, AViolationThatNoEntryOfTheFileHasOnTheRevisionIsUnexplained)
{
    scenario::Scenario file = regression("v7-1-flush-before-init.toml");
    EXPECT_EQ(unexplained(file), Lines{});
    ASSERT_EQ(file.shows[0].entry, "V7-1");
    std::erase(file.shows[0].on, "v7-gated-exit");
    EXPECT_EQ(unexplained(file),
              Lines{"v7-gated-exit: uninitialized-work:cxl_dax_region_driver_register"});
    file.shows[0].on = {"v7-gated-exit"};
    file.shows[0].by = {"lost-range:dax_hmem_init"};
    EXPECT_EQ(unexplained(file),
              (Lines{"v7: uninitialized-work:cxl_dax_region_driver_register",
                     "v7-gated-exit: uninitialized-work:cxl_dax_region_driver_register"}));
}

TEST(Catalogue, TableIsReadAsItIsWritten)
{
    const std::vector<Row> rows = rows_of("| entry | what | told by | also shown by |\n"
                                          "|---|---|---|---|\n"
                                          "| A-1 | x | `a`, `b` | `c` |\n"
                                          "| A-2 | y | none: see `d` | |\n");
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[0].entry, "A-1");
    EXPECT_EQ(rows[0].files, (std::set<std::string>{"a", "b", "c"}));
    EXPECT_EQ(rows[0].reason, "");
    EXPECT_EQ(rows[1].files, std::set<std::string>{});
    EXPECT_EQ(rows[1].reason, "see `d`");
}

TEST(Catalogue, ComplainsOfWhatIsMissingTwofoldOrUntrue)
{
    const Row good{"A-1", {"a"}, "", true};
    const Row reason{"A-2", {}, "why", false};
    const Shows shows = {{"A-1", {"a"}}};
    EXPECT_EQ(complaints({good, reason}, shows), Lines{});
    EXPECT_EQ(complaints({good, reason, reason}, shows), Lines{"A-2 stands twice"});
    EXPECT_EQ(complaints({reason}, shows), Lines{"A-1 has no row"});
    EXPECT_EQ(complaints({{"A-1", {"a", "b"}, "", true}}, shows), Lines{"A-1 is not shown by b"});
    EXPECT_EQ(complaints({{"A-1", {}, "why", false}}, shows), Lines{"A-1 is shown by a"});
    EXPECT_EQ(complaints({good, {"A-2", {}, "", false}}, shows),
              Lines{"A-2 needs files or a reason, not both"});
    EXPECT_EQ(complaints({good, {"A-2", {"a"}, "", false}}, {{"A-1", {"a"}}, {"A-2", {"a"}}}),
              Lines{"A-2 needs files or a reason, not both"})
        << "a file that shows it beside another does not tell it";
}

} // namespace run::testing
