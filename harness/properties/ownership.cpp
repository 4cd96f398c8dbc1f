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
        // All entries of hmem_active are the first device's.
        ranges_.push_back({kernel::name_of(Word::hmem_platform, 0), {event.start, event.end}, {}});
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
    case EventKind::mock_range:
        observe_mock(event);
        break;
    default:
        observe_devices(index);
        observe_memory(index);
        observe_walks(index);
        break;
    }
}

// A test module's device comes with a range of its own, or goes.
void Ownership::observe_mock(const Event &event)
{
    const Range range{event.start, event.end};
    if (event.value != 0) {
        ranges_.push_back({event.object, range, {}});
        mocked_.push_back({event.object, range});
    } else {
        std::erase_if(ranges_, [&](const RangeFact &fact) { return fact.host == event.object; });
        erase(mocked_, event.object);
    }
    facts_changed();
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
    const Word word = event.object.word;
    switch (event.kind) {
    case EventKind::device_added:
        if (word == Word::hmem)
            hmem_added(index);
        std::erase(resolved_, event.object); // a new life under an old name
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
    default:
        break;
    }
}

void Ownership::observe_memory(std::size_t index)
{
    const Event &event = events_[index];
    const Range range{event.start, event.end};
    switch (event.kind) {
    case EventKind::dax_region_added:
        for (const DaxRegion &other : claims_)
            if (other.range.overlaps(range))
                collector_.report(Property::double_claim, index,
                                  "the range overlaps another dax region");
        claims_.push_back({event.object, range, event.value});
        break;
    case EventKind::dax_region_removed:
        std::erase_if(claims_, [&](const DaxRegion &other) { return other.name == event.object; });
        break;
    case EventKind::memory_refused:
        for (DaxRegion &region : claims_)
            if (region.id == event.object.number)
                region.refused = index;
        break;
    case EventKind::memory_online:
        online_.push_back({event.object, range});
        break;
    case EventKind::memory_offline:
        std::erase_if(online_, [&](const Claim &memory) {
            return memory.name == event.object && memory.range == range;
        });
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
    for (Visit &visit : visits_)
        if (visit.task == event.task && visit.range == range)
            visit.registered = true;
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
    case EventKind::walk_begin: {
        const bool resolution = event.value != 0;
        std::erase_if(walks_, [&](const Walk &walk) { return walk.task == event.task; });
        walks_.push_back({event.task, resolution});
        if (resolution) {
            const bool before =
                std::find(resolved_.begin(), resolved_.end(), event.object) != resolved_.end();
            if (before)
                collector_.report(Property::repeated_resolution, index,
                                  "the device's ranges were resolved before");
            else
                resolved_.push_back(event.object);
        }
        break;
    }
    case EventKind::walk_end:
        std::erase_if(walks_, [&](const Walk &walk) { return walk.task == event.task; });
        break;
    case EventKind::visit_begin:
        begin_visit(event);
        break;
    case EventKind::visit_end:
        end_visit(index);
        break;
    default:
        break;
    }
}

void Ownership::begin_visit(const Event &event)
{
    Visit visit;
    visit.task = event.task;
    visit.host = event.object;
    visit.range = {event.start, event.end};
    visit.resolution = std::any_of(walks_.begin(), walks_.end(), [&](const Walk &walk) {
        return walk.task == event.task && walk.resolution;
    });
    visit.owned_before = has_hmem_device(visit.range);
    visit.resolved_before =
        std::find(resolved_.begin(), resolved_.end(), event.object) != resolved_.end();
    facts_changed(visit);
    visits_.push_back(visit);
}

void Ownership::facts_changed()
{
    for (Visit &visit : visits_)
        facts_changed(visit);
}

// What the rules say about an open visit, given the facts of this moment.
void Ownership::facts_changed(Visit &visit) const
{
    const Range range = visit.range;
    const auto overlaps = [&](const Range &other) { return other.overlaps(range); };
    const auto claim_overlaps = [&](const Claim &other) { return other.range.overlaps(range); };
    const bool mocked = std::any_of(mocked_.begin(), mocked_.end(), claim_overlaps);
    if (!mocked && std::none_of(soft_reserved_.begin(), soft_reserved_.end(), overlaps)) {
        visit.may_drop = true; // described by HMAT, but not Soft Reserved: nobody's business
        visit.owners |= owner_none;
        return;
    }
    const bool window = rules_.defers_to_cxl &&
                        (mocked || std::any_of(windows_.begin(), windows_.end(), claim_overlaps));
    if (!window) {
        // A resolution's rule speaks of window ranges only; the owner is HMEM all the same.
        visit.may_register = true;
        visit.may_drop |= visit.resolution;
        visit.owners |= owner_hmem;
    } else if (!visit.resolution && !visit.resolved_before) {
        // Before the first resolution the range waits for it.
        visit.may_drop = true;
        visit.owners |= owner_pending;
    } else if (!visit.resolution) {
        switch (rules_.intent.later) {
        case drivers::LaterRule::cxl_wins:
            visit.may_drop = true;
            visit.owners |= owner_cxl;
            break;
        }
    } else {
        decide(visit);
    }
}

