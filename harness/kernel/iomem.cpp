// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/iomem.hpp"

#include "kernel/footprint.hpp"
#include "kernel/kernel.hpp"
#include "kernel/object.hpp"
#include "kernel/state.hpp"

#include <utility>

namespace kernel {
namespace {

bool is_mocked(Range range)
{
    const auto &mocked = state().mocked_range;
    return mocked && mocked->overlaps(range);
}

} // namespace

int region_intersects(std::uint64_t start, std::uint64_t size, unsigned flags, int desc)
{
    const Within own(Footprint::read(Area::resources));
    point(Point::region_intersects, name_of(Word::iomem));
    const Range range{start, start + size - 1};
    const int result = is_mocked(range)
                           ? REGION_INTERSECTS
                           : region_intersects(&state().iomem_resource, start, size, flags, desc);
    record_range(EventKind::intersects, name_of(Word::iomem), range, result);
    return result;
}

int region_intersects_soft_reserve(std::uint64_t start, std::uint64_t size)
{
    const Within own(Footprint::read(Area::resources));
    point(Point::region_intersects, name_of(Word::soft_reserve));
    const Range range{start, start + size - 1};
    const int result = is_mocked(range)
                           ? REGION_INTERSECTS
                           : region_intersects(&state().soft_reserve_resource, start, size,
                                               IORESOURCE_MEM, IORES_DESC_SOFT_RESERVED);
    record_range(EventKind::intersects, name_of(Word::soft_reserve), range, result);
    return result;
}

int walk_soft_reserve_res(void *argument, int (*visit)(resource *, void *))
{
    for (resource *entry = state().soft_reserve_resource.child; entry != nullptr;
         entry = entry->sibling)
        if (const int result = visit(entry, argument))
            return result;
    return 0;
}

int walk_iomem_res_desc(int desc, unsigned flags, std::uint64_t start, std::uint64_t end,
                        void *argument, int (*visit)(resource *, void *))
{
    return walk_res_desc(&state().iomem_resource, desc, flags, start, end, argument, visit);
}

int phys_to_target_node(std::uint64_t start)
{
    for (const State::NodeRange &known : state().nodes)
        if (known.range.contains({start, start}))
            return known.node;
    return -1;
}

int memory_add_physaddr_to_nid(std::uint64_t start)
{
    // ASSUMED: node 0, which every machine has, where firmware describes none. That it is none below
    // zero is all that shows (KERNEL.md section 5).
    const int node = phys_to_target_node(start);
    return node >= 0 ? node : 0;
}

void describe_node(Range range, int node)
{
    if (node >= 0)
        state().nodes.push_back({range, node});
}

void mock_region_intersects(Name device, Range range)
{
    state().mocked_range = range;
    record_range(EventKind::mock_range, device, range, 1);
}

void unmock_region_intersects(Name device)
{
    if (const auto range = std::exchange(state().mocked_range, std::nullopt))
        record_range(EventKind::mock_range, device, *range, 0);
}

void reserve_soft_reserved(Range range, int node)
{
    const bool in_iomem = state().config.core.soft_reserved_in_iomem;
    resource *tree = in_iomem ? &state().iomem_resource : &state().soft_reserve_resource;
    auto *entry = new_object<resource>(tree->what);
    kmemleak_not_leak(entry);
    entry->start = range.start;
    entry->end = range.end;
    entry->name = "Soft Reserved";
    entry->flags = IORESOURCE_MEM;
    entry->desc = IORES_DESC_SOFT_RESERVED;
    insert_resource_expand_to_fit(tree, entry);
    describe_node(range, node);
    record_range(EventKind::soft_reserved, tree->what, range);
}

} // namespace kernel
