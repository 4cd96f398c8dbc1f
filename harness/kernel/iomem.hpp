// SPDX-License-Identifier: GPL-2.0-only
// The machine's resource trees and the queries drivers make on them (KERNEL.md section 4). Soft Reserved
// ranges live in a tree of their own, or in iomem: CoreFacts::soft_reserved_in_iomem.
#pragma once

#include "kernel/name.hpp"
#include "kernel/range.hpp"
#include "kernel/resource.hpp"

#include <cstdint>

namespace kernel {

// region_intersects(start, size, flags, desc) on iomem. `size` in bytes.
int region_intersects(std::uint64_t start, std::uint64_t size, unsigned flags, int desc);
// The same on the soft_reserve tree: any overlap is REGION_INTERSECTS.
int region_intersects_soft_reserve(std::uint64_t start, std::uint64_t size);

// Visits the soft_reserve tree's entries by ascending address; stops at the first nonzero result.
int walk_soft_reserve_res(void *argument, int (*visit)(resource *, void *));
// The same for what iomem holds of the kind, clipped to [start, end]; see walk_res_desc.
int walk_iomem_res_desc(int desc, unsigned flags, std::uint64_t start, std::uint64_t end,
                        void *argument, int (*visit)(resource *, void *));

// Target node of an address as firmware describes it, -1 if it does not.
int phys_to_target_node(std::uint64_t start);
// The node that memory at this address is added to where firmware describes none: never -1.
int memory_add_physaddr_to_nid(std::uint64_t start);

// Boot: firmware describes the range as memory of that node; -1 describes nothing. The first
// description of an address stands.
void describe_node(Range range, int node);

// cxl_test links answers of its own in front of the two queries: from now on both say
// REGION_INTERSECTS of what overlaps the range, whatever is asked for (UPSTREAM.md 4.2). `device` is
// the one the range is for.
void mock_region_intersects(Name device, Range range);
void unmock_region_intersects(Name device);

// Boot: the range goes to the soft_reserve tree or to iomem, as e820__reserve_resources_late() does.
void reserve_soft_reserved(Range range, int node);

} // namespace kernel
