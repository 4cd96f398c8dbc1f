// SPDX-License-Identifier: GPL-2.0-only
// Who registers, claims and owns which range, judged by the revision's declared intent on the facts
// recorded at each visit.
//
// A *visit* is a walk (from a probe, or from a work function: a resolution) reaching a range. Facts
// may change while a visit lasts; what any moment of it allows is allowed.
// The records feed the facts (ownership_facts.cpp); visits are judged as they end
// (ownership_visits.cpp), what they decided at rest (ownership_rest.cpp).
#include "properties/ownership.hpp"

namespace properties {

using kernel::Event;
using kernel::EventKind;
using kernel::Range;
using kernel::Word;

void judge_ownership(const Rules &rules, std::span<const Event> events, Indices seen,
                     Collector &collector, std::vector<Unowned> &unowned)
{
    Ownership oracle(rules, events, collector);
    bool at_rest = false;
    for (const std::uint32_t i : seen) {
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
    case EventKind::walk_begin:
    case EventKind::walk_end:
    case EventKind::visit_begin:
    case EventKind::visit_end:
    case EventKind::fault:
        observe_walks(index);
        return;
    case EventKind::hmem_range:
        // All entries of hmem_active are the first device's.
        range_appeared(kernel::name_of(Word::hmem_platform, 0), {event.start, event.end});
        break;
    case EventKind::mock_range:
        // A test module's device comes with a range of its own, or goes.
        if (event.value != 0)
            range_appeared(event.object, {event.start, event.end});
        else
            host_left(event.object);
        break;
    case EventKind::device_added:
        if (event.object.word == Word::hmem)
            registered(index);
        // A new life under an old name.
        erase_if(resolutions_, [&](const Resolution &other) { return other.host == event.object; });
        break;
    case EventKind::dax_region_added:
        claimed(index);
        break;
    case EventKind::unbind_begin:
        taken_away(event.object);
        break;
    default:
        break;
    }
    if (facts_.observe(event, index))
        facts_changed();
}

void Ownership::range_appeared(kernel::Name host, Range range)
{
    ranges_.push_back({host, range, {}});
}

void Ownership::host_left(kernel::Name host)
{
    erase_if(ranges_, [&](const RangeFact &fact) { return fact.host == host; });
}

void Ownership::claimed(std::size_t index)
{
    const Range range{events_[index].start, events_[index].end};
    for (const DaxRegion &other : facts_.dax_regions())
        if (other.range.overlaps(range))
            collector_.report(Property::double_claim, index,
                              "the range overlaps another dax region");
}

void Ownership::registered(std::size_t index)
{
    const Event &event = events_[index];
    const Range range{event.start, event.end};
    for (const HmemDevice &other : facts_.hmem_devices())
        if (other.range.overlaps(range))
            collector_.report(Property::double_registration, index,
                              "an hmem device of this range exists already");
    for (Visit &visit : visits_)
        if (visit.task == event.task && visit.range == range)
            visit.registered = true;
}

// What an administrator takes away is not lost.
void Ownership::taken_away(kernel::Name host)
{
    for (RangeFact &range : ranges_)
        if (range.host == host && range.last.any)
            range.last = {.taken_away = true};
}

} // namespace properties
