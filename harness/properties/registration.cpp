// SPDX-License-Identifier: GPL-2.0-only
// dax_cxl waits for what dax_hmem has to resolve, then registers its driver (UPSTREAM.md 6, oracle 8,
// the weak form): what was queued when its flush began has ended by then. Where it makes no flush, what
// was queued when it began with what it does.
//
// Does not cover: the strong form (every resolution has ended), which mainline does not promise
// (UPSTREAM.md ML-5, ML-6); revisions whose dax_cxl never meant to wait (Intent::dax_cxl_waits).
#include "properties/collector.hpp"

#include <algorithm>
#include <vector>

namespace properties {
namespace {

using kernel::EventKind;
using kernel::Word;

struct Resolution {
    std::uint64_t number; // of its queueing
    std::size_t queued;   // index of the record
};

bool is_beginning(EventKind kind)
{
    return kind == EventKind::operation || kind == EventKind::module_state ||
           kind == EventKind::work_begin || kind == EventKind::flush_begin;
}

class Registration {
public:
    Registration(std::span<const kernel::Event> events, Collector &collector)
        : events_(events), collector_(collector)
    {}

    void observe(std::size_t index)
    {
        const kernel::Event &event = events_[index];
        switch (event.kind) {
        case EventKind::work_queued:
            // queue_work may say true without having queued anything.
            if (event.object.word == Word::resolution && event.start != 0)
                pending_.push_back({event.start, index});
            break;
        case EventKind::work_end:
        case EventKind::work_cancelled:
            erase_if(pending_, [&](const Resolution &one) {
                return event.object.word == Word::resolution && one.number == event.start;
            });
            break;
        case EventKind::driver_listed:
            if (event.object.word == Word::cxl_dax_region && !pending_.empty())
                judge(index);
            break;
        default:
            break;
        }
    }

private:
    void judge(std::size_t index)
    {
        const std::size_t beginning = beginning_of(index);
        for (const Resolution &resolution : pending_)
            if (beginning != no_event && resolution.queued < beginning)
                collector_.report(Property::early_cxl_registration, index,
                                  "a resolution that it had to wait for has not ended");
    }

    // The last flush of the task in what it does there (a work function, an operation, a module's init); if it
    // has made none, what it does; no_event, if it does nothing of the kind.
    std::size_t beginning_of(std::size_t index) const
    {
        for (std::size_t i = index; i-- > 0;)
            if (events_[i].task == events_[index].task && is_beginning(events_[i].kind))
                return i;
        return no_event;
    }

    std::span<const kernel::Event> events_;
    Collector &collector_;
    Few<Resolution> pending_; // queued and not ended
};

} // namespace

void judge_registration(std::span<const kernel::Event> events, Indices seen, Collector &collector)
{
    Registration registration(events, collector);
    for (const std::uint32_t i : seen)
        registration.observe(i);
}

} // namespace properties
