// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/footprint.hpp"

#include "kernel/kernel.hpp"
#include "kernel/state.hpp"

namespace kernel {
namespace {

// Nobody else asks: then nothing is written down.
bool is_asked()
{
    return current_state != nullptr && current_state->scheduler.is_directed() &&
           current_state->scheduler.on_task();
}

} // namespace

Footprint Footprint::lock(Name name)
{
    constexpr auto areas = static_cast<unsigned>(Area::count_);
    const unsigned key = static_cast<unsigned>(name.word) * 7 +
                         static_cast<unsigned>(name.number + 1) * 3 + name.part;
    return {0, std::uint64_t{1} << (areas + key % (64 - areas))};
}

Footprint Footprint::calls(Role role)
{
    const Name kind = name_of(role.kind, role.object.number, role.object.part);
    return lock(kind);
}

Footprint Footprint::of(const bus_type *bus)
{
    if (!is_asked())
        return {};
    const State &self = state();
    if (bus == &self.platform_bus)
        return of(Area::platform_bus);
    if (bus == &self.cxl_bus)
        return of(Area::cxl_bus);
    if (bus == &self.pci_bus)
        return of(Area::pci_bus);
    if (bus == &self.dax_bus)
        return of(Area::dax_bus);
    return of(Area::platform_bus) | of(Area::cxl_bus) | of(Area::pci_bus) | of(Area::dax_bus);
}

// A scope counts as touched where it is left: a frame that says at once what it keeps to never
// was in the one it began with.
Within::Within(Footprint own) : on_task_(is_asked())
{
    if (!on_task_)
        return;
    Scheduler &scheduler = state().scheduler;
    outside_ = scheduler.current().scope;
    scheduler.touch(outside_);
    scheduler.current().scope = own;
}

Within::~Within()
{
    if (!on_task_)
        return;
    Scheduler &scheduler = state().scheduler;
    scheduler.touch(scheduler.current().scope);
    scheduler.current().scope = outside_;
}

void keeps_to(Footprint own)
{
    if (is_asked())
        state().scheduler.current().scope = own;
}

void touches(Footprint also)
{
    if (is_asked())
        state().scheduler.touch(also);
}

void touches_as_judged(EventKind kind)
{
    Scheduler &scheduler = state().scheduler;
    switch (kind) {
    case EventKind::visit_begin:
    case EventKind::visit_end:
        state().visits_open += kind == EventKind::visit_begin ? 1 : -1;
        [[fallthrough]];
    case EventKind::walk_begin:
    case EventKind::walk_end:
    case EventKind::unbind_begin:
    case EventKind::flush_begin:
    case EventKind::driver_listed:
    case EventKind::work_begin:
        scheduler.touch(Footprint::reads_everything());
        break;
    case EventKind::operation:
    case EventKind::operation_done:
        scheduler.touch(Footprint::of(Area::facts));
        break;
    case EventKind::point:
    case EventKind::blocks:
    case EventKind::task_runs:
    case EventKind::task_created:
    case EventKind::task_ended:
    case EventKind::lock:
    case EventKind::unlock:
    case EventKind::message:
    case EventKind::allocated:
    case EventKind::device_get:
    case EventKind::device_put:
        break;
    default:
        if (state().visits_open > 0)
            scheduler.touch(Footprint::of(Area::facts));
        break;
    }
}

void touches_orders()
{
    const Scheduler &scheduler = state().scheduler;
    if (!scheduler.is_directed() || !scheduler.on_task())
        return;
    const task_struct &task = scheduler.current();
    if (task.held_count > 0 || task.frame_count > 0 || (context_of(task) & in_awaited) != 0)
        touches(Footprint::of(Area::orders));
}

} // namespace kernel
