// SPDX-License-Identifier: GPL-2.0-only
// Who registers, claims and owns which range, judged by the revision's declared intent on the facts
// recorded at each visit.
//
// A *visit* is a walk (from a probe, or from a work function: a resolution) reaching a range. Facts
// may change while a visit lasts; what any moment of it allows is allowed.
// Ranges are few and disjoint and the questions are "overlaps one" and "lies in one", so that short
// lists serve better than interval maps.
#include "properties/ownership.hpp"

#include <algorithm>

namespace properties {

using kernel::Event;
using kernel::EventKind;
using kernel::Range;
using kernel::Word;

void judge_ownership(const Rules &rules, std::span<const Event> events, Collector &collector,
                     std::vector<Unowned> &unowned)
{
    Ownership oracle(rules, events, collector);
    bool at_rest = false;
    for (std::size_t i = 0; i < events.size(); ++i) {
        const Event &event = events[i];
        if (event.kind == EventKind::phase && !at_rest &&
            event.value == static_cast<std::int32_t>(kernel::Phase::epilogue)) {
            at_rest = true;
            oracle.judge_rest(i, unowned);
        }
        oracle.observe(i);
    }
}

void Ownership::observe(std::size_t index)
{
    const Event &event = events_[index];
    switch (event.kind) {
    case EventKind::soft_reserved:
        soft_reserved_.push_back({event.start, event.end});
        break;
    case EventKind::hmem_range:
        ranges_.push_back({{event.start, event.end}, {}});
        break;
    case EventKind::window_published:
        windows_.push_back({event.object, {event.start, event.end}});
        facts_changed();
        break;
    case EventKind::window_withdrawn:
        erase(windows_, event.object);
        facts_changed();
        break;
    case EventKind::region_state:
        region_changed(event);
        facts_changed();
        break;
    case EventKind::module_state:
        if (event.object.word == Word::dax_cxl)
            dax_cxl_live_ = event.value == static_cast<std::int32_t>(kernel::module_state::live);
        break;
    default:
        observe_devices(index);
        observe_walks(index);
        break;
    }
}

void Ownership::region_changed(const Event &event)
{
    RegionFact &region = region_fact(event.object);
    region.committed = event.value == kernel::CXL_CONFIG_COMMIT;
    region.range = {event.start, event.end};
}

void Ownership::observe_devices(std::size_t index)
{
    const Event &event = events_[index];
    const Range range{event.start, event.end};
    const Word word = event.object.word;
    switch (event.kind) {
    case EventKind::device_added:
        if (word == Word::hmem)
            hmem_added(index);
        publish_region(event.object, true);
        break;
    case EventKind::device_deleted:
        std::erase_if(hmem_devices_,
                      [&](const HmemDevice &other) { return other.name == event.object; });
        publish_region(event.object, false);
        break;
    case EventKind::probe_end:
        for (HmemDevice &device : hmem_devices_)
            if (device.name == event.object && event.value == 0)
                device.was_bound = true;
        for (RegionFact &region : regions_)
            if (region.name == event.object)
                region.unbound = false;
        break;
    case EventKind::unbind_begin:
        unbinding(event);
        break;
    case EventKind::dax_region_added:
        for (const Claim &other : claims_)
            if (other.range.overlaps(range))
                collector_.report(Property::double_claim, index,
                                  "the range overlaps another dax region");
        claims_.push_back({event.object, range});
        break;
    case EventKind::dax_region_removed:
        erase(claims_, event.object);
        break;
    default:
        break;
    }
}

// A region that is off its bus is found by no query, whatever its state is.
void Ownership::publish_region(kernel::Name name, bool on_bus)
{
    if (name.word != Word::region)
        return;
    region_fact(name).on_bus = on_bus;
    facts_changed();
}

Ownership::RegionFact &Ownership::region_fact(kernel::Name name)
{
    for (RegionFact &region : regions_)
        if (region.name == name)
            return region;
    return regions_.emplace_back(RegionFact{.name = name});
}

void Ownership::hmem_added(std::size_t index)
{
    const Event &event = events_[index];
    const Range range{event.start, event.end};
    for (const HmemDevice &other : hmem_devices_)
        if (other.range.overlaps(range))
            collector_.report(Property::double_registration, index,
                              "an hmem device of this range exists already");
    hmem_devices_.push_back({event.object, range, false});
    if (visit_.open && visit_.task == event.task && visit_.range == range)
        visit_.registered = true;
}

// What an administrator takes away is not lost.
void Ownership::unbinding(const Event &event)
{
    if (event.object.word == Word::hmem_platform)
        for (RangeFact &range : ranges_)
            if (range.last.any && range.last.host == event.object)
                range.last = {.taken_away = true};
    for (RegionFact &region : regions_)
        if (region.name == event.object && region.committed)
            region.unbound = true;
}

void Ownership::observe_walks(std::size_t index)
{
    const Event &event = events_[index];
    switch (event.kind) {
    case EventKind::walk_begin:
        walk_is_resolution_ = event.value != 0;
        if (walk_is_resolution_) {
            const bool before =
                std::find(resolved_.begin(), resolved_.end(), event.object) != resolved_.end();
            if (before)
                collector_.report(Property::repeated_resolution, index,
                                  "the device's ranges were resolved before");
            else
                resolved_.push_back(event.object);
        }
        break;
    case EventKind::visit_begin:
        visit_ = {};
        visit_.open = true;
        visit_.task = event.task;
        visit_.host = event.object;
        visit_.range = {event.start, event.end};
        visit_.resolution = walk_is_resolution_;
        visit_.owned_before = has_hmem_device(visit_.range);
        visit_.resolved_before =
            std::find(resolved_.begin(), resolved_.end(), event.object) != resolved_.end();
        facts_changed();
        break;
    case EventKind::visit_end:
        if (visit_.open)
            end_visit(index);
        break;
    default:
        break;
    }
}

// What the rules say about the open visit, given the facts of this moment.
void Ownership::facts_changed()
{
    if (!visit_.open)
        return;
    const Range range = visit_.range;
    const auto overlaps = [&](const Range &other) { return other.overlaps(range); };
    if (std::none_of(soft_reserved_.begin(), soft_reserved_.end(), overlaps)) {
        visit_.may_drop = true; // described by HMAT, but not Soft Reserved: nobody's business
        visit_.owners |= owner_none;
        return;
    }
    const bool window = rules_.defers_to_cxl &&
                        std::any_of(windows_.begin(), windows_.end(), [&](const Claim &other) {
                            return other.range.overlaps(range);
                        });
    if (!window) {
        // A resolution's rule speaks of window ranges only; the owner is HMEM all the same.
        visit_.may_register = true;
        visit_.may_drop |= visit_.resolution;
        visit_.owners |= owner_hmem;
    } else if (!visit_.resolution && !visit_.resolved_before) {
        // Before the first resolution the range waits for it.
        visit_.may_drop = true;
        visit_.owners |= owner_pending;
    } else if (!visit_.resolution) {
        switch (rules_.intent.later) {
        case drivers::LaterRule::cxl_wins:
            visit_.may_drop = true;
            visit_.owners |= owner_cxl;
            break;
        }
    } else {
        decide(range);
    }
}

// A resolution reaches a range that touches a window.
void Ownership::decide(Range range)
{
    bool cxl = false;
    switch (rules_.intent.decision) {
    case drivers::DecisionRule::one_region_contains:
        cxl = committed_region_around(range) != nullptr;
        break;
    }
    visit_.owners |= cxl ? owner_cxl : owner_hmem;
    visit_.may_register |= !cxl;
    visit_.may_drop |= cxl || visit_.owned_before;
}

void Ownership::end_visit(std::size_t index)
{
    const Event &event = events_[index];
    visit_.open = false;
    // A visit that failed decided nothing; whether the range is lost shows at rest.
    if (event.value == 0) {
        if (visit_.registered && !visit_.may_register)
            collector_.report(Property::wrong_owner, index,
                              "HMEM registers a range that the rule leaves to CXL");
        if (!visit_.registered && !visit_.may_drop)
            collector_.report(Property::wrong_owner, index,
                              "HMEM drops a range that the rule gives to it");
        // Of several owners that the moments of the visit allowed, the driver has chosen.
        const unsigned others = visit_.owners & ~static_cast<unsigned>(owner_hmem);
        if (visit_.registered && (visit_.owners & owner_hmem) != 0)
            visit_.owners = owner_hmem;
        else if (!visit_.registered && others != 0 && !visit_.owned_before)
            visit_.owners = others;
    }
    for (RangeFact &range : ranges_)
        if (range.range == visit_.range)
            range.last = {.any = true,
                          .taken_away = false,
                          .host = visit_.host,
                          .owners = visit_.owners,
                          .later = !visit_.resolution && visit_.resolved_before,
                          .function = event.function,
                          .event = index};
}

void Ownership::judge_rest(std::size_t index, std::vector<Unowned> &unowned)
{
    for (const RangeFact &range : ranges_) {
        const LastVisit &last = range.last;
        if (!last.any) {
            if (!is_claimed(range.range))
                unowned.push_back({range.range, last.taken_away
                                                    ? "its hmem_platform device was unbound"
                                                    : "no walk visited it"});
            continue;
        }
        const Missing missing = find_missing(range);
        if (missing.lost)
            collector_.report({Property::lost_range, last.function != nullptr ? last.function : "-",
                               last.host, range.range, missing.why, index});
        else if (!missing.why.empty())
            unowned.push_back({range.range, missing.why});
    }
}

// Whether none of the owners that the last visit allows has the range.
Ownership::Missing Ownership::find_missing(const RangeFact &range) const
{
    const unsigned owners = range.last.owners;
    // Whoever has a range that was only deferred: it is not lost.
    if ((owners & owner_pending) != 0 && is_claimed(range.range))
        return {};
    if ((owners & owner_none) != 0 || has_claim_of(Word::hmem, range.range, owners & owner_hmem) ||
        has_claim_of(Word::dax_region, range.range, owners & owner_cxl))
        return {};
    if ((owners & owner_hmem) != 0) {
        for (const HmemDevice &device : hmem_devices_)
            if (device.range == range.range && device.was_bound)
                return {false, "its hmem device was unbound"};
        return {true, lost_detail::hmem_has_none};
    }
    if ((owners & owner_cxl) != 0) {
        const RegionFact *region = committed_region_around(range.range);
        if (region == nullptr && is_claimed(range.range))
            return {};
        if (region == nullptr)
            return range.last.later ? Missing{true, lost_detail::left_to_cxl}
                                    : Missing{false, "its region is gone"};
        if (!dax_cxl_live_)
            return {false, "dax_cxl is not loaded"};
        if (region->unbound)
            return {false, "its region was unbound"};
        return {true, lost_detail::cxl_has_none};
    }
    return {true, lost_detail::never_resolved};
}

const Ownership::RegionFact *Ownership::committed_region_around(Range range) const
{
    for (const RegionFact &region : regions_)
        if (region.committed && region.on_bus && region.range.contains(range))
            return &region;
    return nullptr;
}

bool Ownership::has_hmem_device(Range range) const
{
    return std::any_of(hmem_devices_.begin(), hmem_devices_.end(),
                       [&](const HmemDevice &device) { return device.range == range; });
}

bool Ownership::has_claim_of(Word parent, Range range, unsigned wanted) const
{
    return wanted != 0 && std::any_of(claims_.begin(), claims_.end(), [&](const Claim &claim) {
               return claim.name.word == parent && claim.range.contains(range);
           });
}

// Whether the dax regions together cover the range, whoever has them.
bool Ownership::is_claimed(Range range) const
{
    for (std::uint64_t next = range.start;;) {
        const auto claim = std::find_if(claims_.begin(), claims_.end(), [&](const Claim &other) {
            return other.range.start <= next && next <= other.range.end;
        });
        if (claim == claims_.end())
            return false;
        if (claim->range.end >= range.end)
            return true;
        next = claim->range.end + 1;
    }
}

void Ownership::erase(std::vector<Claim> &claims, kernel::Name name)
{
    std::erase_if(claims, [&](const Claim &claim) { return claim.name == name; });
}

} // namespace properties
