// SPDX-License-Identifier: GPL-2.0-only
// The ledger of references and ids: every get and every allocation is an entry, every put and every
// free takes the youngest matching one. What the code under test leaves at the end is a finding, but
// for what is built in and holds it for ever (kernel/module.cpp says which). So is a put of what it
// never got while the device is on its bus: it takes the reference of somebody else. (Off the bus it may be
// its creator who puts.) A work item puts what was taken before it was queued, or by itself: what is taken
// afterwards may come too late for it.
#include "properties/collector.hpp"

#include <algorithm>
#include <optional>

namespace properties {
namespace {

using kernel::EventKind;
using kernel::Holder;

struct Entry {
    bool device;      // a reference on a device, or a memregion id
    std::uint64_t of; // the device's serial, or the id
    std::size_t event;
};

using Ledger = Few<Entry>;

// False if there is none of them that `fits`.
template <class Fits> bool take_back(Ledger &ledger, bool device, std::uint64_t of, Fits fits)
{
    const auto youngest = std::find_if(ledger.rbegin(), ledger.rend(), [&](const Entry &entry) {
        return entry.device == device && entry.of == of && fits(entry);
    });
    if (youngest == ledger.rend())
        return false;
    ledger.erase(std::prev(youngest.base()));
    return true;
}

bool take_back(Ledger &ledger, bool device, std::uint64_t of)
{
    return take_back(ledger, device, of, [](const Entry &) { return true; });
}

// Work items that are queued or run: which record queued them, and which task runs them.
class Works {
public:
    void observe(const kernel::Event &event, std::size_t index)
    {
        if (event.kind == EventKind::work_queued && event.start != 0)
            works_.push_back({event.start, index});
        else if (event.kind == EventKind::work_end || event.kind == EventKind::work_cancelled)
            erase_if(works_, [&](const Work &work) { return work.number == event.start; });
        else if (event.kind == EventKind::work_begin)
            for (Work &work : works_)
                if (work.number == event.start)
                    work.task = event.task;
    }

    // no_event: the task runs none.
    std::size_t queued(std::uint16_t task) const
    {
        for (const Work &work : works_)
            if (work.task == task)
                return work.queued;
        return no_event;
    }

private:
    struct Work {
        std::uint64_t number;
        std::size_t queued;
        std::uint16_t task = kernel::no_task;
    };

    Few<Work> works_;
};

// What is wrong with the code's put of the device; nothing: it takes an entry back.
std::string_view judge_put(Ledger &ledger, const Works &works, const kernel::Event &put,
                           std::span<const kernel::Event> events)
{
    const std::size_t queued = works.queued(put.task);
    const auto in_time = [&](const Entry &entry) {
        return entry.event < queued || events[entry.event].task == put.task;
    };
    if (take_back(ledger, true, put.start, in_time))
        return "";
    if (take_back(ledger, true, put.start))
        return "the reference that a work item puts is taken after it was queued";
    return "a reference is put that the code never took";
}

} // namespace

void judge_references(std::span<const kernel::Event> events, Indices seen, bool completed,
                      Collector &collector)
{
    Ledger ledger;
    Works works;
    for (const std::uint32_t i : seen) {
        const kernel::Event &event = events[i];
        const bool by_code = event.detail == static_cast<std::uint8_t>(Holder::code);
        switch (event.kind) {
        case EventKind::device_get:
            if (by_code)
                ledger.push_back({true, event.start, i});
            break;
        case EventKind::device_put:
            if (const std::string_view wrong =
                    by_code ? judge_put(ledger, works, event, events) : "";
                !wrong.empty() && event.extra != 0)
                collector.report(Property::refcount_underflow, i, wrong);
            break;
        case EventKind::device_kept:
            take_back(ledger, true, event.start);
            break;
        case EventKind::memregion_allocated:
            ledger.push_back({false, static_cast<std::uint64_t>(event.value), i});
            break;
        case EventKind::memregion_freed:
            take_back(ledger, false, static_cast<std::uint64_t>(event.value));
            break;
        default:
            works.observe(event, i);
            break;
        }
    }
    if (!completed)
        return;
    for (const Entry &entry : ledger) {
        const kernel::Event &get = events[entry.event];
        const std::string_view cause = get.function != nullptr ? get.function : "-";
        if (entry.device)
            collector.report({.property = Property::missing_put_device,
                              .cause = cause,
                              .object = get.object,
                              .detail = "the reference taken here is never put",
                              .event = entry.event,
                              .getter = get.caller != nullptr ? get.caller : "-"});
        else
            collector.report({Property::leaked_resource,
                              cause,
                              get.object,
                              {},
                              "the memregion id allocated here is never freed",
                              entry.event});
    }
}

} // namespace properties
