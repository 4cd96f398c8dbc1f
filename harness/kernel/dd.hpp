// SPDX-License-Identifier: GPL-2.0-only
// Inside the driver core: a device that was just published looks for its driver.
#pragma once

#include "kernel/footprint.hpp"

namespace kernel {

struct device;

// What the driver core keeps to where it is about devices and drivers of the bus.
Footprint driver_core(const bus_type *bus);

void bus_probe_device(device *dev);

} // namespace kernel
