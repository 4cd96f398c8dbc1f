// SPDX-License-Identifier: GPL-2.0-only
// Ranges that are lost, or registered twice: what explains it.
#include "properties/exception_predicates.hpp"

#include "kernel/cxl.hpp"
#include "kernel/dax_bus.hpp"
#include "kernel/module.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace properties {

using kernel::Event;
using kernel::EventKind;
using kernel::Name;
using kernel::Range;
using kernel::Word;

namespace {

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

// CXL was refused the dax region of a region that was committed when HMEM had registered a range inside it
// already, which HMEM claimed then or later: its children may probe asynchronously. Or HMEM was giving it up:
// the device was deleted, its dax region still there.
bool region_came_after_hmem(const Violation &violation, const Circumstances &run)
{
    if (violation.detail != lost_detail::cxl_has_none)
        return false;
    std::vector<std::pair<Name, Range>> registered; // by HMEM
    std::vector<std::pair<Name, Range>> claimed;    // with a dax region
    std::vector<Name> earlier;                      // what the region came upon
    bool answer = false;
    for (const Event &event : run.events) {
        const Range range{event.start, event.end};
        const bool around = range.contains(violation.range);
        const bool of_hmem = event.object.word == Word::hmem;
        if (event.kind == EventKind::device_added && of_hmem) {
            registered.emplace_back(event.object, range);
        } else if (event.kind == EventKind::device_deleted && of_hmem) {
            std::erase_if(registered, [&](const auto &one) { return one.first == event.object; });
        } else if (event.kind == EventKind::dax_region_added && of_hmem) {
            claimed.emplace_back(event.object, range);
        } else if (event.kind == EventKind::dax_region_removed) {
            std::erase_if(claimed, [&](const auto &one) { return one.first == event.object; });
            std::erase(earlier, event.object);
        } else if (event.kind == EventKind::region_state && around &&
                   event.value == kernel::CXL_CONFIG_COMMIT) {
            earlier.clear();
            for (const auto *had : {&registered, &claimed})
                for (const auto &[name, inside] : *had)
                    if (range.contains(inside))
                        earlier.push_back(name);
        } else if (event.kind == EventKind::dax_region_conflict && around &&
                   event.object.word == Word::dax_region) {
            answer = std::any_of(claimed.begin(), claimed.end(), [&](const auto &one) {
                return std::find(earlier.begin(), earlier.end(), one.first) != earlier.end();
            });
        }
    }
    return answer;
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

// Whether the last attempt at a dax region that `asks` for met a live one that is `in_the_way`. Both take the
// name of its parent device and its range.
template <class Asks, class InTheWay>
bool last_attempt_met(const Circumstances &run, Asks asks, InTheWay in_the_way)
{
    std::vector<std::pair<Name, Range>> claims;
    std::optional<Name> refused;
    for (const Event &event : run.events) {
        const Range range{event.start, event.end};
        if (event.kind == EventKind::dax_region_added)
            claims.emplace_back(event.object, range);
        else if (event.kind == EventKind::dax_region_removed)
            std::erase_if(claims, [&](const auto &claim) { return claim.first == event.object; });
        else if (event.kind == EventKind::dax_region_conflict && asks(event.object, range)) {
            const bool met = std::any_of(claims.begin(), claims.end(), [&](const auto &claim) {
                return in_the_way(claim.first, claim.second, range);
            });
            refused = met ? std::optional(event.object) : std::nullopt;
        } else if (event.kind == EventKind::probe_begin && refused == event.object) {
            refused.reset();
        }
    }
    return refused.has_value();
}

// HMEM's dax region was refused because of a region's that has a part of the range.
bool part_was_taken(const Violation &violation, const Circumstances &run)
{
    return violation.detail == lost_detail::hmem_has_none &&
           last_attempt_met(
               run,
               [&](Name name, Range range) {
                   return name.word == Word::hmem && range == violation.range;
               },
               [](Name name, Range claim, Range range) {
                   return name.word == Word::dax_region && claim.overlaps(range) &&
                          !claim.contains(range);
               });
}

// CXL was refused the dax region of an innocent region because HMEM has a range that lies in it only
// in part.
bool neighbour_took_part(const Violation &violation, const Circumstances &run)
{
    return violation.detail == lost_detail::cxl_has_none &&
           last_attempt_met(
               run,
               [&](Name name, Range region) {
                   return name.word == Word::dax_region && region.contains(violation.range);
               },
               [](Name name, Range claim, Range region) {
                   return name.word == Word::hmem && claim.overlaps(region) &&
                          !region.contains(claim);
               });
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

bool unaligned(Range range)
{
    return range.start % kernel::PMD_SIZE != 0 || (range.end + 1) % kernel::PMD_SIZE != 0;
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

} // namespace

bool ml_8(const Violation &violation, const Circumstances &run)
{
    return is_lost(violation) &&
           (neighbour_took_part(violation, run) || part_was_taken(violation, run));
}

bool ml_10(const Violation &violation, const Circumstances &run)
{
    return (left_to_nobody(violation) && region_torn_down(violation, run)) ||
           (is_lost(violation) && region_came_after_hmem(violation, run));
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
    // What a probe registered goes as well when it fails.
    return left_to_nobody(violation) && hmem_had_won_before(violation, run, [](const Event &event) {
               return event.object.word == Word::hmem_platform &&
                      (event.kind == EventKind::unbind_begin ||
                       (event.kind == EventKind::probe_end && event.value < 0));
           });
}

bool ml_7(const Violation &violation, const Circumstances &run)
{
    if (!is_lost(violation) || violation.detail != lost_detail::cxl_has_none)
        return false;
    const scenario::Region *region = committed_region_of(violation, run);
    return region != nullptr && (region->mode != scenario::Mode::ram || region->system_ram ||
                                 bound_over_memory(*region, run));
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
    constexpr std::uint64_t last = ~std::uint64_t{0};
    if (!is_lost(violation))
        return false;
    if (violation.range.end == last && registered(violation, run))
        return true;
    const scenario::Region *region = committed_region_of(violation, run);
    return violation.detail == lost_detail::cxl_has_none && region != nullptr &&
           region->range.end == last;
}

} // namespace properties
