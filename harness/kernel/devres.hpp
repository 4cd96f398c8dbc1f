// SPDX-License-Identifier: GPL-2.0-only
// Inside the driver core: release of a device's managed resources, youngest first.
#pragma once

namespace kernel {

struct device;

void devres_release_all(device *dev);

} // namespace kernel