// A resolution reaches a range that touches a window.
void Ownership::decide(Visit &visit) const
{
    bool cxl = false;
    switch (rules_.intent.decision) {
    case drivers::DecisionRule::one_region_contains:
        cxl = committed_region_around(visit.range) != nullptr;
        break;
    }
    visit.owners |= cxl ? owner_cxl : owner_hmem;
    // A region that came when HMEM had the range finds it taken: HMEM keeps it (T-T1d, ML-10).
    if (visit.owned_before)
        visit.owners |= owner_hmem;
    visit.may_register |= !cxl;
    visit.may_drop |= cxl || visit.owned_before;
}

void Ownership::end_visit(std::size_t index)
{
    const Event &event = events_[index];
    const auto open = std::find_if(visits_.begin(), visits_.end(),
                                   [&](const Visit &other) { return other.task == event.task; });
    if (open == visits_.end())
        return;
    Visit visit = *open;
    visits_.erase(open);
    // A visit that failed decided nothing; whether the range is lost shows at rest.
    if (event.value == 0) {
        if (visit.registered && !visit.may_register)
            collector_.report(Property::wrong_owner, index, wrong_detail::registers);
        if (!visit.registered && !visit.may_drop)
            collector_.report(Property::wrong_owner, index, wrong_detail::drops);
        // Of several owners that the moments of the visit allowed, the driver has chosen.
        const unsigned others = visit.owners & ~static_cast<unsigned>(owner_hmem);
        if (visit.registered && (visit.owners & owner_hmem) != 0)
            visit.owners = owner_hmem;
        else if (!visit.registered && others != 0 && !visit.owned_before)
            visit.owners = others;
    }
    for (RangeFact &range : ranges_)
        if (range.host == visit.host && range.range == visit.range)
            range.last = {.any = true,
                          .taken_away = false,
                          .host = visit.host,
                          .owners = visit.owners,
                          .later = !visit.resolution && visit.resolved_before,
                          .function = event.function,
                          .event = index};
}

namespace {

// Whether the ranges of the list together cover `range`.
template <class List> bool covered_by(const List &list, Range range)
{
    for (std::uint64_t next = range.start;;) {
        const auto found = std::find_if(list.begin(), list.end(), [&](const auto &other) {
            return other.range.contains({next, next});
        });
        if (found == list.end())
            return false;
        if (found->range.end >= range.end)
            return true;
        next = found->range.end + 1;
    }
}

std::string_view refusal_text(kernel::Refusal why)
{
    switch (why) {
    case kernel::Refusal::no_node:
        return unusable_detail::no_node;
    case kernel::Refusal::no_block:
        return unusable_detail::no_block;
    case kernel::Refusal::busy:
        break;
    }
    return unusable_detail::busy;
}

} // namespace

// Memory that an earlier owner could not take offline again is in use, whoever has it now.
void Ownership::judge_memory(std::size_t index)
{
    for (const DaxRegion &region : claims_) {
        if (region.refused == no_event)
            continue;
        const Event &refused = events_[region.refused];
        if (covered_by(online_, {refused.start, refused.end}))
            continue;
        collector_.report({Property::unusable_range,
                           refused.function != nullptr ? refused.function : "-", region.name,
                           region.range, refusal_text(static_cast<kernel::Refusal>(refused.detail)),
                           index});
    }
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
    judge_memory(index);
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
    return wanted != 0 && std::any_of(claims_.begin(), claims_.end(), [&](const DaxRegion &claim) {
               return claim.name.word == parent && claim.range.contains(range);
           });
}

// Whether the dax regions together cover the range, whoever has them.
bool Ownership::is_claimed(Range range) const { return covered_by(claims_, range); }

void Ownership::erase(std::vector<Claim> &claims, kernel::Name name)
{
    std::erase_if(claims, [&](const Claim &claim) { return claim.name == name; });
}

} // namespace properties
