// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/kmem.hpp"

#include "kernel/dax_bus.hpp"
#include "kernel/errno.hpp"
#include "kernel/footprint.hpp"
#include "kernel/kernel.hpp"
#include "kernel/object.hpp"
#include "kernel/state.hpp"

namespace kernel {
namespace {

constexpr Word THIS_MODULE = Word::vmlinux;

// What the drivers keep to.
constexpr Footprint claims = Footprint::of(Area::dax_bus) | Footprint::of(Area::resources);

struct dax_kmem_data {
    resource *res = nullptr; // the device's claim in iomem
    resource system_ram;     // below it
};

Range range_of(const resource *res) { return {res->start, res->end}; }

int refuse(const device *dev, Refusal why, Range range, int error, const char *text,
           Name conflict = {})
{
    dev_dbg(dev->name, text, range);
    Event &event = record_range(EventKind::memory_refused, dev->name, range, error);
    event.detail = static_cast<std::uint8_t>(why);
    event.other = conflict;
    return error;
}

// Busy, below whatever window or region it lies in. 0; -EBUSY where it does not lie within all that it
// meets there, or meets something busy.
int request_mem_region(const device *dev, Range range, resource *&claim)
{
    resource *iomem = &state().iomem_resource;
    const resource *conflict = region_conflict(iomem, range.start, range.size());
    if (conflict != nullptr)
        return refuse(dev, Refusal::busy, range, -EBUSY, "could not reserve region",
                      conflict->what);
    claim = __request_region(iomem, range.start, range.size(), "dax", 0);
    claim->what = dev->name;
    return 0;
}

// ASSUMED: what came to lie below the claim meanwhile (a region can) moves up and stays.
void release_claim(resource *res)
{
    remove_resource(res);
    kfree(res);
}

int dev_dax_kmem_probe(device *dev)
{
    keeps_to(claims);
    const dev_dax *dax = to_dev_dax(dev);
    if (!dax->carved)
        return -ENXIO; // the bus refuses a seed for any driver: "rejects match -6"
    const Range range = *dax->carved;
    if (dax->region->target_node < 0)
        return refuse(dev, Refusal::no_node, range, -EINVAL, "target node is unknown");
    const std::optional<Range> blocks = memory_blocks(range);
    // ASSUMED: -EINVAL; no fact gives the number.
    if (!blocks)
        return refuse(dev, Refusal::no_block, range, -EINVAL, "too small after alignment");
    resource *claim = nullptr;
    if (const int error = request_mem_region(dev, *blocks, claim))
        return error;
    auto *data = new_object<dax_kmem_data>(dev->name);
    data->res = claim;
    data->system_ram.start = claim->start;
    data->system_ram.end = claim->end;
    data->system_ram.name = "System RAM (kmem)";
    data->system_ram.flags = IORESOURCE_SYSTEM_RAM | IORESOURCE_BUSY;
    data->system_ram.what = dev->name;
    request_resource(claim, &data->system_ram);
    dev_set_drvdata(dev, data);
    record_range(EventKind::memory_online, dev->name, *blocks);
    return 0;
}

void dev_dax_kmem_remove(device *dev)
{
    keeps_to(claims);
    auto *data = static_cast<dax_kmem_data *>(dev_get_drvdata(dev));
    if (state().config.kmem_remove_fails) {
        // The unbinding goes on, remove() returns nothing; what is in iomem stays there for ever.
        dev_dbg(dev->name, "cannot be hotremoved until the next reboot", range_of(data->res));
        kmemleak_not_leak(data->res);
        kmemleak_not_leak(data);
        return;
    }
    record_range(EventKind::memory_offline, dev->name, range_of(data->res));
    remove_resource(&data->system_ram);
    release_claim(data->res);
    kfree(data);
}

int dev_dax_probe(device *dev)
{
    keeps_to(claims);
    const dev_dax *dax = to_dev_dax(dev);
    if (!dax->carved)
        return -ENXIO;
    resource *claim = nullptr;
    if (const int error = request_mem_region(dev, *dax->carved, claim))
        return error;
    dev_set_drvdata(dev, claim);
    return 0;
}

void dev_dax_remove(device *dev)
{
    keeps_to(claims);
    release_claim(static_cast<resource *>(dev_get_drvdata(dev)));
}

void register_driver(device_driver &drv, Word name, func<int(device *)> probe,
                     func<void(device *)> remove)
{
    drv.name = name_of(name);
    drv.bus = &state().dax_bus;
    drv.probe = probe;
    drv.remove = remove;
    driver_register(&drv);
}

} // namespace

std::optional<Range> memory_blocks(Range range)
{
    constexpr std::uint64_t mask = memory_block_bytes - 1;
    const std::uint64_t first = (range.start + mask) & ~mask; // below the start if it wraps around
    if (first < range.start || first > range.end || range.end - first < mask)
        return std::nullopt;
    // Where the range ends at the last address, this wraps around twice.
    return Range{first, ((range.end + 1) & ~mask) - 1};
}

void dax_boot()
{
    DaxState &dax = state().dax;
    state().dax_bus.match = dax_bus_match;
    register_driver(dax.kmem_driver, Word::kmem, FUNC(dev_dax_kmem_probe),
                    FUNC(dev_dax_kmem_remove));
    register_driver(dax.device_dax_driver, Word::device_dax, FUNC(dev_dax_probe),
                    FUNC(dev_dax_remove));
}

} // namespace kernel
