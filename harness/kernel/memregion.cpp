// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/memregion.hpp"

#include "kernel/errno.hpp"
#include "kernel/footprint.hpp"
#include "kernel/kernel.hpp"
#include "kernel/state.hpp"

#include <algorithm>

namespace kernel {

int memregion_alloc_unfailing()
{
    const Within own(Footprint::of(Area::memregions));
    auto &used = state().memregions;
    const auto free = std::find(used.begin(), used.end(), false);
    const auto id = static_cast<int>(free - used.begin());
    if (free == used.end())
        used.push_back(true);
    else
        *free = true;
    record(EventKind::memregion_allocated, name_of(Word::memregion, id), id);
    return id;
}

int memregion_alloc()
{
    if (should_fail(Site::memregion_alloc, {}))
        return -ENOMEM;
    return memregion_alloc_unfailing();
}

void memregion_free(int id)
{
    const Within own(Footprint::of(Area::memregions));
    auto &used = state().memregions;
    const auto index = static_cast<std::size_t>(id);
    if (id < 0 || index >= used.size() || !used[index]) {
        warn(Misuse::ida_free_unallocated, name_of(Word::memregion, id));
        return;
    }
    used[index] = false;
    record(EventKind::memregion_freed, name_of(Word::memregion, id), id);
}

} // namespace kernel
