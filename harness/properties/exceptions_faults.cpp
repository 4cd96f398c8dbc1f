// SPDX-License-Identifier: GPL-2.0-only
// Ranges that are lost because a call failed: of a walk, or of a child's probe.
#include "properties/exception_predicates.hpp"

#include "kernel/name.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace properties {

using kernel::Event;
using kernel::EventKind;
using kernel::Name;
using kernel::Range;
using kernel::Word;

namespace {

// Whether the failed call is one whose result a walk returns: those that register a child of the host,
// not those of the child's own probe.
bool ends_walk(const Event &fault, kernel::Name host)
{
    switch (static_cast<kernel::Site>(fault.detail)) {
    case kernel::Site::memregion_alloc:
        return true;
    case kernel::Site::devm_add_action:
        return fault.object == host;
    case kernel::Site::platform_device_alloc:
    case kernel::Site::platform_device_add_data:
    case kernel::Site::platform_device_add:
    case kernel::Site::device_add:
        return fault.object.word == Word::hmem;
    default:
        return false;
    }
}

// A fault made the device's last walk of that kind (a resolution's, or a probe's) fail at this range
// or before it, in the very visit that ended it.
bool fault_ended_walk(const Violation &violation, const Circumstances &run, bool resolution)
{
    bool inside = false;
    bool fault = false;
    bool answer = false;
    std::uint16_t task = kernel::no_task;
    Range visited;
    for (const Event &event : run.events) {
        const bool of_walk = event.kind == EventKind::walk_begin ||
                             event.kind == EventKind::visit_begin ||
                             event.kind == EventKind::walk_end;
        if (of_walk && event.object != violation.object)
            continue; // another device's
        if (event.kind == EventKind::walk_begin) {
            inside = (event.value != 0) == resolution;
            task = event.task;
        } else if (event.kind == EventKind::visit_begin) {
            visited = {event.start, event.end};
            fault = false;
        } else if (event.kind == EventKind::fault) {
            fault |= event.task == task && ends_walk(event, violation.object);
        } else if (event.kind == EventKind::walk_end && inside) {
            // A failing probe undoes what it had registered before, a resolution does not.
            const bool reached = resolution && violation.range.end < visited.start;
            answer = fault && event.value < 0 && !reached;
            inside = false;
        }
    }
    return answer;
}

// The second device's range counts as one that touches a window, see UPSTREAM.md 4.2.
bool touched_window(const Violation &violation, const Circumstances &run)
{
    return any_event(run, [&](const Event &event) {
        return (event.kind == EventKind::window_published || event.kind == EventKind::mock_range) &&
               violation.range.overlaps({event.start, event.end});
    });
}

} // namespace

// The resolution is about ranges in windows only. What a region has is CXL's without it.
bool ml_3(const Violation &violation, const Circumstances &run)
{
    return is_lost(violation) && violation.detail != lost_detail::cxl_has_none &&
           violation.detail != lost_detail::region_removed && touched_window(violation, run) &&
           fault_ended_walk(violation, run, true);
}

// What CXL must have by then it has without the probe.
bool ml_4(const Violation &violation, const Circumstances &run)
{
    return is_lost(violation) &&
           (violation.detail == lost_detail::hmem_has_none ||
            violation.detail == lost_detail::never_resolved) &&
           fault_ended_walk(violation, run, false);
}

// The owner's last attempt to make a dax region and device of the range (a probe of an hmem device of
// it, or of a region around it and its dax_regionN) was refused memory; or that of HMEM before it was, and
// the last met a dax region of CXL's over the whole range that came into the gap.
bool child_probe_failed(const Violation &violation, const Circumstances &run)
{
    // A range that was never resolved can have been registered all the same, against the rule.
    const bool hmem = violation.detail == lost_detail::hmem_has_none ||
                      violation.detail == lost_detail::never_resolved;
    if (!is_lost(violation) || (!hmem && violation.detail != lost_detail::cxl_has_none))
        return false;
    std::vector<kernel::Name> parents; // a name is another range's once its device is deleted
    std::vector<std::pair<kernel::Name, std::int32_t>> regions; // by parent, the N of daxN.0
    const auto is_parent = [&](kernel::Name name) {
        return std::find(parents.begin(), parents.end(), name) != parents.end();
    };
    const auto has_region = [&](std::int32_t id) {
        return std::any_of(regions.begin(), regions.end(),
                           [id](const auto &region) { return region.second == id; });
    };
    std::vector<Name> came; // of CXL's, over the range, since HMEM was refused
    bool refused = false;
    bool before = false;
    for (const Event &event : run.events) {
        const bool has_range = Range{event.start, event.end}.contains(violation.range);
        if (event.kind == EventKind::device_added && event.object.word == Word::hmem && has_range &&
            hmem) {
            parents.push_back(event.object);
        } else if (event.kind == EventKind::device_deleted && event.object.word == Word::hmem) {
            std::erase(parents, event.object);
        } else if (event.kind == EventKind::region_state && has_range && !hmem) {
            parents.push_back(event.object);
            parents.push_back(kernel::name_of(Word::dax_region, event.object.number));
        } else if (event.kind == EventKind::dax_region_added && is_parent(event.object)) {
            regions.emplace_back(event.object, event.value);
        } else if (event.kind == EventKind::dax_region_added && has_range) {
            came.push_back(event.object);
        } else if (event.kind == EventKind::dax_region_removed) {
            std::erase_if(regions,
                          [&](const auto &region) { return region.first == event.object; });
            std::erase(came, event.object);
        } else if (event.kind == EventKind::probe_begin && is_parent(event.object)) {
            before = std::exchange(refused, false);
        } else if (hmem && event.kind == EventKind::dax_region_conflict &&
                   is_parent(event.object)) {
            refused |= before && !came.empty();
        } else if (event.kind == EventKind::fault) {
            const bool of_child = event.object.word == Word::dax ? has_region(event.object.number)
                                                                 : is_parent(event.object);
            if (of_child && !before) // who came after an earlier failure is still in the gap
                came.clear();
            refused |= of_child;
        }
    }
    return refused;
}

} // namespace properties
