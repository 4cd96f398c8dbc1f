// SPDX-License-Identifier: GPL-2.0-only
#include "report/sentence.hpp"

#include "kernel/cxl.hpp"
#include "kernel/errno.hpp"
#include "kernel/module.hpp"
#include "kernel/resource.hpp"
#include "report/misuse_words.hpp"
#include "scenario/sentences.hpp"

#include <fmt/format.h>

#include <string_view>

namespace report {
namespace {

using kernel::Event;
using kernel::EventKind;
using kernel::Word;

std::string name(kernel::Name object) { return kernel::to_string(object); }

// As 'commit' in "region0: state COMMIT".
std::string_view region_state_text(int state)
{
    switch (state) {
    case kernel::CXL_CONFIG_IDLE:
        return "state IDLE";
    case kernel::CXL_CONFIG_INTERLEAVE_ACTIVE:
        return "state INTERLEAVE_ACTIVE";
    case kernel::CXL_CONFIG_ACTIVE:
        return "state ACTIVE";
    case kernel::CXL_CONFIG_RESET_PENDING:
        return "state RESET_PENDING";
    case kernel::CXL_CONFIG_COMMIT:
        return "state COMMIT";
    default:
        return "gone";
    }
}

std::string_view intersects_text(int result)
{
    switch (result) {
    case kernel::REGION_INTERSECTS:
        return "REGION_INTERSECTS";
    case kernel::REGION_DISJOINT:
        return "REGION_DISJOINT";
    default:
        return "REGION_MIXED";
    }
}

std::string_view module_text(int state)
{
    switch (static_cast<kernel::module_state>(state)) {
    case kernel::module_state::coming:
        return "COMING, its init is next";
    case kernel::module_state::live:
        return "LIVE";
    case kernel::module_state::going:
        return "GOING";
    case kernel::module_state::freed:
        break;
    }
    return "text and data are freed";
}

std::string_view phase_text(int phase)
{
    switch (static_cast<kernel::Phase>(phase)) {
    case kernel::Phase::boot:
        return "boot: firmware's ranges are registered, built-in code starts";
    case kernel::Phase::actors:
        return "actors: administration begins";
    case kernel::Phase::rest:
        return "rest: administration is over, what still runs comes to its end";
    case kernel::Phase::epilogue:
        return "epilogue: everything is unloaded";
    case kernel::Phase::end:
        break;
    }
    return "end";
}

std::string_view holder_text(std::uint8_t holder)
{
    switch (static_cast<kernel::Holder>(holder)) {
    case kernel::Holder::creator:
        return "its creator";
    case kernel::Holder::bus:
        return "its bus";
    case kernel::Holder::parent:
        return "the device hierarchy";
    case kernel::Holder::driver_core:
        return "the driver core";
    case kernel::Holder::code:
        break;
    }
    return "the code under test";
}

std::string operation(const Event &event)
{
    return scenario::operation_text(
        {static_cast<scenario::OperationCode>(event.detail), event.object});
}

std::string result_text(int result)
{
    return result == 0 ? "done" : fmt::format("failed with error {}", error_text(result));
}

// What a walk's callback returns: a walk also ends at a positive value, which is an answer.
std::string walk_result_text(int result)
{
    return result > 0 ? fmt::format("ends the walk: {}", result) : result_text(result);
}

// A queue is flushed by flush_workqueue, an item by flush_work.
std::string flush_text(kernel::Name what)
{
    const bool queue = what.word == Word::dax_hmem_wq || what.word == Word::system_long_wq ||
                       what.word == Word::cxl_port;
    return fmt::format("{}({})", queue ? "flush_workqueue" : "flush_work", name(what));
}

// That queue_work returns true does not say that the item is on the queue (KERNEL.md section 1).
std::string_view queueing_text(const Event &event)
{
    if (event.value != 0)
        return event.start != 0 ? "queued"
                                : "true, but nothing is queued: the item stays PENDING for ever";
    return event.extra != 0 ? "refused, the item is disabled while it is cancelled"
                            : "already pending";
}

std::string switch_sentence(const Event &event, const Telling &telling)
{
    const auto index = static_cast<std::size_t>(event.value);
    const auto &switches = telling.scenario.switches;
    std::string text = fmt::format("switch {}", index + 1);
    if (index < switches.size())
        text +=
            fmt::format(" ({})", scenario::switch_text(switches[index], telling.scenario.actors));
    if (event.kind == EventKind::switch_idle)
        return text + ": its target cannot run, so nothing changes";
    return text + fmt::format(": {} runs instead", telling.tasks.of(event.extra));
}

std::string ordered_text(std::uint16_t kind, kernel::Name what)
{
    switch (static_cast<kernel::Ordered>(kind)) {
    case kernel::Ordered::lock:
    case kernel::Ordered::device_lock:
        return "lock " + name(what);
    case kernel::Ordered::work:
        return "work item " + name(what);
    case kernel::Ordered::queue:
        return "queue " + name(what);
    case kernel::Ordered::probes:
        break;
    }
    return "probes";
}

std::string order_text(const Event &event)
{
    return fmt::format("order: {}, then {}", ordered_text(event.extra, event.other),
                       ordered_text(event.detail, event.object));
}

// What tasks and the scheduler do.
std::string scheduling(const Event &event, const Moment &moment, const Telling &telling)
{
    switch (event.kind) {
    case EventKind::phase:
        return std::string(phase_text(event.value));
    case EventKind::task_created:
        return fmt::format("new task {}",
                           telling.tasks.of(static_cast<std::uint16_t>(event.value)));
    case EventKind::task_ended:
        return "task ends";
    case EventKind::task_runs:
        return "task runs";
    case EventKind::point: {
        std::string text = fmt::format("before {} {}",
                                       kernel::point_text(static_cast<kernel::Point>(event.detail)),
                                       name(event.object));
        return moment.arrival == 0 ? text : text + fmt::format(" #{}", moment.arrival);
    }
    case EventKind::switched:
    case EventKind::switch_idle:
        return switch_sentence(event, telling);
    case EventKind::blocks:
        return "waits for " + waited_for(static_cast<kernel::Wait>(event.detail), event.object);
    case EventKind::stuck:
        return "is stuck waiting for " +
               waited_for(static_cast<kernel::Wait>(event.detail), event.object);
    case EventKind::stuck_holds:
        return fmt::format("holds lock {} meanwhile", name(event.object));
    case EventKind::lock:
        return fmt::format("takes lock {}", name(event.object));
    case EventKind::unlock:
        return fmt::format("releases lock {}", name(event.object));
    case EventKind::order:
        return order_text(event);
    case EventKind::waits:
        return fmt::format("calls {}({}), which may wait",
                           kernel::wait_call_text(static_cast<kernel::WaitCall>(event.detail)),
                           event.object ? name(event.object) : "");
    default:
        return "";
    }
}

// What administrators, modules and work items do.
std::string activity(const Event &event, const Moment &moment, const Telling &telling)
{
    switch (event.kind) {
    case EventKind::fault:
        return fmt::format("fault: {}({}) fails with {}",
                           kernel::site_text(static_cast<kernel::Site>(event.detail)),
                           name(event.object), error_text(event.value));
    case EventKind::operation:
        return operation(event);
    case EventKind::operation_done:
        return fmt::format("{}: {}", operation(event), result_text(event.value));
    case EventKind::message: {
        std::string text = fmt::format("{}: {}", name(event.object),
                                       event.caller != nullptr ? event.caller : "(no text)");
        const bool ranged = event.end > 0;
        return ranged ? text + ": " + range_text({event.start, event.end}, telling.scenario) : text;
    }
    case EventKind::misuse:
        return misuse_sentence(event, moment.last_point);
    case EventKind::work_queued:
        return fmt::format("queue_work({}, {}): {}", name(event.other), name(event.object),
                           queueing_text(event));
    case EventKind::work_begin:
        return fmt::format("work item {} starts, it can be queued again", name(event.object));
    case EventKind::work_end:
        return fmt::format("work item {} is done", name(event.object));
    case EventKind::work_cancelled:
        return fmt::format("work item {} is taken off its queue", name(event.object));
    case EventKind::flush_begin:
        return flush_text(event.object);
    case EventKind::flush_end:
        return fmt::format("{} returns{}",
                           moment.opened != nullptr ? flush_text(moment.opened->object) : "flush",
                           event.value != 0 ? " after the item's end" : "");
    case EventKind::allocated:
        return fmt::format("{} allocated", name(event.object));
    case EventKind::module_state:
        return fmt::format("module {}: {}", name(event.object), module_text(event.value));
    default:
        return "";
    }
}

// What happens to devices and drivers.
std::string binding(const Event &event, const Telling &telling)
{
    const std::string device = name(event.object);
    switch (event.kind) {
    case EventKind::device_added: {
        const bool ranged = event.end > 0;
        return fmt::format("{}: device added{}", device,
                           ranged ? " for " + range_text({event.start, event.end}, telling.scenario)
                                  : "");
    }
    case EventKind::device_deleted:
        return fmt::format("{}: device removed", device);
    case EventKind::device_freed:
        return fmt::format("{}: last reference is gone, device freed", device);
    case EventKind::device_get:
        return fmt::format("{}: {} takes a reference, count is {}", device,
                           holder_text(event.detail), event.value);
    case EventKind::device_put:
        return fmt::format("{}: {} puts a reference, count is {}", device,
                           holder_text(event.detail), event.value);
    case EventKind::device_kept:
        return fmt::format("{}: a built-in module refers to it for ever", device);
    case EventKind::probe_begin:
        return fmt::format("probe of {} with driver {}", device, name(event.other));
    case EventKind::probe_end:
        return event.value == 0 ? fmt::format("{} is bound to driver {}", device, name(event.other))
                                : fmt::format("probe of {} with driver {} failed with error {}",
                                              device, name(event.other), error_text(event.value));
    case EventKind::unbind_begin:
        return fmt::format("unbinding {} from driver {}", device, name(event.other));
    case EventKind::unbind_end:
        return fmt::format("{} is unbound", device);
    case EventKind::driver_listed:
        return fmt::format("driver {} is on its bus's list", device);
    case EventKind::driver_registered:
        return event.value == 0 ? fmt::format("driver {} is registered", device)
                                : fmt::format("driver_register({}) failed with error {}", device,
                                              error_text(event.value));
    case EventKind::driver_unregistered:
        return fmt::format("driver {} is unregistered", device);
    case EventKind::devres_added:
        return fmt::format("{}: managed resource added", device);
    default:
        return "";
    }
}

// What happens to ranges.
std::string ownership(const Event &event, const Telling &telling)
{
    const std::string range = range_text({event.start, event.end}, telling.scenario);
    const std::string object = name(event.object);
    switch (event.kind) {
    case EventKind::hmem_range:
        return fmt::format("hmem_active: {}, target node {}", range, event.value);
    case EventKind::hmem_range_dropped:
        return fmt::format("hmem range {} already active, dropped", range);
    case EventKind::soft_reserved:
        return fmt::format("firmware: {} soft reserved", range);
    case EventKind::window_published:
        return fmt::format("{}: CXL Window in iomem: {}", object, range);
    case EventKind::window_withdrawn:
        return fmt::format("{}: CXL Window removed from iomem: {}", object, range);
    case EventKind::region_state:
        return fmt::format("{}: {}: {}", object, region_state_text(event.value), range);
    case EventKind::intersects:
        return fmt::format("region_intersects{}({}) = {}",
                           event.object.word == Word::soft_reserve ? "_soft_reserve" : "", range,
                           intersects_text(event.value));
    case EventKind::contains:
        return fmt::format("{}({}) = {}",
                           event.detail == static_cast<std::uint8_t>(kernel::Containment::chain)
                               ? "cxl_regions_fully_map"
                               : "cxl_region_contains_resource",
                           range, event.value != 0);
    case EventKind::walk_begin:
        return fmt::format("{}: walk over hmem_active {}", object,
                           event.value != 0 ? "by the deferred work" : "by a probe");
    case EventKind::walk_end:
        return fmt::format("{}: walk {}", object, walk_result_text(event.value));
    case EventKind::visit_begin:
        return fmt::format("visit {}", range);
    case EventKind::visit_end:
        return fmt::format("visit {} {}", range, walk_result_text(event.value));
    case EventKind::dax_region_added:
        return fmt::format("DAX Regions: {} claims {}", object, range);
    case EventKind::dax_region_conflict:
        return fmt::format("DAX Regions: {} is refused, resource conflict for {}", object, range);
    case EventKind::dax_region_removed:
        return fmt::format("DAX Regions: {} releases {}", object, range);
    case EventKind::memory_online:
        return fmt::format("{}: System RAM (kmem) online: {}", object, range);
    case EventKind::memory_offline:
        return fmt::format("{}: System RAM (kmem) offline: {}", object, range);
    case EventKind::memory_refused:
        return fmt::format("{}: memory is not put to use, {}{}: {}", object,
                           error_text(event.value),
                           event.other ? ", " + name(event.other) + " is in the way" : "", range);
    case EventKind::mock_range:
        return event.value != 0
                   ? fmt::format("{}: region_intersects answers REGION_INTERSECTS in {}", object,
                                 range)
                   : fmt::format("{}: region_intersects answers as it finds in {} again", object,
                                 range);
    case EventKind::memregion_allocated:
        return fmt::format("memregion_alloc() = {}", event.value);
    case EventKind::memregion_freed:
        return fmt::format("memregion_free({})", event.value);
    default:
        return "";
    }
}

} // namespace

std::string sentence(const Event &event, const Moment &moment, const Telling &telling)
{
    std::string text = scheduling(event, moment, telling);
    if (text.empty())
        text = activity(event, moment, telling);
    if (text.empty())
        text = binding(event, telling);
    if (text.empty())
        text = ownership(event, telling);
    return text;
}

std::string range_text(kernel::Range range, const scenario::Scenario &scenario)
{
    std::string text = fmt::format("[mem {:#010x}-{:#010x}]", range.start, range.end);
    const scenario::Layout &layout = scenario.layout;
    for (std::size_t i = 0; i < layout.soft_reserved.size(); ++i)
        if (layout.soft_reserved[i].range == range)
            return text + fmt::format(" (SR{})", i);
    for (std::size_t i = 0; i < layout.hmat.size(); ++i)
        if (layout.hmat[i].range == range)
            return text + fmt::format(" (HMAT{})", i);
    return text;
}

std::string waited_for(kernel::Wait wait, kernel::Name object)
{
    std::string what = name(object);
    switch (wait) {
    case kernel::Wait::lock:
        return "lock " + what;
    case kernel::Wait::work_done:
        return "work item " + what;
    case kernel::Wait::workqueue_done:
        return "workqueue " + what;
    case kernel::Wait::probe_count:
        return "probe_count to reach 0 (wait_for_device_probe)";
    case kernel::Wait::async_done:
        return "asynchronous probes (async_synchronize_full)";
    case kernel::Wait::module_settled:
        return fmt::format("module {} to be LIVE or gone", what);
    case kernel::Wait::child_task:
        return fmt::format("modprobe:{} (request_module)", what);
    case kernel::Wait::bind_file_writers:
        return fmt::format("writers of driver {}'s bind and unbind files", what);
    case kernel::Wait::region_file_writers:
        return fmt::format("who destroys a region of {}", what);
    case kernel::Wait::driver_walkers:
        return fmt::format("tasks that are trying driver {}", what);
    }
    return what;
}

std::string error_text(int error)
{
    return fmt::format("{} ({})", error, kernel::errno_text(error));
}

} // namespace report
