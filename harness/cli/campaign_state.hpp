// SPDX-License-Identifier: GPL-2.0-only
// What the schedules of an exploration came across, in the files of explore_state.hpp.
#pragma once

#include "cli/json.hpp"
#include "run/campaign.hpp"

#include <cstdint>

namespace cli {

Json campaign_state_json(const run::Campaign &campaign);
// What campaign_state_json wrote of that many runs. Throws Failure (bad input), and what the library of JSON does.
run::Campaign read_campaign(const Json &json, std::uint64_t runs);

} // namespace cli
