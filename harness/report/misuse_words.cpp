// SPDX-License-Identifier: GPL-2.0-only
#include "report/misuse_words.hpp"

#include <fmt/format.h>

#include <string_view>

namespace report {
namespace {

using kernel::Misuse;
using kernel::Point;

// The kernel function that notices, where several could: the one whose point the task passed last.
std::string_view work_call(const kernel::Event *last_point)
{
    if (last_point == nullptr)
        return "";
    switch (const auto point = static_cast<Point>(last_point->detail)) {
    case Point::queue_work:
    case Point::flush_work:
    case Point::cancel_work:
    case Point::flush_workqueue:
    case Point::destroy_workqueue:
        return kernel::point_text(point);
    default:
        return "";
    }
}

// The kernel function that notices; empty where it is no particular one.
std::string_view noticed_by(Misuse misuse, const kernel::Event *last_point)
{
    switch (misuse) {
    case Misuse::work_no_func:
    case Misuse::work_unlinked:
    case Misuse::not_a_work:
    case Misuse::workqueue_null:
    case Misuse::workqueue_draining:
    case Misuse::workqueue_destroyed:
    case Misuse::self_flush:
    case Misuse::self_queue_flush:
        return work_call(last_point);
    case Misuse::work_init_busy:
        return "INIT_WORK";
    case Misuse::invalid_free:
        return "kfree";
    case Misuse::refcount_underflow:
        return "put_device";
    case Misuse::refcount_zero_get:
        return "get_device";
    case Misuse::already_initialised:
        return "device_initialize";
    case Misuse::no_release:
        return "device_release";
    case Misuse::duplicate_name:
        return "device_add";
    case Misuse::unexpected_driver_unregister:
    case Misuse::second_driver_unregister:
        return "driver_unregister";
    case Misuse::ida_free_unallocated:
        return "memregion_free";
    case Misuse::drvdata_set:
        return "alloc_dax_region";
    case Misuse::unregister_locked:
        return "device_del";
    case Misuse::request_module_async:
        return "request_module";
    case Misuse::devres_unbound:
        return "devm_add_action";
    case Misuse::devres_not_found:
        return "devm_release_action";
    case Misuse::resource_reinserted:
        return "insert_resource";
    case Misuse::resource_not_found:
        return "__release_region";
    case Misuse::work_text_gone:
    case Misuse::text_gone:
    case Misuse::object_freed_busy:
    case Misuse::use_after_free:
    case Misuse::bad_unlock:
    case Misuse::lock_leaked:
    case Misuse::self_lock:
    case Misuse::self_probe_wait:
    case Misuse::device_uninitialised:
    case Misuse::drvdata_unbound:
    case Misuse::null_pointer:
    case Misuse::deadlock:
    case Misuse::step_budget:
    case Misuse::count_:
        break;
    }
    return "";
}

// What a person reads first. Of a hang the kernel itself says nothing.
std::string_view severity(Misuse misuse)
{
    switch (misuse) {
    case Misuse::self_lock:
    case Misuse::self_flush:
    case Misuse::self_queue_flush:
    case Misuse::self_probe_wait:
    case Misuse::unregister_locked:
        return "self-deadlock";
    case Misuse::drvdata_unbound:
        return "misuse";
    case Misuse::deadlock:
        return "deadlock";
    case Misuse::step_budget:
        return "no rest";
    default:
        return kernel::misuse_stops(misuse) ? "Oops" : "WARN";
    }
}

} // namespace

std::string misuse_sentence(const kernel::Event &event, const kernel::Event *last_point)
{
    const auto misuse = static_cast<Misuse>(event.detail);
    std::string text(severity(misuse));
    const std::string object = event.object ? kernel::to_string(event.object) : "";
    const std::string_view function = noticed_by(misuse, last_point);
    const bool of_the_run = misuse == Misuse::deadlock || misuse == Misuse::step_budget;
    if (!of_the_run && !function.empty())
        text += fmt::format(" at {}({})", function, object);
    else if (!of_the_run && event.object)
        text += fmt::format(" on {}", object);
    text += fmt::format(": {}", kernel::misuse_text(misuse));
    if (event.other)
        text += fmt::format(" ({})", kernel::to_string(event.other));
    if (event.function != nullptr)
        text += fmt::format(", in {}", event.function);
    return text;
}

} // namespace report
