// SPDX-License-Identifier: GPL-2.0-only
// Layouts: Soft Reserved and HMAT ranges, windows and regions in the constellations that decide who
// owns memory, and the kernel's configuration.
//
// Covers: the shapes of weights.hpp, each of which adds to a layout, and edges worth trying. Does
// not cover: what operations do to a layout (actors.hpp).
#pragma once

#include "generators/weights.hpp"
#include "scenario/scenario.hpp"

#include <vector>

namespace generators {

// At most `shapes_max` shapes, often none: some bugs need no memory at all.
scenario::Layout make_layout(const Weights &weights, std::size_t shapes_max, Source &source);

// What exceeds a bound is left out.
void add_shape(scenario::Layout &layout, Shape shape, Source &source);

// Every range of the layout, to be changed in place; the order is that of the layout's fields.
std::vector<scenario::Range *> ranges_of(scenario::Layout &layout);

// Moves an end of the range to an end of another range of the layout, just before or after it, or
// by a byte or a memory block. Its start stays at or below its end.
void nudge_edge(scenario::Layout &layout, scenario::Range &range, Source &source);

// A device node; mostly one of few.
std::int16_t any_node(Source &source);
scenario::Assembly any_assembly(Source &source);
scenario::Mode any_mode(Source &source);

} // namespace generators
