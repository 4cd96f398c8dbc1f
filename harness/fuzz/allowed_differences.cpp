// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz/revisions_agree.hpp"

#include "kernel/errno.hpp"
#include "kernel/iomem.hpp"
#include "kernel/module.hpp"
#include "scenario/sentences.hpp"

#include <algorithm>
#include <array>

namespace fuzz {
namespace {

using kernel::Event;
using kernel::EventKind;
using kernel::Name;
using kernel::Range;
using kernel::Word;
using scenario::Scenario;

// ---------------------------------------------------------------- what a story came to

bool says_second_device(const Event &event) { return event.object == scenario::second_platform; }

// A range that a walk came to.
struct Visit {
    Name host;
    Range range;
    std::uint16_t task = kernel::no_task;
    bool by_the_work = false;
    bool after_resolution = false; // a work began another walk before, whichever load's
    bool during_unload = false;    // of dax_hmem
    bool touches_window = false;
};

// Walks of both devices can be open at once; one task has one.
std::vector<Visit> visits_of(const Story &story)
{
    std::vector<Visit> visits;
    struct Walk {
        std::uint16_t task;
        bool by_the_work;
        bool after_resolution;
    };
    std::vector<Walk> walks;
    const auto latest = [](auto &items, std::uint16_t task) {
        return std::find_if(items.rbegin(), items.rend(),
                            [&](const auto &item) { return item.task == task; });
    };
    int resolutions = 0;
    bool going = false;
    for (const Event &event : story.events) {
        switch (event.kind) {
        case EventKind::module_state:
            if (event.object.word == Word::dax_hmem)
                going = event.value == static_cast<std::int32_t>(kernel::module_state::going);
            break;
        case EventKind::walk_begin:
            walks.push_back({event.task, event.value == 1, resolutions > 0});
            resolutions += event.value == 1 ? 1 : 0;
            break;
        case EventKind::visit_begin: {
            const auto walk = latest(walks, event.task);
            visits.push_back({event.object,
                              {event.start, event.end},
                              event.task,
                              walk->by_the_work,
                              walk->after_resolution,
                              going});
            break;
        }
        case EventKind::intersects: {
            const auto visit = latest(visits, event.task);
            if (visit != visits.rend() && event.object.word == Word::iomem &&
                event.value != kernel::REGION_DISJOINT)
                visit->touches_window = true;
            break;
        }
        default:
            break;
        }
    }
    return visits;
}

template <class Predicate> Ranges ranges_of(const Story &story, Predicate counts)
{
    Ranges ranges;
    for (const Visit &visit : visits_of(story))
        if (counts(visit))
            ranges.push_back(visit.range);
    return ranges;
}

void add(Ranges &ranges, const Ranges &more)
{
    ranges.insert(ranges.end(), more.begin(), more.end());
}

bool came_into_being(const Story &story)
{
    return std::any_of(story.events.begin(), story.events.end(), [](const Event &event) {
        return event.kind == EventKind::device_added && says_second_device(event);
    });
}

bool second_device(const Scenario &, const Story &left, const Story &right)
{
    return came_into_being(left) && came_into_being(right);
}

bool hmem_built_in_above_modules(const Scenario &scenario, const Story &, const Story &)
{
    const auto &built_in = scenario.layout.config.builtin;
    return built_in.has(Word::dax_hmem) &&
           !(built_in.has(Word::cxl_acpi) && built_in.has(Word::cxl_pci));
}

// ---------------------------------------------------------------- whose owners differ

// V7-3.
Ranges taken_by_a_later_probe(const Story &left, const Story &)
{
    return ranges_of(left, [](const Visit &visit) {
        return !visit.by_the_work && visit.after_resolution && visit.touches_window;
    });
}

// V7-5.
Ranges registered_again(const Story &left, const Story &)
{
    return ranges_of(left, [](const Visit &visit) {
        return visit.by_the_work && visit.after_resolution && visit.touches_window;
    });
}

// What the other one registers of a device that was refused: its probe, while a work is pending, or that
// it comes back, while the work keeps a reference on it.
Ranges of_refused_devices(const Story &refusing, const Story &other)
{
    Ranges ranges;
    for (const Event &event : refusing.events)
        if ((event.kind == EventKind::probe_end || event.kind == EventKind::operation_done) &&
            event.value == -EBUSY && event.object.word == Word::hmem_platform)
            add(ranges,
                ranges_of(other, [&](const Visit &visit) { return visit.host == event.object; }));
    return ranges;
}

// V8-3: what the one flag or the one work could be about, and what a pending work of the other device
// or its reference stands against.
Ranges of_confused_devices(const Story &left, const Story &right)
{
    const auto touches = [](const Visit &visit) { return visit.touches_window; };
    Ranges ranges = ranges_of(left, touches);
    add(ranges, ranges_of(right, touches));
    add(ranges, of_refused_devices(left, right));
    add(ranges, of_refused_devices(right, left)); // of mainline, hmem.N holds its parent
    return ranges;
}

// V8-6: and what the resolution, which is still to come on the right, stands against there.
Ranges resolved_by_an_unload(const Story &left, const Story &right)
{
    const Ranges deferred =
        ranges_of(left, [](const Visit &visit) { return visit.touches_window; });
    Ranges ranges = ranges_of(left, [&](const Visit &visit) {
        return visit.by_the_work && visit.during_unload &&
               std::find(deferred.begin(), deferred.end(), visit.range) != deferred.end();
    });
    if (!ranges.empty())
        add(ranges, of_refused_devices(right, left));
    return ranges;
}

// ---------------------------------------------------------------- the table

using Identity = std::string_view;

constexpr std::array flush_of_dax_cxl = {
    Identity("uninitialized-work:cxl_dax_region_driver_register")};
constexpr std::array flush_at_exit = {Identity("uninitialized-work:dax_hmem_exit")};
constexpr std::array second_run = {Identity("repeated-resolution:process_defer_work")};
constexpr std::array kept = {Identity("missing-put-device:dax_hmem_platform_probe")};
constexpr std::array zeroed = {Identity("bad-unlock:process_defer_work")};
constexpr std::array queued_after_flush = {Identity("work-outlives-module:process_defer_work")};
constexpr std::array other_kernel = {configuration};

// clang-format off: one row a difference
constexpr AllowedDifference table[] = {
    {{"v7", "v7-reviewed"}, nullptr, flush_of_dax_cxl, {}, nullptr,
     "V7-1: flush before any hmem_platform device probed; the static work item is the remedy",
     "abuOLq6bMPa0nNAL@aschofie-mobl2.lan"},
    {{"v7", "v7-reviewed"}, nullptr, flush_at_exit, {}, nullptr,
     "V7-2: flush at exit of what was never set up; either remedy is one",
     "abuOLq6bMPa0nNAL@aschofie-mobl2.lan"},
    {{"v7-gated-exit", "v7-reviewed"}, nullptr, flush_of_dax_cxl, {}, nullptr,
     "V7-1: the gate at exit is no remedy against it",
     "abuOLq6bMPa0nNAL@aschofie-mobl2.lan"},
    {{"v7-reviewed", "v8"}, nullptr, {}, {}, taken_by_a_later_probe,
     "V7-3: a probe after the resolution registers what touches a window; from v8 on CXL wins",
     "69bc81bfa9baa_7ee310093@dwillia2-mobl4.notmuch"},
    {{"v7-reviewed", "v8"}, nullptr, second_run, {}, nullptr,
     "V7-5: the work walks as often as it runs; from v8 on once",
     "20260322195343.206900-1-Smita.KoralahalliChannabasappa@amd.com"},
    {{"v7-reviewed", "v8"}, nullptr, {}, {}, registered_again,
     "V7-5: what the work walks again it registers again",
     "20260322195343.206900-1-Smita.KoralahalliChannabasappa@amd.com"},
    {{"v8", "mainline"}, second_device, {}, {}, of_confused_devices,
     "V8-3: flag and work item belong to one device; from f8dc1bde1873 on to each",
     "f8dc1bde1873"},
    {{"v8", "mainline"}, second_device, kept, {}, nullptr,
     "V8-3: the work's one reference is on the device that came first, and only an exit puts it",
     "f8dc1bde1873"},
    {{"v8", "mainline"}, second_device, {}, zeroed, nullptr,
     "V8-3: from f8dc1bde1873 on the work has a reference on its device, and may put the last one; "
     "the release of hmem_platform.1 zeroes the lock that the work holds",
     "UPSTREAM.md 2.7, 4.2"},
    {{"v8", "mainline"}, nullptr, {}, {}, resolved_by_an_unload,
     "V8-6: v8 flushes first and unbinds then, so that a pending resolution is spent on an unload; "
     "mainline unbinds first, and the next load resolves",
     "UPSTREAM.md 2.6, 2.7"},
    {{"v8", "mainline"}, nullptr, queued_after_flush, {}, nullptr,
     "V8-6: between v8's flush and its unbinding a probe queues the work again",
     "UPSTREAM.md 2.6, 2.7"},
    {{"v8", "mainline"}, hmem_built_in_above_modules, other_kernel, {}, nullptr,
     "K-2: DEV_DAX_HMEM=y with CXL_ACPI or CXL_PCI as a module is no longer possible",
     "1eaef15b2349"},
};
// clang-format on

} // namespace

std::span<const AllowedDifference> allowed_differences() { return table; }

} // namespace fuzz
