// SPDX-License-Identifier: GPL-2.0-only
#include "cli/campaign_state.hpp"

#include "cli/explore_state.hpp"
#include "cli/failure.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cli {
namespace {

// As many as there are, each of them of runs.
template <class Counts>
void read_counts(const Json &json, const char *key, std::uint64_t runs, Counts &counts)
{
    if (!json.is_array() || json.size() != counts.size())
        throw Failure(exit_bad_input,
                      fmt::format("{} is no list of {} counts", key, counts.size()));
    std::transform(json.begin(), json.end(), counts.begin(),
                   [&](const Json &count) { return count_of(count, key, runs); });
}

} // namespace

Json campaign_state_json(const run::Campaign &campaign)
{
    Json json;
    json["runs"] = campaign.runs;
    json["without_verdict"] = campaign.without_verdict;
    json["operations"] = campaign.operations;
    json["points"] = campaign.points;
    json["sites"] = campaign.sites;
    json["properties"] = campaign.properties;
    json["exceptions"] = campaign.exceptions;
    return json;
}

run::Campaign read_campaign(const Json &json, std::uint64_t runs)
{
    run::Campaign campaign;
    campaign.runs = read_count(json, "runs");
    if (campaign.runs != runs)
        throw Failure(exit_bad_input,
                      fmt::format("runs is {} of {} schedules", campaign.runs, runs));
    campaign.without_verdict = read_count(json, "without_verdict", runs);
    const Json &operations = json.at("operations");
    if (!operations.is_array() || operations.size() != campaign.operations.size())
        throw Failure(exit_bad_input, "operations is no list of as many as there are");
    for (std::size_t i = 0; i < campaign.operations.size(); ++i)
        read_counts(operations[i], "operations", runs, campaign.operations[i]);
    read_counts(json.at("points"), "points", runs, campaign.points);
    read_counts(json.at("sites"), "sites", runs, campaign.sites);
    read_counts(json.at("properties"), "properties", runs, campaign.properties);
    read_counts(json.at("exceptions"), "exceptions", runs, campaign.exceptions);
    return campaign;
}

} // namespace cli
