// SPDX-License-Identifier: GPL-2.0-only
// The tables of regressions/README.md: a row for every entry of the catalogue, with exactly the files
// that show it, or a reason why there is none. Does not cover what the files show (regression_test.cpp).
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
