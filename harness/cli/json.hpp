// SPDX-License-Identifier: GPL-2.0-only
// Results for machines. Ranges are text as scenarios write them ("0x850000000-0x94fffffff"): JSON's
// numbers do not hold 64 bits everywhere.
#pragma once

#include "report/trace.hpp"
#include "report/verdict.hpp"
#include "run/campaign.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace cli {

using Json = nlohmann::ordered_json;

Json finding_json(const properties::Finding &finding);
Json verdict_json(const report::Subject &subject, const report::Verdict &verdict);
Json trace_json(const report::Subject &subject, report::Level level);

Json campaign_json(const run::Campaign &campaign);

// Why there is no verdict, under a key of its own for each of the two reasons.
void add_unmodelled(Json &json, bool configurable, std::string_view why);

// Indented, with a newline at its end.
std::string json_text(const Json &json);

} // namespace cli
