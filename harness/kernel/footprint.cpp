// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/footprint.hpp"

#include "kernel/kernel.hpp"
#include "kernel/state.hpp"

namespace kernel {
namespace {

bool on_task() { return state().scheduler.on_task(); }

} // namespace

Footprint Footprint::bit_of(Name lock)
{
    constexpr auto areas = static_cast<unsigned>(Area::count_);
    const unsigned key = static_cast<unsigned>(lock.word) * 7 +
                         static_cast<unsigned>(lock.number + 1) * 3 + lock.part;
    return {0, std::uint64_t{1} << (areas + key % (64 - areas))};
}

Footprint Footprint::calls(Role role)
{
    const Name kind = name_of(role.kind, role.object.number, role.object.part);
    return lock(kind);
}

Footprint Footprint::bits_of(const bus_type *bus)
{
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
void Within::enter(Footprint own)
{
    if (!on_task())
        return;
    Scheduler &scheduler = state().scheduler;
    outside_ = scheduler.current().scope;
    scheduler.touch(*outside_);
    scheduler.current().scope = own;
}

void Within::leave()
{
    Scheduler &scheduler = state().scheduler;
    scheduler.touch(scheduler.current().scope);
    scheduler.current().scope = *outside_;
}

void note_scope(Footprint own)
{
    if (on_task())
        state().scheduler.current().scope = own;
}

void note_touch(Footprint also)
{
    if (on_task())
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
    case EventKind::order:
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

void note_orders()
{
    const Scheduler &scheduler = state().scheduler;
    if (!scheduler.on_task())
        return;
    const task_struct &task = scheduler.current();
    if (task.held_count > 0 || task.frame_count > 0 || (context_of(task) & in_awaited) != 0)
        touches(Footprint::of(Area::orders));
}

} // namespace kernel
