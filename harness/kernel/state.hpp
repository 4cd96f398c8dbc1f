// SPDX-License-Identifier: GPL-2.0-only
// The whole state of one simulated kernel. Facilities reach it through state(); drivers do not
// include this file.
#pragma once

#include "kernel/config.hpp"
#include "kernel/cxl.hpp"
#include "kernel/dax_bus.hpp"
#include "kernel/deferred_probe.hpp"
#include "kernel/device.hpp"
#include "kernel/event.hpp"
#include "kernel/lockdep.hpp"
#include "kernel/module.hpp"
#include "kernel/object.hpp"
#include "kernel/platform.hpp"
#include "kernel/record_set.hpp"
#include "kernel/resource.hpp"
#include "kernel/schedule.hpp"
#include "kernel/scheduler.hpp"
#include "kernel/workqueue.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

namespace kernel {

struct FaultState {
    Fault what;
    std::uint16_t seen = 0;
    bool fired = false;
};

// Empties the list and keeps its room. What it held stays there unless it is wiped.
template <class Item> void forget(std::vector<Item> &list, bool wipe)
{
    if (wipe)
        list.assign(list.capacity(), Item{});
    list.clear();
}

// Lists of devices that a run needs for a while. Here and not on the stack of who needs one, because
// a run that stops abandons its frames.
class DeviceLists {
public:
    // An empty one.
    std::vector<device *> *take();
    void give_back(std::vector<device *> *list);
    // Gives all back.
    void forget_all(bool wipe);

private:
    std::deque<std::vector<device *>> all_;
    std::vector<std::vector<device *> *> idle_;
};

// Reused from run to run: what begin() does not reset keeps its capacity.
struct State {
    // `switches` and `faults` are copied.
    void begin(Memory memory_mode, std::span<const Switch> switches, std::span<const Fault> faults,
               std::uint64_t steps_max, Place place = usual_place());
    void end();

private:
    void forget();

public:
    Events events;
    const RecordSet *recorded = &all_records; // others are not made
    Event not_recorded;                       // stands for them
    const char *unmodelled = nullptr;         // why the run has no verdict
    bool configurable = true;                 // false: because there is no such kernel
    Scheduler scheduler;
    ObjectStore objects;
    LockOrders lock_orders;

    std::vector<FaultState> faults;
    bool faults_allowed = false;

    std::vector<WorkInstance *> work_instances; // pending and running, in order of queueing
    std::uint32_t work_sequence = 0;
    workqueue_struct system_wq;
    workqueue_struct system_long_wq;

    std::uint32_t device_serial = 0;
    std::int32_t visits_open = 0; // counted where somebody directs the run
    bus_type platform_bus;
    bus_type cxl_bus;
    bus_type pci_bus;
    bus_type dax_bus;
    DeviceLists
        device_lists; // what each driver is bound to, what walks over a bus have still to visit
    std::int32_t probe_count = 0;
    std::int32_t async_entries = 0;
    bool unrelated_probe = false;
    DeferredProbe deferred_probe;

    std::array<module, static_cast<std::size_t>(Word::count_)> modules;

    resource iomem_resource;
    resource soft_reserve_resource;
    resource dax_regions;
    std::vector<bool> memregions;

    struct NodeRange {
        Range range;
        int node;
    };
    std::vector<NodeRange> nodes; // what phys_to_target_node knows

    std::optional<Range> mocked_range; // see mock_region_intersects

    CxlState cxl;
    DaxState dax;
    KernelConfig config;
};

} // namespace kernel
