// SPDX-License-Identifier: GPL-2.0-only
#include "report/matrix_text.hpp"

#include "report/table.hpp"
#include "report/verdict.hpp"
#include "scenario/sentences.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace report {
namespace {

using properties::Status;
using run::Cell;
using run::Matrix;
using run::MatrixRow;

constexpr std::string_view legend =
    "bugs: violations; open: findings without an answer; acc.: accepted upstream; +: and some of\n"
    "less weight; *: an entry on the right shows; !!: not as expected\n";

// "v7-static-init" takes three lines of a narrow column instead of a wide one.
void add_header(Table &table, const Matrix &matrix)
{
    std::vector<std::string_view> rest;
    for (const drivers::Revision *revision : matrix.revisions)
        rest.push_back(revision->id);
    const auto empty = [](std::string_view text) { return text.empty(); };
    for (bool first = true; !std::all_of(rest.begin(), rest.end(), empty); first = false) {
        Table::Line line = {{first ? "file" : ""}};
        for (std::string_view &id : rest) {
            const auto dash = id.find('-');
            line.push_back({std::string(id.substr(0, dash))});
            id.remove_prefix(dash == id.npos ? id.size() : dash + 1);
        }
        line.push_back({first ? "shows" : ""});
        table.add(std::move(line));
    }
}

Tone tone_of(const Cell &cell)
{
    if (!cell.agrees())
        return Tone::bad;
    if (!cell.findings.empty())
        return Tone::known;
    return cell.observed.empty() ? Tone::good : Tone::quiet;
}

void add_row(Table &table, const MatrixRow &row)
{
    std::string_view file = row.file;
    if (file.ends_with(".toml"))
        file.remove_suffix(5);
    Table::Line line = {{std::string(file)}};
    for (const Cell &cell : row.cells)
        line.push_back({cell_text(cell), tone_of(cell), true});
    std::vector<std::string_view> entries;
    for (const scenario::Shown &shown : row.scenario.shows)
        entries.push_back(shown.entry);
    line.push_back({fmt::format("{}", fmt::join(entries, ", "))});
    table.add(std::move(line));
}

std::string difference(const MatrixRow &row, const Cell &cell, Paint paint)
{
    std::string text = paint(Tone::bad, "not as expected") +
                       fmt::format(": {} on {}\n", row.file, cell.revision->id);
    text += fmt::format("  expected: {}\n", cell.expected ? identities_text(*cell.expected)
                                                          : "[expect] says nothing of it");
    text += fmt::format("  observed: {}", identities_text(cell.observed));
    if (!cell.unmodelled.empty())
        text += fmt::format(" ({})", cell.unmodelled);
    text += '\n';
    if (!cell.owners_agree())
        text += fmt::format("  expected owners: {}\n  observed owners: {}\n",
                            identities_text(*cell.expected_owners), identities_text(cell.owners));
    if (!cell.on_other_schedules.empty())
        text += fmt::format("  on other schedules: {}\n", identities_text(cell.on_other_schedules));
    if (cell.schedules_unjudged > 0)
        text += fmt::format("  {} of {} schedules have no verdict\n", cell.schedules_unjudged,
                            cell.schedules);
    for (const scenario::Shown &shown : row.scenario.shows)
        if (std::find(cell.misplaced.begin(), cell.misplaced.end(), shown.entry) !=
            cell.misplaced.end())
            text += fmt::format(
                "  {} {}\n", shown.entry,
                std::find(shown.on.begin(), shown.on.end(), cell.revision->id) == shown.on.end()
                    ? "shows, and the revision is not among those that have it"
                    : "does not show, and the revision is among those that have it");
    return text;
}

std::string totals(const Matrix &matrix, Paint paint)
{
    const run::MatrixCount total = run::count(matrix);
    const std::size_t differing = total.cells - total.agreeing;
    std::string text = fmt::format("{} files, {} cells: {} as expected, {} not", matrix.rows.size(),
                                   total.cells, total.agreeing, differing);
    text += fmt::format("; {} of {} entries ({} of the catalogue, {} open findings beside it) "
                        "reproduced on exactly the affected revisions",
                        total.reproduced, total.entries, total.catalogued,
                        total.entries - total.catalogued);
    if (total.silent > 0)
        text += fmt::format(", {} expected to show nothing", total.silent);
    if (total.schedules > 0)
        text += fmt::format("; clean cells were run on {} schedules", total.schedules);
    return paint(differing == 0 ? Tone::good : Tone::bad, text) + '\n';
}

// Clean cells on which other schedules show what other files tell.
std::string told_elsewhere_text(const Matrix &matrix)
{
    Table table;
    std::size_t cells = 0;
    for (const MatrixRow &row : matrix.rows)
        for (const Cell &cell : row.cells) {
            cells += cell.told_elsewhere.empty() ? 0 : 1;
            for (const run::Elsewhere &told : cell.told_elsewhere)
                table.add({{fmt::format("  {} on {}", row.file, cell.revision->id)},
                           {told.identity},
                           {"told by " + told.file}});
        }
    if (cells == 0)
        return "";
    return fmt::format("clean, but not on every schedule, {}:\n", cells) + table.text({});
}

// Where the model contradicts the catalogue.
std::string deviations_text(const Matrix &matrix)
{
    const std::vector<run::Deviation> all = run::deviations(matrix);
    if (all.empty())
        return "";
    Table table;
    for (const run::Deviation &one : all)
        table.add({{"  " + one.entry},
                   {one.on.empty() ? "nowhere" : fmt::format("on {}", fmt::join(one.on, ", "))},
                   {fmt::format("catalogue: {}", fmt::join(one.catalogue, ", "))}});
    return fmt::format("not where the catalogue has it, {}; the files say why:\n", all.size()) +
           table.text({});
}

} // namespace

