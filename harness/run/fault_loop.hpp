// SPDX-License-Identifier: GPL-2.0-only
// Fails every fallible call of a run, one at a time: for each role the first, the second, ... until
// none is left to fail.
//
// A run is the same up to the call that fails, so the calls of the run without that fault are all
// there are. Covers: every call of the roles that the run has, beside the scenario's own faults.
// Does not cover: calls that are made only because another one failed.
#pragma once

#include "drivers/registry.hpp"
#include "properties/exceptions.hpp"
#include "run/machine.hpp"
#include "run/matrix.hpp"
#include "scenario/scenario.hpp"

#include <compare>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace run {

// The run in which one call fails.
struct FaultRun {
    kernel::Fault fault; // `role: nth N`
    kernel::Site site{}; // the call that it met
    kernel::Name object;
    std::string_view function; // that made the call; empty: none of the code under test
    std::vector<properties::Finding> findings;
    Identities before; // violations without that fault, sorted: it brought none of them about
    std::string_view unmodelled; // why there is no verdict; empty: there is one

    // No verdict, or a run that does not come to rest.
    bool is_trouble() const;
};

// Calls `found` for every run, roles in order of appearance, calls in order of time. The scenario
// must have room for one more fault. `found` must not use the machine.
void fault_loop(Machine &machine, const drivers::Revision &revision,
                const scenario::Scenario &scenario,
                const std::function<void(const FaultRun &)> &found);

// The violations that files promise for the revision and show: no news if a fault shows them as well.
// What is accepted or open there is not among them: elsewhere the same identity may be neither.
// Sorted.
Identities known_violations(Machine &machine, const drivers::Revision &revision,
                            std::span<const scenario::Scenario> files);

// Neither accepted nor open, nor known.
bool is_news(const properties::Finding &finding, const Identities &known);

// A violation, and the kind of the call whose failure brings it about.
struct SiteViolation {
    std::string identity;
    kernel::Site site{};

    friend auto operator<=>(const SiteViolation &, const SiteViolation &) = default;
};
using SiteViolations = std::vector<SiteViolation>; // sorted

// As known_violations, of files with faults: by the calls that they make fail.
SiteViolations known_at_sites(Machine &machine, const drivers::Revision &revision,
                              std::span<const scenario::Scenario> files);

// Stricter than is_news: a violation that is known of no failing call of that kind, and that was not
// there without the fault, has another cause.
bool is_news_at_site(const FaultRun &run, const properties::Finding &finding,
                     const SiteViolations &known);

} // namespace run
