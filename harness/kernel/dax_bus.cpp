// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/dax_bus.hpp"

#include "kernel/errno.hpp"
#include "kernel/footprint.hpp"
#include "kernel/kernel.hpp"
#include "kernel/object.hpp"
#include "kernel/state.hpp"

namespace kernel {
namespace {

constexpr Word THIS_MODULE = Word::vmlinux;

void dax_region_put(dax_region *region)
{
    touch(region);
    if (--region->refcount == 0)
        kfree(region);
}

void dax_region_unregister(void *data)
{
    auto *region = static_cast<dax_region *>(data);
    keeps_to(Footprint::of(Area::dax_bus) | Footprint::of(Area::resources));
    if (region->res.parent != nullptr)
        release_resource(&region->res);
    record_range(EventKind::dax_region_removed, region->dev->name,
                 {region->res.start, region->res.end});
    dax_region_put(region);
}

void dev_dax_release(device *dev)
{
    dev_dax *dax = to_dev_dax(dev);
    dax_region_put(dax->region);
    kfree(dax);
}

void unregister_dev_dax(void *data)
{
    keeps_to({});
    device_unregister(static_cast<device *>(data));
}

// The first conflict wins whoever it is: any overlap refuses the newcomer; where dax regions do not
// exclude each other, both have the range.
int claim(dax_region *region)
{
    int error = 0;
    if (state().config.core.dax_regions_exclusive) {
        point(Point::request_dax_region, region->dev->name);
        error = request_resource(&state().dax_regions, &region->res);
    }
    const Range range{region->res.start, region->res.end};
    record_range(error == 0 ? EventKind::dax_region_added : EventKind::dax_region_conflict,
                 region->dev->name, range, region->id);
    return error;
}

// Under the region lock.
int create_dev_dax(const dev_dax_data *data)
{
    dax_region *region = data->region;
    const resource &res = region->res;
    const Name name = name_of(Word::dax, region->id, 0);
    if (should_fail(Site::create_dev_dax, name))
        return -ENOMEM;
    // ASSUMED: -ENOMEM; no fact gives the number for more than the region has.
    if (data->size > Range{res.start, res.end}.size())
        return -ENOMEM;
    auto *created = new_object<dev_dax>(name);
    created->region = region;
    if (data->size != 0)
        created->carved = Range{res.start, res.start + data->size - 1};
    ++region->refcount;
    device *dev = &created->dev;
    device_initialize(dev, name);
    dev->bus = &state().dax_bus;
    dev->parent = region->dev;
    dev->release = dev_dax_release;
    if (const int error = device_add(dev)) {
        put_device_for(dev, Holder::creator);
        return error;
    }
    return devm_add_action_or_reset(region->dev, FUNC(unregister_dev_dax), dev);
}

} // namespace

dax_region *alloc_dax_region(device *parent, int id, Range range, int target_node,
                             std::uint64_t align, unsigned flags)
{
    touch(parent);
    const Within own(Footprint::of(parent->bus) | Footprint::of(Area::dax_bus) |
                     Footprint::of(Area::resources));
    if (parent->driver_data != nullptr) {
        warn(Misuse::drvdata_set, parent->name);
        return nullptr;
    }
    if (range.start % align != 0 || range.size() % align != 0)
        return nullptr;
    if (should_fail(Site::alloc_dax_region, parent->name))
        return nullptr;
    auto *region = new_object<dax_region>(name_of(Word::dax_region, id));
    region->id = id;
    region->dev = parent;
    region->target_node = target_node;
    region->res.start = range.start;
    region->res.end = range.end;
    region->res.name = "dax_region";
    region->res.flags = IORESOURCE_MEM | flags;
    region->refcount = 1;
    if (claim(region) != 0) {
        dax_region_put(region);
        return nullptr;
    }
    parent->driver_data = region;
    if (devm_add_action_or_reset(parent, FUNC(dax_region_unregister), region) != 0)
        return nullptr;
    return region;
}

int devm_create_dev_dax(const dev_dax_data *data)
{
    const Within own(Footprint::of(data->region->dev->bus) | Footprint::of(Area::dax_bus));
    rw_semaphore *lock = &state().dax.region_rwsem;
    down_write(lock);
    const int error = create_dev_dax(data);
    up_write(lock);
    return error;
}

bool dax_bus_match(const device *dev, const device_driver *drv)
{
    const dax_region *region = to_dev_dax(const_cast<device *>(dev))->region;
    const bool kmem = (region->res.flags & IORESOURCE_DAX_KMEM) != 0;
    return drv->name.word == (kmem ? Word::kmem : Word::device_dax);
}

} // namespace kernel
