// SPDX-License-Identifier: GPL-2.0-only
// dax regions and their devices (KERNEL.md section 6, UPSTREAM.md 1.5).
//
// Covers: alloc_dax_region with every way it fails, the exclusive "DAX Regions" tree, the order of
// teardown, a dax region that outlives its unregistration.
// Does not cover: drivers of dax devices (kmem, device_dax), sysfs groups, resizing, seeds.
#pragma once

#include "kernel/device.hpp"
#include "kernel/resource.hpp"

#include <cstdint>

namespace kernel {

struct dax_region {
    int id = 0;
    device *dev = nullptr; // the parent: an hmem.N or a dax_regionN
    resource res;
    std::int32_t refcount = 0;
};

struct dev_dax_data {
    dax_region *region = nullptr;
    std::uint64_t size = 0; // bytes; 0 makes a seed
};

// hmem and cxl both ask for a PMD.
inline constexpr std::uint64_t PMD_SIZE = 2 * 1024 * 1024;

// NULL for every failure: driver data set already, start or size not a multiple of `align` bytes, no
// memory, or a conflict in the DAX Regions tree.
dax_region *alloc_dax_region(device *parent, int id, Range range, int target_node,
                             std::uint64_t align);
// 0 or -errno.
int devm_create_dev_dax(const dev_dax_data *data);

} // namespace kernel
