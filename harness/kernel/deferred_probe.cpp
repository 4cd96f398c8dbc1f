// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/deferred_probe.hpp"

#include "kernel/dd.hpp"
#include "kernel/device.hpp"
#include "kernel/footprint.hpp"
#include "kernel/kernel.hpp"
#include "kernel/object.hpp"
#include "kernel/state.hpp"

#include <algorithm>

namespace kernel {
namespace {

constexpr Word THIS_MODULE = Word::vmlinux;

DeferredProbe &deferred() { return state().deferred_probe; }

// Its probes are ordinary ones: counted in probe_count, asynchronous where the driver is.
void deferred_probe_work_func(work_struct *)
{
    keeps_to(Footprint::of(Area::deferred));
    while (!deferred().active.empty()) {
        device *dev = deferred().active.front();
        deferred().active.erase(deferred().active.begin());
        get_device_for(dev, Holder::driver_core);
        bus_probe_device(dev);
        put_device_for(dev, Holder::driver_core);
    }
}

bool contains(const std::vector<device *> &list, const device *dev)
{
    return std::find(list.begin(), list.end(), dev) != list.end();
}

void activate()
{
    DeferredProbe &self = deferred();
    // With nothing to move the work would find nothing to do.
    if (!self.enabled || self.pending.empty())
        return;
    self.active.insert(self.active.end(), self.pending.begin(), self.pending.end());
    self.pending.clear();
    queue_work(&self.queue, &self.work);
}

} // namespace

void deferred_probe_initcall()
{
    DeferredProbe &self = deferred();
    // ASSUMED: a queue of the system; which one makes no difference, none of them orders its items.
    self.queue.name = name_of(Word::system_wq);
    self.work = __WORK_INITIALIZER(name_of(Word::deferred_probe), FUNC(deferred_probe_work_func));
    self.enabled = true;
    activate();
}

void driver_deferred_probe_add(device *dev, std::uint32_t triggers)
{
    const Within own(Footprint::of(Area::deferred));
    DeferredProbe &self = deferred();
    if (!contains(self.pending, dev) && !contains(self.active, dev))
        self.pending.push_back(dev);
    // ASSUMED: a device that was bound while this probe ran may be what it waits for, so that its
    // trigger is not lost.
    if (triggers != self.triggers)
        activate();
}

void driver_deferred_probe_del(device *dev)
{
    const Within own(Footprint::of(Area::deferred));
    DeferredProbe &self = deferred();
    if (self.pending.empty() && self.active.empty())
        return; // most often
    std::erase(self.pending, dev);
    std::erase(self.active, dev);
}

void driver_deferred_probe_trigger()
{
    const Within own(Footprint::of(Area::deferred));
    ++deferred().triggers;
    activate();
}

void flush_deferred_probe()
{
    const Within own(Footprint::read(Area::works) | Footprint::read(Area::deferred));
    wait_for_work(&deferred().work);
}

} // namespace kernel
