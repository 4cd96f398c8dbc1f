// SPDX-License-Identifier: GPL-2.0-only
// Resource trees: who occupies which physical addresses. iomem, soft_reserve, hmem_active and DAX
// Regions are all such trees; each function takes the root of the one it works on.
//
// Covers: requesting, inserting and releasing, busy regions, the intersection query, the walk by
// descriptor. Source: KERNEL.md section 4.
// Does not cover: the lock (no scheduling point lies inside), allocation and alignment of free
// space, trimming, muxed regions, the log line of an expansion, /proc/iomem. Points and events
// belong to the callers.
//
// Everywhere: addresses and sizes are in bytes, both ends of a resource are inclusive, children lie
// inside their parent, siblings are sorted and disjoint. Nothing allocates but __request_region.
#pragma once

#include "kernel/name.hpp"

#include <cstdint>

namespace kernel {

inline constexpr unsigned IORESOURCE_TYPE_BITS = 0x1f00;
inline constexpr unsigned IORESOURCE_MEM = 0x200;
inline constexpr unsigned IORESOURCE_UNSET = 0x20000000;
inline constexpr unsigned IORESOURCE_BUSY = 0x80000000;
inline constexpr unsigned IORESOURCE_SYSTEM_RAM = 0x01000000 | IORESOURCE_MEM;

enum { IORES_DESC_NONE = 0, IORES_DESC_SOFT_RESERVED = 8, IORES_DESC_CXL = 9 };

// Zero is "intersects".
enum { REGION_INTERSECTS = 0, REGION_DISJOINT = 1, REGION_MIXED = 2 };

struct resource {
    std::uint64_t start = 0;
    std::uint64_t end = 0;
    const char *name = nullptr; // a string literal
    unsigned flags = 0;
    int desc = IORES_DESC_NONE; // in the hmem_active tree: the target node, -1 included
    resource *parent = nullptr; // nullptr in no tree; a root is in none
    resource *sibling = nullptr;
    resource *child = nullptr;
    Name what = {}; // the harness's, for reports; regions requested in a root take over the root's
};

// A memory resource. The second argument is a *size*, so that (0, -1) ends one byte short of the
// last address (UPSTREAM.md ML-16). `name` must be a string literal.
constexpr resource DEFINE_RES_MEM_NAMED(std::uint64_t start, std::uint64_t size, const char *name)
{
    return {.start = start, .end = start + size - 1, .name = name, .flags = IORESOURCE_MEM};
}

// Makes `new_` a direct child of `root`. 0; -EBUSY where it overlaps another child, leaves the root
// or ends before it starts.
int request_resource(resource *root, resource *new_);

// Takes `old` out of its tree together with all below it. 0; -EINVAL where it is in none.
int release_resource(resource *old);

// Takes `old` alone out of its tree: its children move up. 0; -EINVAL where it is in none.
int remove_resource(resource *old);

// Puts `new_`, which must have no children, as deep as it fits; what it covers, an equal range
// included, moves below it. 0; -EBUSY for a partial overlap or outside the root. Warns and returns
// -EBUSY where it is in the tree already.
int insert_resource(resource *root, resource *new_);

// insert_resource, but `new_` grows over whatever it overlaps partly. Left out of the tree, with no
// error, where it leaves the root.
void insert_resource_expand_to_fit(resource *root, resource *new_);

// Allocates a busy region (named after `root->what`) in the innermost resource that contains it,
// with that one's type and descriptor and `flags` on top. nullptr where it meets a busy resource,
// even partly, or does not lie within a non-busy one that it meets.
resource *__request_region(resource *root, std::uint64_t start, std::uint64_t size,
                           const char *name, unsigned flags);

// What __request_region would fail on: the busy resource, or the one (`root` included) that the range
// meets without lying within; nullptr where it would succeed.
const resource *region_conflict(resource *root, std::uint64_t start, std::uint64_t size);

// Frees the busy region with exactly this range; what lies below it leaves the tree as well. Warns
// where there is none.
void __release_region(resource *root, std::uint64_t start, std::uint64_t size);

// Whether they are of one type, both are set, and `outer` covers `inner`.
bool resource_contains(const resource *outer, const resource *inner);

// How [start, start + size) relates to the resources which have all of `flags` and descriptor
// `desc` (IORES_DESC_NONE: any): REGION_DISJOINT where it meets none, REGION_INTERSECTS where it
// meets nothing else, REGION_MIXED otherwise. Holes count as nothing. A resource below one that
// matches is not looked at; one that does not match is excused where matching ones below it cover
// all of the query that it covers. `size` is at least 1 (0 only with start 0: all addresses).
int region_intersects(resource *root, std::uint64_t start, std::uint64_t size, unsigned flags,
                      int desc);

// Calls `func` for each resource of the kind (as in region_intersects) that overlaps [start, end],
// at any depth, in ascending order, going on behind the end of the last one; stops at the first
// result that is not 0. Returns the last result, or -EINVAL where nothing matched. `func` gets a
// copy clipped to [start, end], with flags, descriptor and parent but no name; it may change the
// tree.
int walk_res_desc(resource *root, int desc, unsigned flags, std::uint64_t start, std::uint64_t end,
                  void *arg, int (*func)(resource *res, void *arg));

} // namespace kernel
