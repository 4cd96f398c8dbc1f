// SPDX-License-Identifier: GPL-2.0-only
// bus_for_each_dev: a walk over the devices of a bus.
#pragma once

#include "kernel/device.hpp"
#include "kernel/kernel.hpp"
#include "kernel/state.hpp"

namespace kernel {

// Visits the devices that are on the bus now, each with a reference.
template <class Visit> void for_each_device(const bus_type *bus, Visit visit)
{
    std::vector<device *> *devices = state().device_lists.take();
    devices->assign(bus->devices.begin(), bus->devices.end());
    for (device *dev : *devices)
        get_device_for(dev, Holder::driver_core);
    for (device *dev : *devices) {
        visit(dev);
        put_device_for(dev, Holder::driver_core);
    }
    state().device_lists.give_back(devices);
}

} // namespace kernel
