// SPDX-License-Identifier: GPL-2.0-only
// The ledger of references and ids: every get and every allocation is an entry, every put and every
// free takes the youngest matching one. What the code under test leaves at the end is a finding, but
// for what is built in and holds it for ever (kernel/module.cpp says which). So is a put of what it
// never got while the device is on its bus: it takes the reference of somebody else. (Off the bus it may be
// its creator who puts.)
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

// False if there is none.
bool take_back(std::vector<Entry> &ledger, bool device, std::uint64_t of)
{
    const auto youngest = std::find_if(ledger.rbegin(), ledger.rend(), [&](const Entry &entry) {
        return entry.device == device && entry.of == of;
    });
    if (youngest == ledger.rend())
        return false;
    ledger.erase(std::prev(youngest.base()));
    return true;
}

} // namespace

void judge_references(std::span<const kernel::Event> events, Indices seen, bool completed,
                      Collector &collector)
{
    std::vector<Entry> ledger;
    std::vector<kernel::Name> on_bus;
    for (const std::uint32_t i : seen) {
        const kernel::Event &event = events[i];
        const bool by_code = event.detail == static_cast<std::uint8_t>(Holder::code);
        switch (event.kind) {
        case EventKind::device_added:
            on_bus.push_back(event.object);
            break;
        case EventKind::device_deleted:
            std::erase(on_bus, event.object);
            break;
        case EventKind::device_get:
            if (by_code)
                ledger.push_back({true, event.start, i});
            break;
        case EventKind::device_put:
            if (by_code && !take_back(ledger, true, event.start) &&
                std::find(on_bus.begin(), on_bus.end(), event.object) != on_bus.end())
                collector.report(Property::refcount_underflow, i,
                                 "a reference is put that the code never took");
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
