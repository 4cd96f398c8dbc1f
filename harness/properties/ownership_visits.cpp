// SPDX-License-Identifier: GPL-2.0-only
// Walks and visits: what the declared rules allow at each moment of one, and what it did.
#include "properties/ownership.hpp"

namespace properties {

using kernel::Event;
using kernel::EventKind;
using kernel::Range;

void Ownership::observe_walks(std::size_t index)
{
    const Event &event = events_[index];
    switch (event.kind) {
    case EventKind::walk_begin:
        begin_walk(index);
        break;
    case EventKind::walk_end:
        end_walk(event);
        break;
    case EventKind::visit_begin:
        begin_visit(event);
        break;
    case EventKind::visit_end:
        end_visit(index);
        break;
    case EventKind::fault:
        for (Visit &visit : visits_)
            visit.faulted |= visit.task == event.task;
        break;
    default:
        break;
    }
}

// A work function's walk is a resolution, or one of the two that an all-or-nothing one takes: it looks
// at every range, then acts.
void Ownership::begin_walk(std::size_t index)
{
    const Event &event = events_[index];
    erase_if(walks_, [&](const Walk &walk) { return walk.task == event.task; });
    Walk &walk = walks_.emplace_back();
    walk.task = event.task;
    walk.host = event.object;
    walk.resolution = event.value != 0;
    if (!walk.resolution)
        return;
    const bool two_walks = rules_.intent.decision == drivers::DecisionRule::all_or_nothing;
    const auto known =
        std::find_if(resolutions_.begin(), resolutions_.end(),
                     [&](const Resolution &resolution) { return resolution.host == event.object; });
    if (known == resolutions_.end()) {
        resolutions_.push_back({event.object, event.task, 1});
    } else if (two_walks && known->task == event.task && known->walks == 1) {
        known->walks = 2;
        decision_ = proposed_;
        return;
    } else {
        collector_.report(Property::repeated_resolution, index,
                          "the device's ranges were resolved before");
        *known = {event.object, event.task, 1};
    }
    walk.survey = two_walks;
}

// A survey that stopped early saw only some of the ranges; the others count as they are now.
void Ownership::end_walk(const Event &event)
{
    const auto walk = std::find_if(walks_.begin(), walks_.end(),
                                   [&](const Walk &other) { return other.task == event.task; });
    if (walk == walks_.end())
        return;
    if (walk->survey) {
        const std::vector<Range> &seen = walk->surveyed;
        for (const RangeFact &range : ranges_) {
            if (range.host != walk->host ||
                std::find(seen.begin(), seen.end(), range.range) != seen.end())
                continue;
            const bool pass = passes_survey(range.range);
            walk->decision.cxl &= pass;
            walk->decision.hmem |= !pass;
        }
        proposed_ = walk->decision;
        facts_changed();
    }
    walks_.erase(walk);
}

void Ownership::begin_visit(const Event &event)
{
    Visit &visit = visits_.emplace_back();
    visit.task = event.task;
    visit.host = event.object;
    visit.range = {event.start, event.end};
    for (const Walk &walk : walks_)
        if (walk.task == event.task) {
            visit.resolution = walk.resolution;
            visit.survey = walk.survey;
        }
    visit.owned_before = facts_.has_hmem_device(visit.range);
    visit.resolved_before =
        std::any_of(resolutions_.begin(), resolutions_.end(),
                    [&](const Resolution &resolution) { return resolution.host == event.object; });
    facts_changed(visit);
}

void Ownership::facts_changed()
{
    for (Visit &visit : visits_)
        facts_changed(visit);
}

// What the rules say about an open visit, given the facts of this moment.
void Ownership::facts_changed(Visit &visit) const
{
    if (visit.survey) {
        const bool pass = passes_survey(visit.range);
        visit.may_pass |= pass;
        visit.may_fail |= !pass;
    } else if (!facts_.is_soft_reserved(visit.range)) {
        visit.may_drop = true; // described by HMAT, but not Soft Reserved: nobody's business
        visit.owners |= owner_none;
    } else if (!facts_.touches_window(visit.range)) {
        // A resolution's rule speaks of window ranges only; the owner is HMEM all the same.
        visit.may_register = true;
        visit.may_drop |= visit.resolution;
        visit.owners |= owner_hmem;
    } else if (visit.resolution || rules_.intent.decision == drivers::DecisionRule::window) {
        decide(visit);
    } else {
        decide_later(visit);
    }
}

// A resolution reaches a range that touches a window; or a probe does, where there are no resolutions.
void Ownership::decide(Visit &visit) const
{
    switch (rules_.intent.decision) {
    case drivers::DecisionRule::window:
    case drivers::DecisionRule::dropped:
        allow(visit, true, false);
        break;
    case drivers::DecisionRule::one_region_contains:
    case drivers::DecisionRule::chain_of_regions: {
        const bool cxl = !facts_.owning_regions(visit.range).empty();
        allow(visit, cxl, !cxl);
        break;
    }
    case drivers::DecisionRule::all_or_nothing:
        allow(visit, decision_.cxl, decision_.hmem);
        break;
    }
}

// A probe reaches a range that touches a window.
void Ownership::decide_later(Visit &visit) const
{
    bool decided = false;
    switch (rules_.intent.later) {
    case drivers::LaterRule::cxl_wins:
        decided = visit.resolved_before;
        if (decided)
            allow(visit, true, false);
        break;
    case drivers::LaterRule::again:
        break;
    case drivers::LaterRule::keeps_the_mode:
        decided = decision_.taken;
        for (const Decision &decision : {decision_, proposed_})
            if (decision.taken)
                allow(visit, decision.cxl, decision.hmem);
        break;
    }
    if (!decided) {
        // It waits for a resolution.
        visit.may_drop = true;
        visit.owners |= owner_pending;
    }
}

void Ownership::allow(Visit &visit, bool cxl, bool hmem)
{
    // A region that came when HMEM had the range finds it taken: HMEM keeps it (T-T1d, ML-10).
    const bool kept = visit.resolution && visit.owned_before;
    visit.owners |= (cxl ? owner_cxl : 0U) | (hmem || kept ? owner_hmem : 0U);
    visit.may_register |= hmem;
    visit.may_drop |= cxl || kept;
}

bool Ownership::passes_survey(Range range) const
{
    return !facts_.touches_window(range) || facts_.committed_region_around(range) != nullptr;
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
    if (visit.survey) {
        for (Walk &walk : walks_)
            if (walk.task == visit.task) {
                walk.decision.cxl &= visit.may_pass;
                walk.decision.hmem |= visit.may_fail;
                walk.surveyed.push_back(visit.range);
            }
        return;
    }
    // A visit that failed decided nothing; whether the range is lost shows at rest. Nor did one that ignored
    // a call that failed and did not register. What it registered it did, whatever failed later.
    if (event.value == 0 && (visit.registered || !visit.faulted))
        judge_visit(visit, index);
    const bool asks = visit.resolution && rules_.intent.decision != drivers::DecisionRule::dropped;
    for (RangeFact &range : ranges_)
        if (range.host == visit.host && range.range == visit.range)
            range.last = {.any = true,
                          .taken_away = false,
                          .owners = visit.owners,
                          .unasked = !asks,
                          .function = event.function};
}

void Ownership::judge_visit(Visit &visit, std::size_t index)
{
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
    // And for all ranges, where the decision is one.
    if (decision_.cxl && decision_.hmem && visit.owners == owner_hmem)
        decision_.cxl = !facts_.touches_window(visit.range);
    else if (decision_.cxl && decision_.hmem && visit.owners == owner_cxl)
        decision_.hmem = false;
}

} // namespace properties
