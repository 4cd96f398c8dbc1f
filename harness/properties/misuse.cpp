// SPDX-License-Identifier: GPL-2.0-only
// Properties that the simulated kernel checks at the call: each misuse it records belongs to one.
#include "properties/collector.hpp"

#include <algorithm>
#include <vector>

namespace properties {
namespace {

using kernel::Misuse;

Property property_of(Misuse misuse)
{
    switch (misuse) {
    case Misuse::work_no_func:
    case Misuse::work_unlinked:
    case Misuse::not_a_work:
        return Property::uninitialized_work;
    case Misuse::work_text_gone:
        return Property::work_outlives_module;
    case Misuse::object_freed_busy:
        return Property::work_outlives_object;
    case Misuse::workqueue_null:
    case Misuse::workqueue_draining:
    case Misuse::workqueue_destroyed:
        return Property::dead_workqueue;
    case Misuse::text_gone:
    case Misuse::use_after_free:
        return Property::use_after_free;
    case Misuse::refcount_underflow:
    case Misuse::refcount_zero_get:
        return Property::refcount_underflow;
    case Misuse::bad_unlock:
        return Property::bad_unlock;
    case Misuse::devres_unbound:
        return Property::stray_devres;
    case Misuse::deadlock:
        return Property::deadlock;
    case Misuse::step_budget:
        return Property::step_budget;
    case Misuse::self_lock:
    case Misuse::self_flush:
    case Misuse::self_queue_flush:
    case Misuse::self_probe_wait:
        return Property::self_deadlock;
    case Misuse::device_uninitialised:
    case Misuse::already_initialised:
    case Misuse::no_release:
    case Misuse::duplicate_name:
    case Misuse::unexpected_driver_unregister:
    case Misuse::second_driver_unregister:
    case Misuse::unregister_locked:
    case Misuse::drvdata_unbound:
    case Misuse::devres_not_found:
        return Property::driver_core_misuse;
    case Misuse::work_init_busy:
    case Misuse::invalid_free:
    case Misuse::lock_leaked:
    case Misuse::request_module_async:
    case Misuse::ida_free_unallocated:
    case Misuse::drvdata_set:
    case Misuse::resource_reinserted:
    case Misuse::resource_not_found:
    case Misuse::null_pointer:
    case Misuse::count_:
        break;
    }
    return Property::warn;
}

// The task will never go on: it waits for itself.
bool hangs(Misuse misuse)
{
    return property_of(misuse) == Property::self_deadlock || misuse == Misuse::unregister_locked;
}

} // namespace

void judge_misuses(std::span<const kernel::Event> events, Collector &collector)
{
    // One cause, one name: of a task that hangs the first record tells why, and the deadlock in which
    // the run then ends is no news.
    std::vector<std::uint16_t> hanging;
    for (std::size_t i = 0; i < events.size(); ++i) {
        if (events[i].kind != kernel::EventKind::misuse)
            continue;
        const auto misuse = static_cast<Misuse>(events[i].detail);
        if (misuse == Misuse::deadlock && !hanging.empty())
            continue;
        if (hangs(misuse)) {
            if (std::find(hanging.begin(), hanging.end(), events[i].task) != hanging.end())
                continue;
            hanging.push_back(events[i].task);
        }
        collector.report(property_of(misuse), i, kernel::misuse_text(misuse));
    }
}

} // namespace properties
