// SPDX-License-Identifier: GPL-2.0-only
// The driver core: devices and their references, buses, drivers, binding, managed resources,
// waiting for probes (KERNEL.md section 2).
//
// Covers: reference counts and who holds them; publication; synchronous and asynchronous probe; the
// four states of binding under the device lock; deferred probe; sysfs bind and unbind; devres and its
// LIFO release; wait_for_device_probe in its three steps.
// Does not cover: driver_override, power management, uevents, device links.
#pragma once

#include "kernel/call.hpp"
#include "kernel/lock.hpp"
#include "kernel/name.hpp"
#include "kernel/range.hpp"

#include <cstdint>
#include <vector>

namespace kernel {

struct device;
struct device_driver;
struct devres_node;

// The default is synchronous, unless driver_async_probe= asks for the other.
enum class probe_type : std::uint8_t {
    PROBE_DEFAULT_STRATEGY,
    PROBE_PREFER_ASYNCHRONOUS,
    PROBE_FORCE_SYNCHRONOUS,
};

struct bus_type {
    // The platform bus matches by name; a bus of ours has one driver a kind of device.
    bool (*match)(const device *dev, const device_driver *drv) = nullptr;
    std::vector<device *> devices;        // published, in order
    std::vector<device_driver *> drivers; // registered, in order
};

struct device {
    Name name;
    mutex lock;
    std::int32_t refcount = 0; // 0: not initialised, or released
    std::uint32_t serial = 0;  // tells two devices of one name apart
    device *parent = nullptr;
    bus_type *bus = nullptr;
    device_driver *driver = nullptr;
    device_driver *async_driver = nullptr; // its registration's asynchronous try has not begun
    void *driver_data = nullptr;
    void (*release)(device *) = nullptr; // plain kernel code: no frame of a driver
    devres_node *devres = nullptr;       // last added first
    bool added = false;
    bool dead = false;
    bool bound = false;
    bool was_bound = false; // has had a driver, if only in a probe that failed
    bool holds_parent = false;
};

struct device_driver {
    Name name;
    Word owner = Word::vmlinux;
    bus_type *bus = nullptr;
    probe_type type = probe_type::PROBE_DEFAULT_STRATEGY;
    bool suppress_bind_attrs = false;
    func<int(device *)> probe;
    func<void(device *)> remove;

    // The kernel's driver_private: set by driver_register, never cleared.
    bool has_private = false;
    bool listed = false;
    bool bind_files = false;
    std::int32_t file_users = 0; // sysfs writers inside bind or unbind
    std::int32_t walkers = 0;    // who is trying this driver on a device
    std::vector<device *> *bound = nullptr;
};

// References. get_device(NULL) and put_device(NULL) do nothing.
void device_initialize(device *dev, Name name);
device *get_device(device *dev);
void put_device(device *dev);
void get_device_for(device *dev, Holder holder);
void put_device_for(device *dev, Holder holder);

inline void device_lock(device *dev) { mutex_lock(&dev->lock); }
inline void device_unlock(device *dev) { mutex_unlock(&dev->lock); }

// guard(device)(dev) of the kernel.
class guard_device {
public:
    explicit guard_device(device *dev) : dev_(dev) { device_lock(dev_); }
    ~guard_device() { device_unlock(dev_); }
    guard_device(const guard_device &) = delete;
    guard_device &operator=(const guard_device &) = delete;

private:
    device *dev_;
};

void dev_set_drvdata(device *dev, void *data);
void *dev_get_drvdata(const device *dev);

// Publication. `data` is recorded with the event (platform data's range). 0 or -errno: -EEXIST for a
// name the bus has. The result of a probe it causes does not show.
int device_add(device *dev, Range data = {});
void device_del(device *dev);
// device_del, then the creator's put.
void device_unregister(device *dev);
// Tries the bus's drivers on an unbound device, in the caller.
void device_attach(device *dev);
// The same for every device of the bus. 0.
// ASSUMED: no probe's result shows in it, as in device_attach (UPSTREAM.md 2.3: v5 warns of an error).
int bus_rescan_devices(bus_type *bus);

// -EBUSY for a name the bus has. A failing probe does not fail the registration.
int driver_register(device_driver *drv);
void driver_unregister(device_driver *drv);
// Unbinds the device from whatever driver it has, under its lock.
void device_release_driver(device *dev);
// Writes to the driver's bind and unbind files. 0 or -errno as sysfs returns it: -EAGAIN for a probe
// that wants to be deferred, which it is not.
int sysfs_bind(device_driver *drv, device *dev);
int sysfs_unbind(device_driver *drv, device *dev);

// Managed resources: released in reverse order at probe failure, unbind, device_del and final put.
// 0 or -ENOMEM.
int devm_add_action(device *dev, func<void(void *)> action, void *data);
// On failure runs action(data) at once and returns the error.
int devm_add_action_or_reset(device *dev, func<void(void *)> action, void *data);
// Removes the youngest matching action and runs it; WARN if there is none.
void devm_release_action(device *dev, func<void(void *)> action, void *data);

void wait_for_device_probe();
void async_synchronize_full();

// The synchronous probe of a driver that has nothing to do with ours: counted in probe_count, holds
// no lock anybody needs. 0; -EBUSY where one is open, -ENODEV where none is.
int unrelated_probe_start();
int unrelated_probe_end();

// Runs body(argument) in a task of its own that async_synchronize_full waits for.
void async_schedule(Role role, void (*body)(void *), void *argument);

} // namespace kernel
