// SPDX-License-Identifier: GPL-2.0-only
#include "cli/explore_state.hpp"

#include "cli/explore.hpp"
#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"
#include "scenario/sentences.hpp"
#include "scenario/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <variant>

namespace cli {
namespace {

Json read_json(const std::string &path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw Failure(exit_bad_input, path + ": cannot be read");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    try {
        return Json::parse(text);
    } catch (const Json::exception &error) {
        throw Failure(exit_bad_input, fmt::format("{}: {}", path, error.what()));
    }
}

// Numbers of 64 bits as text, which JSON's do not hold everywhere.
std::uint64_t hexadecimal(const std::string &text)
{
    std::uint64_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size())
        throw Failure(exit_bad_input, scenario::in_quotes(text) + " is no hexadecimal number");
    return value;
}

// What is negative would be read as a large one.
std::uint64_t count(const Json &json, const char *key)
{
    const Json &found = json.at(key);
    if (!found.is_number_unsigned())
        throw Failure(exit_bad_input, fmt::format("{} is no count", key));
    return found.get<std::uint64_t>();
}

// What is no list would be read as an empty one.
const Json &list(const Json &json, const char *key)
{
    const Json &found = json.at(key);
    if (!found.is_array())
        throw Failure(exit_bad_input, fmt::format("{} is no list", key));
    return found;
}

template <class Item, class Read>
std::vector<Item> read_lines(const Json &lines, Read read, const scenario::Scenario &scenario)
{
    std::vector<Item> items;
    for (const Json &line : lines) {
        std::string why;
        const auto item = read(line.get<std::string>(), scenario.actors, why);
        if (!item)
            throw Failure(exit_bad_input, why);
        items.push_back(*item);
    }
    return items;
}

run::ExploredRow read_row(const Json &json, run::Machine &machine,
                          const drivers::Revision &revision, scenario::Scenario scenario)
{
    run::ExploredRow row;
    row.runs = json.at("schedules").get<std::uint64_t>();
    row.switches = scenario.switches =
        read_lines<scenario::Switch>(list(json, "switches"), scenario::read_switch, scenario);
    row.faults = scenario.faults =
        read_lines<scenario::Fault>(list(json, "faults"), scenario::read_fault, scenario);
    const run::Result result = machine.run(revision, scenario);
    for (properties::Finding &finding :
         properties::findings(result.verdict, {scenario, result.events})) {
        if (properties::identity(finding.violation) != json.at("identity").get<std::string>() ||
            properties::status_text(finding.judgement.status) !=
                json.at("status").get<std::string>() ||
            finding.judgement.id != json.at("exception").get<std::string>())
            continue;
        row.finding = std::move(finding);
        return row;
    }
    throw Failure(exit_bad_input, fmt::format("{} does not show on its schedule: it was written by "
                                              "another build",
                                              json.at("identity").get<std::string>()));
}

run::Explored read_explored(const Json &json, const drivers::Revision &revision,
                            const scenario::Scenario &scenario)
{
    run::Explored found;
    found.complete = count(json, "complete");
    found.blocked = count(json, "blocked");
    found.unmodelled = count(json, "without_verdict");
    json.at("why").get_to(found.why_unmodelled);
    json.at("configurable").get_to(found.configurable);
    json.at("by_switches").get_to(found.by_switches);
    found.repeated = count(json, "repeated");
    json.at("reduced").get_to(found.reduced);
    found.pruned = count(json, "pruned");
    found.deepest = count(json, "deepest");
    found.out_of_reach = count(json, "out_of_reach");
    json.at("exhausted").get_to(found.exhausted);
    json.at("next").get_to(found.next);
    json.at("stopped").get_to(found.stopped);
    for (const Json &state : list(json, "final_states"))
        found.final_states.insert(hexadecimal(state.get<std::string>()));
    run::Machine machine;
    for (const Json &row : list(json, "rows"))
        found.rows.push_back(read_row(row, machine, revision, scenario));
    return found;
}

// What is wrong inside is told with the name of the file.
template <class Read> auto reading(const std::string &path, Read read)
{
    try {
        return read();
    } catch (const Json::exception &error) {
        throw Failure(exit_bad_input, fmt::format("{}: {}", path, error.what()));
    } catch (const Failure &failure) {
        throw Failure(failure.code(), fmt::format("{}: {}", path, failure.what()));
    }
}

void read_search(const Json &json, United &united)
{
    const std::string text = json.at("program").get<std::string>();
    auto parsed = scenario::parse_text(text);
    if (!std::holds_alternative<scenario::Scenario>(parsed))
        throw Failure(exit_bad_input, "its program cannot be read");
    united.scenario = std::get<scenario::Scenario>(std::move(parsed));
    const std::string id = json.at("revision").get<std::string>();
    united.revision = drivers::find_revision(id);
    if (united.revision == nullptr)
        throw Failure(exit_bad_input, fmt::format("unknown revision {}", id));
    json.at("switches").get_to(united.options.switches_max);
    json.at("faults").get_to(united.options.faults_max);
    json.at("in_turn").get_to(united.options.in_turn);
    json.at("reduced").get_to(united.options.reduced);
}

std::string missing_parts(const std::vector<bool> &seen)
{
    std::string text;
    for (std::size_t i = 0; i < seen.size(); ++i)
        if (!seen[i])
            text += fmt::format("{}{}", text.empty() ? "" : ", ", i + 1);
    return text.empty() ? text : fmt::format("{} of {}", text, seen.size());
}

} // namespace

