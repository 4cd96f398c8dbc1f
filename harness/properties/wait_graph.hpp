// SPDX-License-Identifier: GPL-2.0-only
// Inside properties: what a run held while it took a lock or waited, as a graph. A lock, a work item,
// a queue and "all probes" are nodes; an edge A -> B says that B was taken, or waited for, by a task
// that held A, was running A, or was one of the probes. A ring is a deadlock that another schedule can
// bring about (lockdep's idea; device locks, which lockdep does not follow, included).
//
// Covers: nodes by class and edges, each with the record that shows it first; paths.
// Does not cover: what a ring means, see discipline.cpp.
#pragma once

#include "kernel/event.hpp"
#include "kernel/lockdep.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <vector>

namespace properties {

class WaitGraph {
public:
    using Node = std::uint8_t;
    struct Edge {
        Node from;
        Node to;
        std::uint32_t event; // the order that shows it first
    };

    // No node where the table is full: that lock or wait is not judged.
    std::optional<Node> node(kernel::Ordered kind, kernel::Name name)
    {
        return find(key_of(kind, name));
    }
    // The same, for a name that is often asked for several times in turn.
    std::optional<Node> node_again(kernel::Ordered kind, kernel::Name name)
    {
        const Key key = key_of(kind, name);
        if (key != last_key_) {
            last_key_ = key;
            last_ = find(key);
        }
        return last_;
    }
    kernel::Ordered kind(Node node) const
    {
        return static_cast<kernel::Ordered>(keys_[node] >> name_bits);
    }
    kernel::Name name(Node node) const
    {
        return std::bit_cast<kernel::Name>(static_cast<std::uint32_t>(keys_[node]));
    }

    bool has_edge(Node from, Node to) const { return bit(from, to); }
    // Whether no edge goes out of it.
    bool is_end(Node node) const { return after_[node] == Nodes{}; }
    // Whether none comes in.
    bool is_begin(Node node) const { return (targets_[node / 64] >> (node % 64) & 1) == 0; }
    void add_edge(const Edge &edge);
    // One that is there.
    Edge &edge(Node from, Node to);
    // The edges of a shortest way from one node to another, in order; empty if there is none.
    std::vector<Edge> path(Node from, Node to);

private:
    // A scenario at its bounds has 2 + 32 platform devices, 16 memdevs, 16 regions with 16 dax
    // children and 48 dax devices (bounds::ranges_max, regions_max), and about ten other nodes.
    static constexpr std::size_t nodes_max = 192;
    static constexpr std::size_t words = nodes_max / 64;
    // At least twice nodes_max, so that a search ends soon.
    static constexpr unsigned slots_log = 9;
    static constexpr std::size_t slots = std::size_t{1} << slots_log;

    // Kind and class in one number, which compares in one instruction.
    using Key = std::uint64_t;
    static constexpr unsigned name_bits = 32;
    static constexpr Key no_key = ~Key{0};
    static Key key_of(kernel::Ordered kind, kernel::Name name)
    {
        return static_cast<Key>(kind) << name_bits |
               std::bit_cast<std::uint32_t>(kernel::lock_class(kind, name));
    }
    static std::size_t slot_of(Key key)
    {
        // Fibonacci hashing: the topmost bits of the product depend on all bits of the key.
        return static_cast<std::size_t>(key * 0x9e3779b97f4a7c15 >> (64 - slots_log));
    }

    using Nodes = std::array<std::uint64_t, words>; // a bit for each

    std::optional<Node> find(Key key);

    bool bit(Node from, Node to) const { return (after_[from][to / 64] >> (to % 64) & 1) != 0; }

    Key last_key_ = no_key;
    std::optional<Node> last_;
    std::size_t count_ = 0;
    std::array<Key, nodes_max> keys_;
    std::array<std::uint8_t, slots> index_{}; // 1 + node, by hash; 0: free
    std::array<Nodes, nodes_max> after_;
    Nodes targets_{}; // of any edge
    std::vector<Edge> edges_;
};

} // namespace properties
