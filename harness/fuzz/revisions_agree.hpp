// SPDX-License-Identifier: GPL-2.0-only
// Pairs of revisions that must agree on a sequential scenario (one actor, no switches, no faults): who has what
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
#include <functional>
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

struct Shown {
    std::string identity;
    properties::Property property{};
    kernel::Range range{}; // of a property of owners: whose
};

// What of a run is compared.
struct Story {
    std::vector<Shown> shown; // by identity; empty for a kernel that cannot be configured
    std::vector<properties::Owned> owners;
    std::vector<kernel::Event> events;
    bool completed = true; // false: the kernel did not survive what it shows
    bool configurable = true;
    bool modelled = true;
};

using Ranges = std::vector<kernel::Range>;

// What differs where there is only one of both kernels.
inline constexpr std::string_view configuration = "configuration";

// A difference that is known, between two neighbours in the table above.
struct AllowedDifference {
    RevisionPair pair;
    // Whether the run came to what the reason is about; nullptr: `ranges` or what is shown says so.
    bool (*applies)(const scenario::Scenario &scenario, const Story &left, const Story &right);
    // What one may show and the other not, whatever it is about.
    std::span<const std::string_view> left;
    std::span<const std::string_view> right;
    // Who has these may differ, and what is shown of that. Where there is any, so may, for they follow:
    // what differs and overlaps one, regions included; what bind and unbind of hmem.N are about, since numbers are given
    // as ranges are registered; which walk came last to what both have lost; and all of it if CXL
    // enumerated between other operations. nullptr: owners are the same. Without any range the row does
    // not apply.
    Ranges (*ranges)(const Story &left, const Story &right);
    std::string_view reason;
    std::string_view source;
};

std::span<const AllowedDifference> allowed_differences();

// Without switches and faults, and with one actor who does what all of them do, one after the other: of
// that, as much as one actor can, so that what is told can be read and run.
scenario::Scenario sequential(scenario::Scenario scenario);

// Of a run of that.
Story sequential_story(const drivers::Revision &revision, const scenario::Scenario &scenario);

// Empty, or what differs although no row of the table allows it: an identity, "owners" or
// "configuration".
std::string difference(const RevisionPair &pair, const scenario::Scenario &scenario,
                       const Story &left, const Story &right,
                       std::span<const AllowedDifference> table = allowed_differences());

// The same of what the pair makes of the scenario.
std::string difference_on(const RevisionPair &pair, const scenario::Scenario &scenario,
                          std::span<const AllowedDifference> table = allowed_differences());

// How a difference is told: as a violation is, of this property and of the cause
// "<left>,<right>:<difference>".
inline constexpr std::string_view disagreement = "revisions-agree";
std::string cause_of(const RevisionPair &pair, std::string_view what);
std::string identity_of(const RevisionPair &pair, std::string_view what); // "property:cause"

// Once, before the first input: see warm_up.hpp.
void prepare_revisions_agree();

// Sees two stories before they are compared.
using StoriesObserver =
    std::function<void(const RevisionPair &, const Story &left, const Story &right)>;

// Aborts where a pair differs, or keeps the input (collection.hpp). Returns 0.
int revisions_agree(const std::uint8_t *data, std::size_t size,
                    const StoriesObserver &observer = nullptr,
                    std::span<const AllowedDifference> table = allowed_differences());

} // namespace fuzz
