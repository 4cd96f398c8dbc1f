// SPDX-License-Identifier: GPL-2.0-only
// dax regions and their devices (KERNEL.md section 6, UPSTREAM.md 1.5).
//
// Covers: alloc_dax_region with every way it fails, the exclusive "DAX Regions" tree and kernels without
// it, the order of teardown, a dax region that outlives its unregistration, the lock under which dax
// devices are made, what is carved out of a region for one; which driver takes a dax device (the
// drivers are in kmem.hpp).
// Does not cover: sysfs groups (so that nobody sees whether they go before or after the range is
// released), resizing, more than one device a region.
#pragma once

#include "kernel/container_of.hpp"
#include "kernel/device.hpp"
#include "kernel/lock.hpp"
#include "kernel/resource.hpp"

#include <cstdint>
#include <optional>

namespace kernel {

// Of a dax region: its memory is meant to become System RAM.
inline constexpr unsigned IORESOURCE_DAX_KMEM = 2;

struct dax_region {
    int id = 0;
    device *dev = nullptr; // the parent: an hmem.N or a dax_regionN
    int target_node = -1;
    resource res;
    std::int32_t refcount = 0;
};

// daxN.0
struct dev_dax {
    device dev;
    dax_region *region = nullptr;
    std::optional<Range> carved; // out of its region; nothing: a seed, which no driver takes
};

inline dev_dax *to_dev_dax(device *dev) { return container_of(dev, dev_dax, dev); }

struct DaxState {
    // Held for write while a dax device is made, its drivers' probe and memory hotplug included.
    rw_semaphore region_rwsem = {.name = name_of(Word::dax_region_rwsem)};
    device_driver kmem_driver;
    device_driver device_dax_driver;
};

struct dev_dax_data {
    dax_region *region = nullptr;
    std::uint64_t size = 0; // bytes, from the region's start; 0 makes a seed
};

// hmem and cxl both ask for a PMD.
inline constexpr std::uint64_t PMD_SIZE = 2 * 1024 * 1024;

// NULL for every failure: driver data set already, start or size not a multiple of `align` bytes, no
// memory, or a conflict in the DAX Regions tree. `flags`: IORESOURCE_DAX_KMEM or 0.
dax_region *alloc_dax_region(device *parent, int id, Range range, int target_node,
                             std::uint64_t align, unsigned flags);
// 0 or -errno. What the dax device's driver makes of it does not show.
int devm_create_dev_dax(const dev_dax_data *data);

// A region flagged for kmem is kmem's, any other device_dax's.
bool dax_bus_match(const device *dev, const device_driver *drv);

} // namespace kernel
