// SPDX-License-Identifier: GPL-2.0-only
// The table of accepted and open outcomes, see exceptions.hpp. ML-n and V7-n are entries of the
// catalogue of the patch series; each row says in one sentence what it takes.
#include "properties/exceptions.hpp"

#include "kernel/cxl.hpp"
#include "kernel/dax_bus.hpp"
#include "kernel/module.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace properties {
namespace {

using kernel::Event;
using kernel::EventKind;
using kernel::Misuse;
using kernel::Range;
using kernel::Site;
using kernel::Word;

template <class Predicate> bool any_event(const Circumstances &run, Predicate predicate)
{
    return std::any_of(run.events.begin(), run.events.end(), predicate);
}

bool is_lost(const Violation &violation) { return violation.property == Property::lost_range; }

// The range was visited by a probe after the first resolution, and left to a CXL that has nothing.
bool left_to_nobody(const Violation &violation)
{
    return is_lost(violation) && violation.detail == lost_detail::left_to_cxl;
}

// A region around the range was committed, and is not any more. (Another of that range is the same
// one to the range: two regions never overlap.)
bool region_torn_down(const Violation &violation, const Circumstances &run)
{
    bool committed = false;
    for (const Event &event : run.events) {
        const Range range{event.start, event.end};
        if (event.kind != EventKind::region_state || !range.contains(violation.range))
            continue;
        if (event.value == kernel::CXL_CONFIG_COMMIT)
            committed = true;
        else if (committed)
            return true;
    }
    return false;
}

// HMEM had registered the range before the last such event.
template <class Predicate>
bool hmem_had_won_before(const Violation &violation, const Circumstances &run, Predicate last)
{
    bool had = false;
    bool answer = false;
    for (const Event &event : run.events) {
        if (event.kind == EventKind::device_added && event.object.word == Word::hmem)
            had |= Range{event.start, event.end} == violation.range;
        else if (last(event))
            answer = had;
    }
    return answer;
}

// HMEM's dax region was refused because of a region's that has a part of the range.
bool part_was_taken(const Violation &violation, const Circumstances &run)
{
    bool taken = false;
    for (const Event &event : run.events) {
        const Range range{event.start, event.end};
        if (event.kind == EventKind::dax_region_added && event.object.word == Word::dax_region)
            taken |= range.overlaps(violation.range) && !range.contains(violation.range);
        else if (event.kind == EventKind::dax_region_conflict && event.object.word == Word::hmem &&
                 range == violation.range)
            return taken;
    }
    return false;
}

// CXL was refused the dax region of an innocent region because HMEM has a range that lies in it only
// in part.
bool neighbour_took_part(const Violation &violation, const Circumstances &run)
{
    return violation.detail == lost_detail::cxl_has_none &&
           any_event(run, [&](const Event &refused) {
               const Range region{refused.start, refused.end};
               return refused.kind == EventKind::dax_region_conflict &&
                      refused.object.word == Word::dax_region && region.contains(violation.range) &&
                      any_event(run, [&](const Event &claim) {
                          const Range range{claim.start, claim.end};
                          return claim.kind == EventKind::dax_region_added &&
                                 claim.object.word == Word::hmem && range.overlaps(region) &&
                                 !region.contains(range);
                      });
           });
}

bool ml_8(const Violation &violation, const Circumstances &run)
{
    return is_lost(violation) &&
           (neighbour_took_part(violation, run) || part_was_taken(violation, run));
}

bool ml_10(const Violation &violation, const Circumstances &run)
{
    return left_to_nobody(violation) && region_torn_down(violation, run);
}

bool ml_17(const Violation &violation, const Circumstances &run)
{
    // Also a load on behalf of another module, or one whose init failed.
    return left_to_nobody(violation) && hmem_had_won_before(violation, run, [](const Event &event) {
               return event.kind == EventKind::module_state &&
                      event.object.word == Word::dax_hmem &&
                      event.value == static_cast<std::int32_t>(kernel::module_state::coming);
           });
}

bool ml_23(const Violation &violation, const Circumstances &run)
{
    return left_to_nobody(violation) && hmem_had_won_before(violation, run, [](const Event &event) {
               return event.kind == EventKind::unbind_begin &&
                      event.object.word == Word::hmem_platform;
           });
}

// A fault made the device's last walk of that kind (a resolution's, or a probe's) fail at this range
// or before it.
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
            fault = false;
            task = event.task;
        } else if (event.kind == EventKind::visit_begin) {
            visited = {event.start, event.end};
        } else if (event.kind == EventKind::fault) {
            fault |= event.task == task;
        } else if (event.kind == EventKind::walk_end && inside) {
            // A failing probe undoes what it had registered before, a resolution does not.
            const bool reached = resolution && violation.range.end < visited.start;
            answer = fault && event.value < 0 && !reached;
            inside = false;
        }
    }
    return answer;
}

