// SPDX-License-Identifier: GPL-2.0-only
// What a campaign came across, for people: operations by who owned what, and all that it never did.
#pragma once

#include "report/paint.hpp"
#include "run/campaign.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace report {

// The numbers of one table of the harness, by its ids.
struct Tally {
    std::string_view key;  // for machines
    std::string_view text; // for people
    std::vector<std::pair<std::string_view, std::uint64_t>> numbers;
};

// Of each operation the states of ownership in which it began: the key is the operation.
std::vector<Tally> operation_tallies(const run::Campaign &campaign);
// Points, sites, properties, exceptions.
std::vector<Tally> tallies(const run::Campaign &campaign);

std::string campaign_text(const run::Campaign &campaign, Paint paint = {});

} // namespace report
