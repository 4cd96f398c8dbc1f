// SPDX-License-Identifier: GPL-2.0-only
// Inside the driver core: devices whose probe returned -EPROBE_DEFER, and the work that tries them
// again once any device was bound (KERNEL.md section 2).
//
// Covers: the pending and the active list, the work behind step 1 of wait_for_device_probe, its start
// at late_initcall.
// Does not cover: the timeout of deferred probing, fw_devlink.
#pragma once

#include "kernel/workqueue.hpp"

#include <cstdint>
#include <vector>

namespace kernel {

struct device;

struct DeferredProbe {
    bool enabled = false;       // from late_initcall on
    std::uint32_t triggers = 0; // successful binds so far
    // No reference is held: device_del takes a device off.
    std::vector<device *> pending;
    std::vector<device *> active;
    workqueue_struct queue;
    work_struct work;
};

// late_initcall: from here on a successful bind moves the pending devices to the active list; those
// that wait already are tried now.
void deferred_probe_initcall();

// The probe of the device was deferred; `triggers` is the count from before that probe.
void driver_deferred_probe_add(device *dev, std::uint32_t triggers);
void driver_deferred_probe_del(device *dev);
// Some device was bound.
void driver_deferred_probe_trigger();
// Waits for the work as flush_work does.
void flush_deferred_probe();

} // namespace kernel
