// SPDX-License-Identifier: GPL-2.0-only
// The ledger of references and ids: every get and every allocation is an entry, every put and every
// free takes the youngest matching one. What the code under test leaves at the end is a finding, but
// for what is built in and holds it for ever (kernel/module.cpp says which).
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

void take_back(std::vector<Entry> &ledger, bool device, std::uint64_t of)
{
    const auto youngest = std::find_if(ledger.rbegin(), ledger.rend(), [&](const Entry &entry) {
        return entry.device == device && entry.of == of;
    });
    // A put of what the code never got shows up as an underflow or a use after free.
    if (youngest != ledger.rend())
        ledger.erase(std::prev(youngest.base()));
}

} // namespace

void judge_references(std::span<const kernel::Event> events, Indices seen, Collector &collector)
{
    std::vector<Entry> ledger;
    for (const std::uint32_t i : seen) {
        const kernel::Event &event = events[i];
        const bool by_code = event.detail == static_cast<std::uint8_t>(Holder::code);
        if (event.kind == EventKind::device_get && by_code)
            ledger.push_back({true, event.start, i});
        else if ((event.kind == EventKind::device_put && by_code) ||
                 event.kind == EventKind::device_kept)
            take_back(ledger, true, event.start);
        else if (event.kind == EventKind::memregion_allocated)
            ledger.push_back({false, static_cast<std::uint64_t>(event.value), i});
        else if (event.kind == EventKind::memregion_freed)
            take_back(ledger, false, static_cast<std::uint64_t>(event.value));
    }
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
