// SPDX-License-Identifier: GPL-2.0-only
// Devices, their references and their publication; binding is in dd.cpp.
#include "kernel/device.hpp"

#include "kernel/dd.hpp"
#include "kernel/deferred_probe.hpp"
#include "kernel/devres.hpp"
#include "kernel/errno.hpp"
#include "kernel/footprint.hpp"
#include "kernel/kernel.hpp"
#include "kernel/object.hpp"
#include "kernel/state.hpp"

#include <algorithm>

namespace kernel {
namespace {

Event &record_reference(EventKind kind, const device *dev, Holder holder)
{
    if (!state().recorded->has(kind, holder)) // most often
        return state().not_recorded;
    Event &event = record(kind, dev->name, dev->refcount);
    event.detail = static_cast<std::uint8_t>(holder);
    event.start = dev->serial;
    return event;
}

// The last reference is gone.
void device_release(device *dev)
{
    const Within all(Footprint::everything());
    devres_release_all(dev);
    const bool locked = state().scheduler.on_task() && mutex_is_held(&dev->lock);
    record(EventKind::device_freed, dev->name, locked).start = dev->serial;
    device *parent = dev->holds_parent ? dev->parent : nullptr;
    if (dev->release != nullptr)
        dev->release(dev);
    else
        warn(Misuse::no_release, dev->name);
    if (parent != nullptr)
        put_device_for(parent, Holder::parent);
}

// A reference on a device that is not initialised is warned of (KERNEL.md section 2).
// ASSUMED: nothing is counted then; no source tells what the zero count becomes.
bool check_initialised(const device *dev)
{
    if (dev->serial == 0)
        warn(Misuse::device_uninitialised, dev->name);
    return dev->serial != 0;
}

// What a driver left there belongs to nobody once it is unbound. A creator's own data on a device
// that never had a driver is none of it.
void check_drvdata(const device *dev)
{
    if (dev->was_bound && dev->driver == nullptr)
        warn(Misuse::drvdata_unbound, dev->name);
}

void klist_remove(std::vector<device *> &list, device *dev)
{
    list.erase(std::remove(list.begin(), list.end(), dev), list.end());
}

} // namespace

void device_initialize(device *dev, Name name)
{
    if (dev->serial != 0)
        warn(Misuse::already_initialised, name);
    dev->name = name;
    dev->lock = {name, Point::device_lock, -1};
    dev->refcount = 1;
    dev->serial = ++state().device_serial;
    record_reference(EventKind::device_get, dev, Holder::creator);
}

void get_device_for(device *dev, Holder holder)
{
    touch(dev);
    const Within own(Footprint::of(dev->bus));
    if (!check_initialised(dev))
        return;
    if (dev->refcount <= 0) {
        // The real counter saturates: giving this one back releases nothing a second time.
        warn(Misuse::refcount_zero_get, dev->name);
        return;
    }
    ++dev->refcount;
    record_reference(EventKind::device_get, dev, holder);
}

void put_device_for(device *dev, Holder holder)
{
    touch(dev);
    const Within own(Footprint::of(dev->bus));
    if (!check_initialised(dev))
        return;
    if (dev->refcount <= 0) {
        // The real counter saturates: nothing is released a second time.
        warn(Misuse::refcount_underflow, dev->name);
        return;
    }
    --dev->refcount;
    record_reference(EventKind::device_put, dev, holder).extra = dev->added;
    if (dev->refcount == 0)
        device_release(dev);
}

device *get_device(device *dev)
{
    if (dev != nullptr)
        get_device_for(dev, Holder::code);
    return dev;
}

void put_device(device *dev)
{
    if (dev != nullptr)
        put_device_for(dev, Holder::code);
}

void dev_set_drvdata(device *dev, void *data)
{
    touch(dev);
    const Within own(Footprint::of(dev->bus));
    if (data != nullptr)
        check_drvdata(dev);
    dev->driver_data = data;
}

void *dev_get_drvdata(const device *dev)
{
    touch(dev);
    const Within own(Footprint::of(dev->bus));
    check_drvdata(dev);
    return dev->driver_data;
}

int device_add(device *dev, Range data)
{
    touch(dev);
    const Within own(driver_core(dev->bus));
    if (should_fail(Site::device_add, dev->name))
        return site_error(Site::device_add);
    bus_type *bus = dev->bus;
    point(Point::device_add, dev->name);
    for (const device *other : bus->devices) {
        touch(other);
        if (other->name == dev->name) {
            warn(Misuse::duplicate_name, dev->name);
            return -EEXIST;
        }
    }
    if (dev->parent != nullptr) {
        get_device_for(dev->parent, Holder::parent);
        dev->holds_parent = true;
    }
    get_device_for(dev, Holder::bus);
    get_device_for(dev, Holder::parent); // the parent's list of children
    dev->added = true;
    bus->devices.push_back(dev);
    record_range(EventKind::device_added, dev->name, data);
    bus_probe_device(dev);
    return 0;
}

void device_del(device *dev)
{
    touch(dev);
    const Within own(driver_core(dev->bus));
    if (mutex_is_held(&dev->lock))
        warn(Misuse::unregister_locked, dev->name);
    device_lock(dev); // waits for a running probe
    dev->dead = true;
    device_unlock(dev);
    klist_remove(dev->bus->devices, dev);
    dev->added = false;
    record(EventKind::device_deleted, dev->name);
    device_release_driver(dev);
    driver_deferred_probe_del(dev);
    device_lock(dev);
    devres_release_all(dev);
    device_unlock(dev);
    put_device_for(dev, Holder::parent);
    put_device_for(dev, Holder::bus);
}

void device_unregister(device *dev)
{
    device_del(dev);
    put_device_for(dev, Holder::creator);
}

} // namespace kernel
