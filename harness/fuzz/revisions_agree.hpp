// SPDX-License-Identifier: GPL-2.0-only
// Pairs of revisions that must agree on a sequential scenario (no switches, no faults): who has what
// at rest, and what was violated. Where they may differ, a table says so with the reason.
//
// Covers: revisions that declare the same intent. Does not cover: the earlier ones, each of which
// decides in a way of its own; the order in which violations are found.
#pragma once

#include "drivers/registry.hpp"
#include "kernel/event.hpp"
#include "properties/owners.hpp"
#include "properties/properties.hpp"
#include "scenario/scenario.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fuzz {

struct RevisionPair {
    std::string_view left;
    std::string_view right;
};

// The remedies against v7 itself, then what came after it.
inline constexpr std::array<RevisionPair, 5> agreeing_revisions = {{
    {"v7", "v7-reviewed"},
    {"v7-static-init", "v7-reviewed"},
    {"v7-gated-exit", "v7-reviewed"},
    {"v7-reviewed", "v8"},
    {"v8", "mainline"},
}};

// What of a run is compared.
struct Story {
    std::vector<std::string> identities; // sorted; empty for a kernel that cannot be configured
    std::vector<properties::Owned> owners;
    std::vector<kernel::Event> events;
    bool configurable = true;
    bool modelled = true;
};

// A difference that is known, between two neighbours in the table above.
struct AllowedDifference {
    RevisionPair pair;
    // What the left one may show alone; empty: `parts` tells.
    std::string_view identity;
    // Whether the stories part, so that nothing else is comparable.
    bool (*parts)(const scenario::Scenario &scenario, const Story &left, const Story &right);
    std::string_view reason;
    std::string_view source;
};

std::span<const AllowedDifference> allowed_differences();

// Runs without switches and faults, whatever the scenario has.
Story sequential_story(const drivers::Revision &revision, scenario::Scenario scenario);

// Empty, or what differs although no row of the table allows it: an identity, "owners" or
// "configuration".
std::string difference(const RevisionPair &pair, const scenario::Scenario &scenario,
                       const Story &left, const Story &right);

// Once, before the first input: see warm_up.hpp.
void prepare_revisions_agree();

// Aborts with the identity "revisions-agree <left>,<right>:<difference>". Returns 0.
int revisions_agree(const std::uint8_t *data, std::size_t size);

} // namespace fuzz
