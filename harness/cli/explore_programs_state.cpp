// SPDX-License-Identifier: GPL-2.0-only
#include "cli/explore_programs_state.hpp"

#include "cli/failure.hpp"
#include "kernel/bounds.hpp"
#include "scenario/sentences.hpp"
#include "scenario/text.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace cli {
namespace {

ProgramSearch read_search(const Json &json)
{
    ProgramSearch search{.revision = &read_revision(json)};
    search.options.operations_max = read_count(json, "operations", run::program_operations_max);
    search.options.actors_max = read_count(json, "actors", bounds::actors_max);
    search.options.switches_max = read_count(json, "switches", bounds::switches_max);
    json.at("in_turn").get_to(search.options.in_turn);
    json.at("reduced").get_to(search.options.reduced);
    json.at("reached").get_to(search.options.reached);
    std::vector<std::string> names;
    for (const Json &name : read_list(json, "layouts"))
        names.push_back(name.get<std::string>());
    search.layouts = choose_layouts(names);
    return search;
}

run::ProgramRow read_program_row(const Json &json, run::Machine &machine,
                                 const ProgramSearch &search)
{
    auto parsed = scenario::parse_text(json.at("program").get<std::string>());
    if (!std::holds_alternative<scenario::Scenario>(parsed))
        throw Failure(exit_bad_input, "a program cannot be read");
    run::ProgramRow row;
    row.scenario = std::get<scenario::Scenario>(std::move(parsed));
    row.operations = run::operations_of(row.scenario);
    row.row = read_row(json, machine, *search.revision, row.scenario);
    row.programs = read_count(json, "programs");
    row.place = read_count(json, "place");
    const std::string name = json.at("layout").get<std::string>();
    for (const run::NamedLayout &layout : search.layouts)
        if (layout.name == name && layout.layout == row.scenario.layout)
            row.layout = layout.name;
    if (row.layout.empty())
        throw Failure(exit_bad_input,
                      scenario::in_quotes(name) + " is not the layout of the program");
    return row;
}

run::ExploredPrograms read_found(const Json &json, const ProgramSearch &search)
{
    run::ExploredPrograms found;
    found.programs = read_count(json, "programs");
    found.next = read_count(json, "place");
    found.total = read_explored(json.at("total"), *search.revision, {}, search.options.reached);
    run::Machine machine;
    for (const Json &row : read_list(json, "rows"))
        found.rows.push_back(read_program_row(row, machine, search));
    return found;
}

StateOf state_of(const ProgramSearch &search)
{
    return {program_search_json(search), search.options.shard, search.options.shards};
}

} // namespace

bool is_of_programs(const Json &search) { return search.contains("layouts"); }

Json program_search_json(const ProgramSearch &search)
{
    Json json;
    json["revision"] = search.revision->id;
    json["operations"] = search.options.operations_max;
    json["actors"] = search.options.actors_max;
    json["switches"] = search.options.switches_max;
    json["in_turn"] = search.options.in_turn;
    json["reduced"] = search.options.reduced;
    json["reached"] = search.options.reached;
    json["layouts"] = Json::array();
    for (const run::NamedLayout &layout : search.layouts)
        json["layouts"].push_back(layout.name);
    return json;
}

Json programs_json(const run::ExploredPrograms &found)
{
    Json json;
    json["programs"] = found.programs;
    json["place"] = found.next;
    json["total"] = explored_json(found.total, {});
    json["rows"] = Json::array();
    for (const run::ProgramRow &row : found.rows) {
        Json one = row_state_json(row.row, row.scenario);
        one["programs"] = row.programs;
        one["place"] = row.place;
        one["layout"] = row.layout;
        one["program"] = scenario::print_text(row.scenario);
        json["rows"].push_back(std::move(one));
    }
    return json;
}

std::vector<run::NamedLayout> choose_layouts(const std::vector<std::string> &names)
{
    const auto usual = run::program_layouts();
    std::vector<run::NamedLayout> all(usual.begin(), usual.end());
    if (names.empty())
        return all;
    const auto more = run::more_program_layouts();
    all.insert(all.end(), more.begin(), more.end());
    std::vector<run::NamedLayout> chosen;
    std::vector<std::string_view> known;
    for (const run::NamedLayout &layout : all)
        known.push_back(layout.name);
    for (const std::string &name : names) {
        const auto found = std::find(known.begin(), known.end(), name);
        if (found == known.end())
            throw Failure(exit_bad_input,
                          "--layouts: " + scenario::unknown_word("layout", name, known));
        if (std::any_of(chosen.begin(), chosen.end(),
                        [&](const run::NamedLayout &layout) { return layout.name == name; }))
            throw Failure(exit_bad_input, "--layouts: " + name + " is there twice");
        chosen.push_back(all[static_cast<std::size_t>(found - known.begin())]);
    }
    return chosen;
}

UnitedPrograms unite_programs(const Parts &parts)
{
    UnitedPrograms united;
    united.search = reading(parts.parts.front().path, [&] { return read_search(parts.search); });
    for (const Parts::Part &part : parts.parts) {
        run::ExploredPrograms found =
            reading(part.path, [&] { return read_found(part.found, united.search); });
        if (&part == &parts.parts.front())
            united.found = std::move(found);
        else
            run::merge(united.found, std::move(found));
    }
    run::Explored &total = united.found.total;
    total.stopped = total.stopped || !parts.missing.empty();
    return united;
}

void write_state(const std::string &path, const ProgramSearch &search,
                 const std::vector<run::ExploredPrograms> &parts)
{
    Json jobs = Json::array();
    for (const run::ExploredPrograms &part : parts)
        jobs.push_back(programs_json(part));
    write_state(path, state_of(search), std::move(jobs));
}

std::vector<run::ExploredPrograms> read_state(const std::string &path, const ProgramSearch &search,
                                              std::size_t jobs)
{
    std::vector<run::ExploredPrograms> parts;
    for (const Json &part : read_state(path, state_of(search), jobs))
        parts.push_back(reading(path, [&] {
            run::ExploredPrograms found = read_found(part, search);
            if (!found.total.stopped && found.next != 0)
                throw Failure(exit_bad_input, "place is where a search goes on that was stopped, "
                                              "and of no other");
            return found;
        }));
    return parts;
}

} // namespace cli
