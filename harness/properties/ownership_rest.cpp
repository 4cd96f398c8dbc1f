// SPDX-License-Identifier: GPL-2.0-only
// At rest: whether the owners that the last visits named have their ranges, and can use them.
#include "properties/ownership.hpp"

#include "kernel/kmem.hpp"

#include <optional>

namespace properties {

using kernel::Event;
using kernel::Range;
using kernel::Word;

namespace {

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

void Ownership::judge_rest(std::size_t index, std::vector<Unowned> &unowned)
{
    std::vector<Range> lost;
    for (const RangeFact &range : ranges_) {
        const LastVisit &last = range.last;
        if (!last.any) {
            if (!facts_.is_claimed(range.range))
                unowned.push_back({range.range, last.taken_away
                                                    ? "its hmem_platform device was unbound"
                                                    : "no walk visited it"});
            continue;
        }
        const Missing missing = find_missing(range);
        if (missing.lost) {
            collector_.report({Property::lost_range, last.function != nullptr ? last.function : "-",
                               range.host, range.range, missing.why, index});
            lost.push_back(range.range);
        } else if (!missing.why.empty()) {
            unowned.push_back({range.range, missing.why});
        }
    }
    judge_regions(index, lost);
    judge_memory(index);
}

// Whether none of the owners that the last visit allows has the range.
Ownership::Missing Ownership::find_missing(const RangeFact &range) const
{
    const unsigned owners = range.last.owners;
    // Whoever has a range that was only deferred: it is not lost.
    if ((owners & owner_pending) != 0 && facts_.is_claimed(range.range))
        return {};
    if ((owners & owner_none) != 0)
        return {};
    if ((owners & owner_hmem) != 0 && facts_.has_claim_of(Word::hmem, range.range))
        return {};
    if ((owners & owner_cxl) != 0 && facts_.has_claim_of(Word::dax_region, range.range))
        return {};
    if ((owners & owner_hmem) != 0)
        return facts_.has_unbound_hmem_device(range.range)
                   ? Missing{false, "its hmem device was unbound"}
                   : Missing{true, lost_detail::hmem_has_none};
    if ((owners & owner_cxl) != 0)
        return find_missing_at_cxl(range);
    return {true, lost_detail::never_resolved};
}

Ownership::Missing Ownership::find_missing_at_cxl(const RangeFact &range) const
{
    const RegionList regions = facts_.owning_regions(range.range);
    if (facts_.is_claimed(range.range, regions.empty() ? Word::none : Word::dax_region))
        return {};
    if (regions.empty())
        return range.last.unasked ? Missing{true, lost_detail::left_to_cxl}
                                  : Missing{false, "its region is gone"};
    for (const RegionFact *region : regions)
        if (!region->committed)
            return region->was_committed ? Missing{false, "its region is gone"}
                                         : Missing{true, lost_detail::left_to_cxl};
    if (!rules_.has_dax_cxl)
        return {true, lost_detail::cxl_has_none};
    if (!facts_.dax_cxl_live())
        return {false, "dax_cxl is not loaded"};
    for (const RegionFact *region : regions)
        if (region->unbound)
            return {false, "its region was unbound"};
    return {true, lost_detail::cxl_has_none};
}

// A committed region of RAM is CXL's whether Soft Reserved or not: with dax_cxl there, some dax region
// must have it. `lost` are the ranges that were reported already.
void Ownership::judge_regions(std::size_t index, const std::vector<Range> &lost)
{
    if (!facts_.dax_cxl_live())
        return;
    for (const RegionFact &region : facts_.regions()) {
        const auto inside = [&](const Range &range) { return range.overlaps(region.range); };
        const Few<DaxRegion> &claims = facts_.dax_regions();
        const bool taken = std::any_of(claims.begin(), claims.end(),
                                       [&](const DaxRegion &claim) { return inside(claim.range); });
        if (taken || !region.makes_dax || std::any_of(lost.begin(), lost.end(), inside))
            continue;
        // One that was refused, or unbound, goes back to what an administrator did.
        if (region.committed && region.on_bus && !region.unbound && !region.refused)
            collector_.report({Property::lost_range, "-", region.name, region.range,
                               lost_detail::cxl_has_none, index});
        else if (region.remover != nullptr)
            collector_.report({Property::lost_range, region.remover, region.name, region.range,
                               lost_detail::region_removed, index});
    }
}

// Whether kmem put to use what of the whole dax region can be, whatever part its dax device was given.
// Memory that an earlier owner could not take offline again is in use, whoever has it now.
void Ownership::judge_memory(std::size_t index)
{
    for (const DaxRegion &region : facts_.dax_regions()) {
        const bool refused = region.refused != no_event;
        const std::optional<Range> blocks = kernel::memory_blocks(region.range);
        if (!refused && !blocks)
            continue; // nothing of it can be used, and nobody tried
        const Range needed = blocks.value_or(region.range);
        if (facts_.is_online(needed))
            continue;
        const Event &event = events_[refused ? region.refused : region.added];
        std::string_view why = unusable_detail::not_given;
        if (refused && Range{event.start, event.end}.contains(needed))
            why = refusal_text(static_cast<kernel::Refusal>(event.detail));
        else if (refused || facts_.is_partly_online(needed))
            why = unusable_detail::in_part;
        collector_.report({Property::unusable_range,
                           event.function != nullptr ? event.function : "-", region.name,
                           region.range, why, index});
    }
}

} // namespace properties
