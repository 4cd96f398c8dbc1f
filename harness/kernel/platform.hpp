// SPDX-License-Identifier: GPL-2.0-only
// The platform bus: devices and drivers matched by name (KERNEL.md section 2).
#pragma once

#include "kernel/device.hpp"

#include <cstdint>

namespace kernel {

// Platform data of an hmem device, and the only platform data in this model.
struct memregion_info {
    int target_node = -1;
    Range range;
};

struct platform_device {
    device dev;
    Name name; // set at once; the device has it from platform_device_add on
    int numa_node = -1;
    memregion_info *platform_data = nullptr;
};

struct platform_driver {
    func<int(platform_device *)> probe;
    func<void(platform_device *)> remove;
    device_driver driver;
};

platform_device *to_platform_device(device *dev);

// NULL on failure. Holds the creator's reference; free with platform_device_put.
platform_device *platform_device_alloc(Name name);
// Copies the data. 0 or -ENOMEM.
int platform_device_add_data(platform_device *pdev, const memregion_info *data);
int platform_device_add(platform_device *pdev);
// Initialises and adds a device with storage of its own.
int platform_device_register(platform_device *pdev);
void platform_device_put(platform_device *pdev);
void platform_device_unregister(platform_device *pdev);

int platform_driver_register(platform_driver *drv);
void platform_driver_unregister(platform_driver *drv);

bool platform_match(const device *dev, const device_driver *drv);

} // namespace kernel
