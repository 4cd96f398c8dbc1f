// SPDX-License-Identifier: GPL-2.0-only
#include "properties/properties.hpp"

#include "kernel/state.hpp"
#include "properties/collector.hpp"
#include "properties/owners.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory_resource>

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

namespace {

// The families that read records, in the order in which they judge.
enum Family { misuses, discipline, registration, ownership, references, dropped, family_count };

constexpr std::array<Kinds, family_count> kinds_of = {
    misuse_kinds,    discipline_kinds, registration_kinds,
    ownership_kinds, references_kinds, {kernel::EventKind::hmem_range_dropped}};

// For each kind of record, a bit for each family that reads it.
constexpr auto readers = [] {
    std::array<std::uint8_t, static_cast<std::size_t>(kernel::EventKind::count_)> bits{};
    for (std::size_t kind = 0; kind < bits.size(); ++kind)
        for (std::size_t family = 0; family < kinds_of.size(); ++family)
            if (kinds_of[family].has(static_cast<kernel::EventKind>(kind)))
                bits[kind] = static_cast<std::uint8_t>(bits[kind] | 1U << family);
    return bits;
}();
static_assert(family_count <= 8);

// Enough for a run of 600 records; what a longer one needs comes from the heap.
constexpr std::size_t scratch_bytes = 32 * 1024;

// What each family reads, from one pass over the records.
class Sorted {
public:
    Sorted(std::span<const kernel::Event> events, bool all, Scratch &scratch)
        : indices_(static_cast<std::uint32_t *>(scratch.allocate(
              events.size() * family_count * sizeof(std::uint32_t), alignof(std::uint32_t)))),
          events_(events.size())
    {
        for (std::size_t i = 0; i < events.size(); ++i) {
            unsigned bits = readers[static_cast<std::size_t>(events[i].kind)];
            if (all)
                bits = (1U << family_count) - 1;
            for (; bits != 0; bits &= bits - 1) {
                const auto family = static_cast<std::size_t>(std::countr_zero(bits));
                indices_[family * events_ + counts_[family]++] = static_cast<std::uint32_t>(i);
            }
        }
    }

    Indices of(Family family) const { return {indices_ + family * events_, counts_[family]}; }

private:
    std::uint32_t *indices_; // a row for each family, as long as it may get
    std::size_t events_;
    std::array<std::size_t, family_count> counts_{};
};

} // namespace

void judge(const drivers::Intent &intent, const kernel::State &state,
           std::vector<Violation> &verdict, std::vector<Unowned> &unowned, Reading reading)
{
    std::array<std::byte, scratch_bytes> buffer;
    std::pmr::monotonic_buffer_resource scratch(buffer.data(), buffer.size());
    const std::span<const kernel::Event> events = state.events;
    const Sorted sorted(events, reading == Reading::everything, scratch);
    Collector collector(events);
    judge_misuses(events, sorted.of(misuses), collector);
    judge_discipline(events, sorted.of(discipline), collector, scratch);
    if (intent.dax_cxl_waits)
        judge_registration(events, sorted.of(registration), collector, scratch);
    const Rules rules{intent, state.config.enabled[intent.gate],
                      state.config.enabled[kernel::CONFIG_DEV_DAX_CXL]};
    judge_ownership(rules, events, sorted.of(ownership), collector, unowned, scratch);
    if (!sorted.of(dropped).empty())
        for (const kernel::Range &range : dropped_and_unowned(events))
            unowned.push_back({range, "it overlaps an active range and was dropped"});
    const bool completed = !state.scheduler.stopped();
    judge_references(events, sorted.of(references), completed, collector, scratch);
    if (completed)
        judge_leaks(state, collector);
    verdict = collector.take();
}

} // namespace properties
