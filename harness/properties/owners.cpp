// SPDX-License-Identifier: GPL-2.0-only
#include "properties/owners.hpp"

#include <algorithm>

namespace properties {
namespace {

using kernel::Event;
using kernel::EventKind;
using kernel::Name;
using kernel::Range;
using kernel::Word;
using scenario::Owner;

struct DaxRegion {
    Name parent;
    int id = -1; // the N of daxN.0
    Range range;
    bool online = false;
};

Owner owner_of(const DaxRegion &region)
{
    if (region.parent.word == Word::hmem)
        return region.online ? Owner::hmem : Owner::hmem_unusable;
    return region.online ? Owner::cxl : Owner::cxl_unusable;
}

// What of `range` no dax region has. `regions` are sorted by their start.
void add_gaps(Range range, const std::vector<DaxRegion> &regions, std::vector<Owned> &owners)
{
    std::uint64_t next = range.start;
    for (const DaxRegion &region : regions) {
        if (region.range.end < next || region.range.start > range.end)
            continue;
        if (region.range.start > next)
            owners.push_back({{next, region.range.start - 1}, Owner::nobody});
        if (region.range.end >= range.end)
            return;
        next = region.range.end + 1;
    }
    owners.push_back({{next, range.end}, Owner::nobody});
}

} // namespace

std::vector<Owned> owners_at_rest(std::span<const Event> events)
{
    std::vector<Range> soft_reserved;
    std::vector<DaxRegion> regions;
    for (const Event &event : events) {
        const Range range{event.start, event.end};
        if (event.kind == EventKind::phase &&
            event.value == static_cast<std::int32_t>(kernel::Phase::epilogue))
            break;
        if (event.kind == EventKind::soft_reserved)
            soft_reserved.push_back(range);
        else if (event.kind == EventKind::dax_region_added)
            regions.push_back({event.object, event.value, range});
        else if (event.kind == EventKind::dax_region_removed)
            std::erase_if(regions, [&](const auto &item) { return item.parent == event.object; });
        else if (event.kind == EventKind::memory_online || event.kind == EventKind::memory_offline)
            for (DaxRegion &region : regions)
                if (region.id == event.object.number)
                    region.online = event.kind == EventKind::memory_online;
    }
    const auto by_address = [](const auto &left, const auto &right) {
        return left.range.start < right.range.start;
    };
    std::sort(regions.begin(), regions.end(), by_address);
    std::vector<Owned> owners;
    for (const DaxRegion &region : regions)
        owners.push_back({region.range, owner_of(region)});
    for (const Range &range : soft_reserved)
        add_gaps(range, regions, owners);
    std::stable_sort(owners.begin(), owners.end(), by_address);
    // Two Soft Reserved ranges that overlap leave the same piece.
    owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
    return owners;
}

} // namespace properties
