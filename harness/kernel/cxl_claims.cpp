// SPDX-License-Identifier: GPL-2.0-only
// What dax_hmem asks the CXL core about a range, and what it tells it to do there. See cxl.hpp.
#include "kernel/bus_walk.hpp"
#include "kernel/cxl_region.hpp"
#include "kernel/footprint.hpp"
#include "kernel/kernel.hpp"
#include "kernel/state.hpp"

#include <algorithm>

namespace kernel {
namespace {

CxlState &cxl() { return state().cxl; }

bool is_region(const device *dev) { return dev->name.word == Word::region; }

template <class Visit> void for_each_region(Visit visit)
{
    for_each_device(&state().cxl_bus, [&](device *dev) {
        if (is_region(dev))
            visit(to_cxl_region(dev));
    });
}

bool overlaps(const cxl_region *region, Range range)
{
    return region->res != nullptr && range_of(region).overlaps(range);
}

// The one region that overlaps the range and starts where it does; without any lock, whatever its
// state. nullptr for none, or several.
const cxl_region *only_region_at(Range range)
{
    const cxl_region *found = nullptr;
    for (device *dev : state().cxl_bus.devices) {
        const cxl_region *region = is_region(dev) ? to_cxl_region(dev) : nullptr;
        if (region == nullptr || !overlaps(region, range) || region->res->start != range.start)
            continue;
        if (found != nullptr)
            return nullptr;
        found = region;
    }
    return found;
}

bool chain_covers(Range range)
{
    for (;;) {
        point(Point::region_contains, name_of(Word::cxl_region));
        const cxl_region *region = only_region_at(range);
        if (region == nullptr || region->res->end > range.end)
            return false;
        if (region->res->end == range.end)
            return true;
        range.start = region->res->end + 1;
    }
}

// The region goes by its managed action; another who removes it has taken that away.
void release_region_action(cxl_region *region, Decoders decoders)
{
    if (!region->listed) {
        warn(Misuse::devres_not_found, region->dev.name);
        return;
    }
    get_device_for(&region->dev, Holder::driver_core);
    unregister_region(region, decoders);
}

} // namespace

bus_type &cxl_bus_type() { return state().cxl_bus; }

bool cxl_region_contains_resource(const resource *res)
{
    const Within own(Footprint::read(Area::cxl) | Footprint::read(Area::cxl_bus));
    const Name name = name_of(Word::cxl_region);
    if (!cxl().region_enabled)
        return false; // the stub of a kernel without CXL_REGION
    point(Point::region_contains, name);
    down_read(&cxl().region_rwsem);
    const auto &devices = state().cxl_bus.devices;
    const bool found = std::any_of(devices.begin(), devices.end(), [res](device *dev) {
        if (!is_region(dev))
            return false;
        const cxl_region *region = to_cxl_region(dev);
        return region->state == CXL_CONFIG_COMMIT && region->res != nullptr &&
               resource_contains(region->res, res);
    });
    record_range(EventKind::contains, name, {res->start, res->end}, found);
    up_read(&cxl().region_rwsem);
    return found;
}

bool cxl_regions_fully_map(std::uint64_t start, std::uint64_t end)
{
    const Within own(Footprint::read(Area::cxl) | Footprint::read(Area::cxl_bus));
    if (!cxl().region_enabled)
        return false;
    const bool covered = chain_covers({start, end});
    record_range(EventKind::contains, name_of(Word::cxl_region), {start, end}, covered).detail =
        static_cast<std::uint8_t>(Containment::chain);
    return covered;
}

void cxl_register_dax(std::uint64_t start, std::uint64_t end)
{
    const Within own(cxl_footprint);
    for_each_region([&](cxl_region *region) {
        if (!overlaps(region, {start, end}) || region->mode != cxl_mode::ram)
            return;
        if (has_system_ram(region))
            dev_dbg(region->dev.name, "has System RAM", range_of(region));
        else if (devm_cxl_add_dax_region(region) != 0)
            dev_dbg(region->dev.name, "failed to register dax region", range_of(region));
    });
}

void cxl_region_teardown(std::uint64_t start, std::uint64_t end)
{
    const Within own(cxl_footprint);
    for_each_region([&](cxl_region *region) {
        if (!overlaps(region, {start, end}))
            return;
        // Not committed any more, so that removing it leaves the decoders alone.
        down_write(&cxl().region_rwsem);
        if (region->state > CXL_CONFIG_ACTIVE)
            store_state(region, CXL_CONFIG_ACTIVE);
        up_write(&cxl().region_rwsem);
        release_region_action(region, Decoders::keep);
    });
}

void cxl_region_teardown_all()
{
    const Within own(cxl_footprint);
    for_each_region([](cxl_region *region) { release_region_action(region, Decoders::reset); });
}

} // namespace kernel
