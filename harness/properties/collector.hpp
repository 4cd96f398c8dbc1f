// SPDX-License-Identifier: GPL-2.0-only
// Inside properties: what each family of properties reads, and where it puts what it finds.
#pragma once

#include "properties/properties.hpp"

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory_resource>
#include <span>
#include <vector>

namespace properties {

// Kinds of records. Most of a run's records say nothing to most families, which therefore each see
// only those of the kinds that they declare below.
class Kinds {
public:
    constexpr Kinds(std::initializer_list<kernel::EventKind> kinds)
    {
        for (const kernel::EventKind kind : kinds)
            has_[static_cast<std::size_t>(kind)] = true;
    }
    constexpr bool has(kernel::EventKind kind) const
    {
        return has_[static_cast<std::size_t>(kind)];
    }

private:
    std::array<bool, static_cast<std::size_t>(kernel::EventKind::count_)> has_{};
};

// Indices of records, ascending.
using Indices = std::span<const std::uint32_t>;

// What a judgement allocates goes with it.
using Scratch = std::pmr::memory_resource;

class Collector {
public:
    explicit Collector(std::span<const kernel::Event> events) : events_(events) {}

    // `event` is the index of the record that shows it; the cause is that record's function.
    void report(Property property, std::size_t event, std::string_view detail);
    void report(Violation violation);

    // Distinct violations in order of detection, those of the end last.
    std::vector<Violation> take();

private:
    std::span<const kernel::Event> events_;
    std::vector<Violation> found_; // in order of detection
};

// What the oracle must know besides the events.
struct Rules {
    drivers::Intent intent{};
    bool defers_to_cxl = true; // the revision's gate: without it all ranges are HMEM's
    bool has_dax_cxl = true;   // CONFIG_DEV_DAX_CXL: without it nobody can ever load dax_cxl
};

// misuse.cpp: what the kernel itself complained about.
inline constexpr Kinds misuse_kinds = {kernel::EventKind::misuse};
void judge_misuses(std::span<const kernel::Event> events, Indices seen, Collector &collector);

// discipline.cpp: what tasks hold, and are in the middle of, while they take locks and wait.
inline constexpr Kinds discipline_kinds = {
    kernel::EventKind::point,     kernel::EventKind::lock,  kernel::EventKind::unlock,
    kernel::EventKind::work_end,  kernel::EventKind::waits, kernel::EventKind::work_begin,
    kernel::EventKind::task_ended};
void judge_discipline(std::span<const kernel::Event> events, Indices seen, Collector &collector,
                      Scratch &scratch);

// registration.cpp: dax_cxl's driver registration against the resolutions it must wait for.
inline constexpr Kinds registration_kinds = {
    kernel::EventKind::work_queued,    kernel::EventKind::work_end,
    kernel::EventKind::work_cancelled, kernel::EventKind::operation,
    kernel::EventKind::module_state,   kernel::EventKind::work_begin,
    kernel::EventKind::flush_begin,    kernel::EventKind::driver_listed};
void judge_registration(std::span<const kernel::Event> events, Indices seen, Collector &collector,
                        Scratch &scratch);

// ownership.cpp: who registers, claims and owns which range.
inline constexpr Kinds ownership_kinds = {kernel::EventKind::phase,
                                          kernel::EventKind::fault,
                                          kernel::EventKind::device_added,
                                          kernel::EventKind::device_deleted,
                                          kernel::EventKind::probe_end,
                                          kernel::EventKind::unbind_begin,
                                          kernel::EventKind::module_state,
                                          kernel::EventKind::hmem_range,
                                          kernel::EventKind::soft_reserved,
                                          kernel::EventKind::window_published,
                                          kernel::EventKind::window_withdrawn,
                                          kernel::EventKind::region_state,
                                          kernel::EventKind::walk_begin,
                                          kernel::EventKind::visit_begin,
                                          kernel::EventKind::visit_end,
                                          kernel::EventKind::walk_end,
                                          kernel::EventKind::dax_region_added,
                                          kernel::EventKind::dax_region_conflict,
                                          kernel::EventKind::dax_region_removed,
                                          kernel::EventKind::memory_online,
                                          kernel::EventKind::memory_offline,
                                          kernel::EventKind::memory_refused,
                                          kernel::EventKind::mock_range};
void judge_ownership(const Rules &rules, std::span<const kernel::Event> events, Indices seen,
                     Collector &collector, std::vector<Unowned> &unowned, Scratch &scratch);

// references.cpp: gets without puts, ids never given back. Only for runs that came to their end.
inline constexpr Kinds references_kinds = {
    kernel::EventKind::device_added,    kernel::EventKind::device_deleted,
    kernel::EventKind::device_get,      kernel::EventKind::device_put,
    kernel::EventKind::device_kept,     kernel::EventKind::memregion_allocated,
    kernel::EventKind::memregion_freed, kernel::EventKind::work_queued,
    kernel::EventKind::work_begin,      kernel::EventKind::work_end,
    kernel::EventKind::work_cancelled};
// `completed`: the run came to its end, so that what is left is left for good.
void judge_references(std::span<const kernel::Event> events, Indices seen, bool completed,
                      Collector &collector, Scratch &scratch);

// leaks.cpp: objects left. Only for runs that came to their end.
void judge_leaks(const kernel::State &state, Collector &collector);

} // namespace properties
