// SPDX-License-Identifier: GPL-2.0-only
#include "properties/wait_graph.hpp"

#include <algorithm>
#include <bit>

namespace properties {

std::optional<WaitGraph::Node> WaitGraph::find(Key key)
{
    std::size_t slot = slot_of(key);
    for (; index_[slot] != 0; slot = (slot + 1) % slots) {
        const auto found = static_cast<Node>(index_[slot] - 1);
        if (keys_[found] == key)
            return found;
    }
    if (count_ == nodes_max)
        return std::nullopt;
    const auto fresh = static_cast<Node>(count_++);
    keys_[fresh] = key;
    after_[fresh].fill(0);
    index_[slot] = static_cast<std::uint8_t>(fresh + 1);
    return fresh;
}

void WaitGraph::add_edge(const Edge &edge)
{
    after_[edge.from][edge.to / 64] |= std::uint64_t{1} << (edge.to % 64);
    targets_[edge.to / 64] |= std::uint64_t{1} << (edge.to % 64);
    edges_.emplace_back(edge.from, edge.to, edge.event);
}

WaitGraph::Edge &WaitGraph::edge(Node from, Node to)
{
    return *std::find_if(edges_.begin(), edges_.end(),
                         [&](const Edge &edge) { return edge.from == from && edge.to == to; });
}

std::vector<WaitGraph::Edge> WaitGraph::path(Node from, Node to)
{
    std::vector<Edge> edges;
    Nodes seen{};
    std::array<Node, nodes_max> reached; // in order
    std::array<Node, nodes_max> previous;
    std::size_t count = 0;
    const auto visit = [&](Node node, Node before) {
        seen[node / 64] |= std::uint64_t{1} << (node % 64);
        previous[node] = before;
        reached[count++] = node;
    };
    visit(from, from);
    for (std::size_t next = 0; next < count && (seen[to / 64] >> (to % 64) & 1) == 0; ++next)
        for (std::size_t word = 0; word < words; ++word) {
            std::uint64_t fresh = after_[reached[next]][word] & ~seen[word];
            for (; fresh != 0; fresh &= fresh - 1)
                visit(static_cast<Node>(word * 64 +
                                        static_cast<std::size_t>(std::countr_zero(fresh))),
                      reached[next]);
        }
    if (from == to || (seen[to / 64] >> (to % 64) & 1) == 0)
        return edges;
    for (Node at = to; at != from; at = previous[at])
        edges.push_back(edge(previous[at], at));
    std::reverse(edges.begin(), edges.end());
    return edges;
}

} // namespace properties
