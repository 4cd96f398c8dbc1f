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

// The last flush of a task in what it does now (a work function, an operation, a module's init); before
// it has made one, what it does.
struct Beginning {
    std::uint16_t task;
    std::size_t index; // of the record
};

class Registration {
public:
    Registration(Collector &collector, Scratch &scratch)
        : collector_(collector), pending_(&scratch), beginnings_(&scratch)
    {}

    void observe(const kernel::Event &event, std::size_t index)
    {
        switch (event.kind) {
        case EventKind::work_queued:
            // queue_work may say true without having queued anything.
            if (event.object.word == Word::resolution && event.start != 0)
                pending_.push_back({event.start, index});
            break;
        case EventKind::work_end:
        case EventKind::work_cancelled:
            std::erase_if(pending_, [&](const Resolution &one) {
                return event.object.word == Word::resolution && one.number == event.start;
            });
            break;
        case EventKind::operation:
        case EventKind::module_state:
        case EventKind::work_begin:
        case EventKind::flush_begin:
            begin(event.task, index);
            break;
        case EventKind::driver_listed:
            if (event.object.word == Word::cxl_dax_region)
                judge(event, index);
            break;
        default:
            break;
        }
    }

private:
    void begin(std::uint16_t task, std::size_t index)
    {
        for (Beginning &known : beginnings_)
            if (known.task == task) {
                known.index = index;
                return;
            }
        beginnings_.push_back({task, index});
    }

    void judge(const kernel::Event &event, std::size_t index)
    {
        for (const Beginning &beginning : beginnings_)
            for (const Resolution &resolution : pending_)
                if (beginning.task == event.task && resolution.queued < beginning.index)
                    collector_.report(Property::early_cxl_registration, index,
                                      "a resolution that it had to wait for has not ended");
    }

    Collector &collector_;
    std::pmr::vector<Resolution> pending_;   // queued and not ended
    std::pmr::vector<Beginning> beginnings_; // one a task at most
};

} // namespace

void judge_registration(std::span<const kernel::Event> events, Indices seen, Collector &collector,
                        Scratch &scratch)
{
    Registration registration(collector, scratch);
    for (const std::uint32_t i : seen)
        registration.observe(events[i], i);
}

} // namespace properties
