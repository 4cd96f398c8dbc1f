// SPDX-License-Identifier: GPL-2.0-only
// Swarm weights: each scenario does without some operations and shapes and has others more often
// (Groce et al., "Swarm Testing", 2012). A story of modprobe and unbind alone reaches states that a
// mix of everything at once hardly ever does.
//
// Covers: the weights. Does not cover: who draws by them (layouts, actors, schedules, faults).
#pragma once

#include "generators/source.hpp"
#include "scenario/operations.hpp"

#include <array>
#include <cstdint>

namespace generators {

// What a layout is put together from, see layouts.hpp. Columns: identifier, what it is.
#define GENERATORS_SHAPES(X)                                                                       \
    X(aligned, "range, window and region are the same")                                            \
    X(adjacent, "ranges end to end in one window, under one region or one each")                   \
    X(nested, "range, window and region lie within each other, in any order")                      \
    X(straddling, "a range reaches over an end of its window or region")                           \
    X(huge, "a range of up to all addresses")                                                      \
    X(tiny, "a range of a byte, a page or a block of 2 MiB")                                       \
    X(one_byte_off, "an end misses its neighbour's by a byte")                                     \
    X(hmat_split, "HMAT entries divide a range among nodes")                                       \
    X(second_device, "hmem_platform.1 has a range of its own")                                     \
    X(configuration, "the kernel is configured otherwise, or a module parameter is set")           \
    X(built_in, "modules are built in, drivers probe asynchronously")

enum class Shape : std::uint8_t {
#define X(id, text) id,
    GENERATORS_SHAPES(X)
#undef X
        count_,
};
inline constexpr std::size_t shapes_count = static_cast<std::size_t>(Shape::count_);

// Kinds of schedules, see schedules.hpp. Columns: identifier, what it is.
#define GENERATORS_SCHEDULES(X)                                                                    \
    X(by_default, "no switch")                                                                     \
    X(few_switches, "up to three, at steps worth it or anywhere")                                  \
    X(priorities, "a favoured task runs whenever it can, until the favour changes")                \
    X(fully_random, "a switch every few points")

enum class Schedule : std::uint8_t {
#define X(id, text) id,
    GENERATORS_SCHEDULES(X)
#undef X
        count_,
};
inline constexpr std::size_t schedules_count = static_cast<std::size_t>(Schedule::count_);

using Weight = std::uint8_t;

struct Weights {
    std::array<Weight, scenario::operation_codes> operations;
    std::array<Weight, shapes_count> shapes;
    std::array<Weight, schedules_count> schedules;
    Weight likely;   // of stories an administrator might live through
    Weight unlikely; // of single operations in any order
    Weight faults;   // of one more fault, against a weight of 4 for none
};

// What serves where nothing is to be left out: a mutator's single edit.
Weights even_weights();

// Another set for each scenario, never without modprobe.
Weights swarm(Source &source);

} // namespace generators
