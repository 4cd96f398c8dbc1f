// SPDX-License-Identifier: GPL-2.0-only
// Binding of drivers to devices, see device.hpp. Order of steps: KERNEL.md section 2.
#include "kernel/dd.hpp"

#include "kernel/bus_walk.hpp"
#include "kernel/config.hpp"
#include "kernel/deferred_probe.hpp"
#include "kernel/device.hpp"
#include "kernel/devres.hpp"
#include "kernel/errno.hpp"
#include "kernel/footprint.hpp"
#include "kernel/kernel.hpp"
#include "kernel/object.hpp"
#include "kernel/state.hpp"

#include <algorithm>
#include <utility>

namespace kernel {
namespace {

Event &record_binding(EventKind kind, const device *dev, const device_driver *drv, int value = 0)
{
    Event &event = record(kind, dev->name, value);
    event.other = drv->name;
    return event;
}

// The binding and the driver data go together, after everything that was managed is released.
void unbind_cleanup(device *dev)
{
    devres_release_all(dev);
    dev->driver = nullptr;
    dev->driver_data = nullptr;
}

// Under the device lock.
int probe_and_bind(device *dev, device_driver *drv)
{
    if (dev->devres != nullptr) {
        dev_dbg(dev->name, "Resources present before probing");
        return -EBUSY;
    }
    dev->driver = drv;
    dev->was_bound = true;
    point(Point::probe, dev->name);
    record_binding(EventKind::probe_begin, dev, drv);
    const int error = call(FrameKind::probe, drv->probe, dev);
    record_binding(EventKind::probe_end, dev, drv, error);
    if (error != 0) {
        unbind_cleanup(dev);
        return error;
    }
    dev->bound = true;
    drv->bound->push_back(dev);
    driver_deferred_probe_del(dev);
    driver_deferred_probe_trigger();
    return 0;
}

int really_probe(device *dev, device_driver *drv)
{
    task_struct &task = state().scheduler.current();
    ++task.probes;
    const int error = probe_and_bind(dev, drv);
    --task.probes;
    return error;
}

int check_probe(const device *dev)
{
    if (dev->dead || !dev->added)
        return -ENODEV;
    return dev->driver != nullptr ? -EBUSY : 0;
}

// Counted in probe_count, as every probe is that the driver core starts itself.
int driver_probe_device(device *dev, device_driver *drv)
{
    if (const int error = check_probe(dev))
        return error;
    task_struct &task = state().scheduler.current();
    ++task.counted_probes;
    touches(Footprint::of(Area::probes) | Footprint::read(Area::deferred));
    ++state().probe_count;
    const std::uint32_t triggers = state().deferred_probe.triggers;
    const int error = really_probe(dev, drv);
    if (error == -EPROBE_DEFER)
        driver_deferred_probe_add(dev, triggers);
    touches(Footprint::of(Area::probes));
    --state().probe_count;
    --task.counted_probes;
    return error;
}

bool driver_allows_async_probing(const device_driver *drv)
{
    switch (drv->type) {
    case probe_type::PROBE_PREFER_ASYNCHRONOUS:
        return true;
    case probe_type::PROBE_FORCE_SYNCHRONOUS:
        return false;
    case probe_type::PROBE_DEFAULT_STRATEGY:
        break;
    }
    return driver_async_probe(drv->name.word);
}

bool matches(const device *dev, const device_driver *drv)
{
    return dev->bus->match == nullptr || dev->bus->match(dev, drv);
}

// The first driver of the bus that matches, in order of registration. A driver stays on the list
// while somebody tries it, see driver_unregister.
device_driver *match_driver(const device *dev)
{
    for (device_driver *drv : dev->bus->drivers) {
        touch(drv);
        if (matches(dev, drv))
            return drv;
    }
    return nullptr;
}

void try_drivers(device *dev)
{
    device_driver *drv = match_driver(dev);
    if (drv == nullptr || dev->driver != nullptr)
        return;
    ++drv->walkers;
    driver_probe_device(dev, drv);
    --drv->walkers;
}

void async_attach(void *argument)
{
    auto *dev = static_cast<device *>(argument);
    const Within own(driver_core(dev->bus));
    device_lock(dev);
    try_drivers(dev);
    device_unlock(dev);
    put_device_for(dev, Holder::driver_core);
}

void schedule_attach(device *dev)
{
    get_device_for(dev, Holder::driver_core);
    async_schedule(role_of(Word::probe, dev->name), async_attach, dev);
}

// The entry keeps its driver, so that one that goes off its bus's list meanwhile still tries the
// device: driver_unregister waits for that.
void async_driver_attach(void *argument)
{
    auto *dev = static_cast<device *>(argument);
    const Within own(driver_core(dev->bus));
    device_lock(dev);
    device_driver *drv = std::exchange(dev->async_driver, nullptr);
    touch(drv);
    if (dev->driver == nullptr)
        driver_probe_device(dev, drv);
    device_unlock(dev);
    put_device_for(dev, Holder::driver_core);
}

void schedule_driver_attach(device *dev, device_driver *drv)
{
    if (dev->driver != nullptr || dev->async_driver != nullptr)
        return;
    dev->async_driver = drv;
    get_device_for(dev, Holder::driver_core);
    async_schedule(role_of(Word::probe, dev->name), async_driver_attach, dev);
}

// Devices published meanwhile find the driver by themselves.
void driver_attach(device_driver *drv)
{
    for_each_device(drv->bus, [drv](device *dev) {
        if (!matches(dev, drv))
            return;
        point(Point::driver_attach, dev->name);
        if (driver_allows_async_probing(drv)) {
            schedule_driver_attach(dev, drv);
            return;
        }
        device_lock(dev);
        if (dev->driver == nullptr) {
            ++drv->walkers;
            driver_probe_device(dev, drv);
            --drv->walkers;
        }
        device_unlock(dev);
    });
}

// Under the device lock.
void release_driver_locked(device *dev)
{
    device_driver *drv = dev->driver;
    if (drv == nullptr || !dev->bound)
        return;
    touch(drv);
    record_binding(EventKind::unbind_begin, dev, drv);
    if (drv->remove)
        call(FrameKind::remove, drv->remove, dev);
    unbind_cleanup(dev);
    dev->bound = false;
    auto &bound = *drv->bound;
    bound.erase(std::remove(bound.begin(), bound.end(), dev), bound.end());
    record_binding(EventKind::unbind_end, dev, drv);
}

bool no_file_users(const void *drv)
{
    return static_cast<const device_driver *>(drv)->file_users == 0;
}

bool no_walkers(const void *drv) { return static_cast<const device_driver *>(drv)->walkers == 0; }

bool no_probe(const void *) { return state().probe_count == 0; }
bool no_async(const void *) { return state().async_entries == 0; }

struct AsyncEntry {
    void (*body)(void *);
    void *argument;
};

void async_main(void *argument)
{
    auto *entry = static_cast<AsyncEntry *>(argument);
    keeps_to(Footprint::of(Area::probes));
    state().scheduler.current().async = true;
    entry->body(entry->argument);
    state().objects.free(entry); // of which nobody else knows: nothing depends on it
    --state().async_entries;
}

// async_synchronize_full for the driver core's own purposes.
void wait_for_async()
{
    const Within own(Footprint::read(Area::probes));
    point(Point::async_sync, {});
    wait_until(Wait::async_done, {}, no_async, nullptr);
}

} // namespace

Footprint driver_core(const bus_type *bus)
{
    return Footprint::of(bus) | Footprint::read(Area::lifetimes);
}

void bus_probe_device(device *dev)
{
    const Within own(driver_core(dev->bus));
    const device_driver *drv = match_driver(dev);
    if (drv == nullptr)
        return;
    if (driver_allows_async_probing(drv)) {
        schedule_attach(dev);
        return;
    }
    device_lock(dev);
    try_drivers(dev);
    device_unlock(dev);
}

void device_attach(device *dev)
{
    const Within own(driver_core(dev->bus));
    device_lock(dev);
    try_drivers(dev);
    device_unlock(dev);
}

int bus_rescan_devices(bus_type *bus)
{
    const Within own(driver_core(bus));
    for_each_device(bus, [](device *dev) {
        if (dev->driver == nullptr)
            device_attach(dev);
    });
    return 0;
}

int driver_register(device_driver *drv)
{
    const Within own(driver_core(drv->bus));
    point(Point::driver_register, drv->name);
    if (should_fail(Site::driver_register, drv->name))
        return site_error(Site::driver_register);
    for (const device_driver *other : drv->bus->drivers) {
        touch(other);
        if (other->name == drv->name)
            return -EBUSY;
    }
    drv->has_private = true;
    if (drv->bound == nullptr)
        drv->bound = state().device_lists.take();
    point(Point::driver_list_add, drv->name);
    drv->listed = true;
    drv->bus->drivers.push_back(drv);
    record(EventKind::driver_listed, drv->name);
    driver_attach(drv);
    // The files come last: sysfs cannot bind before the registration's own probes are through.
    if (!drv->suppress_bind_attrs) {
        point(Point::bind_files_create, drv->name);
        drv->bind_files = true;
    }
    record(EventKind::driver_registered, drv->name);
    return 0;
}

void driver_unregister(device_driver *drv)
{
    const Within own(driver_core(drv->bus));
    if (!drv->has_private) {
        warn(Misuse::unexpected_driver_unregister, drv->name);
        return;
    }
    if (!drv->listed)
        oops(Misuse::second_driver_unregister, drv->name);
    if (drv->bind_files) {
        point(Point::bind_files_remove, drv->name);
        drv->bind_files = false;
        wait_until(Wait::bind_file_writers, drv->name, no_file_users, drv);
    }
    drv->listed = false;
    auto &drivers = drv->bus->drivers;
    drivers.erase(std::remove(drivers.begin(), drivers.end(), drv), drivers.end());
    // ASSUMED: nobody else would probe them.
    for (device *dev : drv->bus->devices)
        if (matches(dev, drv))
            driver_deferred_probe_del(dev);
    wait_until(Wait::driver_walkers, drv->name, no_walkers, drv);
    if (driver_allows_async_probing(drv))
        wait_for_async();
    while (!drv->bound->empty()) {
        device *dev = drv->bound->back();
        get_device_for(dev, Holder::driver_core);
        device_lock(dev);
        if (dev->driver == drv)
            release_driver_locked(dev);
        device_unlock(dev);
        put_device_for(dev, Holder::driver_core);
    }
    record(EventKind::driver_unregistered, drv->name);
}

void device_release_driver(device *dev)
{
    const Within own(driver_core(dev->bus));
    device_lock(dev);
    release_driver_locked(dev);
    device_unlock(dev);
}

int sysfs_bind(device_driver *drv, device *dev)
{
    touch(drv);
    if (!drv->bind_files || !matches(dev, drv))
        return -ENODEV;
    ++drv->file_users;
    get_device_for(dev, Holder::driver_core);
    device_lock(dev);
    // Not counted in probe_count: wait_for_device_probe does not see it.
    int error = check_probe(dev);
    if (error == 0)
        error = really_probe(dev, drv);
    device_unlock(dev);
    put_device_for(dev, Holder::driver_core);
    --drv->file_users;
    return error == -EPROBE_DEFER ? -EAGAIN : error;
}

int sysfs_unbind(device_driver *drv, device *dev)
{
    touch(drv);
    // The test is made without the lock; then whatever is bound is released.
    if (!drv->bind_files || dev->driver != drv)
        return -ENODEV;
    ++drv->file_users;
    get_device_for(dev, Holder::driver_core);
    device_release_driver(dev);
    put_device_for(dev, Holder::driver_core);
    --drv->file_users;
    return 0;
}

void wait_for_device_probe()
{
    const Within own(Footprint::read(Area::probes) | Footprint::read(Area::deferred));
    const task_struct &task = state().scheduler.current();
    record_wait(WaitCall::wait_for_device_probe, {}, task.async || task.counted_probes > 0);
    point(Point::wait_deferred, {});
    flush_deferred_probe();
    point(Point::wait_probe_count, {});
    wait_until(Wait::probe_count, {}, no_probe, nullptr);
    point(Point::wait_async, {});
    wait_until(Wait::async_done, {}, no_async, nullptr);
}

void async_synchronize_full()
{
    const Within own(Footprint::read(Area::probes));
    record_wait(WaitCall::async_synchronize_full, {}, state().scheduler.current().async);
    wait_for_async();
}

int unrelated_probe_start()
{
    const Within own(Footprint::of(Area::probes));
    if (state().unrelated_probe)
        return -EBUSY;
    state().unrelated_probe = true;
    ++state().probe_count;
    return 0;
}

int unrelated_probe_end()
{
    const Within own(Footprint::of(Area::probes));
    if (!state().unrelated_probe)
        return -ENODEV;
    state().unrelated_probe = false;
    --state().probe_count;
    return 0;
}

void async_schedule(Role role, void (*body)(void *), void *argument)
{
    auto *entry = new_object<AsyncEntry>(role.object);
    entry->body = body;
    entry->argument = argument;
    touches(Footprint::of(Area::probes));
    ++state().async_entries;
    state().scheduler.create(role, async_main, entry);
}

} // namespace kernel
