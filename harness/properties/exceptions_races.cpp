// SPDX-License-Identifier: GPL-2.0-only
// Ranges that are lost, or registered twice, because a window or a region came or went at a bad moment.
#include "properties/exception_predicates.hpp"

#include "kernel/cxl.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace properties {

using kernel::Event;
using kernel::EventKind;
using kernel::Name;
using kernel::Range;
using kernel::Word;

// The range touched a window when it was deferred, and none when its resolution visited it. A reload
// may have left it to CXL since.
bool window_withdrawn(const Violation &violation, const Circumstances &run)
{
    if (!is_lost(violation) || (violation.detail != lost_detail::hmem_has_none &&
                                violation.detail != lost_detail::left_to_cxl))
        return false;
    bool resolution = false;
    bool withdrawn = false;
    bool passed_over = false;
    std::vector<kernel::Name> devices; // of HMEM, of the range
    for (const Event &event : run.events) {
        const Range range{event.start, event.end};
        if (event.kind == EventKind::walk_begin && event.object == violation.object)
            resolution = event.value != 0;
        else if (event.kind == EventKind::window_withdrawn && range.overlaps(violation.range))
            withdrawn = true;
        else if (event.kind == EventKind::window_published && range.overlaps(violation.range))
            withdrawn = false;
        else if (event.kind == EventKind::visit_end && range == violation.range && resolution)
            passed_over = withdrawn && devices.empty();
        else if (event.kind == EventKind::device_deleted)
            std::erase(devices, event.object);
        else if (event.kind == EventKind::device_added && event.object.word == Word::hmem &&
                 range == violation.range) {
            devices.push_back(event.object);
            passed_over = false;
        }
    }
    return passed_over;
}

// A probe found no window around the range and registered it; a window came after it had begun to
// look, and before the second registration.
bool window_published_late(const Violation &violation, const Circumstances &run)
{
    if (violation.property != Property::double_registration)
        return false;
    bool resolution = false;
    bool published = false; // since a probe's last visit to the range began
    bool by_probe = false;
    for (const Event &event : run.events) {
        const Range range{event.start, event.end};
        // Of the device that walks hmem_active.
        if (event.kind == EventKind::walk_begin &&
            event.object == kernel::name_of(Word::hmem_platform, 0))
            resolution = event.value != 0;
        else if (event.kind == EventKind::visit_begin && range == violation.range && !resolution)
            published = false;
        else if (event.kind == EventKind::window_published && range.overlaps(violation.range))
            published = true;
        else if (event.kind == EventKind::device_added && event.object.word == Word::hmem &&
                 range == violation.range) {
            if (resolution)
                return by_probe && published;
            by_probe = true;
        }
    }
    return false;
}

// CXL was refused the dax region because HMEM has another range inside it, around which the same walk had
// found no committed region yet.
bool region_came_during_walk(const Violation &violation, const Circumstances &run)
{
    if (!is_lost(violation) || violation.detail != lost_detail::cxl_has_none)
        return false;
    std::vector<Range> uncontained; // by the walk that goes on
    std::vector<Range> overtaken;   // of these, inside the region that committed then
    std::vector<std::pair<kernel::Name, Range>> claims; // of HMEM
    bool answer = false;
    for (const Event &event : run.events) {
        const Range range{event.start, event.end};
        const bool around = range.contains(violation.range);
        if ((event.kind == EventKind::walk_begin || event.kind == EventKind::walk_end) &&
            event.object == violation.object) {
            uncontained.clear();
        } else if (event.kind == EventKind::contains && event.value == 0) {
            uncontained.push_back(range);
        } else if (event.kind == EventKind::region_state && around &&
                   event.value == kernel::CXL_CONFIG_COMMIT) {
            overtaken.clear();
            std::copy_if(uncontained.begin(), uncontained.end(), std::back_inserter(overtaken),
                         [&](Range other) { return range.contains(other); });
        } else if (event.kind == EventKind::dax_region_added && event.object.word == Word::hmem) {
            claims.emplace_back(event.object, range);
        } else if (event.kind == EventKind::dax_region_removed) {
            std::erase_if(claims, [&](const auto &claim) { return claim.first == event.object; });
        } else if (event.kind == EventKind::dax_region_conflict && around &&
                   event.object.word == Word::dax_region) {
            answer = std::any_of(claims.begin(), claims.end(), [&](const auto &claim) {
                return std::find(overtaken.begin(), overtaken.end(), claim.second) !=
                       overtaken.end();
            });
        }
    }
    return answer;
}

