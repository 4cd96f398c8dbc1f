// SPDX-License-Identifier: GPL-2.0-only
#include "generators/weights.hpp"

#include <algorithm>

namespace generators {
namespace {

// A quarter is switched off, a quarter dominates.
constexpr std::array<Weight, 4> strengths = {0, 1, 2, 8};

template <std::size_t Size> void draw(std::array<Weight, Size> &weights, Source &source)
{
    for (Weight &weight : weights)
        weight = source.pick(strengths);
}

} // namespace

Weights even_weights()
{
    Weights weights{};
    weights.operations.fill(1);
    weights.shapes.fill(1);
    weights.schedules.fill(1);
    weights.likely = weights.unlikely = weights.faults = 1;
    return weights;
}

Weights swarm(Source &source)
{
    Weights weights{};
    draw(weights.operations, source);
    // Without it nothing is loaded, and nothing happens.
    Weight &loads = weights.operations[static_cast<std::size_t>(scenario::OperationCode::modprobe)];
    loads = std::max<Weight>(loads, 1);
    draw(weights.shapes, source);
    draw(weights.schedules, source);
    weights.likely = source.pick(strengths);
    weights.unlikely = source.pick(strengths);
    weights.faults = source.pick(strengths);
    return weights;
}

} // namespace generators
