// SPDX-License-Identifier: GPL-2.0-only
// What a resource tree is asked after each operation, against interval maps: whether a range
// intersects resources of a kind, which of its addresses a walk visits, and what contains it.
//
// Covers: region_intersects and walk_res_desc for each kind that drivers ask for, resource_contains for
// each resource and the range as one of its type, of another and without addresses yet. Does not cover:
// what changes a tree (resource_trees.hpp).
#pragma once

#include "kernel/range.hpp"
#include "kernel/resource.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace fuzz {

// One resource that must be in the tree.
struct TreeItem {
    kernel::Range range;
    kernel::resource *res;
    unsigned flags;
    int desc;
    std::uint8_t questions; // that it matches, as bits
    bool allocated;         // by __request_region
};

// The questions that a resource matches.
std::uint8_t questions_matched(unsigned flags, int desc);

// Empty, or the name of the function whose answer about the range is wrong.
std::string_view wrong_answer(kernel::resource &root, std::span<const TreeItem> items,
                              kernel::Range query);

} // namespace fuzz