// HMEM's dax region was refused because of a region that committed when HMEM had decided to register the range
// already, and whose dax child claimed it before HMEM's did.
bool region_claimed_first(const Violation &violation, const Circumstances &run)
{
    if (!is_lost(violation) || violation.detail != lost_detail::hmem_has_none)
        return false;
    bool looking = false;             // a visit to the range found no region around it so far
    std::vector<Name> registered;     // by HMEM, of the range, and not probed to the end yet
    std::vector<std::int16_t> came;   // since the decision: the numbers of regions around it
    std::vector<std::int16_t> claims; // of these, with a dax region
    bool answer = false;
    for (const Event &event : run.events) {
        const std::int16_t number = event.object.number;
        const Range range{event.start, event.end};
        const bool meant = range == violation.range;
        const bool of_hmem = event.object.word == Word::hmem;
        const bool of_region = event.object.word == Word::dax_region;
        if (meant && (event.kind == EventKind::visit_begin || event.kind == EventKind::contains)) {
            looking = event.kind == EventKind::visit_begin || event.value == 0;
            if (registered.empty())
                came.clear();
        } else if (event.kind == EventKind::visit_end && meant) {
            looking = false;
        } else if (event.kind == EventKind::device_added && of_hmem && meant) {
            registered.push_back(event.object);
            answer = false;
        } else if (event.kind == EventKind::device_deleted || event.kind == EventKind::probe_end) {
            std::erase(registered, event.object);
        } else if (event.kind == EventKind::region_state) {
            std::erase(came, number);
            if (event.value == kernel::CXL_CONFIG_COMMIT && range.contains(violation.range) &&
                (looking || !registered.empty()))
                came.push_back(number);
        } else if (event.kind == EventKind::dax_region_added && of_region) {
            if (std::find(came.begin(), came.end(), number) != came.end())
                claims.push_back(number);
        } else if (event.kind == EventKind::dax_region_removed && of_region) {
            std::erase(claims, number);
        } else if (event.kind == EventKind::dax_region_conflict && of_hmem && meant) {
            answer = !claims.empty();
        }
    }
    return answer;
}

// HMEM's dax region was refused because of a region that queries did not find any more, since its
// removal or reset had begun, but whose dax region was still there.
bool region_was_going(const Violation &violation, const Circumstances &run)
{
    if (!is_lost(violation) || violation.detail != lost_detail::hmem_has_none)
        return false;
    std::vector<std::int16_t> committed;
    std::vector<std::pair<std::int16_t, Range>> claims; // of regions
    bool answer = false;
    for (const Event &event : run.events) {
        const std::int16_t number = event.object.number;
        const Range range{event.start, event.end};
        const bool of_region = event.object.word == Word::region;
        const bool of_dax_region = event.object.word == Word::dax_region;
        if (of_region &&
            (event.kind == EventKind::region_state || event.kind == EventKind::device_deleted)) {
            std::erase(committed, number);
            if (event.kind == EventKind::region_state && event.value == kernel::CXL_CONFIG_COMMIT)
                committed.push_back(number);
        } else if (of_dax_region && event.kind == EventKind::dax_region_added) {
            claims.emplace_back(number, range);
        } else if (of_dax_region && event.kind == EventKind::dax_region_removed) {
            std::erase_if(claims, [&](const auto &claim) { return claim.first == number; });
        } else if (event.kind == EventKind::dax_region_conflict && range == violation.range) {
            answer = std::any_of(claims.begin(), claims.end(), [&](const auto &claim) {
                return claim.second.overlaps(range) && std::find(committed.begin(), committed.end(),
                                                                 claim.first) == committed.end();
            });
        }
    }
    return answer;
}

} // namespace properties
