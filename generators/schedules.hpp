// SPDX-License-Identifier: GPL-2.0-only
// Schedules: where a run departs from the default one.
//
// Covers: the kinds of weights.hpp. Does not cover: what a run makes of a switch; which points it
// has is known only when it runs, so that switches are drawn by what points there can be.
#pragma once

#include "generators/weights.hpp"
#include "scenario/scenario.hpp"

#include <vector>

namespace generators {

using Switches = std::vector<scenario::Switch>;

// For the layout and the actors that the scenario has. At most `switches_max`.
Switches make_schedule(const scenario::Scenario &scenario, const Weights &weights,
                       std::size_t switches_max, Source &source);

Switches make_switches(const scenario::Scenario &scenario, Schedule kind, std::size_t switches_max,
                       Source &source);

// By role, point and object: mostly at a step at which the catalogue's races are decided (a work
// item queued, started, flushed; a module that goes), to a task that such a step is about.
scenario::Switch named_switch(const scenario::Scenario &scenario, Source &source);

// By number: at some later point.
scenario::Switch indexed_switch(Source &source);

} // namespace generators
