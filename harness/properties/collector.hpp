// SPDX-License-Identifier: GPL-2.0-only
// Inside properties: what each family of properties reads, and where it puts what it finds.
#pragma once

#include "kernel/record_set.hpp"
#include "properties/properties.hpp"

#include <boost/container/small_vector.hpp>

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace properties {

// Most of a run's records say nothing to most families, which therefore each see only those that they
// declare below.
using kernel::RecordSet;

// Indices of records, ascending.
using Indices = std::span<const std::uint32_t>;

// A list as judgements keep them: most often of a few, which cost no allocation.
template <class T> using Few = boost::container::small_vector<T, 8>;

template <class T, class Predicate> void erase_if(Few<T> &list, Predicate predicate)
{
    list.erase(std::remove_if(list.begin(), list.end(), predicate), list.end());
}

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
inline constexpr RecordSet misuse_records = {kernel::EventKind::misuse};
void judge_misuses(std::span<const kernel::Event> events, Collector &collector);

// discipline.cpp: what tasks hold, and are in the middle of, while they take locks and wait.
inline constexpr RecordSet discipline_records = {kernel::EventKind::order,
                                                 kernel::EventKind::waits};
void judge_discipline(std::span<const kernel::Event> events, Indices seen, Collector &collector);
// Enough to tell that nothing is found there (discipline_sieve.hpp).
inline constexpr RecordSet sieve_records = {kernel::Orders::innermost, kernel::EventKind::waits};

// registration.cpp: dax_cxl's driver registration against the resolutions it must wait for.
inline constexpr RecordSet registration_records = {
    {kernel::EventKind::work_queued, {kernel::Word::resolution}},
    {kernel::EventKind::work_end, {kernel::Word::resolution}},
    {kernel::EventKind::work_cancelled, {kernel::Word::resolution}},
    {kernel::EventKind::driver_listed, {kernel::Word::cxl_dax_region}}};
// What it looks back at.
inline constexpr RecordSet registration_context = {
    kernel::EventKind::operation, kernel::EventKind::module_state, kernel::EventKind::work_begin,
    kernel::EventKind::flush_begin};
void judge_registration(std::span<const kernel::Event> events, Indices seen, Collector &collector);

// What exceptions read besides (exceptions.hpp).
inline constexpr RecordSet exception_records = {
    {kernel::EventKind::device_freed, {kernel::Word::hmem_platform}},
    kernel::EventKind::contains,
    {kernel::EventKind::probe_begin, {kernel::Word::hmem}},
    {kernel::EventKind::probe_end, {kernel::Word::hmem_platform}},
    {kernel::EventKind::module_state, {kernel::Word::dax_hmem}},
    {kernel::EventKind::device_deleted, {kernel::Word::dax}}};

// ownership.cpp: who registers, claims and owns which range.
inline constexpr RecordSet ownership_records = {
    kernel::EventKind::phase,
    kernel::EventKind::fault,
    {kernel::EventKind::device_added,
     {kernel::Word::hmem, kernel::Word::hmem_platform, kernel::Word::region}},
    {kernel::EventKind::device_deleted, {kernel::Word::hmem, kernel::Word::region}},
    {kernel::EventKind::probe_begin, {kernel::Word::region, kernel::Word::dax_region}},
    {kernel::EventKind::probe_end, {kernel::Word::hmem, kernel::Word::region}},
    {kernel::EventKind::unbind_begin,
     {kernel::Word::hmem, kernel::Word::hmem_platform, kernel::Word::region}},
    {kernel::EventKind::module_state, {kernel::Word::dax_cxl}},
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
                     Collector &collector, std::vector<Unowned> &unowned);

// references.cpp: gets without puts, ids never given back. Only for runs that came to their end.
inline constexpr RecordSet references_records = {
    {kernel::EventKind::device_get, kernel::Holder::code},
    {kernel::EventKind::device_put, kernel::Holder::code},
    kernel::EventKind::device_kept,
    kernel::EventKind::memregion_allocated,
    kernel::EventKind::memregion_freed,
    kernel::EventKind::work_queued,
    kernel::EventKind::work_begin,
    kernel::EventKind::work_end,
    kernel::EventKind::work_cancelled};
// `completed`: the run came to its end, so that what is left is left for good.
void judge_references(std::span<const kernel::Event> events, Indices seen, bool completed,
                      Collector &collector);

// What a dropped range was left to is asked only where there is one (owners.hpp).
inline constexpr RecordSet dropped_records = {
    kernel::EventKind::hmem_range_dropped, kernel::EventKind::phase,
    kernel::EventKind::hmem_range,         kernel::EventKind::soft_reserved,
    kernel::EventKind::dax_region_added,   kernel::EventKind::dax_region_removed,
    kernel::EventKind::memory_online,      kernel::EventKind::memory_offline};

// leaks.cpp: objects left. Only for runs that came to their end.
void judge_leaks(const kernel::State &state, Collector &collector);

} // namespace properties
