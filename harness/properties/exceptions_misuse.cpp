// SPDX-License-Identifier: GPL-2.0-only
// Misuse of the driver core, of queues and of locks: what explains it.
#include "properties/exception_predicates.hpp"

#include "kernel/module.hpp"

namespace properties {

using kernel::Event;
using kernel::EventKind;
using kernel::Misuse;
using kernel::Site;
using kernel::Word;

namespace {

// In its last load before the violation dax_cxl failed to register its driver.
bool dax_cxl_has_no_driver(const Violation &violation, const Circumstances &run)
{
    bool refused = false;
    for (std::size_t i = 0; i < run.events.size() && i < violation.event; ++i) {
        const Event &event = run.events[i];
        const bool coming = event.kind == EventKind::module_state &&
                            event.object.word == Word::dax_cxl &&
                            event.value == static_cast<std::int32_t>(kernel::module_state::coming);
        if (coming)
            refused = false;
        else if (event.kind == EventKind::fault && event.object.word == Word::cxl_dax_region &&
                 static_cast<Site>(event.detail) == Site::driver_register)
            refused = true;
    }
    return refused;
}

// The record is of a task that runs dax_cxl's work item.
bool in_work_of_dax_cxl(const Circumstances &run, std::size_t index)
{
    bool inside = false;
    for (const Event &event : run.events.first(index))
        if (event.task == run.events[index].task &&
            (event.kind == EventKind::work_begin || event.kind == EventKind::work_end))
            inside = event.kind == EventKind::work_begin && event.object.word == Word::cxl_register;
    return inside;
}

} // namespace

bool ml_11(const Violation &violation, const Circumstances &run)
{
    if (violation.property != Property::driver_core_misuse ||
        violation.object != kernel::name_of(Word::hmem_platform, 0) ||
        violation.event >= run.events.size() ||
        static_cast<Misuse>(run.events[violation.event].detail) != Misuse::already_initialised)
        return false;
    return any_event(run, [&](const Event &event) {
        const auto site = static_cast<Site>(event.detail);
        return event.kind == EventKind::fault && event.object == violation.object &&
               (site == Site::platform_device_add || site == Site::device_add);
    });
}

// dax_cxl flushes: dax_hmem is built in, a call of its init failed, and it never became LIVE. What dax_hmem
// itself does with the queue that it gave up is another matter.
bool built_in_init_failed(const Violation &violation, const Circumstances &run)
{
    if (violation.property != Property::dead_workqueue || violation.event >= run.events.size() ||
        !run.scenario.layout.config.builtin.has(Word::dax_hmem))
        return false;
    const Misuse misuse = static_cast<Misuse>(run.events[violation.event].detail);
    if (misuse != Misuse::workqueue_null && misuse != Misuse::workqueue_destroyed)
        return false;
    if (!in_work_of_dax_cxl(run, violation.event))
        return false;
    const bool failed = any_event(run, [](const Event &event) {
        const auto site = static_cast<Site>(event.detail);
        return event.kind == EventKind::fault &&
               ((site == Site::alloc_workqueue && event.object.word == Word::dax_hmem_wq) ||
                (site == Site::driver_register &&
                 (event.object.word == Word::hmem_platform || event.object.word == Word::hmem)));
    });
    return failed && !any_event(run, [](const Event &event) {
               return event.kind == EventKind::module_state && event.object.word == Word::dax_hmem;
           });
}

bool ml_12(const Violation &violation, const Circumstances &run)
{
    const bool in_exit =
        violation.property == Property::driver_core_misuse &&
        violation.detail == kernel::misuse_text(Misuse::unexpected_driver_unregister) &&
        violation.object.word == Word::cxl_dax_region;
    const bool never_bound = is_lost(violation) && violation.detail == lost_detail::cxl_has_none;
    return (in_exit || never_bound) && dax_cxl_has_no_driver(violation, run);
}

// The device's release, run by the last put, has zeroed the lock that is released next.
bool zeroed_under_its_lock(const Violation &violation, const Circumstances &run)
{
    if (violation.property != Property::bad_unlock ||
        violation.object.word != Word::hmem_platform || violation.event >= run.events.size())
        return false;
    const std::uint16_t task = run.events[violation.event].task;
    bool zeroed = false;
    for (const Event &event : run.events.first(violation.event))
        if (event.kind == EventKind::device_freed && event.task == task &&
            event.object == violation.object)
            zeroed = event.value != 0; // by a task that held its lock
    return zeroed;
}

} // namespace properties
