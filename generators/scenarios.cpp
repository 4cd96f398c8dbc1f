// SPDX-License-Identifier: GPL-2.0-only
#include "generators/scenarios.hpp"

#include "generators/actors.hpp"
#include "generators/faults.hpp"
#include "generators/layouts.hpp"
#include "generators/schedules.hpp"

namespace generators {

scenario::Scenario make_scenario(Source &source, const Weights &weights, const Size &size)
{
    scenario::Scenario scenario;
    scenario.layout = make_layout(weights, size.shapes, source);
    scenario.actors = make_actors(scenario.layout, weights, size.operations, source);
    scenario.faults = make_faults(scenario, weights, size.faults, source);
    scenario.switches = make_schedule(scenario, weights, size.switches, source);
    return scenario;
}

scenario::Scenario make_scenario(Source &source, const Size &size)
{
    const Weights weights = swarm(source);
    return make_scenario(source, weights, size);
}

} // namespace generators
