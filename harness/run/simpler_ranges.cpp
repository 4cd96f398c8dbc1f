// SPDX-License-Identifier: GPL-2.0-only
// Simpler ranges. What a layout means lies in the order of the ends of its ranges, seldom in their
// addresses: all ends, of windows, regions and memory alike, move together.
#include "run/simpler.hpp"
#include "scenario/wire_format.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace run {
namespace {

using scenario::Range;
using scenario::Scenario;

// The start of a range, or the address after its last: one more value than an address has.
using Edge = unsigned __int128;

constexpr Edge edge_max = Edge{std::numeric_limits<std::uint64_t>::max()} + 1;
constexpr Edge grid_base = scenario::wire::grid_base;
constexpr Edge grid_step = scenario::wire::grid_step;

// How far from the grid an edge may come to lie, best first: what needs an uneven range is content
// with a byte too many or too few.
constexpr std::array beside_grid = {0, 1, -1};

template <typename Visit> void each_range(scenario::Layout &layout, Visit visit)
{
    for (auto *memory : {&layout.soft_reserved, &layout.hmat})
        for (scenario::MemoryRange &item : *memory)
            visit(item.range);
    for (scenario::Window &window : layout.windows)
        visit(window.range);
    for (scenario::Region &region : layout.regions)
        visit(region.range);
    if (layout.hmem_platform_1)
        visit(layout.hmem_platform_1->range);
}

// All of them, each once, ascending.
std::vector<Edge> edges_of(Scenario scenario)
{
    std::vector<Edge> edges;
    each_range(scenario.layout, [&](const Range &range) {
        edges.push_back(range.start);
        edges.push_back(Edge{range.end} + 1);
    });
    std::sort(edges.begin(), edges.end());
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    return edges;
}

// With each edge moved to where `to` has it. Nothing if a range would be empty or beyond the last
// address.
void add_moved(std::vector<Scenario> &candidates, const Scenario &scenario,
               const std::vector<Edge> &from, const std::vector<Edge> &to)
{
    if (from == to || to.back() > edge_max)
        return;
    Scenario moved = scenario;
    bool valid = true;
    const auto place = [&](Edge edge) {
        const auto found = std::lower_bound(from.begin(), from.end(), edge);
        return to[static_cast<std::size_t>(found - from.begin())];
    };
    each_range(moved.layout, [&](Range &range) {
        const Edge start = place(range.start);
        const Edge end = place(Edge{range.end} + 1);
        valid = valid && start < end;
        range = {static_cast<std::uint64_t>(start), static_cast<std::uint64_t>(end - 1)};
    });
    if (valid)
        candidates.push_back(std::move(moved));
}

// The lowest place on the grid above what comes before.
Edge grid_place(const std::vector<Edge> &edges, std::size_t index)
{
    return index == 0 ? grid_base : (edges[index - 1] / grid_step + 1) * grid_step;
}

} // namespace

std::vector<Scenario> simpler_ranges(const Recorded &recorded)
{
    const std::vector<Edge> edges = edges_of(recorded.scenario);
    std::vector<Scenario> candidates;
    if (edges.empty())
        return candidates;

    std::vector<Edge> moved = edges;
    for (std::size_t i = 0; i < moved.size(); ++i)
        moved[i] = grid_place(moved, i);
    add_moved(candidates, recorded.scenario, edges, moved);

    for (std::size_t i = 0; i + 1 < edges.size(); ++i)
        for (const bool up : {false, true}) {
            moved = edges;
            moved[up ? i : i + 1] = edges[up ? i + 1 : i];
            add_moved(candidates, recorded.scenario, edges, moved);
        }

    // One edge after the other; those above keep their distances.
    for (std::size_t i = 0; i < edges.size(); ++i)
        for (const int beside : beside_grid) {
            const Edge place = grid_place(edges, i) + static_cast<Edge>(beside);
            if (place == edges[i])
                break; // what follows is no simpler than what is
            moved = edges;
            for (std::size_t j = i; j < moved.size(); ++j)
                moved[j] = edges[j] - edges[i] + place;
            if (i == 0 || place > edges[i - 1])
                add_moved(candidates, recorded.scenario, edges, moved);
        }
    return candidates;
}

} // namespace run
