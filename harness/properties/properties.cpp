// SPDX-License-Identifier: GPL-2.0-only
#include "properties/properties.hpp"

#include "kernel/state.hpp"
#include "properties/collector.hpp"
#include "properties/owners.hpp"

#include <algorithm>
#include <array>

namespace properties {

const PropertyRow &property_row(Property property)
{
    static constexpr std::array<PropertyRow, property_count> rows = {{
#define X(id, text, sentence, source, when) {text, sentence, source, when},
        PROPERTIES(X)
#undef X
    }};
    return rows[static_cast<std::size_t>(property)];
}

std::string identity(const Violation &violation)
{
    std::string text(property_row(violation.property).id);
    text += ':';
    text += violation.cause;
    return text;
}

void Collector::report(Property property, std::size_t event, std::string_view detail)
{
    const kernel::Event &seen = events_[event];
    const std::string_view cause = seen.function != nullptr ? seen.function : "-";
    report(Violation{property, cause, seen.object, {seen.start, seen.end}, detail, event});
}

void Collector::report(Violation violation)
{
    const auto moment = [](const Violation &found) {
        return found_at_end(found.property) ? no_event : found.event;
    };
    const auto after = std::upper_bound(
        found_.begin(), found_.end(), moment(violation),
        [&](std::size_t event, const Violation &found) { return event < moment(found); });
    found_.insert(after, violation);
}

std::vector<Violation> Collector::take()
{
    std::vector<Violation> distinct;
    for (const Violation &candidate : found_) {
        const bool known =
            std::any_of(distinct.begin(), distinct.end(), [&](const Violation &other) {
                return other.property == candidate.property && other.cause == candidate.cause &&
                       other.object == candidate.object && other.range == candidate.range;
            });
        if (!known)
            distinct.push_back(candidate);
    }
    return distinct;
}

void judge(const drivers::Intent &intent, const kernel::State &state,
           std::vector<Violation> &verdict, std::vector<Unowned> &unowned)
{
    const std::span<const kernel::Event> events = state.events;
    Collector collector(events);
    judge_misuses(events, collector);
    judge_discipline(events, collector);
    judge_registration(events, collector);
    const Rules rules{intent, state.config.enabled[intent.gate],
                      state.config.enabled[kernel::CONFIG_DEV_DAX_CXL]};
    judge_ownership(rules, events, collector, unowned);
    for (const kernel::Range &range : dropped_and_unowned(events))
        unowned.push_back({range, "it overlaps an active range and was dropped"});
    if (!state.scheduler.stopped()) {
        judge_references(events, collector);
        judge_leaks(state, collector);
    }
    verdict = collector.take();
}

} // namespace properties
