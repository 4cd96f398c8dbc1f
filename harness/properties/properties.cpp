// SPDX-License-Identifier: GPL-2.0-only
#include "properties/properties.hpp"

#include "kernel/state.hpp"
#include "properties/collector.hpp"
#include "properties/discipline_sieve.hpp"
#include "properties/owners.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

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

// The families that read most of what runs record; two that read few and nearly the same are one.
enum Family { discipline, ownership, registration_and_references, family_count };

constexpr std::array<RecordSet, family_count> read_by = {discipline_records, ownership_records,
                                                         registration_records | references_records};

// By kind and word of a record, a bit for each family that is shown it.
constexpr std::size_t words_max = 64;
using Shown = std::array<std::array<std::uint8_t, words_max>,
                         static_cast<std::size_t>(kernel::EventKind::count_)>;
constexpr Shown shown_as_declared = [] {
    Shown shown{};
    for (std::size_t kind = 0; kind < shown.size(); ++kind)
        for (std::size_t family = 0; family < family_count; ++family)
            for (std::size_t word = 0; word < words_max; ++word)
                if (read_by[family].has(static_cast<kernel::EventKind>(kind),
                                        static_cast<kernel::Word>(word)))
                    shown[kind][word] |= std::uint8_t{1} << family;
    return shown;
}();

constexpr Shown shown_everything = [] {
    Shown shown{};
    for (auto &families : shown)
        families.fill((1U << family_count) - 1);
    return shown;
}();

// Enough for nearly every run; what a longer one needs comes from the heap.
constexpr std::size_t records_usual = 512;

// What each family reads, from one pass over the records.
class Sorted {
public:
    Sorted(std::span<const kernel::Event> events, const Shown &shown)
        : indices_(events.size() * family_count, boost::container::default_init),
          events_(events.size())
    {
        static_assert(static_cast<std::size_t>(kernel::EventKind::count_) <= 64);
        std::array<std::uint32_t *, family_count> next; // in registers
        for (std::size_t family = 0; family < family_count; ++family)
            next[family] = indices_.data() + family * events_;
        for (std::size_t i = 0; i < events.size(); ++i) {
            const auto kind = static_cast<std::size_t>(events[i].kind);
            const unsigned families = shown[kind][static_cast<std::size_t>(events[i].object.word)];
            kinds_ |= std::uint64_t{1} << kind;
            // Written in any case and counted where it is shown: no branch that is hard to foresee.
            for (std::size_t family = 0; family < family_count; ++family) {
                *next[family] = static_cast<std::uint32_t>(i);
                next[family] += families >> family & 1;
            }
        }
        for (std::size_t family = 0; family < family_count; ++family)
            ends_[family] = next[family];
    }

    Indices of(Family family) const { return {indices_.data() + family * events_, ends_[family]}; }
    bool any(kernel::EventKind kind) const
    {
        return (kinds_ >> static_cast<unsigned>(kind) & 1) != 0;
    }

private:
    // A row for each family, as long as it may get.
    boost::container::small_vector<std::uint32_t, records_usual * family_count> indices_;
    std::size_t events_;
    std::array<std::uint32_t *, family_count> ends_{};
    std::uint64_t kinds_ = 0; // a bit for each that there are records of
};

constexpr RecordSet but_of_discipline = misuse_records | registration_records |
                                        registration_context | ownership_records | dropped_records |
                                        references_records | exception_records;

} // namespace

const RecordSet &judged_records()
{
    static constexpr RecordSet all = but_of_discipline | discipline_records;
    return all;
}

const RecordSet &usually_judged_records()
{
    static constexpr RecordSet most = but_of_discipline | sieve_records;
    return most;
}

bool judge(const drivers::Intent &intent, const kernel::State &state,
           std::vector<Violation> &verdict, std::vector<Unowned> &unowned, Reading reading)
{
    const std::span<const kernel::Event> events = state.events;
    const Sorted sorted(events,
                        reading == Reading::everything ? shown_everything : shown_as_declared);
    Collector collector(events);
    if (sorted.any(kernel::EventKind::misuse))
        judge_misuses(events, collector);
    if (may_lack_discipline(events, sorted.of(discipline))) {
        if (!state.recorded->has(kernel::Orders::others))
            return false;
        judge_discipline(events, sorted.of(discipline), collector);
    }
    if (intent.dax_cxl_waits)
        judge_registration(events, sorted.of(registration_and_references), collector);
    const Rules rules{intent, state.config.enabled[intent.gate],
                      state.config.enabled[kernel::CONFIG_DEV_DAX_CXL]};
    judge_ownership(rules, events, sorted.of(ownership), collector, unowned);
    if (sorted.any(kernel::EventKind::hmem_range_dropped))
        for (const kernel::Range &range : dropped_and_unowned(events))
            unowned.push_back({range, "it overlaps an active range and was dropped"});
    const bool completed = !state.scheduler.stopped();
    judge_references(events, sorted.of(registration_and_references), completed, collector);
    if (completed)
        judge_leaks(state, collector);
    verdict = collector.take();
    return true;
}

} // namespace properties
