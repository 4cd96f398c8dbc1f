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

// What of `range` no item covers. Items have a range and are sorted by its start.
template <class Item> std::vector<Range> gaps(Range range, const std::vector<Item> &items)
{
    std::vector<Range> left;
    std::uint64_t next = range.start;
    for (const Item &item : items) {
        if (item.range.end < next || item.range.start > range.end)
            continue;
        if (item.range.start > next)
            left.push_back({next, item.range.start - 1});
        if (item.range.end >= range.end)
            return left;
        next = item.range.end + 1;
    }
    left.push_back({next, range.end});
    return left;
}

bool is_rest(const Event &event)
{
    return event.kind == EventKind::phase &&
           event.value == static_cast<std::int32_t>(kernel::Phase::epilogue);
}

template <class Item> void sort_by_address(std::vector<Item> &items)
{
    std::stable_sort(items.begin(), items.end(), [](const Item &left, const Item &right) {
        return left.range.start < right.range.start;
    });
}

} // namespace

std::vector<Owned> owners_at_rest(std::span<const Event> events)
{
    std::vector<Range> soft_reserved;
    std::vector<DaxRegion> regions;
    for (const Event &event : events) {
        const Range range{event.start, event.end};
        if (is_rest(event))
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
    sort_by_address(regions);
    std::vector<Owned> owners;
    for (const DaxRegion &region : regions)
        owners.push_back({region.range, owner_of(region)});
    for (const Range &range : soft_reserved)
        for (const Range &gap : gaps(range, regions))
            owners.push_back({gap, Owner::nobody});
    sort_by_address(owners);
    // Two Soft Reserved ranges that overlap leave the same piece.
    owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
    return owners;
}

std::vector<Range> dropped_and_unowned(std::span<const Event> events)
{
    struct Entry {
        Range range;
    };
    std::vector<Entry> active;
    std::vector<Range> dropped;
    for (const Event &event : events) {
        if (event.kind == EventKind::hmem_range)
            active.push_back({{event.start, event.end}});
        else if (event.kind == EventKind::hmem_range_dropped)
            dropped.push_back({event.start, event.end});
    }
    if (dropped.empty() || std::none_of(events.begin(), events.end(), is_rest))
        return {};
    sort_by_address(active);
    std::vector<Range> left;
    for (const Owned &owned : owners_at_rest(events))
        for (const Range &range : dropped)
            if (owned.owner == Owner::nobody && range.overlaps(owned.range))
                for (const Range &gap : gaps({std::max(range.start, owned.range.start),
                                              std::min(range.end, owned.range.end)},
                                             active))
                    if (std::find(left.begin(), left.end(), gap) == left.end())
                        left.push_back(gap);
    return left;
}

} // namespace properties
