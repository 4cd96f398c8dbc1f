// SPDX-License-Identifier: GPL-2.0-only
// The smallest story of a violation: whatever does not change that it shows is dropped or made
// simpler, until nothing more can be.
//
// Covers: the search, in named stages (parts.hpp, simpler.hpp), repeated until none of them changes
// anything. The result is 1-minimal: without any single actor, operation, range, window, region,
// fault or switch it no longer shows what was asked for. Does not cover: smaller scenarios that only
// several changes at once lead to.
#pragma once

#include "drivers/registry.hpp"
#include "properties/exceptions.hpp"
#include "run/machine.hpp"
#include "scenario/scenario.hpp"

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace run {

// What must go on to show. The identity alone would let a new violation slide into one of the same
// place that is known: how it is judged belongs to it.
struct Target {
    const drivers::Revision *revision = nullptr;
    std::string identity; // "property:cause"
    properties::Judgement judgement;
};

Target target_of(const drivers::Revision &revision, const properties::Finding &finding);

// Whether the scenario shows all of them. Targets of one revision stand together.
bool shows(Machine &machine, const scenario::Scenario &scenario, std::span<const Target> targets);

// A hundred runs are usual; of scenarios at most bounds at once (6,000 random bytes) none took more than
// 210. As a bound it depends on nothing but the input, so that the result does not, either.
inline constexpr std::size_t minimize_runs_max = 20'000;

struct MinimizeOptions {
    std::size_t runs_max = minimize_runs_max;
    // Called before each run with the number of those made; false: stop.
    std::function<bool(std::size_t)> go_on;
};

enum class MinimizeEnd : std::uint8_t {
    minimal,  // nothing more to drop or to simplify
    runs_max, // the bound was reached: smaller, but not known to be minimal
    stopped,  // by go_on: likewise
};

struct StageReport {
    std::string_view name;
    // Of a part: how many there were, how many are left. Of a simplification, which counts only the
    // changes it made: 0 and that.
    std::size_t before = 0;
    std::size_t after = 0;
};

struct Minimized {
    scenario::Scenario scenario;
    std::vector<StageReport> dropped;    // a row for each kind of part
    std::vector<StageReport> simplified; // a row for each simplification
    std::size_t runs = 0;
    MinimizeEnd end = MinimizeEnd::minimal;
};

// The scenario must show the targets, of which there is at least one. Title, source and the entries
// that a target is a sign of stay; the revision becomes that of the first target. What the file
// promised of verdicts and owners, and whether it is open, was said of another scenario: it is dropped.
Minimized minimize(Machine &machine, const scenario::Scenario &scenario,
                   std::span<const Target> targets, const MinimizeOptions &options = {});

// The same for what else may have to stay; the scenario must have it. Steps that look at a run look at the one
// on the revision.
using Keeps = std::function<bool(const scenario::Scenario &)>;
Minimized minimize(Machine &machine, const drivers::Revision &revision,
                   const scenario::Scenario &scenario, const Keeps &keeps,
                   const MinimizeOptions &options = {});

} // namespace run
