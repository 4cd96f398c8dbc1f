// SPDX-License-Identifier: GPL-2.0-only
// dax_cxl waits for what dax_hmem has to resolve, then registers its driver (UPSTREAM.md 6, oracle 8,
// the weak form): what was queued when its flush began has ended by then.
//
// Does not cover: the strong form (every resolution has ended), which mainline does not promise
// (UPSTREAM.md ML-5, ML-6); a dax_cxl that registers without any flush, as that of some revisions.
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

struct Flush { // the last one of a task in what it does now
    std::uint16_t task;
    std::size_t began;
};

class Registration {
public:
    explicit Registration(Collector &collector) : collector_(collector) {}

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
            std::erase_if(flushes_, [&](const Flush &one) { return one.task == event.task; });
            break;
        case EventKind::flush_begin:
            std::erase_if(flushes_, [&](const Flush &one) { return one.task == event.task; });
            flushes_.push_back({event.task, index});
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
    void judge(const kernel::Event &event, std::size_t index)
    {
        for (const Flush &flush : flushes_)
            for (const Resolution &resolution : pending_)
                if (flush.task == event.task && resolution.queued < flush.began)
                    collector_.report(Property::early_cxl_registration, index,
                                      "a resolution queued before the flush has not ended");
    }

    Collector &collector_;
    std::vector<Resolution> pending_; // queued and not ended
    std::vector<Flush> flushes_;
};

} // namespace

void judge_registration(std::span<const kernel::Event> events, Indices seen, Collector &collector)
{
    Registration registration(collector);
    for (const std::uint32_t i : seen)
        registration.observe(events[i], i);
}

} // namespace properties
