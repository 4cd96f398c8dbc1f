// SPDX-License-Identifier: GPL-2.0-only
// The rows of the table of edits that are about schedules; see edits.hpp.
#pragma once

#include "generators/source.hpp"
#include "scenario/scenario.hpp"

namespace generators {

// By name, near a step where it matters; or by number, before another one, which keeps its place.
void insert_switch(scenario::Scenario &scenario, Source &source);
void drop_switch(scenario::Scenario &scenario, Source &source);
// A little earlier or later, or to another task.
void nudge_switch(scenario::Scenario &scenario, Source &source);
// A part of the schedule once more, at another place of it.
void repeat_switches(scenario::Scenario &scenario, Source &source);

// A count that is a little larger or smaller, at least 1.
std::uint16_t stepped(std::uint16_t count, Source &source);

} // namespace generators
