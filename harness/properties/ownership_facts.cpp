// SPDX-License-Identifier: GPL-2.0-only
// What the records say of ranges, windows, regions and dax regions. See ownership_facts.hpp.
#include "properties/ownership_facts.hpp"

#include "kernel/cxl.hpp"
#include "kernel/module.hpp"

namespace properties {

using kernel::Event;
using kernel::EventKind;
using kernel::Range;
using kernel::Word;

namespace {

void erase(Few<Claim> &claims, kernel::Name name)
{
    erase_if(claims, [&](const Claim &claim) { return claim.name == name; });
}

kernel::Name dax_region_of(const RegionFact &region)
{
    return kernel::name_of(Word::dax_region, region.name.number);
}

bool overlaps_one(const Few<Claim> &claims, Range range)
{
    return std::any_of(claims.begin(), claims.end(),
                       [&](const Claim &claim) { return claim.range.overlaps(range); });
}

} // namespace

bool OwnershipFacts::observe(const Event &event, std::size_t index)
{
    const Range range{event.start, event.end};
    switch (event.kind) {
    case EventKind::soft_reserved:
        soft_reserved_.push_back(range);
        return false;
    case EventKind::window_published:
        windows_.push_back({event.object, range});
        return true;
    case EventKind::window_withdrawn:
        erase(windows_, event.object);
        return true;
    case EventKind::mock_range:
        if (event.value != 0)
            mocked_.push_back({event.object, range});
        else
            erase(mocked_, event.object);
        return true;
    case EventKind::region_state:
        region_changed(event);
        return true;
    case EventKind::module_state:
        if (event.object.word == Word::dax_cxl)
            dax_cxl_live_ = event.value == static_cast<std::int32_t>(kernel::module_state::live);
        return false;
    case EventKind::device_added:
    case EventKind::device_deleted:
    case EventKind::probe_begin:
    case EventKind::probe_end:
    case EventKind::unbind_begin:
        return observe_devices(event);
    default:
        observe_memory(event, index);
        return false;
    }
}

void OwnershipFacts::region_changed(const Event &event)
{
    RegionFact &region = region_fact(event.object);
    const bool was_committed = region.was_committed;
    region.has_range = event.value >= 0;
    region.committed = event.value == kernel::CXL_CONFIG_COMMIT;
    region.was_committed = region.has_range && (region.was_committed || region.committed);
    region.makes_dax = event.extra != 0;
    region.range = {event.start, event.end};
    region.refused &= region.committed;
    // `caller` is set where code under test is on the stack.
    if (region.has_range)
        region.remover = nullptr;
    else if (was_committed && event.caller != nullptr)
        region.remover = event.function;
}

bool OwnershipFacts::observe_devices(const Event &event)
{
    switch (event.kind) {
    case EventKind::device_added:
        if (event.object.word == Word::hmem)
            hmem_devices_.push_back({event.object, {event.start, event.end}});
        return publish_region(event.object, true);
    case EventKind::device_deleted:
        erase_if(hmem_devices_,
                 [&](const HmemDevice &other) { return other.name == event.object; });
        return publish_region(event.object, false);
    case EventKind::probe_begin:
        // What was refused before is asked for again.
        for (RegionFact &region : regions_)
            if (event.object == region.name || event.object == dax_region_of(region))
                region.refused = false;
        return false;
    case EventKind::probe_end:
        for (HmemDevice &device : hmem_devices_)
            if (device.name == event.object && event.value == 0)
                device.unbound = false;
        for (RegionFact &region : regions_)
            if (region.name == event.object) {
                region.unbound = false;
                region.refused |= is_partly_online(region.range); // "has System RAM"
            }
        return false;
    case EventKind::unbind_begin:
        for (HmemDevice &device : hmem_devices_)
            if (device.name == event.object)
                device.unbound = true;
        for (RegionFact &region : regions_)
            if (region.name == event.object && region.committed)
                region.unbound = true;
        return false;
    default:
        return false;
    }
}

void OwnershipFacts::observe_memory(const Event &event, std::size_t index)
{
    const Range range{event.start, event.end};
    switch (event.kind) {
    case EventKind::dax_region_added:
        claims_.push_back({event.object, range, event.value, index});
        break;
    case EventKind::dax_region_conflict:
        for (RegionFact &region : regions_)
            if (event.object == dax_region_of(region))
                region.refused = true;
        break;
    case EventKind::dax_region_removed:
        erase_if(claims_, [&](const DaxRegion &other) { return other.name == event.object; });
        break;
    case EventKind::memory_refused:
        for (DaxRegion &region : claims_)
            if (region.id == event.object.number)
                region.refused = index;
        break;
    case EventKind::memory_online:
        online_.push_back({event.object, range});
        break;
    case EventKind::memory_offline:
        erase_if(online_, [&](const Claim &memory) {
            return memory.name == event.object && memory.range == range;
        });
        break;
    default:
        break;
    }
}

// A region that is off its bus is found by no query, whatever its state is.
bool OwnershipFacts::publish_region(kernel::Name name, bool on_bus)
{
    if (name.word != Word::region)
        return false;
    region_fact(name).on_bus = on_bus;
    return true;
}

RegionFact &OwnershipFacts::region_fact(kernel::Name name)
{
    for (RegionFact &region : regions_)
        if (region.name == name)
            return region;
    return regions_.emplace_back(RegionFact{.name = name});
}

bool OwnershipFacts::is_soft_reserved(Range range) const
{
    return overlaps_one(mocked_, range) ||
           std::any_of(soft_reserved_.begin(), soft_reserved_.end(),
                       [&](const Range &other) { return other.overlaps(range); });
}

bool OwnershipFacts::touches_window(Range range) const
{
    return rules_.defers_to_cxl && (overlaps_one(mocked_, range) || overlaps_one(windows_, range));
}

const RegionFact *OwnershipFacts::committed_region_around(Range range) const
{
    for (const RegionFact &region : regions_)
        if (region.committed && region.on_bus && region.range.contains(range))
            return &region;
    return nullptr;
}

RegionList OwnershipFacts::owning_regions(Range range) const
{
    if (rules_.intent.decision == drivers::DecisionRule::chain_of_regions)
        return chain_over(range);
    const RegionFact *region = committed_region_around(range);
    return region != nullptr ? RegionList{region} : RegionList{};
}

// End to end from the first byte to the last, one at each place, in whatever state.
RegionList OwnershipFacts::chain_over(Range range) const
{
    RegionList chain;
    for (;;) {
        const RegionFact *next = nullptr;
        for (const RegionFact &region : regions_) {
            if (!region.has_range || !region.on_bus || region.range.start != range.start)
                continue;
            if (next != nullptr)
                return {};
            next = &region;
        }
        if (next == nullptr || next->range.end > range.end)
            return {};
        chain.push_back(next);
        if (next->range.end == range.end)
            return chain;
        range.start = next->range.end + 1;
    }
}

bool OwnershipFacts::has_hmem_device(Range range) const
{
    return std::any_of(hmem_devices_.begin(), hmem_devices_.end(),
                       [&](const HmemDevice &device) { return device.range == range; });
}

bool OwnershipFacts::has_unbound_hmem_device(Range range) const
{
    return std::any_of(hmem_devices_.begin(), hmem_devices_.end(), [&](const HmemDevice &device) {
        return device.range == range && device.unbound;
    });
}

bool OwnershipFacts::has_claim_of(Word parent, Range range) const
{
    return std::any_of(claims_.begin(), claims_.end(), [&](const DaxRegion &claim) {
        return claim.name.word == parent && claim.range.contains(range);
    });
}

bool OwnershipFacts::is_claimed(Range range, Word parent) const
{
    return covered_by(claims_, range, [&](const DaxRegion &claim) {
        return parent == Word::none || claim.name.word == parent;
    });
}

bool OwnershipFacts::is_online(Range range) const
{
    return covered_by(online_, range, [](const Claim &) { return true; });
}

bool OwnershipFacts::is_partly_online(Range range) const { return overlaps_one(online_, range); }

} // namespace properties
