// SPDX-License-Identifier: GPL-2.0-only
#include "cli/explore_state.hpp"

#include "cli/build_id.hpp"
#include "cli/campaign_state.hpp"
#include "cli/explore.hpp"
#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"
#include "kernel/bounds.hpp"
#include "scenario/sentences.hpp"
#include "scenario/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <variant>

namespace cli {
namespace {

Json read_json(const std::string &path)
{
    if (std::filesystem::is_directory(path))
        throw Failure(exit_bad_input, path + ": is a folder");
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw Failure(exit_bad_input, path + ": cannot be read");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    try {
        return Json::parse(text);
    } catch (const Json::exception &error) {
        throw Failure(exit_bad_input, fmt::format("{}: {}", path, why_not(error)));
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

void read_search(const Json &json, United &united)
{
    const std::string text = json.at("program").get<std::string>();
    auto parsed = scenario::parse_text(text);
    if (!std::holds_alternative<scenario::Scenario>(parsed))
        throw Failure(exit_bad_input, "its program cannot be read");
    united.scenario = std::get<scenario::Scenario>(std::move(parsed));
    united.revision = &read_revision(json);
    united.options.switches_max = read_count(json, "switches", bounds::switches_max);
    united.options.faults_max = read_count(json, "faults", bounds::faults_max);
    json.at("in_turn").get_to(united.options.in_turn);
    json.at("reduced").get_to(united.options.reduced);
    json.at("reached").get_to(united.options.reached);
}

// What another build found may not be there in this one, and what it left out may be.
void require_own(const Json &json)
{
    const std::string build = json.at("build").get<std::string>();
    if (build != build_id())
        throw Failure(
            exit_bad_input,
            fmt::format("was written by another build, {}; this one is {}", build, build_id()));
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

std::string why_not(const Json::exception &error)
{
    const std::string_view text = error.what();
    const std::size_t end = text.find("] ");
    return fmt::format("is nothing that explore wrote: {}",
                       text.substr(end == text.npos ? 0 : end + 2));
}

// Read as it stands, -1 would be a number greater than all.
std::uint64_t count_of(const Json &json, const char *key, std::uint64_t max)
{
    if (!json.is_number_unsigned() || json.get<std::uint64_t>() > max)
        throw Failure(exit_bad_input,
                      fmt::format("{} is no number up to {}: {}", key, max, json.dump()));
    return json.get<std::uint64_t>();
}

std::uint64_t read_count(const Json &json, const char *key, std::uint64_t max)
{
    return count_of(json.at(key), key, max);
}

const Json &read_list(const Json &json, const char *key)
{
    const Json &found = json.at(key);
    if (!found.is_array())
        throw Failure(exit_bad_input, fmt::format("{} is no list", key));
    return found;
}

const drivers::Revision &read_revision(const Json &json)
{
    const std::string id = json.at("revision").get<std::string>();
    const drivers::Revision *revision = drivers::find_revision(id);
    if (revision == nullptr)
        throw Failure(exit_bad_input, fmt::format("unknown revision {}", id));
    return *revision;
}

run::ExploredRow read_row(const Json &json, run::Machine &machine,
                          const drivers::Revision &revision, scenario::Scenario scenario)
{
    run::ExploredRow row;
    row.runs = read_count(json, "schedules");
    row.switches = scenario.switches =
        read_lines<scenario::Switch>(read_list(json, "switches"), scenario::read_switch, scenario);
    row.faults = scenario.faults =
        read_lines<scenario::Fault>(read_list(json, "faults"), scenario::read_fault, scenario);
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
    throw Failure(exit_bad_input, fmt::format("{} does not show on its schedule",
                                              json.at("identity").get<std::string>()));
}

run::Explored read_explored(const Json &json, const drivers::Revision &revision,
                            const scenario::Scenario &scenario, bool reached)
{
    run::Explored found;
    found.complete = read_count(json, "complete");
    found.blocked = read_count(json, "blocked");
    found.unmodelled = read_count(json, "without_verdict");
    found.unfired = read_count(json, "unfired");
    json.at("why").get_to(found.why_unmodelled);
    json.at("configurable").get_to(found.configurable);
    for (const Json &runs : read_list(json, "by_switches"))
        found.by_switches.push_back(count_of(runs, "by_switches", count_max));
    found.repeated = read_count(json, "repeated");
    json.at("reduced").get_to(found.reduced);
    found.pruned = read_count(json, "pruned");
    found.deepest = read_count(json, "deepest");
    found.out_of_reach = read_count(json, "out_of_reach");
    json.at("exhausted").get_to(found.exhausted);
    json.at("next").get_to(found.next);
    json.at("stopped").get_to(found.stopped);
    for (const Json &state : read_list(json, "final_states"))
        found.final_states.insert(hexadecimal(state.get<std::string>()));
    if (reached)
        found.campaign = read_campaign(json.at("campaign"), found.schedules());
    run::Machine machine;
    for (const Json &row : read_list(json, "rows"))
        found.rows.push_back(read_row(row, machine, revision, scenario));
    return found;
}

Json search_json(const Search &search)
{
    Json json;
    json["program"] = scenario::print_text(search.scenario);
    json["revision"] = search.revision.id;
    json["switches"] = search.options.switches_max;
    json["faults"] = search.options.faults_max;
    json["in_turn"] = search.options.in_turn;
    json["reduced"] = search.options.reduced;
    json["reached"] = search.options.reached;
    return json;
}

Json row_state_json(const run::ExploredRow &row, const scenario::Scenario &scenario)
{
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
    return one;
}

Json explored_json(const run::Explored &found, const scenario::Scenario &scenario)
{
    Json json;
    json["complete"] = found.complete;
    json["blocked"] = found.blocked;
    json["without_verdict"] = found.unmodelled;
    json["unfired"] = found.unfired;
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
    for (const run::ExploredRow &row : found.rows)
        json["rows"].push_back(row_state_json(row, scenario));
    if (found.campaign)
        json["campaign"] = campaign_state_json(*found.campaign);
    return json;
}

Parts read_parts(const std::vector<std::string> &paths)
{
    Parts parts;
    std::vector<bool> seen;
    for (const std::string &path : paths) {
        const Json json = read_json(path);
        reading(path, [&] {
            const Json &search = json.at("search");
            require_own(json);
            const auto shards = read_count(json, "shards", shards_max);
            const auto shard = read_count(json, "shard", shards);
            if (parts.parts.empty()) {
                parts.search = search;
                seen.resize(shards);
            } else if (search != parts.search || shards != seen.size()) {
                throw Failure(exit_bad_input,
                              fmt::format("is not of the same exploration as {}", paths.front()));
            }
            if (shard == 0)
                throw Failure(exit_bad_input, "shard is 0, the first one is 1");
            if (seen[shard - 1])
                throw Failure(exit_bad_input,
                              fmt::format("part {} of {} is there already", shard, shards));
            seen[shard - 1] = true;
            parts.parts.push_back({path, json.at("found")});
        });
    }
    parts.missing = missing_parts(seen);
    return parts;
}

United unite(const Parts &parts)
{
    United united;
    reading(parts.parts.front().path, [&] { read_search(parts.search, united); });
    for (const Parts::Part &part : parts.parts) {
        run::Explored found = reading(part.path, [&] {
            return read_explored(part.found, *united.revision, united.scenario,
                                 united.options.reached);
        });
        if (&part == &parts.parts.front())
            united.found = std::move(found);
        else
            run::merge(united.found, found);
    }
    united.found.stopped = united.found.stopped || !parts.missing.empty();
    return united;
}

void write_state(const std::string &path, const StateOf &of, Json jobs)
{
    Json json;
    json["build"] = build_id();
    json["search"] = of.search;
    json["shard"] = of.shard + 1;
    json["shards"] = of.shards;
    json["jobs"] = std::move(jobs);
    write_file(path, json_text(json));
}

Json read_state(const std::string &path, const StateOf &of, std::size_t jobs)
{
    if (!std::filesystem::exists(path))
        return Json::array();
    const Json json = read_json(path);
    return reading(path, [&] {
        const Json &found = read_list(json, "jobs");
        require_own(json);
        if (json.at("search") != of.search || json.at("shard") != of.shard + 1 ||
            json.at("shards") != of.shards || found.size() != jobs)
            throw Failure(exit_bad_input,
                          "is of another exploration: of another program, revision, bounds, "
                          "--shard, --jobs or --reached");
        return found;
    });
}

namespace {

StateOf state_of(const Search &search)
{
    return {search_json(search), search.options.shard, search.options.shards};
}

} // namespace

void write_state(const std::string &path, const Search &search,
                 const std::vector<run::Explored> &parts)
{
    Json jobs = Json::array();
    for (const run::Explored &part : parts)
        jobs.push_back(explored_json(part, search.scenario));
    write_state(path, state_of(search), std::move(jobs));
}

std::vector<run::Explored> read_state(const std::string &path, const Search &search,
                                      std::size_t jobs)
{
    std::vector<run::Explored> parts;
    for (const Json &part : read_state(path, state_of(search), jobs))
        parts.push_back(reading(path, [&] {
            run::Explored found =
                read_explored(part, search.revision, search.scenario, search.options.reached);
            if (found.stopped == found.next.empty())
                throw Failure(exit_bad_input, "next is where a search goes on that was stopped, "
                                              "and of no other");
            return found;
        }));
    return parts;
}

} // namespace cli