Json search_json(const Search &search)
{
    Json json;
    json["program"] = scenario::print_text(search.scenario);
    json["revision"] = search.revision.id;
    json["switches"] = search.options.switches_max;
    json["faults"] = search.options.faults_max;
    json["in_turn"] = search.options.in_turn;
    json["reduced"] = search.options.reduced;
    return json;
}

Json explored_json(const run::Explored &found, const scenario::Scenario &scenario)
{
    Json json;
    json["complete"] = found.complete;
    json["blocked"] = found.blocked;
    json["without_verdict"] = found.unmodelled;
    json["why"] = found.why_unmodelled;
    json["configurable"] = found.configurable;
    json["by_switches"] = found.by_switches;
    json["repeated"] = found.repeated;
    json["reduced"] = found.reduced;
    json["pruned"] = found.pruned;
    json["deepest"] = found.deepest;
    json["out_of_reach"] = found.out_of_reach;
    json["exhausted"] = found.exhausted;
    json["stopped"] = found.stopped;
    json["next"] = found.next;
    json["final_states"] = Json::array();
    for (const std::uint64_t state : found.final_states)
        json["final_states"].push_back(fmt::format("{:016x}", state));
    json["rows"] = Json::array();
    for (const run::ExploredRow &row : found.rows) {
        Json one;
        one["identity"] = properties::identity(row.finding.violation);
        one["status"] = properties::status_text(row.finding.judgement.status);
        one["exception"] = row.finding.judgement.id;
        one["schedules"] = row.runs;
        one["switches"] = Json::array();
        for (const scenario::Switch &item : row.switches)
            one["switches"].push_back(scenario::switch_text(item, scenario.actors));
        one["faults"] = Json::array();
        for (const scenario::Fault &fault : row.faults)
            one["faults"].push_back(scenario::fault_text(fault, scenario.actors));
        json["rows"].push_back(std::move(one));
    }
    return json;
}

United unite(const std::vector<std::string> &paths)
{
    United united;
    std::optional<Json> first;
    std::vector<bool> seen;
    for (const std::string &path : paths) {
        const Json json = read_json(path);
        reading(path, [&] {
            const Json &search = json.at("search");
            const std::uint64_t shard = count(json, "shard");
            const std::uint64_t shards = count(json, "shards");
            if (shards == 0 || shards > shards_max)
                throw Failure(exit_bad_input, fmt::format("shards: not from 1 to {}", shards_max));
            if (!first) {
                read_search(search, united);
                seen.resize(shards);
            } else if (search != *first || shards != seen.size()) {
                throw Failure(exit_bad_input,
                              fmt::format("is not of the same exploration as {}", paths.front()));
            }
            if (shard == 0 || shard > shards || seen[shard - 1])
                throw Failure(exit_bad_input,
                              fmt::format("part {} of {} is there already", shard, shards));
            seen[shard - 1] = true;
            run::Explored part = read_explored(json.at("found"), *united.revision, united.scenario);
            if (first)
                run::merge(united.found, part);
            else
                united.found = std::move(part);
            first = search;
        });
    }
    united.missing = missing_parts(seen);
    united.found.stopped = united.found.stopped || !united.missing.empty();
    return united;
}

void write_state(const std::string &path, const Search &search,
                 const std::vector<run::Explored> &parts)
{
    Json json;
    json["search"] = search_json(search);
    json["shard"] = search.options.shard + 1;
    json["shards"] = search.options.shards;
    json["jobs"] = Json::array();
    for (const run::Explored &part : parts)
        json["jobs"].push_back(explored_json(part, search.scenario));
    write_file(path, json_text(json));
}

std::vector<run::Explored> read_state(const std::string &path, const Search &search,
                                      std::size_t jobs)
{
    if (!std::filesystem::exists(path))
        return {};
    const Json json = read_json(path);
    return reading(path, [&] {
        if (json.at("search") != search_json(search) ||
            json.at("shard") != search.options.shard + 1 ||
            json.at("shards") != search.options.shards || json.at("jobs").size() != jobs)
            throw Failure(exit_bad_input,
                          "is of another exploration: of another program, revision, "
                          "--switches, --faults, --shard or --jobs");
        std::vector<run::Explored> parts;
        for (const Json &part : list(json, "jobs"))
            parts.push_back(read_explored(part, search.revision, search.scenario));
        return parts;
    });
}

} // namespace cli
