// SPDX-License-Identifier: GPL-2.0-only
// Actors: likely stories of administration (load, reload, rebind, tear a region down) and unlikely
// ones, any operation on anything.
//
// Covers: operations of the table on objects of a layout. Does not cover: when they run
// (schedules.hpp).
#pragma once

#include "generators/weights.hpp"
#include "scenario/scenario.hpp"

#include <optional>
#include <vector>

namespace generators {

using Operations = std::vector<scenario::Operation>;

// Up to about `operations_max` operations in all, among few actors; often none. What the layout
// keeps for an operation (a region that is late, the second device) mostly gets it besides.
std::vector<scenario::Actor> make_actors(const scenario::Layout &layout, const Weights &weights,
                                         std::size_t operations_max, Source &source);

// One of the likely stories, up to six operations: one that does without those of weight 0, and the more
// likely the more its rarest one weighs.
Operations make_story(const scenario::Layout &layout, const Weights &weights, Source &source);

// Both in their own order: one after the other as often as interleaved. Without what exceeds a
// bound.
Operations merged(Operations left, const Operations &right, Source &source);

// Any operation, modprobe dax_hmem if the one drawn has nothing in the layout to work on.
scenario::Operation make_operation(const scenario::Layout &layout, const Weights &weights,
                                   Source &source);

// What the operation can be about; nullopt if the layout has nothing for it.
std::optional<kernel::Name> object_for(scenario::OperationCode code, const scenario::Layout &layout,
                                       Source &source);

// How the wire form calls the actor of that index.
scenario::Actor make_actor(std::size_t index);

} // namespace generators
