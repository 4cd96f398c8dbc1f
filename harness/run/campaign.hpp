// SPDX-License-Identifier: GPL-2.0-only
// What the runs of a campaign came across, and so what they never did: operations by who owned what when
// they began, scheduling points, sites whose calls failed, properties, accepted and open outcomes.
//
// Covers: counting over any number of runs, of any engine. Does not cover: lines of code
// (scripts/coverage), the text (report/campaign_text.hpp).
#pragma once

#include "kernel/event.hpp"
#include "properties/exceptions.hpp"
#include "run/machine.hpp"
#include "scenario/operations.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace run {

// Of a Soft Reserved range at one moment, by whose dax regions lie in it.
// Columns: identifier, what a person reads, meaning.
#define RUN_OWNERSHIPS(X)                                                                          \
    X(no_range, "no range", "nothing is Soft Reserved")                                            \
    X(nobody, "nobody", "the range has no owner, and none is being looked for")                    \
    X(deferred, "deferred", "the range has no owner, and a resolution is queued or runs")          \
    X(hmem, "HMEM", "HMEM has the range or a part of it")                                          \
    X(cxl, "CXL", "CXL has the range or a part of it")                                             \
    X(both, "both", "HMEM and CXL have a part each, or the same")

enum class Ownership : std::uint8_t {
#define X(id, text, help) id,
    RUN_OWNERSHIPS(X)
#undef X
        count_,
};

inline constexpr std::size_t ownerships = static_cast<std::size_t>(Ownership::count_);

std::string_view ownership_text(Ownership ownership);
std::string_view ownership_help(Ownership ownership);

// The actors are done: what follows is the harness's.
bool is_rest(const kernel::Event &event);

class Campaign {
public:
    Campaign();

    // Of a run without a verdict only `runs` counts.
    void add(const Result &result, std::span<const properties::Finding> findings);

    // Takes in what another part came across.
    void add(const Campaign &part);

    std::uint64_t runs = 0;
    std::uint64_t without_verdict = 0;
    // Runs in which it came to be at least once; so are all numbers below. An operation counts for the
    // state of each range at its begin. What the harness does after the actors does not count.
    std::array<std::array<std::uint64_t, ownerships>, scenario::operation_codes> operations{};
    std::array<std::uint64_t, static_cast<std::size_t>(kernel::Point::count_)> points{};
    std::array<std::uint64_t, static_cast<std::size_t>(kernel::Site::count_)>
        sites{};                                                        // that failed
    std::array<std::uint64_t, properties::property_count> properties{}; // that fired
    std::vector<std::uint64_t> exceptions; // that took a violation; by row of the table
};

} // namespace run
