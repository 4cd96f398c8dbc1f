// SPDX-License-Identifier: GPL-2.0-only
// hmemfuzz matrix: regressions against revisions, what is observed against what is expected.
#include "cli/commands.hpp"
#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "cli/json.hpp"
#include "cli/output.hpp"
#include "report/matrix_text.hpp"
#include "scenario/text.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace cli {
namespace {

struct MatrixOptions {
    std::vector<std::string> paths;
    std::string regressions = default_regressions;
    std::vector<std::string> revisions;
    bool print_expect = false;
    bool all_schedules = false;
    bool json = false;
};

run::Matrix make_matrix(const MatrixOptions &options)
{
    run::Matrix matrix;
    matrix.revisions = chosen_revisions(options.revisions);
    const auto paths =
        options.paths.empty() ? regression_paths(options.regressions) : options.paths;
    // All input is read before anything is run.
    for (const std::string &path : paths) {
        scenario::Scenario scenario = read_scenario(path, "");
        const std::string file = std::filesystem::path(path).filename().string();
        matrix.rows.push_back({file, std::move(scenario), {}});
    }
    run::Machine machine;
    Progress progress("runs:");
    for (run::MatrixRow &row : matrix.rows)
        for (const drivers::Revision *revision : matrix.revisions) {
            row.cells.push_back(run::examine(machine, *revision, row.scenario));
            progress.step();
        }
    if (options.all_schedules)
        run::examine_schedules(machine, matrix, [&progress] { progress.step(); });
    return matrix;
}

Json cell_json(const run::Cell &cell)
{
    Json json;
    json["revision"] = cell.revision->id;
    json["as_expected"] = cell.agrees();
    json["expected"] = cell.expected ? Json(*cell.expected) : Json();
    json["observed"] = cell.observed;
    json["expected_owners"] = cell.expected_owners ? Json(*cell.expected_owners) : Json();
    json["owners"] = cell.owners;
    json["shown"] = cell.shown;
    json["misplaced"] = cell.misplaced;
    json["schedules"] = cell.schedules;
    json["schedules_unjudged"] = cell.schedules_unjudged;
    json["on_other_schedules"] = cell.on_other_schedules;
    json["told_elsewhere"] = Json::array();
    for (const run::Elsewhere &told : cell.told_elsewhere)
        json["told_elsewhere"].push_back({{"identity", told.identity}, {"file", told.file}});
    json["findings"] = Json::array();
    for (const properties::Finding &finding : cell.findings)
        json["findings"].push_back(finding_json(finding));
    if (!cell.unmodelled.empty())
        add_unmodelled(json, cell.observed.front() != scenario::not_applicable, cell.unmodelled);
    return json;
}

Json matrix_json(const run::Matrix &matrix)
{
    Json json;
    json["revisions"] = Json::array();
    for (const drivers::Revision *revision : matrix.revisions)
        json["revisions"].push_back(revision->id);
    json["files"] = Json::array();
    for (const run::MatrixRow &row : matrix.rows) {
        Json file;
        file["file"] = row.file;
        file["title"] = row.scenario.title;
        file["shows"] = Json::array();
        for (const scenario::Shown &shown : row.scenario.shows)
            file["shows"].push_back({{"entry", shown.entry},
                                     {"by", shown.by},
                                     {"on", shown.on},
                                     {"catalogue", shown.catalogue}});
        file["source"] = row.scenario.source;
        file["open"] = row.scenario.open;
        file["cells"] = Json::array();
        for (const run::Cell &cell : row.cells)
            file["cells"].push_back(cell_json(cell));
        json["files"].push_back(std::move(file));
    }
    const run::MatrixCount total = run::count(matrix);
    json["count"] = {
        {"files", matrix.rows.size()},    {"cells", total.cells},
        {"agreeing", total.agreeing},     {"differing", total.cells - total.agreeing},
        {"entries", total.entries},       {"catalogued", total.catalogued},
        {"reproduced", total.reproduced}, {"silent", total.silent},
        {"schedules", total.schedules},   {"deviating", run::deviations(matrix).size()}};
    return json;
}

// What is observed, as the [expect] of each file: for a person to look at and to copy.
int print_expect(const run::Matrix &matrix)
{
    int code = exit_clean;
    std::string text;
    for (const run::MatrixRow &row : matrix.rows) {
        scenario::Scenario block;
        if (matrix.rows.size() > 1)
            text += fmt::format("{}# {}\n", text.empty() ? "" : "\n", row.file);
        for (const run::Cell &cell : row.cells) {
            if (cell.observed != run::Identities{std::string(run::not_modelled_word)}) {
                block.expect.push_back({std::string(cell.revision->id), cell.observed});
                continue;
            }
            text += fmt::format("# {}: not modelled: {}\n", cell.revision->id, cell.unmodelled);
            code = exit_no_verdict;
        }
        text += scenario::print_text(block);
    }
    print(text);
    return code;
}

int show_matrix(const MatrixOptions &options)
{
    const run::Matrix matrix = make_matrix(options);
    if (options.print_expect)
        return print_expect(matrix);
    print(options.json ? json_text(matrix_json(matrix))
                       : report::matrix_text(matrix, paint_for_stdout()));
    const run::MatrixCount total = run::count(matrix);
    return total.agreeing == total.cells ? exit_clean : exit_violation;
}

} // namespace

void add_matrix(CLI::App &app, int &code)
{
    CLI::App *command =
        app.add_subcommand("matrix", "Regressions against revisions: observed against expected");
    const auto options = std::make_shared<MatrixOptions>();
    command->add_option("FILES", options->paths, "The regressions; without them all of a folder")
        ->option_text(" ");
    command->add_option("--regressions", options->regressions, "The folder (regressions)")
        ->option_text("DIR");
    command
        ->add_option("--revision", options->revisions,
                     "Only this column; more than once for several")
        ->option_text("ID")
        ->expected(1)
        ->allow_extra_args(false)
        ->take_all();
    command->add_flag("--print-expect", options->print_expect,
                      "What is observed, as [expect] blocks to review and to copy");
    command->add_flag("--all-schedules", options->all_schedules,
                      "Clean cells must be clean on every schedule with as many switches as the "
                      "file has, but\nfor what another one of the files tells of that revision");
    command->add_flag("--json", options->json, "For machines");
    command->callback([options, &code] { code = show_matrix(*options); });
}

} // namespace cli