bool ml_3(const Violation &violation, const Circumstances &run)
{
    return is_lost(violation) && fault_ended_walk(violation, run, true);
}

bool ml_4(const Violation &violation, const Circumstances &run)
{
    return is_lost(violation) && fault_ended_walk(violation, run, false);
}

// The committed region at rest that contains the range, by its number; -1 if there is none.
int committed_region(const Violation &violation, const Circumstances &run)
{
    int number = -1;
    for (const Event &event : run.events) {
        if (event.kind != EventKind::region_state)
            continue;
        if (event.value == kernel::CXL_CONFIG_COMMIT &&
            Range{event.start, event.end}.contains(violation.range))
            number = event.object.number;
        else if (event.object.number == number)
            number = -1;
    }
    return number;
}

// The owner's last attempt to make a dax region and device of the range (a probe of an hmem device of
// it, or of a region around it and its dax_regionN) was refused memory.
bool child_probe_failed(const Violation &violation, const Circumstances &run)
{
    // A range that was never resolved can have been registered all the same, against the rule.
    const bool hmem = violation.detail == lost_detail::hmem_has_none ||
                      violation.detail == lost_detail::never_resolved;
    if (!is_lost(violation) || (!hmem && violation.detail != lost_detail::cxl_has_none))
        return false;
    std::vector<kernel::Name> parents;
    std::vector<std::int32_t> ids; // of dax regions: the N of daxN.0
    const auto among = [](const auto &list, const auto &item) {
        return std::find(list.begin(), list.end(), item) != list.end();
    };
    bool refused = false;
    for (const Event &event : run.events) {
        const bool has_range = Range{event.start, event.end}.contains(violation.range);
        if (event.kind == EventKind::device_added && event.object.word == Word::hmem && has_range &&
            hmem) {
            parents.push_back(event.object);
            ids.push_back(event.object.number);
        } else if (event.kind == EventKind::region_state && has_range && !hmem) {
            parents.push_back(event.object);
            parents.push_back(kernel::name_of(Word::dax_region, event.object.number));
        } else if (event.kind == EventKind::dax_region_added && has_range) {
            ids.push_back(event.value);
        } else if (event.kind == EventKind::probe_begin && among(parents, event.object)) {
            refused = false;
        } else if (event.kind == EventKind::fault) {
            refused |= event.object.word == Word::dax ? among(ids, event.object.number)
                                                      : among(parents, event.object);
        }
    }
    return refused;
}

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
    for (const Event &event : run.events) {
        const Range range{event.start, event.end};
        if (event.kind == EventKind::walk_begin && event.object == violation.object)
            resolution = event.value != 0;
        else if (event.kind == EventKind::window_withdrawn && range.overlaps(violation.range))
            withdrawn = true;
        else if (event.kind == EventKind::window_published && range.overlaps(violation.range))
            withdrawn = false;
        else if (event.kind == EventKind::visit_end && range == violation.range && resolution)
            passed_over = withdrawn;
        else if (event.kind == EventKind::device_added && event.object.word == Word::hmem &&
                 range == violation.range)
            passed_over = false;
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

const scenario::Region *committed_region_of(const Violation &violation, const Circumstances &run)
{
    const int number = committed_region(violation, run);
    const auto &regions = run.scenario.layout.regions;
    const auto found =
        std::find_if(regions.begin(), regions.end(),
                     [&](const scenario::Region &region) { return region.number == number; });
    return found != regions.end() ? &*found : nullptr;
}

// The region was bound while System RAM was online inside it, and so without a dax child.
bool bound_over_memory(const scenario::Region &region, const Circumstances &run)
{
    const kernel::Name name = kernel::name_of(Word::region, region.number);
    std::vector<std::pair<kernel::Name, Range>> online;
    bool answer = false;
    for (const Event &event : run.events) {
        const std::pair memory{event.object, Range{event.start, event.end}};
        if (event.kind == EventKind::memory_online && memory.second.overlaps(region.range))
            online.push_back(memory);
        else if (event.kind == EventKind::memory_offline)
            std::erase(online, memory);
        else if (event.kind == EventKind::probe_end && event.object == name && event.value == 0)
            answer = !online.empty();
    }
    return answer;
}

bool ml_7(const Violation &violation, const Circumstances &run)
{
    if (!is_lost(violation) || violation.detail != lost_detail::cxl_has_none)
        return false;
    const scenario::Region *region = committed_region_of(violation, run);
    return region != nullptr && (region->mode != scenario::Mode::ram || region->system_ram ||
                                 bound_over_memory(*region, run));
}

bool unaligned(Range range)
{
    return range.start % kernel::PMD_SIZE != 0 || (range.end + 1) % kernel::PMD_SIZE != 0;
}

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

// dax_hmem is built in, a call of its init failed, and it never became LIVE.
bool built_in_init_failed(const Violation &violation, const Circumstances &run)
{
    if (violation.property != Property::dead_workqueue || violation.event >= run.events.size() ||
        !run.scenario.layout.config.builtin.has(Word::dax_hmem))
        return false;
    const Misuse misuse = static_cast<Misuse>(run.events[violation.event].detail);
    if (misuse != Misuse::workqueue_null && misuse != Misuse::workqueue_destroyed)
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

// HMEM did register the range; what failed is its dax region.
bool registered(const Violation &violation, const Circumstances &run)
{
    return violation.detail == lost_detail::hmem_has_none &&
           any_event(run, [&](const Event &event) {
               return event.kind == EventKind::device_added && event.object.word == Word::hmem &&
                      Range{event.start, event.end} == violation.range;
           });
}

bool ml_13(const Violation &violation, const Circumstances &run)
{
    if (!is_lost(violation))
        return false;
    if (unaligned(violation.range) && registered(violation, run))
        return true;
    const scenario::Region *region = committed_region_of(violation, run);
    return violation.detail == lost_detail::cxl_has_none && region != nullptr &&
           unaligned(region->range);
}

bool ml_16(const Violation &violation, const Circumstances &run)
{
    return is_lost(violation) && violation.range.end == ~std::uint64_t{0} &&
           registered(violation, run);
}

bool is_unusable(const Violation &violation, std::string_view detail)
{
    return violation.property == Property::unusable_range && violation.detail == detail;
}

// What was in the way when the memory was refused.
Word in_the_way(const Violation &violation, const Circumstances &run)
{
    Word word = Word::none;
    for (const Event &event : run.events)
        if (event.kind == EventKind::memory_refused &&
            violation.range.contains({event.start, event.end}))
            word = event.other.word;
    return word;
}

bool ml_24(const Violation &violation, const Circumstances &run)
{
    if (!is_unusable(violation, unusable_detail::busy))
        return false;
    const Word word = in_the_way(violation, run);
    return word == Word::window || word == Word::region;
}

// Behind a window that was withdrawn, memory that kmem could not take offline looked like one when the
// range was visited: at the violation, or last.
bool memory_looked_like_window(const Violation &violation, const Circumstances &run)
{
    const bool at_rest = is_lost(violation);
    std::vector<kernel::Name> online;
    bool left = false;
    bool window_gone = false;
    bool answer = false;
    for (std::size_t i = 0; i < run.events.size() && (at_rest || i <= violation.event); ++i) {
        const Event &event = run.events[i];
        const Range range{event.start, event.end};
        const bool meets = range.overlaps(violation.range);
        if (event.kind == EventKind::memory_online && meets)
            online.push_back(event.object);
        else if (event.kind == EventKind::device_deleted)
            left |= std::find(online.begin(), online.end(), event.object) != online.end();
        else if (event.kind == EventKind::window_withdrawn && meets)
            window_gone = true;
        else if (event.kind == EventKind::window_published && meets)
            window_gone = false;
        else if (event.kind == EventKind::visit_end && range == violation.range)
            answer = left && window_gone;
    }
    return answer;
}

bool memory_left_online(const Violation &violation, const Circumstances &run)
{
    if (!run.scenario.layout.config.kmem_remove_fails)
        return false;
    if (is_unusable(violation, unusable_detail::busy))
        return in_the_way(violation, run) == Word::dax;
    const bool dropped =
        violation.detail == wrong_detail::drops || violation.detail == lost_detail::hmem_has_none;
    return dropped && memory_looked_like_window(violation, run);
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

// The device's release, run by the last put, has zeroed the lock that is released next.
bool zeroed_under_its_lock(const Violation &violation, const Circumstances &run)
{
    if (violation.property != Property::bad_unlock ||
        violation.object.word != Word::hmem_platform || violation.event >= run.events.size())
        return false;
    const std::uint16_t task = run.events[violation.event].task;
    bool holds = false;
    bool zeroed = false;
    for (const Event &event : run.events.first(violation.event)) {
        if (event.task != task || event.object != violation.object)
            continue;
        if (event.kind == EventKind::lock || event.kind == EventKind::unlock) {
            holds = event.kind == EventKind::lock;
            zeroed = false;
        } else if (event.kind == EventKind::device_freed) {
            zeroed = holds;
        }
    }
    return zeroed;
}

bool no_target_node(const Violation &violation, const Circumstances &)
{
    return is_unusable(violation, unusable_detail::no_node);
}

bool no_memory_block(const Violation &violation, const Circumstances &)
{
    return is_unusable(violation, unusable_detail::no_block);
}

constexpr std::array table = {
    ExceptionRow{
        Status::accepted, "ML-8",
        "A range that a region covers only in part is HMEM's as a whole: who comes second, "
        "HMEM or the region, is refused.",
        "692fb37395f3e_261c11002e@dwillia2-mobl4.notmuch", ml_8},
    ExceptionRow{Status::accepted, "ML-10",
                 "After a region was torn down HMEM does not take over until cxl_acpi is unloaded.",
                 "69bc81bfa9baa_7ee310093@dwillia2-mobl4.notmuch", ml_10},
    ExceptionRow{Status::accepted, "ML-17",
                 "After a reload of dax_hmem window ranges are left to CXL, even if HMEM had won.",
                 "69bc81bfa9baa_7ee310093@dwillia2-mobl4.notmuch", ml_17},
    ExceptionRow{Status::accepted, "ML-23", "The same by sysfs unbind and bind.",
                 "69bc81bfa9baa_7ee310093@dwillia2-mobl4.notmuch", ml_23},
    ExceptionRow{Status::open, "ML-13",
                 "A range or region that is not aligned to 2 MiB gets no dax region, silently.",
                 "derived from the code, not reported", ml_13},
    ExceptionRow{Status::open, "ML-16", "The DAX Regions tree ends one byte short of the last.",
                 "noticed on the list, cosmetic", ml_16},
    ExceptionRow{Status::open, "ML-7",
                 "A committed region that makes no dax device still counts as an owner.",
                 "derived from the code, not reported", ml_7},
    ExceptionRow{Status::open, "ML-11",
                 "Registering hmem_platform.0 again after a failure initialises an initialised "
                 "device.",
                 "derived from the code, not reported", ml_11},
    ExceptionRow{Status::open, "ML-12",
                 "dax_cxl ignores the result of its driver registration: it owns nothing, and "
                 "unregisters in exit what was never registered.",
                 "derived from the code, not reported", ml_12},
    ExceptionRow{Status::open, "ML-3",
                 "An error in the resolution's walk loses the ranges after it, without a retry.",
                 "derived from the code, not reported", ml_3},
    ExceptionRow{Status::open, "ML-4",
                 "An error in the probe's walk loses all ranges until a manual bind.",
                 "derived from the code, not reported", ml_4},
    ExceptionRow{Status::open, "ML-24",
                 "A range that sticks out of a window, or out of a region, of any state, is HMEM's "
                 "without usable memory: kmem cannot reserve it in iomem.",
                 "derived from the code; seen on v4, "
                 "20251203133552.15468-1-tomasz.wolski@fujitsu.com",
                 ml_24},
    ExceptionRow{Status::open, "no-target-node",
                 "HMEM keeps a range whose target node is unknown, which kmem refuses.",
                 "derived from the code: only dax_cxl asks for another node", no_target_node},
    ExceptionRow{Status::open, "no-memory-block",
                 "A range without a whole memory block in it has an owner and no usable memory.",
                 "derived from the code: 2 MiB suffice for a dax region, kmem needs a block",
                 no_memory_block},
    ExceptionRow{
        Status::open, "memory-left-online",
        "Memory that kmem cannot take offline stays in iomem for ever: the next owner finds "
        "it busy, and where a window was it looks like one.",
        "measured on a 6.12 kernel; its consequences are derived", memory_left_online},
    ExceptionRow{
        Status::open, "region-going",
        "A resolution that comes while a region is being removed or reset does not find it, "
        "but HMEM is refused the range, which its dax region still has.",
        "found by fuzzing: cxl_region_contains_resource asks for the region, "
        "alloc_dax_region meets its dax region",
        region_was_going},
    ExceptionRow{
        Status::open, "zeroed-under-its-lock",
        "The resolution puts the last reference of a deleted device before it releases the "
        "device's lock.",
        "found by fuzzing: f8dc1bde1873 puts inside the guard, the release of 549b5c12ef06 "
        "zeroes the device",
        zeroed_under_its_lock},
    ExceptionRow{Status::open, "child-probe-fails",
                 "A child device whose probe fails for want of memory leaves its range unowned.",
                 "derived from the code: the result of a child's probe does not propagate",
                 child_probe_failed},
    ExceptionRow{Status::open, "window-withdrawn",
                 "A deferred range whose windows go before its resolution is registered by nobody.",
                 "found by fuzzing: hmem_register_cxl_device skips what touches no window",
                 window_withdrawn},
    ExceptionRow{Status::open, "window-published-late",
                 "A range that a probe registered while no window was there is registered again by "
                 "the resolution, which finds one.",
                 "found by fuzzing: hmem_register_cxl_device asks for windows and regions only",
                 window_published_late},
    ExceptionRow{Status::open, "built-in-init-fails",
                 "A built-in dax_hmem whose init failed has no queue, which dax_cxl flushes.",
                 "derived from the code: what is built in stays callable", built_in_init_failed},
};

} // namespace

std::span<const ExceptionRow> exceptions() { return table; }

Judgement judge_exception(const Violation &violation, const Circumstances &circumstances)
{
    // What the epilogue does to every run explains nothing.
    const auto epilogue = std::find_if(
        circumstances.events.begin(), circumstances.events.end(), [](const Event &event) {
            return event.kind == EventKind::phase &&
                   event.value == static_cast<std::int32_t>(kernel::Phase::epilogue);
        });
    const Circumstances before{circumstances.scenario, {circumstances.events.begin(), epilogue}};
    for (const ExceptionRow &row : table)
        if (row.takes(violation, before))
            return {row.status, row.id, row.source};
    return {};
}

std::vector<Finding> findings(std::span<const Violation> verdict,
                              const Circumstances &circumstances)
{
    std::vector<Finding> distinct;
    for (const Violation &violation : verdict) {
        const Judgement judgement = judge_exception(violation, circumstances);
        const auto known =
            std::find_if(distinct.begin(), distinct.end(), [&](const Finding &other) {
                return other.violation.property == violation.property &&
                       other.violation.cause == violation.cause;
            });
        if (known == distinct.end())
            distinct.push_back({violation, judgement});
        else if (judgement.status < known->judgement.status)
            *known = {violation, judgement};
    }
    return distinct;
}

std::string_view status_text(Status status)
{
    switch (status) {
    case Status::violation:
        return "violation";
    case Status::accepted:
        return "accepted";
    case Status::open:
        return "open";
    }
    return "";
}

} // namespace properties
