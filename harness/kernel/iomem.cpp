// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/iomem.hpp"

#include "kernel/kernel.hpp"
#include "kernel/object.hpp"
#include "kernel/state.hpp"

namespace kernel {

int region_intersects(std::uint64_t start, std::uint64_t size, unsigned flags, int desc)
{
    point(Point::region_intersects, name_of(Word::iomem));
    const int result = region_intersects(&state().iomem_resource, start, size, flags, desc);
    record_range(EventKind::intersects, name_of(Word::iomem), {start, start + size - 1}, result);
    return result;
}

int region_intersects_soft_reserve(std::uint64_t start, std::uint64_t size)
{
    point(Point::region_intersects, name_of(Word::soft_reserve));
    const int result = region_intersects(&state().soft_reserve_resource, start, size,
                                         IORESOURCE_MEM, IORES_DESC_SOFT_RESERVED);
    record_range(EventKind::intersects, name_of(Word::soft_reserve), {start, start + size - 1},
                 result);
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

int phys_to_target_node(std::uint64_t start)
{
    for (const State::NodeRange &known : state().nodes)
        if (known.range.contains({start, start}))
            return known.node;
    return -1;
}

void reserve_soft_reserved(Range range, int node)
{
    auto *entry = kzalloc<resource>(name_of(Word::soft_reserve));
    kmemleak_not_leak(entry);
    entry->start = range.start;
    entry->end = range.end;
    entry->name = "Soft Reserved";
    entry->flags = IORESOURCE_MEM;
    entry->desc = IORES_DESC_SOFT_RESERVED;
    insert_resource_expand_to_fit(&state().soft_reserve_resource, entry);
    state().nodes.push_back({range, node});
    record_range(EventKind::soft_reserved, name_of(Word::soft_reserve), range);
}

} // namespace kernel