std::string identities_text(const run::Identities &identities)
{
    return identities.empty() ? "nothing" : fmt::format("{}", fmt::join(identities, ", "));
}

std::string cell_text(const Cell &cell)
{
    const std::size_t bugs = cell.count(Status::violation);
    const std::size_t open = cell.count(Status::open);
    const std::size_t accepted = cell.count(Status::accepted);
    std::string text = "clean";
    // not-fired, n/a and not-modelled are no identities and stand first.
    if (!cell.observed.empty() && cell.observed.front().find(':') == std::string::npos)
        text = cell.observed.front() + (cell.findings.empty() ? "" : "+");
    else if (bugs > 0)
        text = fmt::format("{} bug{}{}", bugs, bugs > 1 ? "s" : "", open + accepted > 0 ? "+" : "");
    else if (open > 0)
        text = fmt::format("{} open{}", open, accepted > 0 ? "+" : "");
    else if (accepted > 0)
        text = fmt::format("{} acc.", accepted);
    if (!cell.shown.empty())
        text += '*';
    return cell.agrees() ? text : "!!" + text;
}

std::string matrix_text(const Matrix &matrix, Paint paint)
{
    Table table;
    add_header(table, matrix);
    for (const MatrixRow &row : matrix.rows)
        add_row(table, row);
    std::string text = table.text(paint) + '\n' + paint(Tone::quiet, legend);
    for (const MatrixRow &row : matrix.rows)
        for (const Cell &cell : row.cells)
            if (!cell.agrees())
                text += difference(row, cell, paint);
    return text + totals(matrix, paint) + told_elsewhere_text(matrix) + deviations_text(matrix);
}

std::string fault_status_text(const properties::Finding &finding, const run::Identities &known)
{
    if (run::is_news(finding, known))
        return "NEW";
    return finding.judgement.status == Status::violation ? "known" : status_text(finding.judgement);
}

std::string fault_table(std::span<const run::FaultRun> runs, const scenario::Scenario &scenario,
                        const run::Identities &known, Paint paint)
{
    Table table;
    table.add({{"role"}, {"nth"}, {"call"}, {"made by"}, {"verdict"}});
    for (const run::FaultRun &run : runs) {
        const auto news = std::any_of(
            run.findings.begin(), run.findings.end(),
            [&](const properties::Finding &finding) { return run::is_news(finding, known); });
        std::string verdict = run.findings.empty() ? "clean" : "";
        for (const properties::Finding &finding : run.findings)
            verdict += fmt::format("{}{} [{}]", verdict.empty() ? "" : ", ",
                                   properties::identity(finding.violation),
                                   fault_status_text(finding, known));
        if (!run.unmodelled.empty())
            verdict = fmt::format("no verdict: {}", run.unmodelled);
        const Tone tone = news || run.is_trouble() ? Tone::bad
                          : run.findings.empty()   ? Tone::good
                                                   : Tone::known;
        table.add(
            {{scenario::role_text(run.fault.role, scenario.actors)},
             {fmt::format("{}", run.fault.count)},
             {fmt::format("{}({})", kernel::site_text(run.site), kernel::to_string(run.object))},
             {std::string(run.function.empty() ? "-" : run.function)},
             {verdict, tone, true}});
    }
    return table.text(paint);
}

} // namespace report
