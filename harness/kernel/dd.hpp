// SPDX-License-Identifier: GPL-2.0-only
// Inside the driver core: a device that was just published looks for its driver.
#pragma once

namespace kernel {

struct device;

void bus_probe_device(device *dev);

} // namespace kernel
