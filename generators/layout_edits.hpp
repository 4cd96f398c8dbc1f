// SPDX-License-Identifier: GPL-2.0-only
// The rows of the table of edits that are about layouts; see edits.hpp.
#pragma once

#include "generators/source.hpp"
#include "scenario/scenario.hpp"

namespace generators {

void insert_shape(scenario::Scenario &scenario, Source &source);
// To a neighbour's, or by a byte or a block.
void nudge_some_edge(scenario::Scenario &scenario, Source &source);
// One range becomes another one: a region that of its window, and so on.
void copy_range(scenario::Scenario &scenario, Source &source);
void drop_range(scenario::Scenario &scenario, Source &source);
// A node, how a region is assembled and used, or the configuration.
void change_traits(scenario::Scenario &scenario, Source &source);

// Of windows and regions that share a number, the later ones get the lowest free one.
void renumber(scenario::Layout &layout);

} // namespace generators
