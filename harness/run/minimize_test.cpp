// SPDX-License-Identifier: GPL-2.0-only
#include "run/minimize.hpp"

#include "run/parts.hpp"
#include "run/random_scenarios.hpp"
#include "run/testing.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>

namespace run::testing {
namespace {

[[maybe_unused]] constexpr std::string_view flush_before_init =
    "uninitialized-work:cxl_dax_region_driver_register";

std::vector<properties::Finding> findings(Machine &machine, const drivers::Revision &tested,
                                          const scenario::Scenario &scenario)
{
    const Result result = machine.run(tested, scenario);
    return properties::findings(result.verdict, {scenario, result.events});
}

// The scenario's finding of that identity as a target; its revision is nullptr if there is none.
[[maybe_unused]] Target find_target(Machine &machine, const drivers::Revision &tested,
                   const scenario::Scenario &scenario, std::string_view identity)
{
    for (const properties::Finding &finding : findings(machine, tested, scenario))
        if (properties::identity(finding.violation) == identity)
            return target_of(tested, finding);
    return {};
}

constexpr std::size_t operations_wanted = 40;

std::size_t operations_of(const scenario::Scenario &scenario)
{
    return parts()[1].count(scenario);
}

// Everything at random: layout, 40 operations of up to four actors, faults, switches.
[[maybe_unused]] scenario::Scenario long_scenario(std::mt19937_64 &random)
{
    for (;;) {
        std::vector<std::uint8_t> bytes(400);
        for (std::uint8_t &byte : bytes)
            byte = static_cast<std::uint8_t>(random());
        scenario::Scenario scenario = scenario::decode(bytes, drivers::revision_ids());
        const std::size_t operations = operations_of(scenario);
        if (operations < operations_wanted)
            continue;
        parts()[1].drop(scenario, operations_wanted, operations - operations_wanted);
        return scenario;
    }
}

} // namespace

TEST(Minimize, Probe)
{
    std::mt19937_64 random(1);
    Machine machine;
    std::map<std::string, int> seen;
    for (int i = 0; i < 3000; ++i) {
        const auto scenario = random_scenario(random);
        const auto &tested = drivers::revisions()[i % drivers::revisions().size()];
        const auto all = findings(machine, tested, scenario);
        for (const auto &f : all) {
            const Target target = target_of(tested, f);
            if (seen[std::string(tested.id) + target.identity + std::string(target.judgement.id)]++ >= 2) continue;
            auto out = minimize(machine, scenario, std::array{target});
            std::cout << "RUNS " << out.runs << ' ' << int(out.end) << ' ' << target.identity << ' ' << target.judgement.id << " was " << scenario.actors.size() << ' ' << scenario.switches.size() << ' ' << scenario.faults.size() << '\n' << print_text(out.scenario) << "\n";
        }
    }
}

} // namespace run::testing
